"""What CreateService, RunTask and CreateSchedule refuse. Expected: the API reference and the developer guide."""
import pytest

from limit_cases import GONE, broken, changed, ecs

VPC = {
    "awsvpcConfiguration": {
        "subnets": ["subnet-1", "subnet-2"],
        "securityGroups": ["sg-1"],
        "assignPublicIp": "DISABLED",
    }
}
TASK = {
    "family": "web",
    "networkMode": "awsvpc",
    "cpu": "256",
    "memory": "512",
    "taskRoleArn": "${TASK_ROLE_ARN}",
    "containerDefinitions": [
        {
            "name": "web",
            "image": "nginx",
            "portMappings": [
                {"name": "http", "containerPort": 80},
                {"name": "dns", "containerPort": 53, "protocol": "udp"},
                {"containerPortRange": "9000-9010"},
            ],
        }
    ],
}
SERVICE = {
    "serviceName": "web",
    "cluster": "main",
    "taskDefinition": "${taskDefinitions.web.taskDefinitionArn}",
    "desiredCount": 2,
    "launchType": "FARGATE",
    "networkConfiguration": VPC,
    "loadBalancers": [
        {"targetGroupArn": "${targetGroups.web.TargetGroupArn}", "containerName": "web", "containerPort": 80}
    ],
    "deploymentConfiguration": {
        "minimumHealthyPercent": 100,
        "maximumPercent": 150,
        "deploymentCircuitBreaker": {"enable": True, "rollback": False},
    },
    "healthCheckGracePeriodSeconds": 60,
    "enableExecuteCommand": True,
    "serviceConnectConfiguration": {
        "enabled": True,
        "namespace": "shop",
        "services": [{"portName": "http", "discoveryName": "web", "clientAliases": [{"port": 80, "dnsName": "web"}]}],
    },
    "serviceRegistries": [{"registryArn": "${discoveryServices.web.Arn}"}],
}
GROUP = {"Name": "web", "Protocol": "HTTP", "Port": 80, "VpcId": "${VPC_ID}", "TargetType": "ip"}
DISCOVERY = {"Name": "web", "DnsConfig": {"DnsRecords": [{"Type": "A", "TTL": 10}]}}
SCHEDULE = {
    "Name": "nightly",
    "ScheduleExpression": "cron(0 2 ? * SUN *)",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "Target": {
        "Arn": "${CLUSTER_ARN}",
        "RoleArn": "${SCHEDULER_ROLE_ARN}",
        "Input": '{"containerOverrides": [{"name": "web"}]}',
        "EcsParameters": {
            "TaskDefinitionArn": "${taskDefinitions.web.taskDefinitionArn}",
            "LaunchType": "FARGATE",
            "NetworkConfiguration": {"awsvpcConfiguration": {"Subnets": ["subnet-1"]}},
        },
    },
}
RUN = {"taskDefinition": "web", "launchType": "FARGATE", "count": 1, "networkConfiguration": VPC,
       "overrides": {"containerOverrides": [{"name": "web", "command": ["true"]}]}}
DOCUMENT = {
    "taskDefinitions": [TASK],
    "services": [SERVICE],
    "targetGroups": [GROUP],
    "discoveryServices": [DISCOVERY],
    "schedules": [SCHEDULE],
    "tasks": [RUN],
}
S, T = "services.0", "taskDefinitions.0"
# The same service on instances: no address of its own, so that load balancers and discovery work otherwise.
ON_EC2 = changed(
    DOCUMENT,
    {
        f"{T}.networkMode": "bridge",
        f"{S}.launchType": "EC2",
        f"{S}.networkConfiguration": GONE,
        "targetGroups.0.TargetType": "instance",
        f"{S}.serviceRegistries.0": {
            "registryArn": "${discoveryServices.web.Arn}",
            "containerName": "web",
            "containerPort": 80,
        },
        "discoveryServices.0.DnsConfig.DnsRecords.0.Type": "SRV",
        "schedules": [],
        "tasks": [],
    },
)
DAEMON = changed(
    ON_EC2, {f"{S}.schedulingStrategy": "DAEMON", f"{S}.desiredCount": GONE, f"{S}.deploymentConfiguration": GONE}
)
CONFIG = f"{S}.deploymentConfiguration"
EBS = {"name": "data", "managedEBSVolume": {"roleArn": "${ROLE_ARN}", "sizeInGiB": 10, "volumeType": "gp3"}}
WITH_VOLUME = {f"{T}.volumes": [{"name": "data", "configuredAtLaunch": True}], f"{S}.volumeConfigurations": [EBS]}


def volume(**members):
    return {
        f"{T}.volumes": [{"name": "data", "configuredAtLaunch": True}],
        f"{S}.volumeConfigurations": [
            changed(EBS, {f"managedEBSVolume.{name}": value for name, value in members.items()})
        ],
    }


ON_FARGATE_CASES = [
    (
        "capacity-choice",
        {f"{S}.capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}]},
        ["launchType"],
    ),
    (
        "strategy-weights",
        {f"{S}.launchType": GONE, f"{S}.capacityProviderStrategy": [{"capacityProvider": "FARGATE"}]},
        ["capacityProviderStrategy"],
    ),
    (
        "strategy-weights",
        {
            f"{S}.launchType": GONE,
            f"{S}.capacityProviderStrategy": [
                {"capacityProvider": "FARGATE", "weight": 1, "base": 1},
                {"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 1},
            ],
        },
        ["capacityProviderStrategy[1].base"],
    ),
    (
        "strategy-providers",
        {
            f"{S}.launchType": GONE,
            f"{S}.capacityProviderStrategy": [
                {"capacityProvider": "FARGATE", "weight": 1},
                {"capacityProvider": "mine", "weight": 1},
            ],
        },
        ["capacityProviderStrategy"],
    ),
    (
        "value-range",
        {f"{S}.launchType": GONE, f"{S}.capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1001}]},
        ["capacityProviderStrategy[0].weight"],
    ),
    (
        "strategy-count",
        {
            f"{S}.launchType": GONE,
            f"{S}.capacityProviderStrategy": [{"capacityProvider": f"p{n}", "weight": 1} for n in range(21)],
        },
        ["capacityProviderStrategy"],
    ),
    ("network-configuration", {f"{S}.networkConfiguration": GONE}, [""]),
    (
        "subnet-count",
        {f"{S}.networkConfiguration.awsvpcConfiguration.subnets": []},
        ["networkConfiguration.awsvpcConfiguration.subnets"],
    ),
    (
        "security-group-count",
        {f"{S}.networkConfiguration.awsvpcConfiguration.securityGroups": list("abcdef")},
        ["networkConfiguration.awsvpcConfiguration.securityGroups"],
    ),
    ("desired-count", {f"{S}.desiredCount": GONE}, [""]),
    ("desired-count", {f"{S}.desiredCount": -1}, ["desiredCount"]),
    ("fargate-placement", {f"{S}.placementStrategy": [{"type": "random"}]}, ["placementStrategy"]),
    (
        "placement-strategy",
        {f"{S}.placementStrategy": [{"type": "binpack", "field": "disk"}]},
        ["placementStrategy[0]"],
    ),
    ("placement-count", {f"{S}.placementStrategy": [{"type": "random"}] * 6}, ["placementStrategy"]),
    ("grace-period", {f"{S}.loadBalancers": []}, ["healthCheckGracePeriodSeconds"]),
    ("role", {f"{S}.role": "ecsServiceRole"}, ["role"]),
    ("exec-role", {f"{T}.taskRoleArn": GONE}, ["enableExecuteCommand"]),
    ("exec-read-only", {f"{T}.containerDefinitions.0.readonlyRootFilesystem": True}, ["enableExecuteCommand"]),
    (
        "zone-rebalancing",
        {
            f"{S}.availabilityZoneRebalancing": "ENABLED",
            f"{CONFIG}.maximumPercent": 100,
            f"{CONFIG}.minimumHealthyPercent": 50,
        },
        ["availabilityZoneRebalancing"],
    ),
    ("service-name-twice", {"services.1": SERVICE}, ["serviceName"]),
    ("rollout-range", {f"{CONFIG}.minimumHealthyPercent": 101}, ["deploymentConfiguration.minimumHealthyPercent"]),
    (
        "rollout-range",
        {
            f"{CONFIG}.strategy": "CANARY",
            f"{CONFIG}.canaryConfiguration": {"canaryPercent": 0},
            f"{S}.loadBalancers": [],
            f"{CONFIG}.deploymentCircuitBreaker": GONE,
        },
        ["deploymentConfiguration.canaryConfiguration.canaryPercent"],
    ),
    (
        "rollout-strategy",
        {f"{CONFIG}.linearConfiguration": {"stepPercent": 10}},
        ["deploymentConfiguration.linearConfiguration"],
    ),
    ("rollout-controller", {f"{S}.deploymentController": {"type": "CODE_DEPLOY"}}, ["deploymentController.type"]),
    ("rollout-targets", {f"{CONFIG}.strategy": "BLUE_GREEN"}, ["loadBalancers[0]"]),
    ("load-balancer-container", {f"{S}.loadBalancers.0.containerName": "app"}, ["loadBalancers[0].containerName"]),
    ("load-balancer-container", {f"{S}.loadBalancers.0.containerPort": 8080}, ["loadBalancers[0].containerPort"]),
    ("load-balancer-target", {f"{S}.loadBalancers.0.targetGroupArn": GONE}, ["loadBalancers[0]"]),
    ("load-balancer-target", {f"{S}.loadBalancers.0.containerPort": GONE}, ["loadBalancers[0]"]),
    ("load-balancer-count", {f"{S}.loadBalancers": SERVICE["loadBalancers"] * 6}, ["loadBalancers"]),
    ("target-type", {"targetGroups.0.TargetType": GONE}, ["loadBalancers[0].targetGroupArn"]),
    ("registry-container", {f"{S}.serviceRegistries.0.containerName": "app"}, ["serviceRegistries[0].containerName"]),
    (
        "registry-port",
        {
            f"{S}.serviceRegistries.0.port": 80,
            f"{S}.serviceRegistries.0.containerName": "web",
            f"{S}.serviceRegistries.0.containerPort": 80,
        },
        ["serviceRegistries[0]"],
    ),
    ("registry-record", {"discoveryServices.0.DnsConfig.DnsRecords.0.Type": "SRV"}, ["serviceRegistries[0]"]),
    (
        "registry-count",
        {f"{S}.serviceRegistries.1": {"registryArn": "arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-2"}},
        ["serviceRegistries"],
    ),
    (
        "connect-port",
        {f"{S}.serviceConnectConfiguration.services.0.portName": "grpc"},
        ["serviceConnectConfiguration.services[0].portName"],
    ),
    (
        "connect-network",
        {f"{S}.serviceConnectConfiguration.services.0.portName": "dns"},
        ["serviceConnectConfiguration.services[0].portName"],
    ),
    (
        "connect-alias-count",
        {f"{S}.serviceConnectConfiguration.services.0.clientAliases.1": {"port": 81}},
        ["serviceConnectConfiguration.services[0].clientAliases"],
    ),
    (
        "connect-name-twice",
        {"services.1": changed(SERVICE, {"serviceName": "web2"})},
        ["serviceConnectConfiguration.services[0]", "serviceConnectConfiguration.services[0].clientAliases[0]"] * 2,
    ),
    (
        "alias-name",
        {f"{S}.serviceConnectConfiguration.services.0.clientAliases.0.dnsName": "Web"},
        ["serviceConnectConfiguration.services[0].clientAliases[0].dnsName"],
    ),
    (
        "port-name",
        {f"{S}.serviceConnectConfiguration.services.0.discoveryName": "web.shop"},
        ["serviceConnectConfiguration.services[0].discoveryName"],
    ),
    (
        "lattice-port",
        {f"{S}.vpcLatticeConfigurations": [{"roleArn": "r", "targetGroupArn": "t", "portName": "grpc"}]},
        ["vpcLatticeConfigurations[0].portName"],
    ),
    ("gateway-port", {f"{S}.gatewayConnectors": [{"portName": "grpc"}]}, ["gatewayConnectors[0].portName"]),
    ("service-volume", {f"{S}.volumeConfigurations": [EBS]}, ["volumeConfigurations[data].name"]),
    ("service-volume", {f"{T}.volumes": [{"name": "data", "configuredAtLaunch": True}]}, ["taskDefinition"]),
    ("service-volume-count", {**WITH_VOLUME, f"{S}.volumeConfigurations": [EBS, EBS]}, ["volumeConfigurations"]),
    ("ebs-size", volume(sizeInGiB=GONE), ["volumeConfigurations[data].managedEBSVolume"]),
    ("ebs-size", volume(sizeInGiB=20000), ["volumeConfigurations[data].managedEBSVolume.sizeInGiB"]),
    ("ebs-size", volume(iops=100), ["volumeConfigurations[data].managedEBSVolume.iops"]),
    ("ebs-speed", volume(volumeType="io2"), ["volumeConfigurations[data].managedEBSVolume"]),
    ("ebs-speed", volume(throughput=1001), ["volumeConfigurations[data].managedEBSVolume.throughput"]),
    ("name", {f"{S}.serviceName": "web.app"}, ["serviceName"]),
    ("value-unknown", {f"{S}.propagateTags": "TASK"}, ["propagateTags"]),
    ("entry-count", {f"{S}.gatewayConnectors": [{"portName": "http"}] * 2}, ["gatewayConnectors"]),
    (
        "reference-unknown",
        {f"{S}.loadBalancers.0.targetGroupArn": "${targetGroups.api.TargetGroupArn}"},
        ["loadBalancers[0].targetGroupArn"],
    ),
]
EC2_CASES = [
    ("network-configuration", {f"{S}.networkConfiguration": VPC}, ["networkConfiguration"]),
    (
        "public-ip",
        {
            f"{S}.networkConfiguration": changed(VPC, {"awsvpcConfiguration.assignPublicIp": "ENABLED"}),
            f"{T}.networkMode": "awsvpc",
            "targetGroups.0.TargetType": "ip",
        },
        ["networkConfiguration.awsvpcConfiguration.assignPublicIp"],
    ),
    ("platform-version", {f"{S}.platformVersion": "1.4.0"}, ["platformVersion"]),
    ("target-type", {"targetGroups.0.TargetType": "ip"}, ["loadBalancers[0].targetGroupArn"]),
    ("registry-record", {"discoveryServices.0.DnsConfig.DnsRecords.0.Type": "A"}, ["serviceRegistries[0].registryArn"]),
    (
        "registry-port",
        {f"{S}.serviceRegistries.0.containerPort": GONE, "discoveryServices": []},
        ["serviceRegistries[0]"],
    ),
    ("connect-network", {f"{T}.networkMode": "host"}, ["serviceConnectConfiguration"]),
    (
        "placement-constraint",
        {f"{S}.placementConstraints": [{"type": "distinctInstance", "expression": "x"}]},
        ["placementConstraints[0].expression"],
    ),
    ("placement-strategy", {f"{S}.placementStrategy": [{"type": "spread"}]}, ["placementStrategy[0]"]),
    (
        "placement-strategy",
        {f"{S}.placementStrategy": [{"type": "random", "field": "cpu"}]},
        ["placementStrategy[0].field"],
    ),
    (
        "zone-rebalancing",
        {
            f"{S}.availabilityZoneRebalancing": "ENABLED",
            f"{S}.placementConstraints": [
                {"type": "memberOf", "expression": "attribute:ecs.availability-zone == eu-west-1a"}
            ],
        },
        ["availabilityZoneRebalancing"],
    ),
    ("capacity-choice", {f"{S}.launchType": "MANAGED_INSTANCES"}, ["launchType"]),
]
DAEMON_CASES = [
    ("daemon-field", {f"{S}.desiredCount": 2}, ["desiredCount"]),
    ("daemon-field", {f"{S}.placementStrategy": [{"type": "random"}]}, ["placementStrategy"]),
    (
        "daemon-field",
        {f"{S}.deploymentController": {"type": "EXTERNAL"}, f"{S}.serviceConnectConfiguration": GONE},
        ["deploymentController.type"],
    ),
    ("daemon-rollout", {CONFIG: {"maximumPercent": 200}}, ["deploymentConfiguration.maximumPercent"]),
    ("daemon-rollout", {CONFIG: {"minimumHealthyPercent": 100}}, ["deploymentConfiguration.minimumHealthyPercent"]),
    ("zone-rebalancing", {f"{S}.availabilityZoneRebalancing": "ENABLED"}, ["availabilityZoneRebalancing"]),
    (
        "daemon-scaled",
        {
            "scalableTargets": [
                {
                    "ServiceNamespace": "ecs",
                    "ScalableDimension": "ecs:service:DesiredCount",
                    "ResourceId": "service/main/web",
                    "MinCapacity": 1,
                    "MaxCapacity": 2,
                }
            ]
        },
        ["schedulingStrategy"],
    ),
]
# What else one change rightly breaks.
ALSO = {
    "strategy-count": {"strategy-providers"},
    "placement-strategy": {"fargate-placement"},
    "placement-count": {"fargate-placement"},
    "service-name-twice": {"connect-name-twice"},
    "registry-port": {"reference-unknown"},
    "rollout-range": {"grace-period"},
    "connect-network": {"port-range-wrong"},
}


@pytest.mark.parametrize("document", [DOCUMENT, ON_EC2, DAEMON, changed(DOCUMENT, WITH_VOLUME)])
def test_a_valid_service_breaks_nothing(document):
    assert broken(ecs(document)) == {}


@pytest.mark.parametrize(
    ("base", "code", "changes", "paths"),
    [
        *((DOCUMENT, *case) for case in ON_FARGATE_CASES),
        *((ON_EC2, *case) for case in EC2_CASES),
        *((DAEMON, *case) for case in DAEMON_CASES),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_broken(base, code, changes, paths):
    found = broken(ecs(changed(base, changes)))
    assert found.pop(code, None) == [f"services:{path}" for path in paths]
    assert found.keys() <= ALSO.get(code, set()), found


# ECS rounds the minimum up and the maximum down: with one task, 75/125 keeps 1 and allows 1.
@pytest.mark.parametrize(
    ("count", "low", "high", "stuck"),
    [
        (1, 75, 125, True),
        (2, 75, 125, True),
        (3, 75, 125, True),
        (4, 75, 125, False),
        (3, 75, 134, False),
        (1, 50, 100, True),
        (2, 50, 100, False),
        (5, 100, 110, True),
        (10, 100, 110, False),
        (1, 0, 100, False),
        (1, 100, 200, False),
        (0, 100, 100, False),
    ],
)
def test_stuck_rollouts(count, low, high, stuck):
    document = changed(
        DOCUMENT, {f"{S}.desiredCount": count, f"{CONFIG}.minimumHealthyPercent": low, f"{CONFIG}.maximumPercent": high}
    )
    assert broken(ecs(document)) == ({"rollout-stuck": ["services:deploymentConfiguration"]} if stuck else {})


def test_a_rollout_must_move_wherever_scaling_leads():
    target = {
        "ServiceNamespace": "ecs",
        "ScalableDimension": "ecs:service:DesiredCount",
        "ResourceId": "service/main/web",
        "MinCapacity": 1,
        "MaxCapacity": 10,
    }
    document = changed(
        DOCUMENT,
        {
            f"{S}.desiredCount": 4,
            f"{CONFIG}.minimumHealthyPercent": 75,
            f"{CONFIG}.maximumPercent": 125,
            "scalableTargets": [target],
        },
    )
    assert broken(ecs(document)) == {"rollout-stuck": ["services:deploymentConfiguration"]}
    assert broken(ecs(changed(document, {"scalableTargets.0.MinCapacity": 4}))) == {}


def test_a_port_range_is_mapped():
    assert broken(ecs(changed(DOCUMENT, {f"{S}.loadBalancers.0.containerPort": 9005}))) == {}


def test_a_task_definition_that_is_not_here_is_not_judged():
    document = changed(DOCUMENT, {"taskDefinitions": [], "schedules": [], "tasks": [], f"{S}.taskDefinition": "web:7"})
    assert broken(ecs(document)) == {}


RUN_CASES = [
    (
        "schedules",
        "schedule-expression",
        {"schedules.0.ScheduleExpression": "cron(0 2 * * SUN *)"},
        ["ScheduleExpression"],
    ),
    (
        "schedules",
        "schedule-expression",
        {"schedules.0.ScheduleExpression": "cron(0 2 ? * SUN)"},
        ["ScheduleExpression"],
    ),
    (
        "schedules",
        "schedule-expression",
        {"schedules.0.ScheduleExpression": "rate(5 fortnights)"},
        ["ScheduleExpression"],
    ),
    (
        "schedules",
        "schedule-expression",
        {"schedules.0.ScheduleExpression": "at(2026-13-01T00:00:00)"},
        ["ScheduleExpression"],
    ),
    ("schedules", "schedule-window", {"schedules.0.FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}, ["FlexibleTimeWindow"]),
    ("schedules", "schedule-name", {"schedules.0.Name": "n" * 65}, ["Name"]),
    (
        "schedules",
        "schedule-network",
        {"schedules.0.Target.EcsParameters.NetworkConfiguration": GONE},
        ["Target.EcsParameters"],
    ),
    (
        "schedules",
        "schedule-platform",
        {"schedules.0.Target.EcsParameters.PlatformVersion": "LATEST"},
        ["Target.EcsParameters.PlatformVersion"],
    ),
    ("schedules", "schedule-input", {"schedules.0.Target.Input": "{"}, ["Target.Input"]),
    (
        "schedules",
        "schedule-input",
        {"schedules.0.Target.Input": '{"containerOverrides": [{"name": "app"}]}'},
        ["Target.Input"],
    ),
    (
        "schedules",
        "capacity-choice",
        {"schedules.0.Target.EcsParameters.CapacityProviderStrategy": [{"capacityProvider": "FARGATE"}]},
        ["Target.EcsParameters.LaunchType"],
    ),
    (
        "schedules",
        "value-range",
        {"schedules.0.Target.EcsParameters.TaskCount": 11},
        ["Target.EcsParameters.TaskCount"],
    ),
    ("schedules", "value-pattern", {"schedules.0.Target.RoleArn": "ecsEventsRole"}, ["Target.RoleArn"]),
    ("tasks", "task-count", {"tasks.0.count": 11}, ["count"]),
    ("tasks", "task-overrides", {"tasks.0.overrides.containerOverrides.0.name": "app"}, ["overrides"]),
    ("tasks", "network-configuration", {"tasks.0.networkConfiguration": GONE}, [""]),
    (
        "tasks",
        "capacity-choice",
        {"tasks.0.capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}]},
        ["launchType"],
    ),
]


@pytest.mark.parametrize(
    ("kind", "code", "changes", "paths"), RUN_CASES, ids=lambda value: value if isinstance(value, str) else None
)
def test_broken_runs(kind, code, changes, paths):
    assert broken(ecs(changed(DOCUMENT, changes))) == {code: [f"{kind}:{path}" for path in paths]}
