"""Hours of a week that meet: the highest number at each moment, counted minute by minute."""
from hypothesis import given, settings
from hypothesis import strategies as st

from translator.converters import cron, weeks

TIMES = st.tuples(st.integers(0, 59), st.integers(0, 23), st.sampled_from(["*", "1-5", "0,6", "3"])).map(
    lambda parts: "{} {} * * {}".format(*parts)
)


def span(number, start, end, inside):
    return weeks.Span((f"{number}-start", f"{number}-end"), cron.week(start), cron.week(end), inside)


def held(changes, minute):
    """Give the level that changes leave at a minute of the week."""
    since = {(minute - at) % weeks.WEEK: one.level for one in changes for at in cron.week(one.schedule)}
    return since[min(since)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TIMES, TIMES, st.integers(1, 9)), min_size=2, max_size=4), st.integers(0, weeks.WEEK - 1))
def test_the_highest_counts(given, minute):
    spans = [span(number, *one) for number, one in enumerate(given)]
    found = weeks.changes(spans, 2)
    wanted = max([2, *(one.inside for one in spans if one.on(minute))])
    assert held(found, minute) == wanted if found else wanted == max([2, *(one.inside for one in spans if one.on(0))])


def test_office_hours_with_a_peak():
    office, peak = span(0, "0 8 * * 1-5", "0 18 * * 1-5", 5), span(1, "0 12 * * 1-5", "0 14 * * 1-5", 10)
    assert weeks.meet([office, peak])
    assert {(one.schedule, one.level) for one in weeks.changes([office, peak], 2)} == {
        ("0 8 * * 1-5", 5), ("0 12 * * 1-5", 10), ("0 14 * * 1-5", 5), ("0 18 * * 1-5", 2),
    }


def test_hours_that_never_meet_are_left_alone():
    assert not weeks.meet([span(0, "0 8 * * *", "0 10 * * *", 5), span(1, "0 12 * * *", "0 14 * * *", 5)])


def test_one_that_ends_as_another_begins():
    early, late = span(0, "0 8 * * *", "0 12 * * *", 5), span(1, "0 12 * * *", "0 14 * * *", 7)
    assert weeks.meet([early, late])
    assert [(one.name, one.level) for one in weeks.changes([early, late], 1)] == [("0-start", 5), ("1-start", 7), ("1-end", 1)]


def test_days_of_the_month_make_weeks_differ():
    assert cron.week("0 8 1 * *") is None and cron.week("0 8 * 1 *") is None
    assert cron.week("30 1 * * 0") == {90}
