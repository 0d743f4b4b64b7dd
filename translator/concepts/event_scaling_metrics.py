"""KEDA's aws-sqs-queue and aws-cloudwatch triggers <-> target tracking of customized metrics.

KEDA divides what it measures by the copies that run, target tracking does not: what is waiting has to be divided by
RunningTaskCount, which CloudWatch has where Container Insights is on.
https://keda.sh/docs/2.20/scalers/aws-sqs/ https://keda.sh/docs/2.20/scalers/aws-cloudwatch/
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
"""

from __future__ import annotations

from typing import Any

from ..trees import Tree, get, tree

QUEUE, CLOUDWATCH = "aws-sqs-queue", "aws-cloudwatch"
VISIBLE, IN_FLIGHT, DELAYED = (
    "ApproximateNumberOfMessagesVisible",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
SQS, RUNNING = "AWS/SQS", ("ECS/ContainerInsights", "RunningTaskCount")
STATISTICS = ("Average", "Minimum", "Maximum", "SampleCount", "Sum")
BALANCER = ("AWS/ApplicationELB", "RequestCountPerTarget")
REQUESTS = "ALBRequestCountPerTarget"
MINUTE = "60"


def number(value: Any) -> int | float | None:
    """Read a number that metadata holds as text."""
    try:
        found = float(str(value))
    except ValueError:
        return None
    return (int(found) if found == int(found) else found) if 0 < found < float("inf") else None


def spell(value: Any) -> str:
    """Write a number as metadata holds it."""
    return str(int(value)) if value == int(value) else str(value)


def true(value: Any, otherwise: bool) -> bool:
    """Read a boolean that metadata holds as text."""
    return otherwise if value is None else str(value).lower() == "true"


def query(namespace: str, name: str, dimensions: dict[str, str], stat: str) -> Tree:
    """Ask for one metric of CloudWatch, as a part of an expression."""
    metric = {
        "Namespace": namespace,
        "MetricName": name,
        "Dimensions": {key: {"Value": value} for key, value in dimensions.items()},
    }
    return {"MetricStat": {"Metric": metric, "Stat": stat}, "ReturnData": False}


def per_task(metrics: list[Tree], cluster: str, service: str) -> Tree:
    """Divide the sum of metrics by the number of running tasks: `(m1 + m2) / m3`."""
    running = query(*RUNNING, {"ClusterName": cluster, "ServiceName": service}, "Average")
    queries = {f"m{place}": one for place, one in enumerate([*metrics, running], 1)}
    *names, tasks = queries
    above = names[0] if len(names) == 1 else "(" + " + ".join(names) + ")"
    return {"Metrics": {**queries, "e1": {"Expression": f"{above} / {tasks}", "ReturnData": True}}}


def waiting(metric: Tree) -> tuple[Tree, str] | None:
    """Give (queries, expression) of an alarm on what is measured while nothing runs; None where no task is counted."""
    queries = get(metric, ("CustomizedMetricSpecification", "Metrics"))
    if queries is None:
        return None
    stats = {
        key: {"MetricStat": {**one["MetricStat"], "Period": int(MINUTE)}, "ReturnData": False}
        for key, one in queries.items()
        if "MetricStat" in one
    }
    *names, tasks = stats
    return stats, f"IF(FILL({tasks}, 0) < 1, {' + '.join(names)}, 0)"


# --- there -------------------------------------------------------------------------------------


def queue_of(metadata: Tree, variables: Tree) -> str | None:
    """Give a queue's name: the end of its URL, which may stand in an environment variable."""
    text = metadata.get("queueURL") or get(variables, (str(metadata.get("queueURLFromEnv")), "value"))
    return str(text).rstrip("/").rpartition("/")[2] or None if isinstance(text, str) else None


def queue_metric(metadata: Tree, variables: Tree, cluster: str, service: str) -> tuple[int | float, Tree] | None:
    """Give (target, metric) for a queue: what waits, and what is being worked on unless the trigger says no."""
    name, target = queue_of(metadata, variables), number(metadata.get("queueLength", 5))
    if name is None or target is None:
        return None
    counted = [
        VISIBLE,
        *([IN_FLIGHT] if true(metadata.get("scaleOnInFlight"), True) else []),
        *([DELAYED] if true(metadata.get("scaleOnDelayed"), False) else []),
    ]
    queries = [query(SQS, metric, {"QueueName": name}, "Average") for metric in counted]
    return target, {"CustomizedMetricSpecification": per_task(queries, cluster, service)}


def cloudwatch_metric(metadata: Tree, metric_type: Any, cluster: str, service: str) -> tuple[int | float, Tree] | None:
    """Give (target, metric) for a metric of CloudWatch: as it is, or divided by the running tasks (AverageValue)."""
    names, values = (str(metadata.get(key) or "").split(";") for key in ("dimensionName", "dimensionValue"))
    target, stat = number(metadata.get("targetMetricValue")), metadata.get("metricStat") or "Average"
    space, name = metadata.get("namespace"), metadata.get("metricName")
    if (
        target is None
        or len(names) != len(values)
        or not isinstance(space, str)
        or not isinstance(name, str)
        or stat not in STATISTICS
    ):
        return None
    dimensions = {key: value for key, value in zip(names, values, strict=True) if key}
    if metric_type != "Value":
        return target, {
            "CustomizedMetricSpecification": per_task([query(space, name, dimensions, stat)], cluster, service)
        }
    if (space, name, stat) == (*BALANCER, "Sum") and dimensions.keys() == {"LoadBalancer", "TargetGroup"}:
        label = f"{dimensions['LoadBalancer']}/{dimensions['TargetGroup']}"
        return target, {"PredefinedMetricSpecification": {"PredefinedMetricType": REQUESTS, "ResourceLabel": label}}
    plain = tree(
        MetricName=name,
        Namespace=space,
        Statistic=stat,
        Dimensions={key: {"Value": value} for key, value in dimensions.items()} or None,
    )
    return target, {"CustomizedMetricSpecification": plain}


# --- and back ----------------------------------------------------------------------------------


def trigger(configuration: Any, region: str) -> Tree | None:
    """Give the trigger for a policy's configuration; None where KEDA cannot measure the same."""
    target = get(configuration, ("TargetValue",))
    custom = get(configuration, ("CustomizedMetricSpecification",))
    queries = get(custom, ("Metrics",))
    if not isinstance(target, (int, float)) or isinstance(target, bool) or target <= 0:
        return None
    if custom is None:
        found = _from_requests(configuration)
    elif isinstance(custom, dict):
        found = _from_queries(queries) if isinstance(queries, dict) and queries else _from_one(custom)
    else:
        found = None
    if found is None:
        return None
    aim = "queueLength" if found["type"] == QUEUE else "targetMetricValue"
    return {**found, "metadata": {**found["metadata"], aim: spell(target), "awsRegion": region}}


def _from_queries(queries: Any) -> Tree | None:
    """Read what `per_task` writes, whatever the queries are called: sums of metrics over the number of running tasks."""
    stats = {key: get(one, ("MetricStat",)) for key, one in queries.items() if get(one, ("MetricStat",))}
    expressions = [get(one, ("Expression",)) for one in queries.values() if get(one, ("Expression",))]
    tasks = [key for key, one in stats.items() if _named(one) == RUNNING]
    if len(tasks) != 1 or len(expressions) != 1:
        return None
    above, _slash, below = str(expressions[0]).replace(" ", "").rpartition("/")
    names = above.removeprefix("(").removesuffix(")").split("+")
    measured = {key: one for key, one in stats.items() if key != tasks[0]}
    if below != tasks[0] or sorted(names) != sorted(measured):
        return None
    return _from_queue(list(measured.values())) or (_from_metric(*measured.values()) if len(measured) == 1 else None)


def _named(stat: Any) -> tuple[Any, Any]:
    return get(stat, ("Metric", "Namespace")), get(stat, ("Metric", "MetricName"))


def _dimensions(metric: Any) -> dict[str, str] | None:
    given = get(metric, ("Dimensions",)) or {}
    found = {key: get(one, ("Value",)) for key, one in given.items()} if isinstance(given, dict) else {}
    return found if all(isinstance(value, str) for value in found.values()) else None


def _from_queue(stats: list[Any]) -> Tree | None:
    names = sorted(str(_named(one)[1]) for one in stats if _named(one)[0] == SQS)
    queues = {str((_dimensions(get(one, ("Metric",))) or {}).get("QueueName")) for one in stats}
    if (
        len(names) != len(stats)
        or VISIBLE not in names
        or len(queues) != 1
        or not set(names) <= {VISIBLE, IN_FLIGHT, DELAYED}
    ):
        return None
    return {
        "type": QUEUE,
        "metadata": tree(
            queueURL=queues.pop(),
            scaleOnInFlight=None if IN_FLIGHT in names else "false",
            scaleOnDelayed="true" if DELAYED in names else None,
        ),
    }


def _from_metric(stat: Any) -> Tree | None:
    return _cloudwatch(*_named(stat), _dimensions(get(stat, ("Metric",))), get(stat, ("Stat",)), None)


def _from_one(metric: Any) -> Tree | None:
    return _cloudwatch(
        metric.get("Namespace"), metric.get("MetricName"), _dimensions(metric), metric.get("Statistic"), "Value"
    )


def _from_requests(configuration: Any) -> Tree | None:
    """Read `app/web/0123/targetgroup/web/4567`: the requests a minute of each target of a load balancer."""
    kind = get(configuration, ("PredefinedMetricSpecification", "PredefinedMetricType"))
    balancer, slash, group = str(
        get(configuration, ("PredefinedMetricSpecification", "ResourceLabel")) or ""
    ).partition("/targetgroup/")
    if kind != REQUESTS or not slash or not balancer.startswith("app/"):
        return None
    made = _cloudwatch(*BALANCER, {"LoadBalancer": balancer, "TargetGroup": f"targetgroup/{group}"}, "Sum", "Value")
    return made and {**made, "metadata": {**made["metadata"], "metricStatPeriod": MINUTE}}


def _cloudwatch(
    space: Any, name: Any, dimensions: dict[str, str] | None, stat: Any, metric_type: str | None
) -> Tree | None:
    if not isinstance(space, str) or not isinstance(name, str) or dimensions is None or stat not in STATISTICS:
        return None
    return tree(
        type=CLOUDWATCH,
        metricType=metric_type,
        metadata=tree(
            namespace=space,
            metricName=name,
            metricStat=stat,
            dimensionName=";".join(dimensions) or None,
            dimensionValue=";".join(dimensions.values()) or None,
        ),
    )
