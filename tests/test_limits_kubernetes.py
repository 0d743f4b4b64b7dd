"""What the API server refuses in everything around pods. Expected: the Kubernetes API reference and concept pages."""
import base64

import pytest

from limit_cases import GONE, broken, changed, kubernetes
from translator.limits import check

TEMPLATE = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "nginx", "ports": [
    {"name": "http", "containerPort": 80},
], "resources": {"requests": {"cpu": "100m"}}}]}}
DEPLOYMENT = {
    "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
    "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}, "template": TEMPLATE,
             "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "150%", "maxUnavailable": 0}}},
}
DAEMON_SET = {
    "apiVersion": "apps/v1",
    "kind": "DaemonSet",
    "metadata": {"name": "web"},
    "spec": {
        "selector": {"matchExpressions": [{"key": "app", "operator": "In", "values": ["web", "api"]}]},
        "template": TEMPLATE,
        "updateStrategy": {"rollingUpdate": {"maxUnavailable": 1}},
    },
}
CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
STATEFUL_SET = {
    "apiVersion": "apps/v1",
    "kind": "StatefulSet",
    "metadata": {"name": "db"},
    "spec": {
        "serviceName": "db",
        "selector": {"matchLabels": {"app": "web"}},
        "template": changed(TEMPLATE, {"spec.containers.0.volumeMounts": [{"name": "data", "mountPath": "/data"}]}),
        "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": CLAIM}],
    },
}
JOB_TEMPLATE = changed(TEMPLATE, {"spec.restartPolicy": "Never"})
JOB = {
    "apiVersion": "batch/v1",
    "kind": "Job",
    "metadata": {"name": "import"},
    "spec": {"template": JOB_TEMPLATE, "backoffLimit": 0},
}
CRON_JOB = {
    "apiVersion": "batch/v1",
    "kind": "CronJob",
    "metadata": {"name": "nightly"},
    "spec": {
        "schedule": "*/15 2 * * 1-5",
        "timeZone": "Europe/Paris",
        "jobTemplate": {"spec": {"template": JOB_TEMPLATE}},
    },
}
SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web"},
    "spec": {
        "selector": {"app": "web"},
        "ports": [{"name": "http", "port": 80, "targetPort": "http"}, {"name": "admin", "port": 81}],
    },
}
EXTERNAL = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "db"},
    "spec": {"type": "ExternalName", "externalName": "db.example.com"},
}
INGRESS = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "Ingress",
    "metadata": {"name": "web"},
    "spec": {
        "ingressClassName": "alb",
        "rules": [
            {
                "host": "*.example.com",
                "http": {
                    "paths": [
                        {
                            "path": "/api",
                            "pathType": "Prefix",
                            "backend": {"service": {"name": "web", "port": {"number": 80}}},
                        },
                        {
                            "pathType": "ImplementationSpecific",
                            "backend": {"service": {"name": "web", "port": {"name": "admin"}}},
                        },
                    ]
                },
            }
        ],
    },
}
SCALER = {
    "apiVersion": "autoscaling/v2",
    "kind": "HorizontalPodAutoscaler",
    "metadata": {"name": "web"},
    "spec": {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        "minReplicas": 2,
        "maxReplicas": 10,
        "metrics": [
            {
                "type": "Resource",
                "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}},
            }
        ],
        "behavior": {
            "scaleDown": {
                "stabilizationWindowSeconds": 300,
                "policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}],
            }
        },
    },
}
BUDGET = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "web"},
          "spec": {"minAvailable": "50%", "selector": {"matchLabels": {"app": "web"}}}}
VOLUME_CLAIM = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "spec": CLAIM}
VOLUME = {
    "apiVersion": "v1",
    "kind": "PersistentVolume",
    "metadata": {"name": "data"},
    "spec": {
        "capacity": {"storage": "5Gi"},
        "accessModes": ["ReadWriteMany"],
        "csi": {"driver": "efs.csi.aws.com", "volumeHandle": "fs-1"},
    },
}
CONFIG_MAP = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "settings"},
    "data": {"app.conf": "x"},
    "binaryData": {"icon": "AAAA"},
}
SECRET = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "tls"}, "type": "kubernetes.io/tls",
          "data": {"tls.crt": "Y2VydA=="}, "stringData": {"tls.key": "key"}}
POLICY = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "web"},
    "spec": {
        "podSelector": {},
        "ingress": [
            {
                "from": [{"podSelector": {"matchLabels": {"app": "api"}}}, {"ipBlock": {"cidr": "10.0.0.0/8"}}],
                "ports": [{"port": 80, "endPort": 90}],
            }
        ],
    },
}
NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
ALL = [
    DEPLOYMENT,
    DAEMON_SET,
    STATEFUL_SET,
    JOB,
    CRON_JOB,
    SERVICE,
    EXTERNAL,
    INGRESS,
    SCALER,
    BUDGET,
    VOLUME_CLAIM,
    VOLUME,
    CONFIG_MAP,
    SECRET,
    POLICY,
    NAMESPACE,
]
PATHS = "spec.rules.0.http.paths"
METRIC = "spec.metrics.0"

CASES = [
    (DEPLOYMENT, "version-removed", {"apiVersion": "extensions/v1beta1"}, ["apiVersion"]),
    (DEPLOYMENT, "name-wrong", {"metadata.name": "web_app"}, ["metadata.name"]),
    (DEPLOYMENT, "selector-mismatch", {"spec.selector.matchLabels.app": "api"}, ["spec.selector"]),
    (DEPLOYMENT, "selector-mismatch", {"spec.selector": {}}, ["spec.selector"]),
    (DEPLOYMENT, "member-missing", {"spec.selector": GONE}, ["spec"]),
    (DAEMON_SET, "selector-mismatch", {"spec.selector.matchExpressions.0.operator": "NotIn"}, ["spec.selector"]),
    (
        DAEMON_SET,
        "requirement-wrong",
        {"spec.selector.matchExpressions.1": {"key": "app", "operator": "Exists", "values": ["x"]}},
        ["spec.selector.matchExpressions[1].values"],
    ),
    (
        DEPLOYMENT,
        "restart-policy",
        {"spec.template.spec.restartPolicy": "OnFailure"},
        ["spec.template.spec.restartPolicy"],
    ),
    (
        DEPLOYMENT,
        "template-deadline",
        {"spec.template.spec.activeDeadlineSeconds": 10},
        ["spec.template.spec.activeDeadlineSeconds"],
    ),
    (DEPLOYMENT, "label-wrong", {"spec.template.metadata.labels.team": "-a"}, ["spec.template.metadata.labels.team"]),
    (DEPLOYMENT, "count-range", {"spec.replicas": -1}, ["spec.replicas"]),
    (DEPLOYMENT, "strategy-recreate", {"spec.strategy.type": "Recreate"}, ["spec.strategy.rollingUpdate"]),
    (DEPLOYMENT, "update-nothing", {"spec.strategy.rollingUpdate.maxSurge": "0%"}, ["spec.strategy.rollingUpdate"]),
    (
        DEPLOYMENT,
        "share-wrong",
        {"spec.strategy.rollingUpdate.maxSurge": "half"},
        ["spec.strategy.rollingUpdate.maxSurge"],
    ),
    (
        DEPLOYMENT,
        "share-wrong",
        {"spec.strategy.rollingUpdate.maxUnavailable": "101%"},
        ["spec.strategy.rollingUpdate.maxUnavailable"],
    ),
    (DEPLOYMENT, "progress-deadline", {"spec.minReadySeconds": 600}, ["spec.minReadySeconds"]),
    (DEPLOYMENT, "value-unknown", {"spec.strategy": {"type": "Rolling"}}, ["spec.strategy.type"]),
    (
        DEPLOYMENT,
        "mount-unknown",
        {"spec.template.spec.containers.0.volumeMounts": [{"name": "data", "mountPath": "/data"}]},
        ["spec.template.spec.containers[web].volumeMounts[data].name"],
    ),
    (
        DAEMON_SET,
        "update-nothing",
        {"spec.updateStrategy.rollingUpdate.maxSurge": 1},
        ["spec.updateStrategy.rollingUpdate"],
    ),
    (DAEMON_SET, "strategy-recreate", {"spec.updateStrategy.type": "OnDelete"}, ["spec.updateStrategy.rollingUpdate"]),
    (
        STATEFUL_SET,
        "mount-unknown",
        {"spec.volumeClaimTemplates.0.metadata.name": "files"},
        ["spec.template.spec.containers[web].volumeMounts[data].name"],
    ),
    (
        STATEFUL_SET,
        "claim-twice",
        {"spec.volumeClaimTemplates.1": {"metadata": {"name": "data"}, "spec": CLAIM}},
        ["spec.volumeClaimTemplates[1]"],
    ),
    (
        STATEFUL_SET,
        "storage-request",
        {"spec.volumeClaimTemplates.0.spec.resources": {}},
        ["spec.volumeClaimTemplates[0].spec.resources"],
    ),
    (STATEFUL_SET, "value-unknown", {"spec.podManagementPolicy": "Ordered"}, ["spec.podManagementPolicy"]),
    (JOB, "name-wrong", {"metadata.name": "j" * 64}, ["metadata.name"]),
    (JOB, "job-restart", {"spec.template.spec.restartPolicy": GONE}, ["spec.template.spec"]),
    (JOB, "job-restart", {"spec.template.spec.restartPolicy": "Always"}, ["spec.template.spec"]),
    (JOB, "job-index", {"spec.completionMode": "Indexed"}, ["spec.completionMode"]),
    (JOB, "job-selector", {"spec.selector": {"matchLabels": {"app": "web"}}}, ["spec.selector"]),
    (
        JOB,
        "failure-policy",
        {"spec.podFailurePolicy": {"rules": []}, "spec.template.spec.restartPolicy": "OnFailure"},
        ["spec.podFailurePolicy"],
    ),
    (JOB, "count-range", {"spec.backoffLimit": -1}, ["spec.backoffLimit"]),
    (CRON_JOB, "name-wrong", {"metadata.name": "c" * 53}, ["metadata.name"]),
    (CRON_JOB, "schedule-wrong", {"spec.schedule": "0 0 * * 7"}, ["spec.schedule"]),
    (CRON_JOB, "schedule-wrong", {"spec.schedule": "0 0 * * * *"}, ["spec.schedule"]),
    (CRON_JOB, "schedule-wrong", {"spec.schedule": "CRON_TZ=UTC 0 0 * * *"}, ["spec.schedule"]),
    (CRON_JOB, "time-zone", {"spec.timeZone": "Local"}, ["spec.timeZone"]),
    (CRON_JOB, "value-unknown", {"spec.concurrencyPolicy": "Skip"}, ["spec.concurrencyPolicy"]),
    (
        CRON_JOB,
        "job-restart",
        {"spec.jobTemplate.spec.template.spec.restartPolicy": "Always"},
        ["spec.jobTemplate.spec.template.spec"],
    ),
    (SERVICE, "name-wrong", {"metadata.name": "1web"}, ["metadata.name"]),
    (SERVICE, "name-wrong", {"metadata.name": "web.shop"}, ["metadata.name"]),
    (SERVICE, "service-ports", {"spec.ports.1.name": GONE}, ["spec.ports[1]"]),
    (SERVICE, "service-ports", {"spec.ports.1.name": "http"}, ["spec.ports[http].name"]),
    (SERVICE, "service-ports", {"spec.ports.1.port": 80}, ["spec.ports[admin].port"]),
    (SERVICE, "service-ports-missing", {"spec.ports": []}, ["spec"]),
    (SERVICE, "port-number", {"spec.ports.1.port": 0}, ["spec.ports[admin].port"]),
    (SERVICE, "target-port", {"spec.ports.1.targetPort": 65536}, ["spec.ports[admin].targetPort"]),
    (SERVICE, "target-port", {"spec.ports.1.targetPort": "a_b"}, ["spec.ports[admin].targetPort"]),
    (SERVICE, "node-port", {"spec.ports.1.nodePort": 30080}, ["spec.ports[admin].nodePort"]),
    (SERVICE, "service-type", {"spec.type": "LoadBalancer", "spec.clusterIP": "None"}, ["spec.clusterIP"]),
    (SERVICE, "service-member", {"spec.loadBalancerSourceRanges": ["10.0.0.0/8"]}, ["spec.loadBalancerSourceRanges"]),
    (
        SERVICE,
        "cidr-wrong",
        {"spec.type": "LoadBalancer", "spec.loadBalancerSourceRanges": ["10.0.0.0"]},
        ["spec.loadBalancerSourceRanges[0]"],
    ),
    (
        SERVICE,
        "affinity-time",
        {"spec.sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 10}}},
        ["spec.sessionAffinityConfig"],
    ),
    (
        SERVICE,
        "affinity-range",
        {"spec.sessionAffinity": "ClientIP", "spec.sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 86401}}},
        ["spec.sessionAffinityConfig.clientIP.timeoutSeconds"],
    ),
    (SERVICE, "value-unknown", {"spec.type": "Ingress"}, ["spec.type"]),
    (EXTERNAL, "service-type", {"spec.externalName": "http://db"}, ["spec.externalName"]),
    (EXTERNAL, "service-type", {"spec.externalName": GONE}, ["spec"]),
    (INGRESS, "ingress-empty", {"spec.rules": []}, ["spec"]),
    (
        INGRESS,
        "ingress-class",
        {"metadata.annotations": {"kubernetes.io/ingress.class": "nginx"}},
        ["spec.ingressClassName"],
    ),
    (INGRESS, "ingress-host", {"spec.rules.0.host": "10.0.0.1"}, ["spec.rules[0].host"]),
    (INGRESS, "ingress-host", {"spec.rules.0.host": "a.*.example.com"}, ["spec.rules[0].host"]),
    (INGRESS, "ingress-path", {f"{PATHS}.0.path": "api"}, ["spec.rules[0].http.paths[0]"]),
    (INGRESS, "ingress-path", {f"{PATHS}.0.path": "/a//b"}, ["spec.rules[0].http.paths[0].path"]),
    (INGRESS, "value-unknown", {f"{PATHS}.0.pathType": "Regex"}, ["spec.rules[0].http.paths[0].pathType"]),
    (INGRESS, "member-missing", {f"{PATHS}.0.pathType": GONE}, ["spec.rules[0].http.paths[0]"]),
    (INGRESS, "ingress-backend", {f"{PATHS}.0.backend": {}}, ["spec.rules[0].http.paths[0].backend"]),
    (
        INGRESS,
        "ingress-backend",
        {f"{PATHS}.0.backend.service.port": {"name": "http", "number": 80}},
        ["spec.rules[0].http.paths[0].backend.service"],
    ),
    (SCALER, "replica-order", {"spec.minReplicas": 11}, ["spec.minReplicas"]),
    (SCALER, "replica-range", {"spec.minReplicas": -1}, ["spec.minReplicas"]),
    (SCALER, "replica-zero", {"spec.minReplicas": 0}, ["spec.minReplicas"]),
    (SCALER, "metric-source", {f"{METRIC}.type": "CPU"}, ["spec.metrics[0].type"]),
    (SCALER, "metric-source", {f"{METRIC}.type": "Pods"}, ["spec.metrics[0]"]),
    (
        SCALER,
        "metric-source",
        {f"{METRIC}.resource.target": {"type": "Value", "value": "1"}},
        ["spec.metrics[0].resource.target"],
    ),
    (
        SCALER,
        "metric-source",
        {f"{METRIC}.resource.target": {"type": "AverageValue"}},
        ["spec.metrics[0].resource.target"],
    ),
    (SCALER, "metric-source", {f"{METRIC}.resource.target.averageUtilization": 0}, ["spec.metrics[0].resource.target"]),
    (SCALER, "behavior-policy", {"spec.behavior.scaleDown.policies": []}, ["spec.behavior.scaleDown.policies"]),
    (
        SCALER,
        "behavior-policy",
        {"spec.behavior.scaleDown.policies.0.type": "Replicas"},
        ["spec.behavior.scaleDown.policies[0].type"],
    ),
    (
        SCALER,
        "behavior-range",
        {"spec.behavior.scaleDown.stabilizationWindowSeconds": 3601},
        ["spec.behavior.scaleDown.stabilizationWindowSeconds"],
    ),
    (
        SCALER,
        "behavior-range",
        {"spec.behavior.scaleDown.policies.0.periodSeconds": 1801},
        ["spec.behavior.scaleDown.policies[0].periodSeconds"],
    ),
    (SCALER, "scaled-kind", {"spec.scaleTargetRef.kind": "DaemonSet"}, ["spec.scaleTargetRef.kind"]),
    (BUDGET, "budget-fields", {"spec.maxUnavailable": 1}, ["spec.minAvailable"]),
    (BUDGET, "share-wrong", {"spec.minAvailable": "120%"}, ["spec.minAvailable"]),
    (BUDGET, "share-wrong", {"spec.minAvailable": -1}, ["spec.minAvailable"]),
    (VOLUME_CLAIM, "access-modes", {"spec.accessModes": []}, ["spec.accessModes"]),
    (VOLUME_CLAIM, "access-modes", {"spec.accessModes": ["ReadWrite"]}, ["spec.accessModes[0]"]),
    (VOLUME_CLAIM, "access-modes", {"spec.accessModes": ["ReadWriteOncePod", "ReadWriteOnce"]}, ["spec.accessModes"]),
    (VOLUME_CLAIM, "claim-incomplete", {"spec.accessModes": GONE}, ["spec"]),
    (VOLUME_CLAIM, "storage-request", {"spec.resources.requests.storage": "0"}, ["spec.resources.requests.storage"]),
    (VOLUME, "capacity", {"spec.capacity": GONE}, ["spec"]),
    (VOLUME, "volume-source", {"spec.nfs": {"server": "a", "path": "/"}}, ["spec"]),
    (CONFIG_MAP, "data-key", {"data": {"a/b": "x"}}, ["data[a/b]"]),
    (CONFIG_MAP, "data-twice", {"binaryData": {"app.conf": "AAAA"}}, ["binaryData[app.conf]"]),
    (CONFIG_MAP, "data-size", {"data.big": "x" * 1048576}, [""]),
    (SECRET, "secret-base64", {"data": {"tls.crt": "plain text"}}, ["data[tls.crt]"]),
    (SECRET, "secret-keys", {"stringData": {}}, ["type"]),
    (POLICY, "policy-port", {"spec.ingress.0.ports.0.endPort": 79}, ["spec.ingress[0].ports[0].endPort"]),
    (POLICY, "policy-peer", {"spec.ingress.0.from.0": {}}, ["spec.ingress[0].from[0]"]),
    (POLICY, "policy-peer", {"spec.ingress.0.from.1.podSelector": {}}, ["spec.ingress[0].from[1]"]),
    (
        POLICY,
        "cidr-wrong",
        {"spec.ingress.0.from.1.ipBlock.cidr": "10.0.0.0/33"},
        ["spec.ingress[0].from[1].ipBlock.cidr"],
    ),
    (
        POLICY,
        "requirement-wrong",
        {"spec.podSelector": {"matchExpressions": [{"key": "a", "operator": "Is"}]}},
        ["spec.podSelector.matchExpressions[0].operator"],
    ),
    (NAMESPACE, "name-wrong", {"metadata.name": "my.shop"}, ["metadata.name"]),
]


def test_valid_objects_break_nothing():
    assert broken(kubernetes(ALL)) == {}


@pytest.mark.parametrize(
    ("base", "code", "changes", "paths"), CASES, ids=lambda value: value if isinstance(value, str) else None
)
def test_broken(base, code, changes, paths):
    assert broken(kubernetes([changed(base, changes)])) == {code: [f"{base['kind']}:{path}" for path in paths]}


def test_a_service_names_a_port_of_its_pods():
    wrong = changed(SERVICE, {"spec.ports.0.targetPort": "https"})
    assert broken(kubernetes([DEPLOYMENT, wrong])) == {"target-port-unknown": ["Service:spec.ports[http].targetPort"]}
    assert broken(kubernetes([wrong])) == {}


def test_an_ingress_names_a_port_of_its_service():
    wrong = changed(INGRESS, {f"{PATHS}.0.backend.service.port.number": 8080})
    assert broken(kubernetes([SERVICE, wrong])) == {
        "backend-unknown": ["Ingress:spec.rules[0].http.paths[0].backend.service"]
    }


def test_utilization_needs_requests():
    """A limit is a request as well; a request of the whole pod stands for its containers."""
    bare = changed(DEPLOYMENT, {"spec.template.spec.containers.0.resources": GONE})
    assert broken(kubernetes([bare, SCALER])) == {
        "scaled-unsized": ["HorizontalPodAutoscaler:spec.metrics[0].resource"]
    }
    for place in ("spec.template.spec.containers.0.resources", "spec.template.spec.resources"):
        assert broken(kubernetes([changed(bare, {place: {"limits": {"cpu": 1}}}), SCALER])) == {}
    elsewhere = changed(SCALER, {"metadata.namespace": "other"})
    assert broken(kubernetes([bare, elsewhere])) == {}


def test_two_autoscalers_of_one_workload():
    assert broken(kubernetes([DEPLOYMENT, SCALER, changed(SCALER, {"metadata.name": "web2"})])) == {
        "scaled-twice": ["HorizontalPodAutoscaler:spec.scaleTargetRef"],
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"spec.clusterIP": "None", "spec.ports": GONE},
        {"spec.type": "NodePort", "spec.ports.0.nodePort": 30080},
        {"spec.ports.0.targetPort": 0},
        {
            "spec.type": "LoadBalancer",
            "spec.externalTrafficPolicy": "Local",
            "spec.loadBalancerSourceRanges": ["10.0.0.0/8"],
        },
    ],
)
def test_fine_services(changes):
    assert broken(kubernetes([changed(SERVICE, changes)])) == {}


def test_an_old_ingress_is_not_judged_by_the_shape_of_today():
    old = changed(
        INGRESS,
        {"apiVersion": "networking.k8s.io/v1beta1", f"{PATHS}.0.backend": {"serviceName": "web", "servicePort": 80}},
    )
    assert broken(kubernetes([old])) == {"version-removed": ["Ingress:apiVersion"]}


def test_no_secret_is_shown():
    canary = "c4nary-s3cret"
    secret = changed(
        SECRET,
        {"data": {"tls.crt": canary, "a/b": base64.b64encode(canary.encode()).decode()}, "stringData": {"c/d": canary}},
    )
    found = str([finding.to_dict() for finding in check(kubernetes([secret]))])
    assert canary not in found and base64.b64encode(canary.encode()).decode() not in found
