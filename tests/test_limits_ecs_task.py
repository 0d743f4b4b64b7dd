"""What RegisterTaskDefinition refuses. Expected: the API reference of each data type, and the developer guide."""
import pytest

from limit_cases import GONE, broken, changed, ecs

WEB = {
    "name": "web", "image": "nginx:1.27", "essential": True, "cpu": 128, "memory": 256, "memoryReservation": 128,
    "portMappings": [{"name": "http", "containerPort": 80, "protocol": "tcp"}],
    "environment": [{"name": "MODE", "value": "live"}],
    "secrets": [{"name": "KEY", "valueFrom": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf:key::"}],
    "healthCheck": {"command": ["CMD-SHELL", "curl -f http://localhost/"], "interval": 30, "timeout": 5, "retries": 3},
    "mountPoints": [{"sourceVolume": "data", "containerPath": "/data"}],
    "dependsOn": [{"containerName": "setup", "condition": "SUCCESS"}],
    "logConfiguration": {"logDriver": "awslogs", "options": {
        "awslogs-group": "/ecs/web", "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "ecs",
    }},
}
SETUP = {"name": "setup", "image": "busybox", "essential": False}
TASK = {
    "family": "web",
    "networkMode": "awsvpc",
    "requiresCompatibilities": ["FARGATE"],
    "cpu": "256",
    "memory": "512",
    "executionRoleArn": "${EXECUTION_ROLE_ARN}",
    "containerDefinitions": [WEB, SETUP],
    "volumes": [{"name": "data", "host": {}}],
}
ON_EC2 = changed(TASK, {"requiresCompatibilities": ["EC2"], "networkMode": "bridge", "memory": GONE, "cpu": GONE,
                        "containerDefinitions.1.memory": 64})
C = "containerDefinitions"
WEB_AT, SETUP_AT = "containerDefinitions[web]", "containerDefinitions[setup]"
W, S = f"{C}.0", f"{C}.1"
LINUX = f"{W}.linuxParameters"
EFS = {"name": "efs", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}}


def one(number):
    return {"name": f"c{number}", "image": "busybox", "essential": False}


FARGATE_CASES = [
    # 77 sizes: 256 CPU units come with 512, 1024 or 2048 MiB.
    ("fargate-size", {"memory": "8192"}, ["memory"]),
    ("fargate-size", {"cpu": GONE}, [""]),
    ("fargate-size", {"cpu": "512"}, ["memory"]),
    ("task-size-unreadable", {"cpu": "abc"}, ["cpu"]),
    ("fargate-network-mode", {"networkMode": "bridge"}, ["networkMode"]),
    ("fargate-network-mode", {"networkMode": GONE}, ["networkMode"]),
    ("fargate-pid-mode", {"pidMode": "host"}, ["pidMode"]),
    (
        "fargate-capability",
        {f"{LINUX}.capabilities": {"add": ["SYS_PTRACE", "NET_ADMIN"], "drop": ["ALL"]}},
        [f"{WEB_AT}.linuxParameters.capabilities.add[1]"],
    ),
    (
        "capability-unknown",
        {f"{LINUX}.capabilities": {"drop": ["CAP_CHOWN"]}},
        [f"{WEB_AT}.linuxParameters.capabilities.drop[0]"],
    ),
    (
        "fargate-log-driver",
        {f"{W}.logConfiguration": {"logDriver": "syslog"}},
        [f"{WEB_AT}.logConfiguration.logDriver"],
    ),
    ("fargate-timeout", {f"{W}.stopTimeout": 121}, [f"{WEB_AT}.stopTimeout"]),
    ("fargate-timeout", {f"{W}.startTimeout": 1}, [f"{WEB_AT}.startTimeout"]),
    (
        "fargate-windows",
        {"runtimePlatform": {"operatingSystemFamily": "WINDOWS_SERVER_2016_FULL"}, "cpu": "1024", "memory": "2048"},
        ["runtimePlatform.operatingSystemFamily"],
    ),
    ("fargate-size", {"runtimePlatform": {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}}, ["memory"]),
    ("log-prefix", {f"{W}.logConfiguration.options.awslogs-stream-prefix": GONE}, [f"{WEB_AT}.logConfiguration"]),
    ("log-options", {f"{W}.logConfiguration.options.awslogs-region": GONE}, [f"{WEB_AT}.logConfiguration"]),
    ("execution-role", {"executionRoleArn": GONE}, [f"{WEB_AT}.secrets", f"{WEB_AT}.logConfiguration"]),
    ("essential-missing", {f"{W}.essential": False}, [C]),
    ("containers-count", {C: [WEB, SETUP, *map(one, range(9))]}, [C]),
    ("container-name-twice", {f"{C}.2": SETUP}, [f"{SETUP_AT}.name"]),
    ("container-incomplete", {f"{S}.image": GONE}, [SETUP_AT]),
    ("memory-order", {f"{W}.memoryReservation": 256}, [f"{WEB_AT}.memory"]),
    ("memory-least", {f"{S}.memory": 4}, [f"{SETUP_AT}.memory"]),
    ("memory-sum", {f"{S}.memory": 500}, ["memory"]),
    ("container-limit", {f"{W}.memory": 600}, [f"{WEB_AT}.memory"]),
    ("cpu-sum", {f"{S}.cpu": 200}, ["cpu"]),
    ("definition-size", {f"{W}.environment.1": {"name": "BIG", "value": "x" * 65536}}, [""]),
    ("depends-on-unknown", {f"{W}.dependsOn.0.containerName": "nobody"}, [f"{WEB_AT}.dependsOn[0].containerName"]),
    ("depends-on-essential", {f"{S}.essential": True}, [f"{WEB_AT}.dependsOn[0].condition"]),
    ("depends-on-essential", {f"{S}.essential": GONE}, [f"{WEB_AT}.dependsOn[0].condition"]),
    ("depends-on-health", {f"{W}.dependsOn.0.condition": "HEALTHY"}, [f"{WEB_AT}.dependsOn[0].condition"]),
    (
        "depends-on-circle",
        {f"{S}.dependsOn": [{"containerName": "web", "condition": "START"}]},
        [f"{WEB_AT}.dependsOn", f"{SETUP_AT}.dependsOn"],
    ),
    ("host-port-differs", {f"{W}.portMappings.0.hostPort": 8080}, [f"{WEB_AT}.portMappings[http].hostPort"]),
    (
        "port-two-protocols",
        {f"{W}.portMappings.1": {"containerPort": 80, "protocol": "udp"}},
        [f"{WEB_AT}.portMappings[1].containerPort"],
    ),
    ("port-taken", {f"{S}.portMappings": [{"containerPort": 80}]}, [f"{SETUP_AT}.portMappings[0].containerPort"]),
    (
        "port-name-twice",
        {f"{S}.portMappings": [{"containerPort": 81, "name": "http"}]},
        [f"{SETUP_AT}.portMappings[http].name"],
    ),
    ("port-number", {f"{W}.portMappings.0.containerPort": 70000}, [f"{WEB_AT}.portMappings[http].containerPort"]),
    (
        "port-range-wrong",
        {f"{W}.portMappings.1": {"containerPortRange": "8090-8080"}},
        [f"{WEB_AT}.portMappings[1].containerPortRange"],
    ),
    ("port-name", {f"{W}.portMappings.0.name": "HTTP"}, [f"{WEB_AT}.portMappings[HTTP].name"]),
    ("only-bridge", {f"{W}.links": ["setup"]}, [f"{WEB_AT}.links"]),
    ("not-awsvpc", {f"{W}.hostname": "web"}, [f"{WEB_AT}.hostname"]),
    ("env-name-twice", {f"{W}.environment.1": {"name": "MODE", "value": "test"}}, [f"{WEB_AT}.environment[MODE].name"]),
    ("env-name-wrong", {f"{W}.environment.1": {"name": "A=B", "value": ""}}, [f"{WEB_AT}.environment[A=B].name"]),
    ("env-and-secret", {f"{W}.environment.1": {"name": "KEY", "value": "x"}}, [f"{WEB_AT}.secrets[KEY].name"]),
    (
        "secret-name-twice",
        {f"{W}.secrets.1": {"name": "KEY", "valueFrom": "/web/key"}},
        [f"{WEB_AT}.secrets[KEY].name"],
    ),
    # Of seven fields an ARN names the secret; a JSON key needs both colons behind it.
    (
        "secret-reference",
        {f"{W}.secrets.0.valueFrom": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf:key"},
        [f"{WEB_AT}.secrets[KEY].valueFrom"],
    ),
    ("secret-reference", {f"{W}.secrets.0.valueFrom": "arn:aws:s3:::bucket/key"}, [f"{WEB_AT}.secrets[KEY].valueFrom"]),
    (
        "secret-reference",
        {
            f"{W}.secrets.0.valueFrom": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-Ab:k:AWSCURRENT:9d4c"
        },
        [f"{WEB_AT}.secrets[KEY].valueFrom"],
    ),
    (
        "environment-file",
        {f"{W}.environmentFiles": [{"type": "s3", "value": "arn:aws:s3:::bucket/settings.txt"}]},
        [f"{WEB_AT}.environmentFiles[0].value"],
    ),
    (
        "environment-file-count",
        {f"{W}.environmentFiles": [{"type": "s3", "value": "arn:aws:s3:::bucket/a.env"}] * 11},
        [f"{WEB_AT}.environmentFiles"],
    ),
    (
        "health-command",
        {f"{W}.healthCheck.command": ["curl", "-f", "http://localhost"]},
        [f"{WEB_AT}.healthCheck.command"],
    ),
    ("health-command", {f"{W}.healthCheck.command": ["CMD"]}, [f"{WEB_AT}.healthCheck.command"]),
    ("health-shell", {f"{W}.healthCheck.command": ["CMD-SHELL", "curl", "-f"]}, [f"{WEB_AT}.healthCheck.command"]),
    ("health-check-range", {f"{W}.healthCheck.interval": 4}, [f"{WEB_AT}.healthCheck.interval"]),
    ("health-check-range", {f"{W}.healthCheck.timeout": 61}, [f"{WEB_AT}.healthCheck.timeout"]),
    ("health-check-range", {f"{W}.healthCheck.retries": 11}, [f"{WEB_AT}.healthCheck.retries"]),
    ("health-check-range", {f"{W}.healthCheck.startPeriod": 301}, [f"{WEB_AT}.healthCheck.startPeriod"]),
    (
        "restart-period",
        {f"{W}.restartPolicy": {"enabled": True, "restartAttemptPeriod": 30}},
        [f"{WEB_AT}.restartPolicy.restartAttemptPeriod"],
    ),
    (
        "restart-codes",
        {f"{W}.restartPolicy": {"enabled": True, "ignoredExitCodes": list(range(51))}},
        [f"{WEB_AT}.restartPolicy.ignoredExitCodes"],
    ),
    (
        "ulimit-order",
        {f"{W}.ulimits": [{"name": "nofile", "softLimit": 10, "hardLimit": 5}]},
        [f"{WEB_AT}.ulimits[nofile]"],
    ),
    (
        "system-control",
        {f"{W}.systemControls": [{"namespace": "vm.max_map_count", "value": "1"}]},
        [f"{WEB_AT}.systemControls[0].namespace"],
    ),
    ("tmpfs-wrong", {f"{LINUX}.tmpfs": [{"containerPath": "run", "size": 16}]}, [f"{WEB_AT}.linuxParameters.tmpfs[0]"]),
    ("firelens-missing", {f"{W}.logConfiguration": {"logDriver": "awsfirelens"}}, [f"{WEB_AT}.logConfiguration"]),
    (
        "firelens-twice",
        {f"{W}.firelensConfiguration": {"type": "fluentbit"}, f"{S}.firelensConfiguration": {"type": "fluentbit"}},
        [f"{SETUP_AT}.firelensConfiguration"],
    ),
    (
        "fargate-firelens-file",
        {f"{S}.firelensConfiguration": {"type": "fluentbit", "options": {"config-file-type": "s3"}}},
        [f"{SETUP_AT}.firelensConfiguration.options"],
    ),
    ("credential-specs", {f"{W}.credentialSpecs": ["a", "b"]}, [f"{WEB_AT}.credentialSpecs"]),
    ("mount-unknown", {f"{W}.mountPoints.0.sourceVolume": "nothing"}, [f"{WEB_AT}.mountPoints[0].sourceVolume"]),
    (
        "mount-twice",
        {f"{W}.mountPoints.1": {"sourceVolume": "data", "containerPath": "/data"}},
        [f"{WEB_AT}.mountPoints[1].containerPath"],
    ),
    (
        "volumes-from-unknown",
        {f"{W}.volumesFrom": [{"sourceContainer": "nobody"}]},
        [f"{WEB_AT}.volumesFrom[0].sourceContainer"],
    ),
    (
        "volumes-from-unknown",
        {f"{W}.volumesFrom": [{"sourceContainer": "web"}]},
        [f"{WEB_AT}.volumesFrom[0].sourceContainer"],
    ),
    ("volume-name-twice", {"volumes.1": {"name": "data"}}, ["volumes[data].name"]),
    ("volume-kinds", {"volumes.1": {**EFS, "configuredAtLaunch": True}}, ["volumes[efs]"]),
    (
        "volume-kinds",
        {
            "volumes.1": {"name": "a", "configuredAtLaunch": True},
            "volumes.2": {"name": "b", "configuredAtLaunch": True},
        },
        ["volumes[b].configuredAtLaunch"],
    ),
    (
        "efs-encryption",
        {"volumes.1": changed(EFS, {"efsVolumeConfiguration.authorizationConfig": {"accessPointId": "fsap-1"}})},
        ["volumes[efs].efsVolumeConfiguration"],
    ),
    (
        "efs-encryption",
        {"volumes.1": changed(EFS, {"efsVolumeConfiguration.authorizationConfig": {"iam": "ENABLED"}})},
        ["volumes[efs].efsVolumeConfiguration"],
    ),
    (
        "efs-root",
        {
            "volumes.1": changed(
                EFS,
                {
                    "efsVolumeConfiguration.authorizationConfig": {"accessPointId": "fsap-1"},
                    "efsVolumeConfiguration.transitEncryption": "ENABLED",
                    "efsVolumeConfiguration.rootDirectory": "/a",
                },
            )
        },
        ["volumes[efs].efsVolumeConfiguration.rootDirectory"],
    ),
    ("ephemeral-storage-range", {"ephemeralStorage": {"sizeInGiB": 20}}, ["ephemeralStorage.sizeInGiB"]),
    ("ephemeral-storage-range", {"ephemeralStorage": {"sizeInGiB": 201}}, ["ephemeralStorage.sizeInGiB"]),
    (
        "proxy-container",
        {"proxyConfiguration": {"type": "APPMESH", "containerName": "envoy"}},
        ["proxyConfiguration.containerName"],
    ),
    ("name", {"family": "web app"}, ["family"]),
    ("name", {f"{S}.name": "a.b", f"{W}.dependsOn": []}, [f"{C}[a.b].name"]),
    ("tags", {"tags": [{"key": "aws:owner", "value": "me"}]}, ["tags[0]"]),
    ("tags", {"tags": [{"key": "a", "value": "x"}, {"key": "a", "value": "y"}]}, ["tags[1]"]),
    ("tags", {"tags": [{"key": f"k{number}", "value": ""} for number in range(51)]}, ["tags"]),
    ("value-unknown", {f"{W}.portMappings.0.protocol": "TCP"}, [f"{WEB_AT}.portMappings[http].protocol"]),
    ("value-unknown", {"requiresCompatibilities.1": "LAMBDA"}, ["requiresCompatibilities[1]"]),
    ("member-missing", {f"{W}.healthCheck.command": GONE}, [f"{WEB_AT}.healthCheck"]),
    ("member-missing", {f"{W}.secrets.0.valueFrom": GONE}, [f"{WEB_AT}.secrets[KEY]"]),
    ("reference-unknown", {"taskRoleArn": "${roles.web.Arn}"}, ["taskRoleArn"]),
]

EC2_CASES = [
    ("memory-missing", {f"{S}.memory": GONE}, [SETUP_AT]),
    ("task-cpu-range", {"cpu": "64", f"{W}.cpu": 32}, ["cpu"]),
    ("instance-field", {"ephemeralStorage": {"sizeInGiB": 30}}, ["ephemeralStorage"]),
    (
        "host-port-taken",
        {f"{W}.portMappings.0.hostPort": 8000, f"{S}.portMappings": [{"containerPort": 81, "hostPort": 8000}]},
        [f"{SETUP_AT}.portMappings[0].hostPort"],
    ),
    ("host-port-reserved", {f"{W}.portMappings.0.hostPort": 22}, [f"{WEB_AT}.portMappings[http].hostPort"]),
    ("ports-without-network", {"networkMode": "none"}, [f"{WEB_AT}.portMappings"]),
    ("swappiness-unused", {f"{LINUX}.swappiness": 60}, [f"{WEB_AT}.linuxParameters.swappiness"]),
    ("linux-range", {f"{LINUX}.swappiness": 101, f"{LINUX}.maxSwap": 1}, [f"{WEB_AT}.linuxParameters.swappiness"]),
    (
        "gpu-count",
        {f"{W}.resourceRequirements": [{"type": "GPU", "value": "half"}]},
        [f"{WEB_AT}.resourceRequirements[0]"],
    ),
    (
        "neuron-twice",
        {f"{at}.resourceRequirements": [{"type": "NeuronDevice", "value": "ALL"}] for at in (W, S)},
        [f"{WEB_AT}.resourceRequirements", f"{SETUP_AT}.resourceRequirements"],
    ),
    ("placement-constraint", {"placementConstraints": [{"type": "memberOf"}]}, ["placementConstraints[0]"]),
    (
        "managed-field",
        {
            "requiresCompatibilities": ["MANAGED_INSTANCES"],
            "networkMode": "awsvpc",
            "ephemeralStorage": {"sizeInGiB": 30},
        },
        ["ephemeralStorage"],
    ),
    ("managed-network-mode", {"requiresCompatibilities": ["MANAGED_INSTANCES"]}, ["networkMode"]),
    (
        "managed-log-driver",
        {
            "requiresCompatibilities": ["MANAGED_INSTANCES"],
            "networkMode": "host",
            f"{W}.logConfiguration": {"logDriver": "gelf"},
        },
        [f"{WEB_AT}.logConfiguration.logDriver"],
    ),
    ("external-network-mode", {"requiresCompatibilities": ["EXTERNAL"], "networkMode": "awsvpc"}, ["networkMode"]),
    (
        "external-field",
        {"requiresCompatibilities": ["EXTERNAL"], "volumes.1": EFS},
        ["volumes[efs].efsVolumeConfiguration"],
    ),
    (
        "windows-field",
        {"runtimePlatform": {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}, f"{W}.user": "app"},
        [f"{WEB_AT}.user"],
    ),
    (
        "value-range",
        {f"{W}.resourceRequirements": [{"type": "GPU", "sharingStrategy": {"nvidiaMps": {"memory": 0}}}]},
        [f"{WEB_AT}.resourceRequirements[0].sharingStrategy.nvidiaMps.memory"],
    ),
]


def test_a_valid_task_definition_breaks_nothing():
    assert broken(ecs({"taskDefinitions": [TASK]})) == {}
    assert broken(ecs({"taskDefinitions": [ON_EC2]})) == {}


@pytest.mark.parametrize(("base", "code", "changes", "paths"), [
    *((TASK, *case) for case in FARGATE_CASES), *((ON_EC2, *case) for case in EC2_CASES),
], ids=lambda value: value if isinstance(value, str) else None)
def test_broken(base, code, changes, paths):
    found = broken(ecs({"taskDefinitions": [changed(base, changes)]}))
    assert found.pop(code, None) == [f"taskDefinitions:{path}" for path in paths]
    assert found.keys() <= ALSO.get(code, set()), found


# What else one change rightly breaks.
ALSO = {"only-bridge": {"fargate-field"}}


@pytest.mark.parametrize("field", [
    "disableNetworking", "dnsSearchDomains", "dnsServers", "dockerSecurityOptions", "extraHosts", "links", "privileged",
])
def test_fargate_has_no_such_container_field(field):
    value = (
        True
        if field in ("disableNetworking", "privileged")
        else [{"hostname": "a", "ipAddress": "1.1.1.1"}]
        if field == "extraHosts"
        else ["a"]
    )
    found = broken(ecs({"taskDefinitions": [changed(TASK, {f"{W}.{field}": value})]}))
    assert found["fargate-field"] == [f"taskDefinitions:{WEB_AT}.{field}"]


@pytest.mark.parametrize(
    ("path", "value", "shown"),
    [
        ("ipcMode", "task", "ipcMode"),
        ("placementConstraints", [{"type": "memberOf", "expression": "attribute:x == y"}], "placementConstraints"),
        (
            "volumes.1",
            {"name": "a", "dockerVolumeConfiguration": {"scope": "task"}},
            "volumes[a].dockerVolumeConfiguration",
        ),
        ("volumes.1", {"name": "a", "host": {"sourcePath": "/srv"}}, "volumes[a].host.sourcePath"),
        (f"{LINUX}.maxSwap", 0, f"{WEB_AT}.linuxParameters.maxSwap"),
        (f"{LINUX}.sharedMemorySize", 64, f"{WEB_AT}.linuxParameters.sharedMemorySize"),
        (f"{LINUX}.devices", [{"hostPath": "/dev/fuse"}], f"{WEB_AT}.linuxParameters.devices"),
        (f"{W}.resourceRequirements", [{"type": "GPU", "value": "1"}], f"{WEB_AT}.resourceRequirements"),
    ],
)
def test_fargate_has_no_such_field(path, value, shown):
    assert broken(ecs({"taskDefinitions": [changed(TASK, {path: value})]})) == {
        "fargate-field": [f"taskDefinitions:{shown}"]
    }


def test_what_asks_for_nothing_is_no_fargate_field():
    asked = changed(
        TASK, {f"{W}.privileged": False, f"{W}.links": [], "placementConstraints": [], f"{W}.dnsServers": []}
    )
    assert broken(ecs({"taskDefinitions": [asked]})) == {}


@pytest.mark.parametrize(
    ("cpu", "memory"),
    [
        # The corners of the table of task sizes, and the spellings that the API takes.
        ("256", "2048"),
        ("512", "4096"),
        ("1024", "8192"),
        ("2048", "16384"),
        ("4096", "30720"),
        ("8192", "61440"),
        ("16384", "122880"),
        ("32768", "249856"),
        (".25 vCPU", "0.5 GB"),
        ("1 vCPU", "3 GB"),
        (256, 512),
    ],
)
def test_fargate_sizes(cpu, memory):
    assert broken(ecs({"taskDefinitions": [changed(TASK, {"cpu": cpu, "memory": memory})]})) == {}


def test_a_task_is_for_fargate_where_a_service_starts_it_there():
    task = changed(TASK, {"requiresCompatibilities": GONE, "memory": "8192"})
    assert broken(ecs({"taskDefinitions": [task]})) == {}
    service = {"serviceName": "web", "taskDefinition": "web:3", "desiredCount": 1, "launchType": "FARGATE",
               "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}}
    assert list(broken(ecs({"taskDefinitions": [task], "services": [service]}))) == ["fargate-size"]


def test_placeholders_are_never_refused():
    values = {
        "family": "${NAME}",
        "cpu": "${CPU}",
        "memory": "${MEMORY}",
        "networkMode": "${MODE}",
        "ephemeralStorage": "${STORAGE}",
        f"{W}.portMappings.0.containerPort": "${PORT}",
        f"{W}.healthCheck.interval": "${INTERVAL}",
        f"{W}.image": "${IMAGE}",
        f"{W}.logConfiguration.options": "${OPTIONS}",
        f"{S}.dependsOn": "${NEEDS}",
        f"{W}.secrets.0.valueFrom": "arn:aws:sns:${REGION}",
        "tags": [{"key": "${KEY}!", "value": "${VALUE}!"}],
        f"{W}.name": "${WEB} app",
        "volumes": "${VOLUMES}",
        f"{W}.mountPoints": "${MOUNTS}",
    }
    assert broken(ecs({"taskDefinitions": [changed(TASK, values)]})) == {}
