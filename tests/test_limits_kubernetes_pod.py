"""What the API server refuses in pods though the schema accepts it. Expected: the API reference and concept pages."""
import pytest

from limit_cases import GONE, broken, changed, kubernetes

WEB = {
    "name": "web",
    "image": "nginx:1.27",
    "ports": [{"name": "http", "containerPort": 80}],
    "env": [
        {"name": "MODE", "value": "live"},
        {"name": "my.var", "value": ""},
        {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
        {"name": "TEAM", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['team']"}}},
    ],
    "envFrom": [{"configMapRef": {"name": "settings"}, "prefix": "APP_"}],
    "resources": {
        "requests": {"cpu": "250m", "memory": "128Mi"},
        "limits": {"cpu": 1, "memory": "0.5Gi", "nvidia.com/gpu": 1},
    },
    "livenessProbe": {"httpGet": {"path": "/", "port": "http"}, "periodSeconds": 10},
    "readinessProbe": {"tcpSocket": {"port": 80}, "successThreshold": 2},
    "lifecycle": {"preStop": {"sleep": {"seconds": 5}}},
    "volumeMounts": [{"name": "data", "mountPath": "/data"}],
    "securityContext": {
        "runAsUser": 1000,
        "allowPrivilegeEscalation": False,
        "seccompProfile": {"type": "RuntimeDefault"},
    },
}
POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "namespace": "shop", "labels": {"app.kubernetes.io/name": "web"}},
    "spec": {
        "containers": [WEB, {"name": "side", "image": "envoy"}],
        "initContainers": [
            {"name": "setup", "image": "busybox"},
            {
                "name": "proxy",
                "image": "envoy",
                "restartPolicy": "Always",
                "startupProbe": {"exec": {"command": ["true"]}},
            },
        ],
        "volumes": [
            {"name": "data", "emptyDir": {}},
            {"name": "settings", "configMap": {"name": "settings", "items": [{"key": "a", "path": "b/c"}]}},
        ],
        "terminationGracePeriodSeconds": 30,
        "serviceAccountName": "web",
        "tolerations": [
            {"key": "gpu", "operator": "Equal", "value": "yes", "effect": "NoSchedule"},
            {"operator": "Exists"},
        ],
        "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}],
    },
}
C, S, I = "spec.containers.0", "spec.containers.1", "spec.initContainers.0"
WEB_AT, SIDE_AT, SETUP_AT = "spec.containers[web]", "spec.containers[side]", "spec.initContainers[setup]"
AFFINITY = "spec.affinity.nodeAffinity"
REQUIRED = f"{AFFINITY}.requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = f"{AFFINITY}.preferredDuringSchedulingIgnoredDuringExecution"

CASES = [
    ("containers-missing", {"spec.containers": []}, ["spec.containers"]),
    ("member-missing", {"spec.containers": GONE}, ["spec"]),
    ("container-name", {f"{S}.name": "Side_Car"}, ["spec.containers[Side_Car].name"]),
    ("container-name-twice", {f"{S}.name": "setup"}, ["spec.containers[setup].name"]),
    ("image-missing", {f"{S}.image": GONE}, [SIDE_AT]),
    ("image-missing", {f"{S}.image": " envoy"}, [f"{SIDE_AT}.image"]),
    ("port-name", {f"{C}.ports.1": {"name": "my_port", "containerPort": 81}}, [f"{WEB_AT}.ports[my_port].name"]),
    (
        "port-name",
        {f"{C}.ports.1": {"name": "abcdefghijklmnop", "containerPort": 81}},
        [f"{WEB_AT}.ports[abcdefghijklmnop].name"],
    ),
    ("port-name", {f"{C}.ports.1": {"name": "http", "containerPort": 81}}, [f"{WEB_AT}.ports[http].name"]),
    ("port-name-shared", {f"{S}.ports": [{"name": "http", "containerPort": 81}]}, [f"{SIDE_AT}.ports[http].name"]),
    ("port-twice", {f"{C}.ports.1": {"name": "again", "containerPort": 80}}, [f"{WEB_AT}.ports[again].containerPort"]),
    ("port-number", {f"{C}.ports.0.containerPort": 99999}, [f"{WEB_AT}.ports[http].containerPort"]),
    ("port-number", {f"{C}.ports.0.containerPort": 0}, [f"{WEB_AT}.ports[http].containerPort"]),
    (
        "host-port-differs",
        {"spec.hostNetwork": True, f"{C}.ports.0.hostPort": 8080},
        [f"{WEB_AT}.ports[http].hostPort"],
    ),
    (
        "host-port-twice",
        {f"{C}.ports.0.hostPort": 8080, f"{S}.ports": [{"containerPort": 81, "hostPort": 8080}]},
        [f"{SIDE_AT}.ports[0].hostPort"],
    ),
    ("env-name", {f"{C}.env.4": {"name": "A=B"}}, [f"{WEB_AT}.env[A=B].name"]),
    ("env-name", {f"{C}.env.4": {"name": ""}}, [f"{WEB_AT}.env[4].name"]),
    ("env-twice", {f"{C}.env.4": {"name": "MODE", "value": "test"}}, [f"{WEB_AT}.env[MODE].name"]),
    ("env-source", {f"{C}.env.2.value": "10.0.0.1"}, [f"{WEB_AT}.env[IP]"]),
    ("env-source", {f"{C}.env.2.valueFrom": {}}, [f"{WEB_AT}.env[IP].valueFrom"]),
    (
        "env-source",
        {f"{C}.env.2.valueFrom.fieldRef.fieldPath": "spec.hostname"},
        [f"{WEB_AT}.env[IP].valueFrom.fieldRef"],
    ),
    ("env-from", {f"{C}.envFrom.0.secretRef": {"name": "s"}}, [f"{WEB_AT}.envFrom[0]"]),
    ("env-from", {f"{C}.envFrom.0.prefix": "A="}, [f"{WEB_AT}.envFrom[0].prefix"]),
    ("mount-unknown", {f"{C}.volumeMounts.0.name": "nothing"}, [f"{WEB_AT}.volumeMounts[nothing].name"]),
    (
        "mount-path",
        {f"{C}.volumeMounts.1": {"name": "settings", "mountPath": "/data"}},
        [f"{WEB_AT}.volumeMounts[settings].mountPath"],
    ),
    ("sub-path", {f"{C}.volumeMounts.0.subPath": "../etc"}, [f"{WEB_AT}.volumeMounts[data].subPath"]),
    (
        "sub-path",
        {f"{C}.volumeMounts.0.subPath": "a", f"{C}.volumeMounts.0.subPathExpr": "$(A)"},
        [f"{WEB_AT}.volumeMounts[data]"],
    ),
    (
        "mount-propagation",
        {f"{C}.volumeMounts.0.mountPropagation": "Bidirectional"},
        [f"{WEB_AT}.volumeMounts[data].mountPropagation"],
    ),
    ("volume-name", {"spec.volumes.2": {"name": "data"}}, ["spec.volumes[data].name"]),
    ("volume-name", {"spec.volumes.2": {"name": "my_data"}}, ["spec.volumes[my_data].name"]),
    ("volume-kinds", {"spec.volumes.0.hostPath": {"path": "/srv"}}, ["spec.volumes[data]"]),
    (
        "host-path",
        {"spec.volumes.2": {"name": "up", "hostPath": {"path": "/srv/../etc"}}},
        ["spec.volumes[up].hostPath.path"],
    ),
    (
        "item-path",
        {"spec.volumes.1.configMap.items.0.path": "/etc/passwd"},
        ["spec.volumes[settings].configMap.items[0].path"],
    ),
    ("hook-handler", {f"{C}.lifecycle.preStop.exec": {"command": ["true"]}}, [f"{WEB_AT}.lifecycle.preStop"]),
    ("hook-sleep", {f"{C}.lifecycle.preStop.sleep.seconds": 31}, [f"{WEB_AT}.lifecycle.preStop.sleep.seconds"]),
    ("privilege", {f"{C}.securityContext.privileged": True}, [f"{WEB_AT}.securityContext.allowPrivilegeEscalation"]),
    (
        "privilege",
        {f"{C}.securityContext.capabilities": {"add": ["CAP_SYS_ADMIN"]}},
        [f"{WEB_AT}.securityContext.allowPrivilegeEscalation"],
    ),
    (
        "profile",
        {f"{C}.securityContext.seccompProfile.type": "Localhost"},
        [f"{WEB_AT}.securityContext.seccompProfile"],
    ),
    ("id-range", {f"{C}.securityContext.runAsUser": -1}, [f"{WEB_AT}.securityContext.runAsUser"]),
    ("init-container-field", {f"{I}.readinessProbe": {"exec": {"command": ["true"]}}}, [f"{SETUP_AT}.readinessProbe"]),
    ("probe-handler", {f"{C}.livenessProbe.exec": {"command": ["true"]}}, [f"{WEB_AT}.livenessProbe"]),
    ("probe-handler", {f"{C}.livenessProbe": {"exec": {"command": []}}}, [f"{WEB_AT}.livenessProbe.exec"]),
    ("probe-range", {f"{C}.livenessProbe.periodSeconds": -1}, [f"{WEB_AT}.livenessProbe.periodSeconds"]),
    (
        "probe-range",
        {f"{C}.livenessProbe.terminationGracePeriodSeconds": 0},
        [f"{WEB_AT}.livenessProbe.terminationGracePeriodSeconds"],
    ),
    ("success-threshold", {f"{C}.livenessProbe.successThreshold": 2}, [f"{WEB_AT}.livenessProbe.successThreshold"]),
    ("probe-port", {f"{C}.readinessProbe.tcpSocket.port": 70000}, [f"{WEB_AT}.readinessProbe.tcpSocket.port"]),
    ("probe-port-unknown", {f"{C}.livenessProbe.httpGet.port": "admin"}, [f"{WEB_AT}.livenessProbe.httpGet.port"]),
    (
        "readiness-grace",
        {f"{C}.readinessProbe.terminationGracePeriodSeconds": 5},
        [f"{WEB_AT}.readinessProbe.terminationGracePeriodSeconds"],
    ),
    ("quantity-wrong", {f"{C}.resources.requests.cpu": "250 m"}, [f"{WEB_AT}.resources.requests.cpu"]),
    (
        "quantity-wrong",
        {f"{C}.resources.limits.memory": "1K", f"{C}.resources.requests": GONE},
        [f"{WEB_AT}.resources.limits.memory"],
    ),
    ("quantity-wrong", {f"{C}.resources.requests.cpu": "-1"}, [f"{WEB_AT}.resources.requests.cpu"]),
    # 1G is 10^9 bytes, 0.5Gi is 536,870,912.
    ("request-above-limit", {f"{C}.resources.requests.memory": "1G"}, [f"{WEB_AT}.resources.requests.memory"]),
    (
        "device-count",
        {f"{C}.resources.limits": {"nvidia.com/gpu": "500m"}, f"{C}.resources.requests": GONE},
        [f"{WEB_AT}.resources.limits[nvidia.com/gpu]"],
    ),
    ("device-count", {f"{C}.resources.requests.hugepages-2Mi": "4Mi"}, [f"{WEB_AT}.resources.requests.hugepages-2Mi"]),
    ("memory-slip", {f"{C}.resources.requests.memory": "100m"}, [f"{WEB_AT}.resources.requests.memory"]),
    ("dns-config", {"spec.dnsPolicy": "None"}, ["spec.dnsPolicy"]),
    ("dns-count", {"spec.dnsConfig": {"nameservers": ["1.1.1.1"] * 4}}, ["spec.dnsConfig.nameservers"]),
    ("host-name", {"spec.hostname": "web.shop"}, ["spec.hostname"]),
    ("host-alias", {"spec.hostAliases": [{"ip": "localhost", "hostnames": ["a"]}]}, ["spec.hostAliases[0].ip"]),
    ("account-name", {"spec.serviceAccountName": "Web"}, ["spec.serviceAccountName"]),
    ("process-sharing", {"spec.shareProcessNamespace": True, "spec.hostPID": True}, ["spec.shareProcessNamespace"]),
    (
        "sysctl-twice",
        {"spec.securityContext": {"sysctls": [{"name": "a.b", "value": "1"}] * 2}},
        ["spec.securityContext.sysctls[a.b].name"],
    ),
    (
        "topology-spread",
        {"spec.topologySpreadConstraints.0.minDomains": 2},
        ["spec.topologySpreadConstraints[0].minDomains"],
    ),
    (
        "topology-spread",
        {"spec.topologySpreadConstraints.1": POD["spec"]["topologySpreadConstraints"][0]},
        ["spec.topologySpreadConstraints[1]"],
    ),
    ("toleration", {"spec.tolerations.1.value": "x"}, ["spec.tolerations[1].value"]),
    ("toleration", {"spec.tolerations.0.key": GONE}, ["spec.tolerations[0]"]),
    ("toleration", {"spec.tolerations.0.tolerationSeconds": 5}, ["spec.tolerations[0].tolerationSeconds"]),
    ("node-affinity", {REQUIRED: {"nodeSelectorTerms": []}}, [REQUIRED]),
    (
        "node-requirement",
        {REQUIRED: {"nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "In"}]}]}},
        [f"{REQUIRED}.nodeSelectorTerms[0].matchExpressions[0]"],
    ),
    (
        "node-requirement",
        {REQUIRED: {"nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "Gt", "values": ["x"]}]}]}},
        [f"{REQUIRED}.nodeSelectorTerms[0].matchExpressions[0]"],
    ),
    ("affinity-weight", {PREFERRED: [{"weight": 101, "preference": {}}]}, [f"{PREFERRED}[0].weight"]),
    ("pod-range", {"spec.topologySpreadConstraints.0.maxSkew": 0}, ["spec.topologySpreadConstraints[0].maxSkew"]),
    ("pod-range", {"spec.activeDeadlineSeconds": 0}, ["spec.activeDeadlineSeconds"]),
    ("label-wrong", {"metadata.labels.team": "two words"}, ["metadata.labels.team"]),
    ("label-wrong", {"metadata.labels.cost:center": "1"}, ["metadata.labels[cost:center]"]),
    ("annotation-wrong", {"metadata.annotations": {"a b": ""}}, ["metadata.annotations[a b]"]),
    ("annotation-wrong", {"metadata.annotations": {"a": "x" * 262144}}, ["metadata.annotations"]),
    (
        "owner-incomplete",
        {"metadata.ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": ""}]},
        ["metadata.ownerReferences[web]"],
    ),
    ("name-wrong", {"metadata.name": "Web"}, ["metadata.name"]),
    ("name-wrong", {"metadata.name": "a" * 254}, ["metadata.name"]),
    ("name-missing", {"metadata.name": GONE}, [""]),
    ("namespace-wrong", {"metadata.namespace": "my.shop"}, ["metadata.namespace"]),
]
# The values of each field that has a closed set, with one that is not among them.
VALUES = [
    ("spec.restartPolicy", "always"),
    (f"{C}.ports.0.protocol", "tcp"),
    (f"{C}.imagePullPolicy", "IfAbsent"),
    ("spec.dnsPolicy", "Cluster"),
    (f"{C}.terminationMessagePolicy", "Log"),
    (f"{C}.livenessProbe.httpGet.scheme", "http"),
    ("spec.tolerations.0.effect", "NoRun"),
    ("spec.tolerations.0.operator", "Is"),
    ("spec.topologySpreadConstraints.0.whenUnsatisfiable", "Never"),
    ("spec.volumes.0.emptyDir.medium", "memory"),
    ("spec.preemptionPolicy", "Always"),
    ("spec.os", {"name": "darwin"}),
    (f"{C}.securityContext.procMount", "None"),
    (f"{C}.volumeMounts.0.mountPropagation", "Both"),
    (f"{C}.securityContext.seccompProfile.type", "Default"),
    ("spec.securityContext", {"fsGroupChangePolicy": "Never"}),
]


def test_a_valid_pod_breaks_nothing():
    assert broken(kubernetes([POD])) == {}


@pytest.mark.parametrize(
    ("code", "changes", "paths"), CASES, ids=lambda value: value if isinstance(value, str) else None
)
def test_broken(code, changes, paths):
    assert broken(kubernetes([changed(POD, changes)])) == {code: [f"Pod:{path}" for path in paths]}


@pytest.mark.parametrize(("path", "value"), VALUES)
def test_values(path, value):
    assert list(broken(kubernetes([changed(POD, {path: value})]))) == ["value-unknown"]


@pytest.mark.parametrize(
    "path", ["spec.restartPolicy", f"{C}.imagePullPolicy", f"{C}.ports.0.protocol", "spec.dnsPolicy"]
)
def test_an_empty_value_is_none(path):
    assert broken(kubernetes([changed(POD, {path: ""})])) == {}


def test_zero_of_a_probe_is_none():
    zero = dict.fromkeys(
        ("periodSeconds", "timeoutSeconds", "successThreshold", "failureThreshold", "initialDelaySeconds"), 0
    )
    assert (
        broken(kubernetes([changed(POD, {f"{C}.livenessProbe.{name}": value for name, value in zero.items()})])) == {}
    )


def test_generate_name_is_a_name():
    assert broken(kubernetes([changed(POD, {"metadata.name": GONE, "metadata.generateName": "web-"})])) == {}


def test_placeholders_are_never_refused():
    values = {
        "metadata.name": "${NAME}",
        "metadata.namespace": "${NAMESPACE}",
        "metadata.labels": {"${KEY}": "${VALUE} x"},
        f"{C}.image": "${IMAGE}",
        f"{C}.ports.0.containerPort": "${PORT}",
        f"{C}.resources.requests.cpu": "${CPU}",
        f"{C}.livenessProbe.httpGet.port": "${PORT}",
        f"{C}.env.0.name": "${VARIABLE}",
        "spec.volumes": "${VOLUMES}",
        f"{C}.volumeMounts": "${MOUNTS}",
        "spec.restartPolicy": "${POLICY}",
        "spec.containers.1": "${SIDECAR}",
        "spec.terminationGracePeriodSeconds": "${SECONDS}",
        "spec.tolerations": "${TOLERATIONS}",
    }
    assert broken(kubernetes([changed(POD, values)])) == {}


def test_kinds_of_other_groups_are_not_judged():
    assert (
        broken(
            kubernetes(
                [
                    {
                        "apiVersion": "serving.knative.dev/v1",
                        "kind": "Service",
                        "metadata": {"name": "A_B"},
                        "spec": {"type": "x"},
                    }
                ]
            )
        )
        == {}
    )
    assert broken(kubernetes([{"apiVersion": "v1", "kind": "List", "items": []}])) == {}
