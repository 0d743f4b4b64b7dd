"""The simulation says what the vendors' rules give."""
from conftest import ROOT
from translator import read, translate
from translator.simulation import simulate


def tables(environment=None):
    translation = translate(read(str(ROOT / "fixtures" / "example" / "web.yaml")), environment)
    return {table.title: table for table in simulate(translation.carried[0], "kubernetes")}


def test_a_rollout_never_has_fewer_copies_than_before():
    rows = tables()["Copies during a rollout"].rows
    assert [row[0] for row in rows] == list(range(2, 11))
    # 25 % of 2: one more, none fewer (Deployment); 75 % and 150 % of 2 (ECS)
    assert rows[0] == (2, 2, 3, 2, 3)
    assert rows[2] == (4, 3, 5, 3, 6)
    assert all(ecs_low >= low and ecs_high >= high for _, low, high, ecs_low, ecs_high in rows)


def test_both_autoscalers_settle_on_the_same_copies_where_the_bases_agree():
    rows = tables()["Copies by cpu load"].rows
    assert rows[0][1:] == (2, 2)
    assert rows[-1][1] == 10
    assert [row[1] for row in rows] == sorted(row[1] for row in rows)
