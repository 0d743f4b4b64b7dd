"""What is said of objects that no application is made of."""
import pytest

from translator import parse, rows, translate
from translator.objects import codes

WEB = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web"},
    "spec": {
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "web", "image": "nginx:1.27"}]},
        },
    },
}

CASES = [
    ("v1", "Namespace", "objects.namespace"),
    ("rbac.authorization.k8s.io/v1", "ClusterRole", "objects.rbac"),
    ("rbac.authorization.k8s.io/v1", "RoleBinding", "objects.rbac"),
    ("v1", "ServiceAccount", "objects.service-account"),
    ("v1", "LimitRange", "objects.quota"),
    ("scheduling.k8s.io/v1", "PriorityClass", "objects.priority"),
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition", "objects.custom-resource-definition"),
    ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "objects.admission"),
    ("autoscaling.k8s.io/v1", "VerticalPodAutoscaler", "objects.vertical-autoscaling"),
    ("keda.sh/v1alpha1", "ScaledJob", "objects.scaled-job"),
    ("monitoring.coreos.com/v1", "ServiceMonitor", "objects.monitoring"),
    ("monitoring.coreos.com/v1", "ScrapeConfig", "objects.monitoring"),
    ("cert-manager.io/v1", "Certificate", "objects.certificate"),
    ("acme.cert-manager.io/v1", "Order", "objects.certificate"),
    ("networking.istio.io/v1", "VirtualService", "objects.mesh"),
    ("networking.istio.io/v1", "Gateway", "objects.mesh"),
    ("appmesh.k8s.aws/v1beta2", "VirtualService", "objects.app-mesh"),
    ("serving.knative.dev/v1", "Revision", "objects.knative"),
    ("serving.knative.dev/v1", "Service", "objects.knative"),
    ("helm.toolkit.fluxcd.io/v2", "HelmRelease", "objects.delivery"),
    ("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "objects.delivery"),
    ("kustomize.config.k8s.io/v1beta1", "Kustomization", "objects.kustomize"),
    ("argoproj.io/v1alpha1", "Application", "objects.delivery"),
    ("karpenter.sh/v1", "NodePool", "objects.node-pool"),
    ("karpenter.k8s.aws/v1", "EC2NodeClass", "objects.node-pool"),
    ("eksctl.io/v1alpha5", "ClusterConfig", "objects.node-group"),
    ("apps.openshift.io/v1", "DeploymentConfig", "objects.openshift"),
    ("networking.k8s.io/v1", "Ingress", "translation.no-workload"),
    ("example.com/v1", "Gizmo", "translation.unknown-kind"),
]


@pytest.mark.parametrize(("version", "kind", "code"), CASES, ids=[f"{kind}.{version}" for version, kind, _ in CASES])
def test_one_finding_says_what_a_kind_does(version, kind, code):
    thing = {"apiVersion": version, "kind": kind, "metadata": {"name": "it"}, "spec": {"a": 1, "b": {"c": [1, 2]}}}
    found = [
        one
        for one in translate(parse([WEB, thing])).findings
        if any(field.object == f"{kind}/it" for field in one.fields)
    ]
    said = [one for one in found if one.code not in ("translation.unknown-field", "translation.wrong-type")]
    assert [one.code for one in said] == [code]
    assert said[0].message.startswith(f"{kind}/it: ")
    assert said[0].remedy


@pytest.mark.parametrize(("kind", "value", "code"), [
    ("clusters", {"clusterName": "main"}, "objects.cluster"),
    ("capacityProviders", {"name": "fleet"}, "objects.capacity-provider"),
    ("autoScalingGroups", {"AutoScalingGroupName": "fleet", "MinSize": 1, "MaxSize": 3}, "objects.auto-scaling-group"),
    ("roles", {"RoleName": "web"}, "objects.role"),
    ("securityGroups", {"GroupName": "web", "Description": "web"}, "objects.security-group"),
    ("daemons", {"daemonName": "agent"}, "objects.daemon"),
])
def test_aws_objects_are_spoken_of(kind, value, code):
    said = translate(parse({kind: [value]})).findings
    assert [one.code for one in said if one.code.startswith("objects.")] == [code]


def test_every_kind_stands_in_one_row():
    kinds = [kind for cells in rows.tables()["objects"]["message"].values() for kind in cells["kinds"]]
    assert sorted(kinds) == sorted(set(kinds)) == sorted(codes())


def test_an_express_service_is_one_finding():
    request = {
        "serviceName": "shop",
        "primaryContainer": {"image": "nginx:1.27", "containerPort": 80},
        "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
        "infrastructureRoleArn": "arn:aws:iam::123456789012:role/infrastructure",
    }
    found = translate(parse(request)).findings
    assert [(one.level, one.code) for one in found] == [("warning", "objects.express")]
