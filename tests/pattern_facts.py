"""What a document says of its applications in words of neither platform, so that both sides can be compared.

Written from the vendors' documents and with nothing of the translator: images, ports, sizes (CPU units, MiB), copies and
their bounds in a rollout, routes, names that clients call, scaling, schedules, variables.
"""

from __future__ import annotations

import math

DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


def facts(document) -> dict:
    """Give the facts of a document of either platform."""
    if document.platform == "kubernetes":
        return of_kubernetes(document.objects())
    return of_ecs(document.objects())


# --- Kubernetes --------------------------------------------------------------------------------


def of_kubernetes(objects: list) -> dict:
    """Give the facts of Kubernetes objects."""
    kinds: dict = {}
    for value in objects:
        kinds.setdefault(value["kind"], []).append(value)
    pods = {one["metadata"]["name"]: one["spec"]["template"] for one in kinds.get("Deployment", [])}
    pods |= {
        one["metadata"]["name"]: one["spec"]["jobTemplate"]["spec"]["template"] for one in kinds.get("CronJob", [])
    }
    scaling = {
        one["spec"]["scaleTargetRef"]["name"]: scaler(one)
        for kind in ("HorizontalPodAutoscaler", "ScaledObject")
        for one in kinds.get(kind, [])
    }
    accounts = {
        one["metadata"]["name"]: one["metadata"].get("annotations", {}).get("eks.amazonaws.com/role-arn")
        for one in kinds.get("ServiceAccount", [])
    }
    return {
        "images": {
            (name, one["name"]): one["image"] for name, pod in pods.items() for one in pod["spec"]["containers"]
        },
        "commands": {name: pod["spec"]["containers"][0].get("args") for name, pod in pods.items()},
        "ports": {
            name: sorted(port["containerPort"] for one in pod["spec"]["containers"] for port in one.get("ports", []))
            for name, pod in pods.items()
        },
        "sizes": {name: size(pod) for name, pod in pods.items()},
        "copies": {one["metadata"]["name"]: copies(one, scaling) for one in kinds.get("Deployment", [])},
        "routes": sorted(route for one in kinds.get("Ingress", []) for route in routes(one, kinds, pods)),
        "names": {
            one["metadata"]["name"]: [(port["port"], number(port, one, pods)) for port in one["spec"]["ports"]]
            for one in kinds.get("Service", [])
        },
        "scaling": scaling,
        "schedules": {
            one["metadata"]["name"]: (one["spec"]["schedule"], one["spec"].get("timeZone"))
            for one in kinds.get("CronJob", [])
        },
        "variables": {
            (name, entry["name"]): variable(entry, kinds)
            for name, pod in pods.items()
            for one in pod["spec"]["containers"]
            for entry in one.get("env", [])
        },
        "roles": {name: accounts.get(pod["spec"].get("serviceAccountName")) for name, pod in pods.items()},
    }


def size(pod: dict) -> tuple[float, float]:
    """Sum up what the containers request, in CPU units (1024 are one CPU) and MiB."""
    requests = [one["resources"]["requests"] for one in pod["spec"]["containers"]]
    units = {"m": 1.024, "": 1024}
    cpu = sum(
        float(str(one["cpu"]).rstrip("m")) * units["m" if str(one["cpu"]).endswith("m") else ""] for one in requests
    )
    memory = sum(float(one["memory"][:-2]) * {"Mi": 1, "Gi": 1024}[one["memory"][-2:]] for one in requests)
    return cpu, memory


def copies(deployment: dict, scaling: dict) -> tuple[int, int, int]:
    """Give how many copies run, and the fewest available and the most at all during a rollout."""
    spec = deployment["spec"]
    count = spec.get("replicas") or scaling[deployment["metadata"]["name"]][0]
    rolling = spec["strategy"]["rollingUpdate"]
    share = {
        key: float(str(value).rstrip("%")) * (count / 100 if str(value).endswith("%") else 1)
        for key, value in rolling.items()
    }
    return count, count - math.floor(share["maxUnavailable"]), count + math.ceil(share["maxSurge"])


def number(port: dict, service: dict, pods: dict) -> int:
    """Give the container port behind a port of a Service."""
    target = port.get("targetPort", port["port"])
    ports = [
        known
        for pod in pods.values()
        if service["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
        for one in pod["spec"]["containers"]
        for known in one.get("ports", [])
    ]
    return next((known["containerPort"] for known in ports if known.get("name") == target), target)


def routes(ingress: dict, kinds: dict, pods: dict):
    """Give (host, path, who answers, its container port) of every path."""
    for rule in ingress["spec"].get("rules", []):
        for path in rule["http"]["paths"]:
            backend = path["backend"]["service"]
            service = next(one for one in kinds["Service"] if one["metadata"]["name"] == backend["name"])
            wanted = backend["port"].get("number", backend["port"].get("name"))
            port = next(one for one in service["spec"]["ports"] if wanted in (one["port"], one.get("name")))
            owner = next(
                name
                for name, pod in pods.items()
                if service["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
            )
            yield rule.get("host"), path["path"], owner, number(port, service, pods)


def scaler(one: dict) -> tuple:
    """Give the bounds, and what is tracked with which target."""
    spec = one["spec"]
    if one["kind"] == "HorizontalPodAutoscaler":
        metrics = [(m["resource"]["name"], m["resource"]["target"]["averageUtilization"]) for m in spec["metrics"]]
        return spec["minReplicas"], spec["maxReplicas"], metrics
    queues = [
        (f"queue {t['metadata']['queueURL'].split('/')[-1]}", int(t["metadata"]["queueLength"]))
        for t in spec["triggers"]
    ]
    return spec["minReplicaCount"], spec["maxReplicaCount"], queues


def variable(entry: dict, kinds: dict) -> str:
    """Give a variable's value, or the secret of AWS and the key in it."""
    source = entry.get("valueFrom", {})
    if "configMapKeyRef" in source:
        reference = source["configMapKeyRef"]
        return next(
            one["data"][reference["key"]] for one in kinds["ConfigMap"] if one["metadata"]["name"] == reference["name"]
        )
    if "secretKeyRef" in source:
        reference = source["secretKeyRef"]
        spec = next(
            one["spec"]
            for one in kinds["ExternalSecret"]
            if one["spec"].get("target", one["metadata"])["name"] == reference["name"]
        )
        remotes = [data["remoteRef"] for data in spec.get("data", []) if data["secretKey"] == reference["key"]]
        remote = remotes[0] if remotes else {**spec["dataFrom"][0]["extract"], "property": reference["key"]}
        return f"{secret_name(remote['key'])} {remote['property']}"
    return entry["value"]


# --- ECS ---------------------------------------------------------------------------------------


def of_ecs(document: dict) -> dict:
    """Give the facts of an ECS document."""
    tasks = {one["family"]: one for one in document["taskDefinitions"]}
    services = document.get("services", [])
    behind = {
        one["targetGroupArn"]: (service["serviceName"], one["containerPort"])
        for service in services
        for one in service.get("loadBalancers", [])
    }
    return {
        "images": {
            (name, one["name"]): one["image"] for name, task in tasks.items() for one in task["containerDefinitions"]
        },
        "commands": {name: task["containerDefinitions"][0].get("command") for name, task in tasks.items()},
        "ports": {
            name: sorted(
                port["containerPort"] for one in task["containerDefinitions"] for port in one.get("portMappings", [])
            )
            for name, task in tasks.items()
        },
        "sizes": {name: (float(task["cpu"]), float(task["memory"])) for name, task in tasks.items()},
        "copies": {one["serviceName"]: bounds(one) for one in services},
        "routes": sorted([*(forward(rule, behind) for rule in document.get("listenerRules", [])), *calls(document)]),
        "names": dict(name for service in services for name in endpoints(service, tasks)),
        "scaling": {
            one["ResourceId"].split("/")[-1]: (one["MinCapacity"], one["MaxCapacity"], tracked(one, document))
            for one in document.get("scalableTargets", [])
        },
        "schedules": {
            one["Name"]: (five_fields(one["ScheduleExpression"]), one.get("ScheduleExpressionTimezone"))
            for one in document.get("schedules", [])
        },
        "variables": {
            (name, entry["name"]): entry["value"] if "value" in entry else secret(entry["valueFrom"])
            for name, task in tasks.items()
            for one in task["containerDefinitions"]
            for entry in [*one.get("environment", []), *one.get("secrets", [])]
        },
        "roles": {name: task.get("taskRoleArn") for name, task in tasks.items()},
    }


def bounds(service: dict) -> tuple[int, int, int]:
    """Give the same as copies(): ECS rounds the lower bound up and the upper one down."""
    count, rollout = service["desiredCount"], service["deploymentConfiguration"]
    return (
        count,
        math.ceil(count * rollout["minimumHealthyPercent"] / 100),
        math.floor(count * rollout["maximumPercent"] / 100),
    )


def forward(rule: dict, behind: dict) -> tuple:
    """Give the route that a listener's rule is: /a and /a/* are the prefix /a, no path is the prefix /."""
    conditions = {one["Field"]: one for one in rule["Conditions"]}
    paths = conditions.get("path-pattern", {}).get("PathPatternConfig", {}).get("Values", ["/*"])
    prefixes = {path.removesuffix("*").rstrip("/") or "/" for path in paths}
    assert len(prefixes) == 1 and any(path.endswith("*") for path in paths), paths
    return (
        conditions["host-header"]["HostHeaderConfig"]["Values"][0],
        prefixes.pop(),
        *behind[rule["Actions"][0]["TargetGroupArn"]],
    )


def calls(document: dict):
    """Give the prefixes of HTTP APIs: /a and /a/{proxy+} with one integration are the prefix /a."""
    hosts = {one["ApiId"]: one["DomainName"] for one in document.get("apiMappings", [])}
    behind = {
        one["registryArn"]: (service["serviceName"], one["containerPort"])
        for service in document.get("services", [])
        for one in service.get("serviceRegistries", [])
    }
    uris = {
        f"integrations/${{integrations.{one['ApiId'].split('.')[1]}-{one['IntegrationUri'].split('.')[1]}.IntegrationId}}": one[
            "IntegrationUri"
        ]
        for one in document.get("integrations", [])
    }
    keys = {(one["ApiId"], one["RouteKey"].removeprefix("ANY ")): one["Target"] for one in document.get("routes", [])}
    for (api, path), target in keys.items():
        if path.endswith("/{proxy+}"):
            prefix = path.removesuffix("/{proxy+}")
            assert keys[api, prefix] == target
            yield hosts[api], prefix, *behind[uris[target]]


def endpoints(service: dict, tasks: dict):
    """Give the names that Service Connect offers, with the port that clients call and the container's."""
    ports = {
        port["name"]: port["containerPort"]
        for one in tasks[service["taskDefinition"]]["containerDefinitions"]
        for port in one.get("portMappings", [])
    }
    for one in service.get("serviceConnectConfiguration", {}).get("services", []):
        for alias in one["clientAliases"]:
            yield alias["dnsName"], [(alias["port"], ports[one["portName"]])]


def tracked(target: dict, document: dict) -> list:
    """Give what the policies of a scalable target track."""
    return [
        measure(one["TargetTrackingScalingPolicyConfiguration"])
        for one in document["scalingPolicies"]
        if one["ResourceId"] == target["ResourceId"]
    ]


def measure(policy: dict) -> tuple:
    """Give a metric in words, with its target."""
    if "PredefinedMetricSpecification" in policy:
        return {"ECSServiceAverageCPUUtilization": "cpu"}[
            policy["PredefinedMetricSpecification"]["PredefinedMetricType"]
        ], policy["TargetValue"]
    metrics = {one["Id"]: one for one in policy["CustomizedMetricSpecification"]["Metrics"]}
    result = next(one for one in metrics.values() if one.get("ReturnData", True))
    assert result["Expression"] == "(m1 + m2) / m3"
    stats = [metrics[name]["MetricStat"]["Metric"] for name in ("m1", "m2", "m3")]
    assert [one["MetricName"] for one in stats] == [
        "ApproximateNumberOfMessagesVisible",
        "ApproximateNumberOfMessagesNotVisible",
        "RunningTaskCount",
    ]
    return f"queue {stats[0]['Dimensions'][0]['Value']}", policy["TargetValue"]


def five_fields(expression: str) -> str:
    """Write AWS's six fields as five; its days of the week count from SUN=1."""
    minute, hour, day, month, week, year = expression.removeprefix("cron(").removesuffix(")").split()
    assert year == "*"
    week = "".join(
        str(int(part) - 1) if part.isdigit() else str(DAYS.index(part)) if part in DAYS else part
        for part in week.replace("-", " - ").split()
    )
    return " ".join("*" if field == "?" else field for field in (minute, hour, day, month, week))


def secret(reference: str) -> str:
    """Give the name and the key that a reference with an ARN has: arn:...:secret:NAME:key::"""
    name, key, *_ = reference.split(":secret:")[1].split(":")
    return f"{secret_name(name)} {key}"


def secret_name(text: str) -> str:
    """Take the name out of an ARN, without the six characters that Secrets Manager adds."""
    return text.split(":secret:")[-1].removesuffix("-AbCdEf")
