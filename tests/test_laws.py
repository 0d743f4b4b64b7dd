"""The laws hold whatever the input: conservation, the dual law, order independence, the exact round trip."""
import random

import pytest

import cases
from translator import engine, parse, program, rows, translate
from translator.environment import load
from translator.hubs import ecs, k8s
from translator.settle import settle
from translator.trees import get, lost, patch, patched

INPUTS = sorted({case / name for case, _ in cases.cases() for name in ("k8s.yaml", "ecs.json")})


@pytest.mark.parametrize("file", INPUTS, ids=lambda file: "/".join(file.parts[-3:]))
def test_round_trip_is_exact_with_the_residue(file):
    document = parse(file.read_bytes(), file.name)
    there = translate(document)
    back = translate(there.output, residue=there.residue)
    assert sorted(map(str, _plain(back.output))) == sorted(map(str, _plain(document)))


def _plain(document):
    from translator import schema
    return [schema.plain(document.platform, entry.kind, schema.canonical(document.platform, entry.kind, entry.value)[0])
            for entry in document.entries]


@pytest.mark.parametrize("file", INPUTS, ids=lambda file: "/".join(file.parts[-3:]))
def test_every_residue_leaf_is_in_a_finding(file):
    translation = translate(parse(file.read_bytes(), file.name))
    reported = {(field.object, field.path) for finding in translation.findings for field in finding.fields}
    for one in translation.carried:
        for path, _ in one.law.lost:
            part = one.application.part(path)
            assert part is None or part.shared or _covered(reported, one, part, path), path


def _covered(reported, one, part, path):
    from translator.hubs.application import identity
    return (identity(part.origin), part.show(path)) in reported


@pytest.mark.parametrize("file", INPUTS, ids=lambda file: "/".join(file.parts[-3:]))
def test_rows_have_no_order(file):
    document = parse(file.read_bytes(), file.name)
    shuffled = list(rows.rows())
    random.Random(7).shuffle(shuffled)
    for one in translate(document).carried:
        platform = document.platform
        environment = {**load(None), **settle(one.application.tree, platform)}
        usual, _ = engine.apply(one.application.tree, platform, environment)
        other, _ = engine.apply(one.application.tree, platform, environment, program.compiled(shuffled, platform))
        assert usual == other


def every_time(self, platform):
    """What wakes a row whose cells `when` and `beside` are forgotten."""
    return tuple(arg for arg in self.side(platform) if arg.from_top and arg.path[:1] != ("environment",))


@pytest.fixture(scope="module")
def sleepless():
    with pytest.MonkeyPatch.context() as patched_rows:
        patched_rows.setattr(rows.Row, "wakes", every_time)
        patched_rows.setattr(rows.Row, "beside", lambda row, platform: ())
        made = {platform: (program.compiled(rows.rows(), platform), program.speakers.__wrapped__(platform)) for platform in engine.OTHER}
    return made


@pytest.mark.parametrize("file", INPUTS, ids=lambda file: "/".join(file.parts[-3:]))
def test_rows_sleep_only_where_they_would_say_nothing(file, sleepless, monkeypatch):
    def agree(tree, platform):
        whole = {**tree, "environment": {**load(None), **settle(tree, platform)}}
        carrying, speaking = sleepless[platform]
        assert engine.run(carrying, program.Whole(whole), platform)[0] == engine.apply(tree, platform, whole["environment"])[0]
        said = {(use.row.code, use.keys) for use in engine.notices(program.Whole(whole), platform)}
        with monkeypatch.context() as always:
            always.setattr(engine, "speakers", lambda platform: speaking)
            assert said == {(use.row.code, use.keys) for use in engine.notices(program.Whole(whole), platform)}

    document = parse(file.read_bytes(), file.name)
    for one in translate(document).carried:
        agree(one.application.tree, document.platform)
        agree(one.law.there, engine.OTHER[document.platform])


def test_patch_turns_one_tree_into_another():
    one = {"a": {"x": 1, "y": {}}, "b": [1, 2], "c": True}
    other = {"c": 1, "a": {"y": {"z": "0"}, "w": 2}}
    assert patched(one, patch(one, other)) == other
    assert list(patched(one, patch(one, other))) == list(other)
    assert [path for path, _ in lost(one, other)] == [("a", "x"), ("a", "y"), ("b",), ("c",)]
    assert get(one, ("a", "x", "deeper")) is None


def test_grouping_comes_back():
    assert k8s.group([]) == ([], []) and ecs.group([]) == ([], [])
