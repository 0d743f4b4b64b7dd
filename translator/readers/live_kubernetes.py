"""A cluster's objects, through the kubernetes client -> a document, as the API server keeps them."""
from __future__ import annotations

from typing import Any, Callable, Iterator

from ..findings import message
from ..model import KUBERNETES, Document, Field, Finding, Object, ReadError, Source
from . import kubernetes as reader

# (apiVersion, kind): what an application is made of; custom kinds are left out where the cluster does not have them.
KINDS = (
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("batch/v1", "Job"),
    ("batch/v1", "CronJob"),
    ("v1", "Pod"),
    ("v1", "Service"),
    ("v1", "ConfigMap"),
    ("v1", "Secret"),
    ("v1", "ServiceAccount"),
    ("v1", "PersistentVolumeClaim"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ("policy/v1", "PodDisruptionBudget"),
    ("networking.k8s.io/v1", "Ingress"),
    ("networking.k8s.io/v1", "NetworkPolicy"),
    ("keda.sh/v1alpha1", "ScaledObject"),
    ("argoproj.io/v1alpha1", "Rollout"),
    ("external-secrets.io/v1", "ExternalSecret"),
    ("secrets-store.csi.x-k8s.io/v1", "SecretProviderClass"),
    ("gateway.networking.k8s.io/v1", "Gateway"),
    ("gateway.networking.k8s.io/v1", "HTTPRoute"),
    ("elbv2.k8s.aws/v1beta1", "TargetGroupBinding"),
)
PAGE, TIMEOUT = 500, (5, 60)  # objects a call; seconds to connect and to answer
MADE_BY_OTHERS = ("ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicationController", "Node")
OF_EVERY_NAMESPACE = {("ConfigMap", "kube-root-ca.crt"), ("Service", "kubernetes"), ("ServiceAccount", "default")}
HIDDEN_TYPES = ("kubernetes.io/service-account-token", "helm.sh/release.v1")


def read(context: str, namespace: str, progress: Callable[[str], None]) -> Document:
    """List every kind; a kind that may not be listed is a finding, and the rest is read."""
    client = connected(context)
    entries: list[Object] = []
    said: list[Finding] = []
    for version, kind in KINDS:
        progress(kind)
        try:
            entries += list(_wanted(objects(client, version, kind, namespace)))  # all of them, or none
        except Exception as error:  # the client raises errors of its own and of its HTTP library
            said.extend(refused(error, kind, context))
    progress("")
    if not entries and said:
        raise ReadError(f"nothing could be read: {said[0].message}", f"kube://{context}/{namespace}")
    return Document(KUBERNETES, tuple(entries), tuple(said))


def connected(context: str) -> Any:
    """Connect with the user's own configuration; an empty context is the current one."""
    from kubernetes import client, config
    from kubernetes.dynamic import DynamicClient

    try:
        config.load_kube_config(context=context or None)
        return DynamicClient(client.ApiClient())
    except Exception as error:
        raise ReadError(f"cannot connect: {_why(error)}", f"kube://{context}") from error


def objects(client: Any, version: str, kind: str, namespace: str) -> Iterator[dict]:
    """Give every object of a kind, page by page; nothing where the cluster does not know the kind."""
    from kubernetes.dynamic.exceptions import ResourceNotFoundError

    try:
        resource = client.resources.get(api_version=version, kind=kind)
    except ResourceNotFoundError:
        return
    following = None
    while True:
        where = {"namespace": namespace} if namespace else {}
        page = resource.get(limit=PAGE, _continue=following, _request_timeout=TIMEOUT, **where).to_dict()
        for item in page.get("items") or ():
            yield {"apiVersion": version, "kind": kind, **item}
        following = (page.get("metadata") or {}).get("continue")
        if not following:
            return


def _wanted(found: Iterator[dict]) -> Iterator[Object]:
    """Leave out what a controller made, what every namespace has, and Secrets of the machinery; hide Secrets' values."""
    for value in found:
        metadata = value.get("metadata") or {}
        owners = [owner.get("kind") for owner in metadata.get("ownerReferences") or ()]
        if (
            any(owner in MADE_BY_OTHERS for owner in owners)
            or (value["kind"], metadata.get("name")) in OF_EVERY_NAMESPACE
        ):
            continue
        if value["kind"] == "Secret":
            if value.get("type") in HIDDEN_TYPES:
                continue
            value = {**value, "data": {key: "" for key in value.get("data") or {}}}
        yield from reader.read(Source(value, "")).entries


def refused(error: Exception, kind: str, context: str) -> Iterator[Finding]:
    """Say that a kind could not be listed; raises ReadError where nothing can be."""
    status = getattr(error, "status", None)
    if status == 404:
        return
    if status == 401:
        raise ReadError(
            "the credentials are not accepted or have expired; log in again", f"kube://{context}"
        ) from error
    if status == 403:
        yield message("reading.not-permitted", f"{kind} objects may not be listed, so none of them are in the report.", [Field("", kind)])
    else:
        words = f"{kind} objects could not be listed: {_first_line(error)}, so none of them are in the report."
        yield message("reading.broken-off", words, [Field("", kind)])


def _why(error: Exception) -> str:
    """Say in a person's words why nothing can be asked: nobody is there, or somebody else."""
    pool = getattr(error, "pool", None)
    if pool is not None:
        return f"{pool.host}:{pool.port} does not answer"
    status = getattr(error, "status", None)
    return f"the server answers {status} {getattr(error, 'reason', '')}".rstrip() if status else _first_line(error)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
