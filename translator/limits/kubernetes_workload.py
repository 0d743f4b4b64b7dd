"""Deployments and their kin, Jobs and CronJobs <-> what the API server refuses around their pods."""
from __future__ import annotations

from typing import Any, Iterator

from ..converters import cron
from ..converters.rollout import share
from .kubernetes_meta import matches
from .kubernetes_pod import unknown_mounts
from .rules import Hit, Rules, between, choice, each
from .values import entries, mapping, number, repeated, text

PROGRESS_DEADLINE = 600
ROLLING = "rollingUpdate"
STRATEGY, UPDATE = "strategy.rollingUpdate", "updateStrategy.rollingUpdate"


def selector_mismatch(spec: dict, workload: dict) -> Iterator[Hit]:
    """Refuse a selector that selects nothing, or not the pods of the template."""
    selector = spec["selector"]
    labels = mapping(mapping(mapping(spec.get("template")).get("metadata")).get("labels"))
    if not isinstance(selector, dict) or not isinstance(spec.get("template"), dict):
        return
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        yield ("selector",), f"The selector of {workload.get('kind')} {_name(workload)} selects nothing."
    elif not matches(selector, labels):
        yield ("selector",), (
            f"The selector of {workload.get('kind')} {_name(workload)} does not match the labels of its "
            "own pods."
        )


def _name(workload: dict) -> Any:
    return mapping(workload.get("metadata")).get("name")


def template_deadline(spec: dict, workload: dict) -> Iterator[Hit]:
    """Refuse pods that end by the clock where they are to run forever."""
    if mapping(mapping(spec["template"]).get("spec")).get("activeDeadlineSeconds") is not None:
        yield ("template", "spec", "activeDeadlineSeconds"), (
            f"The pods of a {workload.get('kind')} take no activeDeadlineSeconds."
        )


def strategy_recreate(spec: dict, workload: dict) -> Iterator[Hit]:
    """Refuse the numbers of a rolling update for a strategy that has none."""
    for member, other in (("strategy", "Recreate"), ("updateStrategy", "OnDelete")):
        strategy = mapping(spec.get(member))
        if strategy.get("type") == other and strategy.get(ROLLING) is not None:
            yield (member, ROLLING), f"Strategy {other} takes no rollingUpdate."


def share_wrong(member: str, _: Any) -> Any:
    """Make a rule that a member is a number of pods or a percentage of them."""
    def rule(holder: dict, outer: Any) -> Iterator[Hit]:
        value = holder[member]
        known = text(value) is not None or number(value) is not None
        part = share(value) if known else None
        if known and part is None:
            yield (member,), f"{member} is {value!r}; it is a whole number or a percentage such as 25%."
        elif part and part[1] and part[0] > 100 and member != "maxSurge":
            yield (member,), f"{member} is {value}, more than all."

    return rule


def update_nothing(spec: dict, workload: dict) -> Iterator[Hit]:
    """Refuse a rollout that may neither add nor take away a pod, and a DaemonSet's that may do both."""
    daemon = workload.get("kind") == "DaemonSet"
    member = "updateStrategy" if daemon else "strategy"
    update = mapping(mapping(spec[member]).get(ROLLING))
    surge, lost = (
        share(update.get("maxSurge", 0 if daemon else "25%")),
        share(update.get("maxUnavailable", 1 if daemon else "25%")),
    )
    if surge and lost and surge[0] == 0 and lost[0] == 0:
        yield (member, ROLLING), "maxSurge and maxUnavailable are both 0, so no pod can be replaced."
    elif daemon and surge and lost and surge[0] and lost[0]:
        yield (member, ROLLING), "A DaemonSet's rollout has a maxSurge or a maxUnavailable; the other is 0."


def progress_deadline(spec: dict, workload: dict) -> Iterator[Hit]:
    """Refuse a deadline that comes before a pod can count as ready."""
    ready, deadline = number(spec["minReadySeconds"]), number(spec.get("progressDeadlineSeconds", PROGRESS_DEADLINE))
    if ready is not None and deadline is not None and ready and ready >= deadline:
        yield ("minReadySeconds",), f"Pods are ready after {ready} s, and the rollout has failed after {deadline} s."


def claim_mounts(spec: dict, workload: dict) -> Iterator[Hit]:
    """Refuse a mount of neither a volume of the pod nor a claim of the StatefulSet."""
    claims = {
        text(mapping(claim.get("metadata")).get("name")) for _, claim in entries(spec.get("volumeClaimTemplates"))
    }
    for path, words in unknown_mounts(mapping(mapping(spec["template"]).get("spec")), frozenset(claims)):
        yield ("template", "spec", *path), words


def claim_twice(spec: dict, workload: dict) -> Iterator[Hit]:
    """Refuse two claims of one name."""
    names = [
        (at, text(mapping(claim.get("metadata")).get("name"))) for at, claim in entries(spec["volumeClaimTemplates"])
    ]
    for at, name in repeated(names):
        yield ("volumeClaimTemplates", at), f"Two volume claim templates are named {name}."


def job_restart(spec: dict, holder: dict) -> Iterator[Hit]:
    """Refuse pods that are always started again: such a job never ends. Always is also what nothing said means."""
    pod = mapping(mapping(spec["template"]).get("spec"))
    policy = text(pod.get("restartPolicy") or "Always")
    if policy is not None and policy not in ("Never", "OnFailure") and pod:
        yield ("template", "spec"), f"The pods of a job have restartPolicy {policy}; it must be OnFailure or Never."


def job_index(spec: dict, holder: dict) -> Iterator[Hit]:
    """Refuse numbered pods whose number is not known."""
    if spec["completionMode"] == "Indexed" and spec.get("completions") is None:
        yield ("completionMode",), "Completion mode Indexed needs completions."


def job_selector(spec: dict, holder: dict) -> Iterator[Hit]:
    """Refuse a selector of one's own: the API server makes one."""
    if spec.get("manualSelector") is not True and "controller-uid" not in str(spec["selector"]):
        yield ("selector",), "A job's selector is made by the API server, unless manualSelector is true."


def failure_policy(spec: dict, holder: dict) -> Iterator[Hit]:
    """Refuse a policy about failed pods where they are started again in place."""
    if (
        mapping(mapping(spec["template"]).get("spec")).get("restartPolicy") != "Never"
        and spec.get("podFailurePolicy") is not None
    ):
        yield ("podFailurePolicy",), "A podFailurePolicy needs restartPolicy Never."


def schedule_wrong(spec: dict, job: dict) -> Iterator[Hit]:
    """Refuse a schedule that the controller cannot read, and a time zone within it, which has a field of its own."""
    schedule = text(spec["schedule"])
    if schedule and "TZ=" in schedule:
        yield ("schedule",), "A CronJob's time zone stands in timeZone, not in its schedule."
    elif schedule is not None and cron.to_aws(schedule) is None:
        yield ("schedule",), (
            f"{schedule or 'An empty text'} is no schedule: minute, hour, day of the month, month, day of "
            "the week (0-6, Sunday is 0)."
        )


def time_zone(spec: dict, job: dict) -> Iterator[Hit]:
    """Refuse a time zone that is none by its form, or that is the controller's own."""
    zone = text(spec["timeZone"])
    if zone is not None and (zone in ("", "Local") or zone != zone.strip() or ".." in zone or zone.startswith("/")):
        yield ("timeZone",), f"{zone!r} is no time zone such as Europe/Paris or Etc/UTC."


COUNTS = (
    "replicas",
    "minReadySeconds",
    "revisionHistoryLimit",
    "progressDeadlineSeconds",
    "ordinals.start",
    f"{UPDATE}.partition",
)
JOB_COUNTS = (
    "parallelism",
    "completions",
    "backoffLimit",
    "ttlSecondsAfterFinished",
    "backoffLimitPerIndex",
    "maxFailedIndexes",
)

REPLICATED: tuple[Rules, ...] = (
    {
        "selector": {"selector-mismatch": selector_mismatch},
        "template": {"template-deadline": template_deadline},
        "minReadySeconds": {"progress-deadline": progress_deadline},
    },
    each({"count-range": dict.fromkeys(COUNTS, (0, None))}, between),
    each(
        {
            "share-wrong": dict.fromkeys(
                [f"{place}.{name}" for place in (STRATEGY, UPDATE) for name in ("maxSurge", "maxUnavailable")]
            )
        },
        share_wrong,
    ),
)
DEPLOYMENT: Rules = {"strategy": {"strategy-recreate": strategy_recreate, "update-nothing": update_nothing}}
DAEMON_SET: Rules = {"updateStrategy": {"strategy-recreate": strategy_recreate, "update-nothing": update_nothing}}
STATEFUL_SET: Rules = {
    "updateStrategy": {"strategy-recreate": strategy_recreate},
    "template": {"mount-unknown": claim_mounts},
    "volumeClaimTemplates": {"claim-twice": claim_twice},
}
JOB: tuple[Rules, ...] = (
    {
        "template": {"job-restart": job_restart, "failure-policy": failure_policy},
        "completionMode": {"job-index": job_index},
        "selector": {"job-selector": job_selector},
    },
    each({"count-range": {**dict.fromkeys(JOB_COUNTS, (0, None)), "activeDeadlineSeconds": (0, None)}}, between),
    each({"value-unknown": {
        "completionMode": ("NonIndexed", "Indexed"), "podReplacementPolicy": ("Failed", "TerminatingOrFailed"),
    }}, choice),
)
CRON_JOB: tuple[Rules, ...] = (
    {"schedule": {"schedule-wrong": schedule_wrong}, "timeZone": {"time-zone": time_zone}},
    each(
        {
            "count-range": dict.fromkeys(
                ("startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"), (0, None)
            )
        },
        between,
    ),
    each({"value-unknown": {"concurrencyPolicy": ("Allow", "Forbid", "Replace")}}, choice),
)
VALUES: dict[str, Rules] = {
    "Deployment": each({"value-unknown": {"strategy.type": ("Recreate", "RollingUpdate")}}, choice),
    "DaemonSet": each({"value-unknown": {"updateStrategy.type": ("RollingUpdate", "OnDelete")}}, choice),
    "StatefulSet": each({"value-unknown": {
        "updateStrategy.type": ("RollingUpdate", "OnDelete"), "podManagementPolicy": ("OrderedReady", "Parallel"),
        "persistentVolumeClaimRetentionPolicy.whenDeleted": ("Retain", "Delete"),
        "persistentVolumeClaimRetentionPolicy.whenScaled": ("Retain", "Delete"),
    }}, choice),
}
