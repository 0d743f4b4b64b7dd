"""Every case under fixtures/ gives what was written for it by hand, in the directions that it names."""
import pytest

import cases


def name(value):
    return f"{value.parent.name}/{value.name}" if hasattr(value, "parent") else value


@pytest.mark.parametrize(("case", "direction"), list(cases.cases()), ids=name)
def test_case(case, direction):
    translation, expected = cases.run(case, direction)
    for kind, wanted in expected:
        assert cases.missing(translation.output, kind, wanted) == []
    outputs = [entry for entry in translation.output.entries]
    wanted_file = case / ("ecs.json" if direction == "to-ecs" else "k8s.yaml")
    for kind, path in cases.absent(wanted_file):
        assert all(cases.at(entry.value, path) is None for entry in outputs if entry.kind == kind), f"{kind} has {path}"
    if (case / "findings.txt").exists():
        concept = case.parent.name
        given = "k8s" if direction == "to-ecs" else "ecs"
        said = sorted({f"{one.level} {one.code} {entry.path}".strip() for one in translation.findings
                       if one.code.startswith(concept + ".") for entry in one.fields or [None] if entry})
        wanted_lines = [line for line in (case / "findings.txt").read_text().splitlines() if line.strip()]
        mine = sorted(line.partition(": ")[2] for line in wanted_lines if line.startswith(given + ": "))
        both = sorted(line for line in wanted_lines if not line.startswith(("k8s: ", "ecs: ")))
        assert said == sorted(both + mine)


def test_every_case_names_its_documents():
    for case, _ in cases.cases():
        assert (case / "origin.txt").read_text().strip(), case
