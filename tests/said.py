"""Lines of tests/said/*.yaml -> translations of a plain application in which just that stands.

    <row>:
      <level>:
      - {path in the application's tree: value, whatever else must stand there: value}

`nothing` as a level: the value is what the platform takes where the field is absent, so that no row has a word to say.
`never`: whatever else is said, that row says nothing. Each other says: where a manifest has this, beside a container and an image, there is a finding of that row at that level, and it
names the field. The lines are a second statement of what the tables say, written apart from them.
"""
from __future__ import annotations

from pathlib import Path
from typing import Any, Iterator, NamedTuple

import yaml

from translator import rows, translate
from translator.environment import load
from translator.hubs import ecs, k8s
from translator.hubs.application import Application
from translator.model import ECS, KUBERNETES, Document
from translator.trees import leaves, put

NOTHING, NEVER = "nothing", "never"
FOLDER = Path(__file__).parent / "said"
LABELS = {"app": "web"}
PLAIN = {
    KUBERNETES: {"workload": {"metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": LABELS}}},
                 "pod": {"metadata": {"labels": LABELS}, "spec": {"containers": {"web": {"image": "nginx:1.29"}}}}},
    ECS: {"taskDefinition": {"family": "web", "containerDefinitions": {"web": {"image": "nginx:1.29", "essential": True}}},
          "service": {"serviceName": "web", "taskDefinition": "web"}},
}
HUBS = {KUBERNETES: k8s, ECS: ecs}
THEIRS = {"taskDefinition", "service", "scalableTarget", "task", *ecs.REFERRED, *ecs.REFERRING, *ecs.SCALING} - {"secrets"}


class Line(NamedTuple):
    """One line: the code and the level that are expected, and what stands there, the field that is named first."""

    code: str
    level: str
    given: tuple[tuple[tuple[str, ...], Any], ...]

    @property
    def platform(self) -> str:
        """Tell from where the path starts which platform's tree it is in."""
        return ECS if self.given[0][0][0] in THEIRS else KUBERNETES


def lines(table: str = "*") -> Iterator[Line]:
    """Give every line of a table, or of all."""
    for file in sorted(FOLDER.glob(f"{table}.yaml")):
        for row, levels in yaml.safe_load(file.read_text()).items():
            for level, found in levels.items():
                for one in found:
                    yield Line(f"{file.stem}.{row}", level, tuple((rows.split(path), value) for path, value in one.items()))


def translation(platform: str, given):
    """Translate a plain application in which the given values stand at their paths, too."""
    tree: dict = {}
    for path, value in (*leaves(PLAIN[platform]), *given):
        put(tree, path, value)
    if "job" in tree or "cronJob" in tree:
        put(tree, ("cronJob" if "cronJob" in tree else "job", "metadata", "name"), "web")
        tree.pop("workload")
    if "task" in tree or "schedules" in tree:
        _runs_tasks(tree)
    HUBS[platform].wire(tree, load(None))
    return translate(Document(platform, tuple(HUBS[platform].ungroup([Application("web", "", tree)]))))


def _runs_tasks(tree: dict) -> None:
    """Let a task, or a schedule, run the task definition in place of the service."""
    tree.pop("service")
    if "task" in tree:
        put(tree, ("task", "taskDefinition"), "web")
    for name in tree.get("schedules", ()):
        put(tree, ("schedules", name, "Target", "EcsParameters", "TaskDefinitionArn"), "web")
        tree["schedules"][name].setdefault("ScheduleExpression", "cron(0 2 * * ? *)")


def names(finding, path: tuple[str, ...]) -> bool:
    """Whether a finding names the field that a path ends with, or what is around or in it; one without fields is about all."""
    if not finding.fields or any(f".{path[-1]}[" in f".{field.path}" for field in finding.fields):
        return True
    if len(path) == 2 and path[0] != "pod":
        return any(field.path.partition(".")[0].partition("[")[0] == path[1] for field in finding.fields)
    return any(field.path.endswith((f".{key}", f"[{key}]")) or field.path == key for field in finding.fields for key in path[1:])


def is_said(line: Line) -> bool:
    """Whether a line holds."""
    found = translation(line.platform, line.given).findings
    said = [one for one in found if names(one, line.given[0][0])]
    if line.level == NEVER:
        return line.code not in {one.code for one in found}
    if line.level == NOTHING:
        return {one.code for one in said} >= {"translation.default-values"} and line.code not in {one.code for one in said}
    return any(one.code == line.code and one.level == line.level for one in said)
