"""Every row's examples, both ways."""
import pytest

from translator import rows

EXAMPLES = [
    (row, number, example) for row in rows.rows() for number, example in enumerate(row.cells.get("example", ()))
]


def args(row, side, value):
    paths = getattr(row, side)
    return value if len(paths) > 1 else [value]


def own(row, side, value):
    """What a row's pair gives on a side: one value, or one for each owned path."""
    owned = [arg for arg in getattr(row, side) if not arg.from_top and arg.path != ("@",)]
    values = args(row, side, value)[:len(owned)]
    return values[0] if len(owned) == 1 else tuple(values)


def as_given(value):
    return tuple(value) if isinstance(value, (list, tuple)) else value


@pytest.mark.parametrize(("row", "number", "example"), EXAMPLES, ids=lambda value: getattr(value, "code", None))
def test_example(row, number, example):
    only = example.get("from")
    if only != "ecs":
        there = row.pair.to_ecs(*args(row, "k8s", example["k8s"])) if row.pair else example["k8s"]
        wanted = own(row, "ecs", example["ecs"])
        assert there == wanted or as_given(there) == as_given(wanted)
    if only != "k8s":
        back = row.pair.to_k8s(*args(row, "ecs", example["ecs"])) if row.pair else example["ecs"]
        wanted = own(row, "k8s", example["k8s"])
        same = back == wanted or as_given(back) == as_given(wanted)
        assert same or example.get("lossy"), f"{back!r} is not {wanted!r}"


def test_rows_are_well_formed():
    for row in rows.rows():
        assert row.cells.keys() <= rows.CELLS, row.code
        assert row.scope in rows.scopes(), row.code
        assert row.cells.get("sources"), f"{row.code} cites no document"
        assert all(key in rows.tables()["sources"] for key in row.cells["sources"]), row.code
        for platform in ("kubernetes", "ecs"):
            assert row.fidelity(platform) in rows.FIDELITIES, row.code
            assert row.level(platform) in ("info", "warning", "error"), row.code
        if row.k8s and row.ecs:
            assert row.cells.get("example") or row.cells.get("values") or "via" in row.cells, (
                f"{row.code} has no example"
            )
        else:
            assert row.cells.get("note"), f"{row.code} carries nothing and says nothing"


def test_messages_are_well_formed():
    for code, cells in rows.messages().items():
        assert cells.get("note") and cells.get("level") in ("info", "warning", "error"), code
        assert cells.get("sources") and all(key in rows.tables()["sources"] for key in cells["sources"]), code


def test_codes_are_unique():
    codes = [row.code for row in rows.rows()] + list(rows.messages())
    assert len(codes) == len(set(codes))
