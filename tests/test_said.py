"""What is said of a field that stands alone in a plain application: one line each in tests/said."""
import pytest
import said

from translator import rows
from translator.model import ECS, KUBERNETES

LINES = list(said.lines())


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.code}-{'.'.join(line.given[0][0])}")
def test_said(line):
    assert said.is_said(line), [f"{one.level} {one.code} {[field.path for field in one.fields]}"
                                for one in said.translation(line.platform, line.given).findings]


@pytest.mark.parametrize("platform", [KUBERNETES, ECS])
def test_nothing_of_it_is_said_of_a_plain_application(platform):
    """Otherwise a line would hold whatever its row says."""
    said_anyway = {(one.code, one.level) for one in said.translation(platform, ()).findings}
    assert not said_anyway & {(line.code, line.level) for line in LINES if line.platform == platform}


def test_every_line_is_about_a_row():
    assert {line.code for line in LINES} <= {row.code for row in rows.rows()} | set(rows.messages())
