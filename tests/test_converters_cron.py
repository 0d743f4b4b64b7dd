"""Schedules: the examples, what each side refuses, and a year of runs compared with two plain matchers."""
import random
from calendar import monthrange
from datetime import date, timedelta

import pytest

from translator.converters import cron
from translator.converters.cron import Cron, same, to_aws, to_kubernetes


@pytest.mark.parametrize("schedule, expressions", [
    ("*/15 * * * *", ["cron(0/15 * * * ? *)"]), ("0 2 * * 0", ["cron(0 2 ? * SUN *)"]),
    ("30 6 * * 1-5", ["cron(30 6 ? * MON-FRI *)"]), ("0 0 1 * *", ["cron(0 0 1 * ? *)"]),
    ("0 9 * * */2", ["cron(0 9 ? * SUN,TUE,THU,SAT *)"]), ("@daily", ["cron(0 0 * * ? *)"]),
    ("@weekly", ["cron(0 0 ? * SUN *)"]), ("@hourly", ["cron(0 * * * ? *)"]), ("@monthly", ["cron(0 0 1 * ? *)"]),
    ("@yearly", ["cron(0 0 1 1 ? *)"]), ("0 8 * * MON-FRI", ["cron(0 8 ? * MON-FRI *)"]),
    ("0 0 */2 * *", ["cron(0 0 1/2 * ? *)"]), ("0 0 * jan,mar *", ["cron(0 0 * JAN,MAR ? *)"]),
    ("5/10 * * * *", ["cron(5/10 * * * ? *)"]), ("10-30/5 8-10 * * *", ["cron(10,15,20,25,30 8-10 * * ? *)"]),
    ("* * * * ?", ["cron(* * * * ? *)"]), ("0 0 * * 1,3,5", ["cron(0 0 ? * MON,WED,FRI *)"]),
    ("0 0 1-31 * 1", ["cron(0 0 * * ? *)"]), ("0 0 1 * 0-6", ["cron(0 0 * * ? *)"]),
    ("0 0 */1 * 1", ["cron(0 0 ? * MON *)"]),
    ("*/100 * * * *", ["cron(0 * * * ? *)"]), (" 0  0\t* * 1,, ", ["cron(0 0 ? * MON *)"]),
    ("@every 5m", ["rate(5 minutes)"]), ("@every 1h30m", ["rate(90 minutes)"]), ("@every 60s", ["rate(1 minute)"]),
    ("@every 48h", ["rate(2 days)"]), ("@every 1.5h", ["rate(90 minutes)"]), ("@every 1h", ["rate(1 hour)"]),
])
def test_schedules_that_are_the_same(schedule, expressions):
    assert to_aws(schedule) == Cron(tuple(expressions))


@pytest.mark.parametrize("schedule, expressions, why", [
    ("0 0 1 * 1", ["cron(0 0 1 * ? *)", "cron(0 0 ? * MON *)"], cron.TWICE),
    ("0 0 */2 * 1-5", ["cron(0 0 1/2 * ? *)", "cron(0 0 ? * MON-FRI *)"], cron.TWICE),
    ("@every 90s", ["rate(2 minutes)"], cron.WHOLE_MINUTES), ("@every 1s", ["rate(1 minute)"], cron.WHOLE_MINUTES),
])
def test_schedules_that_are_nearly_the_same(schedule, expressions, why):
    assert to_aws(schedule) == Cron(tuple(expressions), False, why)


@pytest.mark.parametrize("schedule", [
    "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 * ", "* * * 0 *",
    "* * * * 7", "* * * * FRI-MON", "30-10 * * * *", "*/0 * * * *", "1/2/3 * * * *", "1-2-3 * * * *", "a * * * *",
    "-1 * * * *",
    "* * * mon *", "* * * * jan", "1.5 * * * *", "@reboot", "@Daily", "@every", "@every x", "@every 5", "@every -5m",
    "@every 5m5",
    "TZ=UTC 0 0 * * *", "CRON_TZ=UTC 0 0 * * *", ", * * * *", "* * L * *", "* * * * 1#2", "١ * * * *", None, 5, [],
    pytest.param("@every " + "9" * 5000 + "h", id="long"), pytest.param("*" * 5000, id="wide"),
])
def test_what_kubernetes_refuses_has_no_answer(schedule):
    assert to_aws(schedule) is None


@pytest.mark.parametrize("expression, schedule", [
    ("cron(0/15 * * * ? *)", "*/15 * * * *"), ("cron(*/15 * * * ? *)", "*/15 * * * *"),
    ("cron(0 2 ? * 1 *)", "0 2 * * 0"),
    ("cron(30 6 ? * MON-FRI *)", "30 6 * * 1-5"), ("cron(30 6 ? * 2-6 *)", "30 6 * * 1-5"),
    ("cron(0 0 1/2 * ? *)", "0 0 */2 * *"),
    ("cron(00 11 ? * * *)", "0 11 * * *"), ("cron(15 10 * * ? *)", "15 10 * * *"), ("cron(0 0 ? * 7 *)", "0 0 * * 6"),
    ("cron(0 8 1 JAN,JUL ? *)", "0 8 1 JAN,JUL *"), ("cron(0 22-2 ? * FRI-MON *)", "0 0-2,22,23 * * 0,1,5,6"),
    ("cron(0 0 ? * L *)", "0 0 * * 6"), ("cron(5/10 9-17 ? * SUN,WED *)", "5/10 9-17 * * 0,3"),
])
def test_expressions_that_are_the_same(expression, schedule):
    assert to_kubernetes(expression) == Cron((schedule,))


@pytest.mark.parametrize("expression, schedule, why", [
    ("rate(5 minutes)", "*/5 * * * *", cron.CLOCK), ("rate(1 minute)", "* * * * *", cron.CLOCK),
    ("rate(1 hour)", "0 * * * *", cron.CLOCK), ("rate(60 minutes)", "0 * * * *", cron.CLOCK),
    ("rate(6 hours)", "0 */6 * * *", cron.CLOCK), ("rate(1 day)", "0 0 * * *", cron.CLOCK),
    ("rate(24 hours)", "0 0 * * *", cron.CLOCK), ("rate(7 minutes)", "@every 7m", cron.EVERY),
    ("rate(90 minutes)", "@every 90m", cron.EVERY), ("rate(5 days)", "@every 120h", cron.EVERY),
    ("rate(5 hours)", "@every 5h", cron.EVERY), ("cron(0 0 * * ? 2026)", "0 0 * * *", cron.YEARS),
    ("cron(0 0 * * ? 2026-2030)", "0 0 * * *", cron.YEARS),
])
def test_expressions_that_are_nearly_the_same(expression, schedule, why):
    assert to_kubernetes(expression) == Cron((schedule,), False, why)


@pytest.mark.parametrize("expression, schedule, text", [
    ("cron(0 0 L * ? *)", "0 0 28-31 * *", "`L`"), ("cron(0 0 L-3 * ? *)", "0 0 25-28 * *", "`L-3`"),
    ("cron(0 0 15W * ? *)", "0 0 14-16 * *", "`15W`"), ("cron(0 0 1W * ? *)", "0 0 1-3 * *", "`1W`"),
    ("cron(0 0 LW * ? *)", "0 0 26-31 * *", "`LW`"), ("cron(0 0 ? * 6#3 *)", "0 0 * * 5", "`6#3`"),
    ("cron(0 0 ? * 6L *)", "0 0 * * 5", "`6L`"), ("cron(0 0 ? * FRI#2 *)", "0 0 * * 5", "`FRI#2`"),
])
def test_days_that_only_aws_knows_are_guarded_by_the_job(expression, schedule, text):
    found = to_kubernetes(expression)
    assert found.expressions == (schedule,) and not found.exact and text in found.why


def test_what_runs_once_is_no_schedule():
    assert to_kubernetes("at(2026-11-20T13:00:00)") == Cron((), False, cron.ONCE)


@pytest.mark.parametrize("expression", [
    "", "0 0 * * *", "cron(0 0 * * *)", "cron(0 0 * * * *)", "cron(0 0 ? * ? *)", "cron(0 0 1 * 1 *)",
    "cron(? * * * ? *)",
    "cron(60 0 * * ? *)", "cron(0 0 ? * 0 *)", "cron(0 0 ? * 8 *)", "cron(0 0 ? * MON/2 *)", "cron(0 0 ? * 1#6 *)",
    "cron(0 0 32W * ? *)", "cron(0 0 * * ? 1900)", "cron(0 0 L-30 * ? *)", "cron(0 0 1,L * ? *)", "cron(0 0 * * ? *",
    "rate(0 minutes)", "rate(5)", "rate(5 weeks)", "rate(x minutes)", "rate(1.5 hours)", "at()", "at(now)", "none",
    None, 3, [],
])
def test_what_aws_refuses_has_no_answer(expression):
    assert to_kubernetes(expression) is None


def test_the_same_times_however_written():
    assert same("0 9 * * MON-FRI", "0 9 * * 1-5") and same("@daily", "0 0 * * *")
    assert same("*/30 * * * *", "0,30 * * * *") and same("0 0 1 * 0-6", "0 0 * * *")
    assert not same("0 0 1 * 1", "0 0 1 * *") and not same("0 0 */2 * *", "0 0 * * *")
    assert same("@every 5m", "@every 5m") and not same("@every 5m", "*/5 * * * *")


# Two matchers, each written from its vendor's page alone, that ask of every day and every minute whether it is meant.
NAMES = {name: number for number, name in enumerate("sun mon tue wed thu fri sat".split())}
MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
YEAR = [date(2027, 1, 1) + timedelta(days) for days in range(365)]


def listed(text, value, low, high, names):
    for piece in text.lower().split(","):
        span, _, step = piece.partition("/")
        first, _, last = span.partition("-")
        first, last = (names.get(end, end) for end in (first, last))
        if first in ("*", "?"):
            first, last = low, high
        elif last == "":
            last = high if step else first
        start, end = int(first), int(last)
        around = [*range(start, end + 1)] if start <= end else [*range(start, high + 1), *range(low, end + 1)]
        if value in around[::int(step or 1)]:
            return True
    return False


def kubernetes_runs(schedule):
    minute, hour, day, month, weekday = schedule.split()

    def on(when):
        dates = listed(day, when.day, 1, 31, {})
        weekdays = listed(weekday, when.isoweekday() % 7, 0, 6, NAMES)
        free = any(part in ("*", "?", "*/1") for field in (day, weekday) for part in field.split(","))
        return listed(month, when.month, 1, 12, MONTHS) and (dates and weekdays if free else dates or weekdays)
    return times(minute, hour), {when for when in YEAR if on(when)}


def times(minute, hour):
    return {(h, m) for h in range(24) if listed(hour, h, 0, 23, {}) for m in range(60) if listed(minute, m, 0, 59, {})}


def aws_runs(expression):
    minute, hour, day, month, weekday, _ = expression.removeprefix("cron(").removesuffix(")").split()
    names = {name: number + 1 for name, number in NAMES.items()}

    def on(when):
        if not listed(month, when.month, 1, 12, MONTHS):
            return False
        return aws_date(day, when) if weekday == "?" else aws_weekday(weekday, when, names)
    return times(minute, hour), {when for when in YEAR if on(when)}


def aws_date(day, when):
    length = monthrange(when.year, when.month)[1]
    if day.startswith("L-"):
        return when.day == length - int(day[2:])
    if day == "L":
        return when.day == length
    if day.endswith("W"):
        wanted = length if day == "LW" else int(day[:-1])
        month = [date(when.year, when.month, each) for each in range(1, length + 1)]
        workdays = [each for each in month if each.isoweekday() < 6]
        return wanted <= length and when == min(workdays, key=lambda each: abs(each.day - wanted))
    return listed(day, when.day, 1, 31, {})


def aws_weekday(weekday, when, names):
    number = when.isoweekday() % 7 + 1
    if "#" in weekday:
        wanted, _, nth = weekday.partition("#")
        return number == int(wanted) and (when.day - 1) // 7 + 1 == int(nth)
    if weekday.endswith("L"):
        return number == int(weekday[:-1]) and (when + timedelta(7)).month != when.month
    return listed(weekday, number, 1, 7, names)


def union(expressions, runs):
    found = [runs(expression) for expression in expressions]
    assert all(times == found[0][0] for times, _ in found)
    return found[0][0], set().union(*(days for _, days in found))


def made_up(dice, low, high, names=(), steps=True, wraps=False):
    word = dice.choice([str] * 3 + [lambda value: names[value - low]]) if names else str
    def one():
        first, last = dice.randint(low, high), dice.randint(low, high)
        if not wraps:
            first, last = sorted((first, last))
        span = dice.choice(["*", word(first), f"{word(first)}-{word(last)}"])
        return f"{span}/{dice.randint(1, 9)}" if steps and dice.random() < 0.3 else span
    return ",".join(one() for _ in range(dice.choice([1, 1, 1, 2, 3])))


def test_a_year_of_cronjobs_runs_at_the_same_times_on_aws():
    dice = random.Random(6)
    for _ in range(200):
        schedule = " ".join((
            made_up(dice, 0, 59), made_up(dice, 0, 23), dice.choice(["*", made_up(dice, 1, 31)]),
            dice.choice(["*", made_up(dice, 1, 12, list(MONTHS))]),
            dice.choice(["*", made_up(dice, 0, 6, list(NAMES))])))
        found, runs = to_aws(schedule), kubernetes_runs(schedule)
        assert union(found.expressions, aws_runs) == runs, schedule
        back = [to_kubernetes(expression) for expression in found.expressions]
        assert all(each.exact for each in back)
        assert union([each.expressions[0] for each in back], kubernetes_runs) == runs, schedule
        assert len(back) > 1 or same(back[0].expressions[0], schedule)


def test_a_year_of_aws_schedules_runs_at_the_same_times_in_kubernetes():
    dice = random.Random(7)
    for _ in range(150):
        month = dice.choice(["*", made_up(dice, 1, 12, list(MONTHS), wraps=True)])
        days = dice.choice([
            (made_up(dice, 1, 31, wraps=True), "?"), ("?", made_up(dice, 1, 7, list(NAMES), steps=False, wraps=True))])
        hour = made_up(dice, 0, 23, wraps=True)
        expression = f"cron({made_up(dice, 0, 59)} {hour} {days[0]} {month} {days[1]} *)"
        found = to_kubernetes(expression)
        assert found.exact and kubernetes_runs(found.expressions[0]) == aws_runs(expression), expression


def test_days_that_only_aws_knows_are_among_the_days_a_cronjob_runs():
    days = [f"{day}W" for day in range(1, 32)] + [f"L-{day}" for day in range(1, 28)] + ["L", "LW"]
    weekdays = [f"{day}#{nth}" for day in range(1, 8) for nth in range(1, 6)] + [f"{day}L" for day in range(1, 8)]
    for expression in [f"cron(0 0 {day} * ? *)" for day in days] + [f"cron(0 0 ? * {day} *)" for day in weekdays]:
        found = to_kubernetes(expression)
        assert not found.exact and kubernetes_runs(found.expressions[0])[1] >= aws_runs(expression)[1], expression
