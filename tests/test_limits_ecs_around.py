"""What autoscaling, load balancing and the services around ECS refuse. Expected: their API references."""
import json

import pytest

from limit_cases import GONE, broken, changed, ecs

RESOURCE = {
    "ServiceNamespace": "ecs",
    "ScalableDimension": "ecs:service:DesiredCount",
    "ResourceId": "service/main/web",
}
TRACKING = "TargetTrackingScalingPolicyConfiguration"
STEPS = "StepScalingPolicyConfiguration"
DOCUMENT = {
    "services": [
        {"serviceName": "web", "cluster": "main", "taskDefinition": "web", "desiredCount": 2, "launchType": "FARGATE"}
    ],
    "scalableTargets": [{**RESOURCE, "MinCapacity": 2, "MaxCapacity": 10}],
    "scalingPolicies": [
        {
            **RESOURCE,
            "PolicyName": "cpu",
            "PolicyType": "TargetTrackingScaling",
            TRACKING: {
                "TargetValue": 70,
                "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
                "ScaleInCooldown": 300,
            },
        },
        {
            **RESOURCE,
            "PolicyName": "queue",
            "PolicyType": "StepScaling",
            STEPS: {
                "AdjustmentType": "ChangeInCapacity",
                "StepAdjustments": [
                    {"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 100, "ScalingAdjustment": 1},
                    {"MetricIntervalLowerBound": 100, "ScalingAdjustment": 3},
                ],
            },
        },
        {
            **RESOURCE,
            "PolicyName": "backlog",
            "PolicyType": "TargetTrackingScaling",
            TRACKING: {
                "TargetValue": 5,
                "CustomizedMetricSpecification": {
                    "Metrics": [
                        {"Id": "e1", "Expression": "m1 / m2"},
                        {"Id": "m1", "ReturnData": False, "MetricStat": {"Metric": {}, "Stat": "Sum"}},
                    ]
                },
            },
        },
    ],
    "scheduledActions": [
        {
            **RESOURCE,
            "ScheduledActionName": "morning",
            "Schedule": "cron(0 8 ? * MON-FRI *)",
            "ScalableTargetAction": {"MinCapacity": 4, "MaxCapacity": 10},
        }
    ],
    "alarms": [
        {
            "AlarmName": "queue",
            "EvaluationPeriods": 3,
            "DatapointsToAlarm": 2,
            "Period": 60,
            "ComparisonOperator": "GreaterThanThreshold",
        }
    ],
    "targetGroups": [
        {
            "Name": "web",
            "Protocol": "HTTP",
            "Port": 80,
            "VpcId": "${VPC_ID}",
            "TargetType": "ip",
            "HealthCheckProtocol": "HTTP",
            "HealthCheckPath": "/live",
            "HealthCheckIntervalSeconds": 15,
            "HealthCheckTimeoutSeconds": 5,
            "Matcher": {"HttpCode": "200,202-299"},
        }
    ],
    "targetGroupAttributes": [
        {
            "TargetGroupArn": "${targetGroups.web.TargetGroupArn}",
            "Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}],
        }
    ],
    "loadBalancers": [{"Name": "web", "Subnets": ["subnet-1", "subnet-2"]}],
    "listeners": [
        {
            "LoadBalancerArn": "${loadBalancers.web.LoadBalancerArn}",
            "Protocol": "HTTP",
            "Port": 80,
            "DefaultActions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
        }
    ],
    "listenerRules": [
        {
            "ListenerArn": "${LISTENER_ARN}",
            "Priority": 10,
            "Conditions": [
                {"Field": "host-header", "HostHeaderConfig": {"Values": ["shop.example.com"]}},
                {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api", "/api/*"]}},
            ],
            "Actions": [{"Type": "forward", "TargetGroupArn": "${targetGroups.web.TargetGroupArn}"}],
        }
    ],
    "discoveryServices": [
        {
            "Name": "web",
            "DnsConfig": {"DnsRecords": [{"Type": "A", "TTL": 10}]},
            "HealthCheckCustomConfig": {"FailureThreshold": 1},
        }
    ],
    "parameters": [{"Name": "/web/mode", "Type": "String", "Value": "live"}],
    "secrets": [{"Name": "web/db", "SecretString": "${DB}"}],
    "logGroups": [{"logGroupName": "/ecs/web", "retentionInDays": 30}],
    "retentionPolicies": [{"logGroupName": "/ecs/web", "retentionInDays": 30}],
    "fileSystems": [{"CreationToken": "data", "Encrypted": True, "KmsKeyId": "${KEY}"}],
    "autoScalingGroups": [{"AutoScalingGroupName": "nodes", "MinSize": 1, "DesiredCapacity": 2, "MaxSize": 3}],
    "capacityProviders": [
        {
            "name": "nodes",
            "autoScalingGroupProvider": {
                "autoScalingGroupArn": "${autoScalingGroups.nodes.AutoScalingGroupARN}",
                "managedTerminationProtection": "ENABLED",
                "managedScaling": {
                    "status": "ENABLED",
                    "targetCapacity": 90,
                    "minimumScalingStepSize": 1,
                    "maximumScalingStepSize": 10,
                },
            },
        }
    ],
    "roles": [{"RoleName": "web", "AssumeRolePolicyDocument": '{"Version": "2012-10-17"}'}],
    "rolePolicies": [{"RoleName": "web", "PolicyName": "read", "PolicyDocument": '{"Version": "2012-10-17"}'}],
    "repositories": [{"repositoryName": "shop/web", "tags": [{"Key": "team", "Value": "shop"}]}],
    "lifecyclePolicies": [
        {
            "repositoryName": "shop/web",
            "lifecyclePolicyText": json.dumps(
                {
                    "rules": [
                        {
                            "rulePriority": 1,
                            "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 5},
                            "action": {"type": "expire"},
                        }
                    ]
                }
            ),
        }
    ],
    "securityGroups": [{"GroupName": "web", "Description": "web"}],
    "securityGroupIngress": [
        {
            "GroupId": "${securityGroups.web.GroupId}",
            "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80}],
        }
    ],
    "clusters": [{"clusterName": "main"}],
    "apis": [{"Name": "shop", "ProtocolType": "HTTP"}],
    "vpcLinks": [{"Name": "shop", "SubnetIds": ["subnet-1"]}],
    "integrations": [
        {
            "ApiId": "${apis.shop.ApiId}",
            "IntegrationType": "HTTP_PROXY",
            "IntegrationUri": "${listeners.web-80.ListenerArn}",
            "ConnectionId": "${vpcLinks.shop.VpcLinkId}",
        }
    ],
    "routes": [
        {
            "ApiId": "${apis.shop.ApiId}",
            "RouteKey": "$default",
            "Target": "integrations/${integrations.shop-web-80.IntegrationId}",
        }
    ],
    "stages": [{"ApiId": "${apis.shop.ApiId}", "StageName": "$default"}],
    "domainNames": [{"DomainName": "shop.example.com"}],
    "apiMappings": [{"ApiId": "${apis.shop.ApiId}", "DomainName": "shop.example.com", "Stage": "$default"}],
}
POLICY, CONFIG = "scalingPolicies.0", f"scalingPolicies.0.{TRACKING}"
LABEL = "app/web/50dc6c495c0c9188/targetgroup/web/943f017f100becff"

CASES = [
    ("scalableTargets", "capacity-missing", {"scalableTargets.0.MaxCapacity": GONE}, [""]),
    ("scalableTargets", "capacity-order", {"scalableTargets.0.MinCapacity": 11}, ["MinCapacity"]),
    ("scalableTargets", "capacity-range", {"scalableTargets.0.MinCapacity": -1}, ["MinCapacity"]),
    ("scalableTargets", "resource-form", {"scalableTargets.0.ResourceId": "service/web"}, ["ResourceId"]),
    ("scalableTargets", "scaled-service", {"services.0.serviceName": "api"}, ["ResourceId"]),
    ("scalingPolicies", "target-missing", {f"{POLICY}.ResourceId": "service/main/api"}, ["ResourceId"]),
    ("scheduledActions", "target-missing", {"scheduledActions.0.ResourceId": "service/main/api"}, ["ResourceId"]),
    ("scalingPolicies", "policy-type", {f"{POLICY}.PolicyType": GONE}, [""]),
    ("scalingPolicies", "policy-configuration", {f"{POLICY}.PolicyType": "StepScaling"}, [""]),
    ("scalingPolicies", "metric-choice", {f"{CONFIG}.PredefinedMetricSpecification": GONE}, [TRACKING]),
    (
        "scalingPolicies",
        "metric-twice",
        {f"scalingPolicies.2.{TRACKING}": DOCUMENT["scalingPolicies"][0][TRACKING]},
        [f"{TRACKING}.PredefinedMetricSpecification"],
    ),
    # A service on Fargate cannot use more than all of its task's size.
    ("scalingPolicies", "target-out-of-reach", {f"{CONFIG}.TargetValue": 140}, [f"{TRACKING}.TargetValue"]),
    ("scalingPolicies", "target-out-of-reach", {f"{CONFIG}.TargetValue": 0}, [f"{TRACKING}.TargetValue"]),
    (
        "scalingPolicies",
        "request-label",
        {f"{CONFIG}.PredefinedMetricSpecification": {"PredefinedMetricType": "ALBRequestCountPerTarget"}},
        [f"{TRACKING}.PredefinedMetricSpecification"],
    ),
    (
        "scalingPolicies",
        "request-label",
        {f"{CONFIG}.PredefinedMetricSpecification.ResourceLabel": LABEL},
        [f"{TRACKING}.PredefinedMetricSpecification.ResourceLabel"],
    ),
    ("scalingPolicies", "cooldown", {f"{CONFIG}.ScaleInCooldown": -1}, [f"{TRACKING}.ScaleInCooldown"]),
    (
        "scalingPolicies",
        "metric-queries",
        {f"scalingPolicies.2.{TRACKING}.CustomizedMetricSpecification.Metrics.1.ReturnData": True},
        [f"{TRACKING}.CustomizedMetricSpecification.Metrics"],
    ),
    (
        "scalingPolicies",
        "metric-queries",
        {f"scalingPolicies.2.{TRACKING}.CustomizedMetricSpecification": {"MetricName": "depth"}},
        [f"{TRACKING}.CustomizedMetricSpecification"],
    ),
    (
        "scalingPolicies",
        "step-count",
        {
            f"scalingPolicies.1.{STEPS}.StepAdjustments": [
                {
                    "MetricIntervalLowerBound": n,
                    **({} if n == 20 else {"MetricIntervalUpperBound": n + 1}),
                    "ScalingAdjustment": 1,
                }
                for n in range(21)
            ]
        },
        [f"{STEPS}.StepAdjustments"],
    ),
    (
        "scalingPolicies",
        "step-magnitude",
        {f"scalingPolicies.1.{STEPS}.MinAdjustmentMagnitude": 2},
        [f"{STEPS}.MinAdjustmentMagnitude"],
    ),
    (
        "scalingPolicies",
        "exact-capacity",
        {
            f"scalingPolicies.1.{STEPS}.AdjustmentType": "ExactCapacity",
            f"scalingPolicies.1.{STEPS}.StepAdjustments.0.ScalingAdjustment": -1,
        },
        [f"{STEPS}.StepAdjustments[0].ScalingAdjustment"],
    ),
    (
        "scalingPolicies",
        "value-unknown",
        {f"{CONFIG}.PredefinedMetricSpecification.PredefinedMetricType": "CPU"},
        [f"{TRACKING}.PredefinedMetricSpecification.PredefinedMetricType"],
    ),
    ("scheduledActions", "action-empty", {"scheduledActions.0.ScalableTargetAction": {}}, [""]),
    (
        "scheduledActions",
        "capacity-order",
        {"scheduledActions.0.ScalableTargetAction.MinCapacity": 12},
        ["ScalableTargetAction.MinCapacity"],
    ),
    ("scheduledActions", "schedule-expression", {"scheduledActions.0.Schedule": "0 8 * * MON-FRI"}, ["Schedule"]),
    ("alarms", "alarm-period", {"alarms.0.Period": 90}, ["Period"]),
    ("alarms", "alarm-datapoints", {"alarms.0.DatapointsToAlarm": 4}, ["DatapointsToAlarm"]),
    ("targetGroups", "target-group-missing", {"targetGroups.0.VpcId": GONE}, [""]),
    ("targetGroups", "health-timeout", {"targetGroups.0.HealthCheckTimeoutSeconds": 15}, ["HealthCheckTimeoutSeconds"]),
    (
        "targetGroups",
        "health-protocol",
        {"targetGroups.0.HealthCheckProtocol": "TCP", "targetGroups.0.HealthCheckPath": GONE},
        ["HealthCheckProtocol"],
    ),
    ("targetGroups", "health-path", {"targetGroups.0.HealthCheckPath": "live"}, ["HealthCheckPath"]),
    (
        "targetGroups",
        "protocol-version",
        {"targetGroups.0.Protocol": "TCP", "targetGroups.0.ProtocolVersion": "HTTP2"},
        ["ProtocolVersion"],
    ),
    ("targetGroups", "matcher", {"targetGroups.0.Matcher": {"HttpCode": "200-599"}}, ["Matcher.HttpCode"]),
    ("targetGroups", "matcher", {"targetGroups.0.Matcher": {"GrpcCode": "0"}}, ["Matcher"]),
    ("targetGroups", "group-name-twice", {"targetGroups.1": DOCUMENT["targetGroups"][0]}, ["Name"]),
    (
        "targetGroups",
        "load-balancing-name",
        {"targetGroups.0.Name": "w" * 33, "targetGroupAttributes": [], "listenerRules": []},
        ["Name"],
    ),
    ("targetGroups", "value-range", {"targetGroups.0.HealthCheckIntervalSeconds": 301}, ["HealthCheckIntervalSeconds"]),
    (
        "targetGroupAttributes",
        "attribute-range",
        {"targetGroupAttributes.0.Attributes.0.Value": "3601"},
        ["Attributes[0]"],
    ),
    ("loadBalancers", "load-balancing-name", {"loadBalancers.0.Name": "internal-web", "listeners": []}, ["Name"]),
    ("loadBalancers", "load-balancer-subnets", {"loadBalancers.0.Subnets": ["subnet-1"]}, [""]),
    ("loadBalancers", "subnet-twice", {"loadBalancers.0.Subnets": ["subnet-1", "subnet-1"]}, ["Subnets[1]"]),
    ("listeners", "certificate", {"listeners.0.Protocol": "HTTPS"}, ["Protocol"]),
    ("routes", "route-twice", {"routes.1": DOCUMENT["routes"][0]}, ["RouteKey"]),
    ("apiMappings", "mapping-twice", {"apiMappings.1": DOCUMENT["apiMappings"][0]}, ["DomainName"]),
    ("listeners", "listener-port-twice", {"listeners.1": DOCUMENT["listeners"][0]}, ["Port"]),
    ("listeners", "actions", {"listeners.0.DefaultActions.0.FixedResponseConfig": GONE}, ["DefaultActions[0]"]),
    (
        "listenerRules",
        "actions",
        {
            "listenerRules.0.Actions": [
                {
                    "Type": "authenticate-oidc",
                    "AuthenticateOidcConfig": {
                        "Issuer": "i",
                        "AuthorizationEndpoint": "a",
                        "TokenEndpoint": "t",
                        "UserInfoEndpoint": "u",
                        "ClientId": "c",
                    },
                }
            ]
        },
        ["Actions"],
    ),
    (
        "listenerRules",
        "actions",
        {
            "listenerRules.0.Actions.0": {
                "Type": "forward",
                "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": "${TARGET_GROUP_ARN}", "Weight": 1000}]},
            }
        },
        ["Actions[0]"],
    ),
    ("listenerRules", "priority-twice", {"listenerRules.1": DOCUMENT["listenerRules"][0]}, ["Priority"]),
    ("listenerRules", "value-range", {"listenerRules.0.Priority": 50001}, ["Priority"]),
    (
        "listenerRules",
        "condition-values",
        {"listenerRules.0.Conditions.1.PathPatternConfig.Values": list("abcde")},
        ["Conditions"],
    ),
    (
        "listenerRules",
        "condition-wildcards",
        {"listenerRules.0.Conditions.1.PathPatternConfig.Values": ["/*/*/*/*/*/*"]},
        ["Conditions"],
    ),
    ("listenerRules", "condition-field", {"listenerRules.0.Conditions.0.Field": "host"}, ["Conditions[0].Field"]),
    (
        "listenerRules",
        "condition-field",
        {"listenerRules.0.Conditions.1": {"Field": "host-header", "Values": ["a.example.com"]}},
        ["Conditions[1].Field"],
    ),
    (
        "listenerRules",
        "condition-field",
        {"listenerRules.0.Conditions.1.PathPatternConfig.Values": []},
        ["Conditions[1]"],
    ),
    (
        "listenerRules",
        "condition-pattern",
        {"listenerRules.0.Conditions.0.HostHeaderConfig.Values.0": "localhost"},
        ["Conditions[0].HostHeaderConfig.Values[0]"],
    ),
    (
        "listenerRules",
        "condition-pattern",
        {"listenerRules.0.Conditions.1.PathPatternConfig.Values.0": "/" + "a" * 128},
        ["Conditions[1].PathPatternConfig.Values[0]"],
    ),
    (
        "discoveryServices",
        "dns-records",
        {"discoveryServices.0.DnsConfig.DnsRecords.1": {"Type": "CNAME", "TTL": 10}},
        ["DnsConfig.DnsRecords"],
    ),
    (
        "discoveryServices",
        "discovery-health",
        {"discoveryServices.0.HealthCheckConfig": {"Type": "HTTP"}},
        ["HealthCheckConfig"],
    ),
    ("discoveryServices", "discovery-name", {"discoveryServices.0.Name": "web app"}, ["Name"]),
    ("parameters", "parameter-path", {"parameters.0.Name": "/aws/mode"}, ["Name"]),
    ("parameters", "parameter-path", {"parameters.0.Name": "web/mode"}, ["Name"]),
    ("parameters", "parameter-name", {"parameters.0.Name": "/web/my mode"}, ["Name"]),
    ("parameters", "parameter-empty", {"parameters.0.Value": ""}, [""]),
    ("parameters", "parameter-size", {"parameters.0.Value": "x" * 4097}, ["Value"]),
    ("secrets", "secret-name", {"secrets.0.Name": "web db"}, ["Name"]),
    ("secrets", "secret-suffix", {"secrets.0.Name": "web-abc123"}, ["Name"]),
    ("secrets", "value-length", {"secrets.0.SecretString": "x" * 65537}, ["SecretString"]),
    ("logGroups", "retention", {"logGroups.0.retentionInDays": 13}, ["retentionInDays"]),
    ("retentionPolicies", "retention", {"retentionPolicies.0.retentionInDays": 13}, ["retentionInDays"]),
    ("logGroups", "log-group-name", {"logGroups.0.logGroupName": "ecs web"}, ["logGroupName"]),
    ("fileSystems", "throughput", {"fileSystems.0.ThroughputMode": "provisioned"}, [""]),
    ("fileSystems", "encryption-key", {"fileSystems.0.Encrypted": False}, ["KmsKeyId"]),
    ("autoScalingGroups", "group-sizes", {"autoScalingGroups.0.DesiredCapacity": 4}, [""]),
    ("capacityProviders", "capacity-provider-name", {"capacityProviders.0.name": "fargate-mine"}, ["name"]),
    ("capacityProviders", "provider-kind", {"capacityProviders.0.autoScalingGroupProvider": GONE}, [""]),
    (
        "capacityProviders",
        "scaling-steps",
        {"capacityProviders.0.autoScalingGroupProvider.managedScaling.minimumScalingStepSize": 11},
        ["autoScalingGroupProvider.managedScaling"],
    ),
    (
        "capacityProviders",
        "termination-protection",
        {"capacityProviders.0.autoScalingGroupProvider.managedScaling.status": "DISABLED"},
        ["autoScalingGroupProvider.managedTerminationProtection"],
    ),
    (
        "capacityProviders",
        "value-range",
        {"capacityProviders.0.autoScalingGroupProvider.managedScaling.targetCapacity": 101},
        ["autoScalingGroupProvider.managedScaling.targetCapacity"],
    ),
    ("roles", "policy-json", {"roles.0.AssumeRolePolicyDocument": "{"}, ["AssumeRolePolicyDocument"]),
    ("roles", "role-name", {"roles.0.RoleName": "web app"}, ["RoleName"]),
    ("rolePolicies", "policy-json", {"rolePolicies.0.PolicyDocument": "[]"}, ["PolicyDocument"]),
    (
        "lifecyclePolicies",
        "policy-json",
        {"lifecyclePolicies.0.lifecyclePolicyText": "keep" * 25},
        ["lifecyclePolicyText"],
    ),
    ("repositories", "value-pattern", {"repositories.0.repositoryName": "Shop/Web"}, ["repositoryName"]),
    ("repositories", "value-length", {"repositories.0.repositoryName": "w"}, ["repositoryName"]),
    ("repositories", "tags", {"repositories.0.tags.0.Key": ""}, ["tags[0]"]),
    (
        "securityGroups",
        "security-group-name",
        {"securityGroups.0.GroupName": "sg-web", "securityGroupIngress": []},
        ["GroupName"],
    ),
    (
        "securityGroupIngress",
        "port-order",
        {"securityGroupIngress.0.IpPermissions.0.FromPort": 90},
        ["IpPermissions[0].FromPort"],
    ),
    ("clusters", "name", {"clusters.0.clusterName": "main.cluster"}, ["clusterName"]),
]


def test_a_valid_document_breaks_nothing():
    document = changed(
        DOCUMENT, {"services.0.networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}}
    )
    assert broken(ecs(document)) == {}


@pytest.mark.parametrize(
    ("kind", "code", "changes", "paths"), CASES, ids=lambda value: value if isinstance(value, str) else None
)
def test_broken(kind, code, changes, paths):
    assert broken(ecs(changed(DOCUMENT, changes))) == {code: [f"{kind}:{path}" for path in paths]}


# Bounds count from the alarm's threshold; the outermost step has none there: API_StepAdjustment.
@pytest.mark.parametrize(
    ("bounds", "fine"),
    [
        ([(0, None)], True),
        ([(None, 0)], True),
        ([(0, 10), (10, None)], True),
        ([(None, -10), (-10, 0)], True),
        ([(None, 0), (0, 5), (5, None)], True),
        ([(0, 10), (20, None)], False),
        ([(0, 10), (5, None)], False),
        ([(0, 10)], False),
        ([(-10, 0)], False),
        ([(None, None)], False),
        ([(10, 0)], False),
        ([(0, None), (0, None)], False),
    ],
)
def test_steps(bounds, fine):
    steps = [
        {"ScalingAdjustment": 1, "MetricIntervalLowerBound": low, "MetricIntervalUpperBound": high}
        for low, high in bounds
    ]
    found = broken(ecs(changed(DOCUMENT, {f"scalingPolicies.1.{STEPS}.StepAdjustments": steps})))
    assert found == ({} if fine else {"step-bounds": [f"scalingPolicies:{STEPS}.StepAdjustments"]})


def test_a_network_load_balancer_may_wait_as_long_as_it_pauses():
    group = {"targetGroups.0.Protocol": "TCP", "targetGroups.0.HealthCheckTimeoutSeconds": 15}
    assert broken(ecs(changed(DOCUMENT, group))) == {}


def test_utilization_beyond_all_is_possible_on_instances():
    document = changed(DOCUMENT, {"services.0.launchType": "EC2", f"{CONFIG}.TargetValue": 140})
    assert broken(ecs(document)) == {}


def test_no_secret_is_shown():
    document = changed(DOCUMENT, {"parameters.0.Value": "s3cret" * 1000, "secrets.0.SecretString": "s3cret" * 11000,
                                  "secrets.0.Name": "web db"})
    from translator.limits import check

    assert "s3cret" not in str([finding.to_dict() for finding in check(ecs(document))])
