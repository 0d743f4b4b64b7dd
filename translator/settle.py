"""What the environment leaves open is settled once, from the input: where tasks run, what the application is called."""
from __future__ import annotations

from typing import Any

from .model import KUBERNETES
from .trees import Tree, get

FARGATE, EC2, MANAGED = "FARGATE", "EC2", "MANAGED_INSTANCES"
FARGATE_CAPABILITIES = frozenset({"SYS_PTRACE"})


def settle(tree: Tree, platform: str) -> dict[str, str]:
    """Give what the rows of one application see beside the environment: `launchType`, `name` and `namespace`."""
    return _on_kubernetes(tree) if platform == KUBERNETES else _on_ecs(tree)


def launch_type(environment: dict[str, Any]) -> str | None:
    """Give the launch type that the environment asks for, by name or by its capacity providers."""
    return environment["ecs"].get("launchType") or _of_strategy(environment["ecs"].get("capacityProviderStrategy"))


ROUTES = {"httpRoutes", "grpcRoutes"}


def _on_kubernetes(tree: Tree) -> dict[str, str]:
    head = tree.get("workload") or tree.get("cronJob") or tree.get("job") or {}
    metadata = head.get("metadata", {})
    name = metadata.get("name") or metadata.get("generateName") or "app"
    return {
        "launchType": EC2 if instance_reasons(tree) else _of_pool(tree) or FARGATE,
        "name": name,
        "namespace": metadata.get("namespace") or "default",
        # A cluster has the controllers whose objects it uses.
        **({"routing": "gateway"} if ROUTES & tree.keys() and "ingresses" not in tree else {}),
        **({"rollouts": "argo"} if head.get("kind") == "Rollout" else {}),
        **({"identity": "pod-identity"} if "podIdentityAssociations" in tree else {}),
        **({"securityGroups": "policy"} if "securityGroupPolicies" in tree else {}),
    }


POOLS = {"karpenter.sh/nodepool": MANAGED, "eks.amazonaws.com/nodegroup": EC2}


def _of_pool(tree: Tree) -> str | None:
    """Tell from the node pool or group that a workload's pods name where its tasks run."""
    selector = get(tree, ("pod", "spec", "nodeSelector")) if "workload" in tree else None
    chosen = get(tree, ("shared", "chosenPool"))
    if selector and isinstance(chosen, str):
        return POOLS.get(chosen.partition("=")[0])
    return next((launch for key, launch in POOLS.items() if isinstance(selector, dict) and selector.get(key)), None)


def _entries(pod: Any, key: str) -> list[tuple[str, Any]]:
    """Give the entries of a map; custom kinds have no schema that says it is one."""
    found = get(pod, (key,))
    return list(found.items()) if isinstance(found, dict) else []


def instance_reasons(tree: Tree) -> list[tuple[str, ...]]:
    """Give the paths of what Fargate cannot run.

    Source: the task definition parameters that Fargate refuses (fargate-tasks-services).
    """
    pod = get(tree, ("pod", "spec"))
    pod = pod if isinstance(pod, dict) else {}
    found = [("pod", "spec", key) for key in ("hostNetwork", "hostPID", "hostIPC") if pod.get(key)]
    found += [("pod", "spec", "volumes", name, "hostPath") for name, volume in _entries(pod, "volumes")
              if isinstance(volume, dict) and "hostPath" in volume]
    for name, container in _entries(pod, "containers"):
        at = ("pod", "spec", "containers", name)
        if get(container, ("securityContext", "privileged")):
            found.append(at + ("securityContext", "privileged"))
        added = get(container, ("securityContext", "capabilities", "add"))
        if isinstance(added, list) and {str(one).removeprefix("CAP_") for one in added} - FARGATE_CAPABILITIES:
            found.append(at + ("securityContext", "capabilities", "add"))
        limits = get(container, ("resources", "limits"))
        limits = limits if isinstance(limits, dict) else {}
        found += [
            at + ("resources", "limits", key) for key in limits if key.endswith(("/gpu", "/neuron", "/neuroncore"))
        ]
    if get(tree, ("workload", "kind")) == "DaemonSet":
        found.append(("workload", "kind"))
    return found + ([("pod", "spec", "containers")] if _is_too_large(pod) else [])


def _is_too_large(pod: Tree) -> bool:
    """Whether a pod asks for more than Fargate's largest size: 32 vCPUs and 244 GiB, with Windows 4 and 30."""
    from .converters import fargate, pod_size

    containers, whole, extra = dict(_entries(pod, "containers")), pod.get("resources"), pod.get("overhead")
    cpu = pod_size.cpu_units(containers, whole, extra)
    memory = pod_size.memory_mib(containers, whole, extra)
    if cpu is None and memory is None:
        return False
    windows = get(pod, ("os", "name")) == "windows" or get(pod, ("nodeSelector", "kubernetes.io/os")) == "windows"
    return fargate.pick(cpu or 0, memory or 0, windows) is None


def _on_ecs(tree: Tree) -> dict[str, str]:
    service, definition = tree.get("service", {}), tree.get("taskDefinition", {})
    name = service.get("serviceName") or definition.get("family") or "app"
    strategy = _of_strategy([{"capacityProvider": name} for name in service.get("capacityProviderStrategy") or {}])
    compatible = definition.get("requiresCompatibilities") or []
    kind = (
        service.get("launchType") or strategy or (FARGATE if FARGATE in compatible and EC2 not in compatible else None)
    )
    cluster = str(service.get("cluster") or "default").rpartition("/")[2]
    return {
        "launchType": kind or (compatible[0] if compatible else EC2),
        "name": name,
        "namespace": cluster,
        **({"ingress": "api-gateway"} if "apis" in tree and "listenerRules" not in tree else {}),
    }


def _of_strategy(strategy: list[Any] | None) -> str | None:
    """Tell from the names of capacity providers where tasks run: Fargate's own two are named so."""
    providers = [entry.get("capacityProvider", "") for entry in strategy or [] if isinstance(entry, dict)]
    if not providers:
        return None
    return FARGATE if all(name.startswith(FARGATE) for name in providers) else EC2
