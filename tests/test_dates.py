from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from itertools import pairwise

import pytest

from tracker.dates import (
    NOTHING,
    Span,
    Unit,
    add,
    due_early,
    last_restricted_day,
    lead_start,
    not_before,
    permit_end,
    permit_start,
)

EIGHT_YEARS = [date(2024, 1, 1) + timedelta(days=day) for day in range(8 * 366)]
MONTHS_IN_USE = (1, 2, 3, 6, 12)


def day(iso: str) -> date:
    return date.fromisoformat(iso)


def months(count: int) -> Span:
    return Span(count, Unit.MONTH)


# The readings, written here once more from the text and not from the code.


def month_after(start: date, count: int) -> tuple[int, int]:
    years, month = divmod(start.month - 1 + count, 12)
    return start.year + years, month + 1


def rolled_forward(last: date, count: int) -> date:
    year, month = month_after(last, count)
    if last.day <= monthrange(year, month)[1]:
        return date(year, month, last.day)
    return date(year, month, monthrange(year, month)[1]) + timedelta(days=1)


def thirty_days_each(last: date, count: int) -> date:
    return last + timedelta(days=30 * count)


def month_end_to_month_end(last: date, count: int) -> date:
    if last.day != monthrange(last.year, last.month)[1]:
        return last
    year, month = month_after(last, count)
    return date(year, month, monthrange(year, month)[1])


def civil_law(last: date, count: int) -> date:
    first_counted = last + timedelta(days=1)
    year, month = month_after(first_counted, count)
    if first_counted.day > monthrange(year, month)[1]:
        return date(year, month, monthrange(year, month)[1])
    return date(year, month, first_counted.day) - timedelta(days=1)


READINGS_OF_A_TAIL = (rolled_forward, thirty_days_each, month_end_to_month_end, civil_law)


# A window that forbids: its tail.


@pytest.mark.parametrize(
    ("last_dose", "count", "naive", "last_day"),
    [
        ("2027-01-31", 1, "2027-02-28", "2027-03-02"),
        ("2027-02-10", 1, "2027-03-10", "2027-03-12"),
        ("2027-02-28", 1, "2027-03-28", "2027-03-31"),
        ("2026-08-31", 6, "2027-02-28", "2027-03-01"),
        ("2027-02-28", 6, "2027-08-28", "2027-08-31"),
        ("2026-11-23", 6, "2027-05-23", "2027-05-23"),
        ("2028-02-29", 1, "2028-03-29", "2028-03-31"),  # the leap day
    ],
)
def test_the_table_of_last_restricted_days(last_dose: str, count: int, naive: str, last_day: str) -> None:
    assert add(day(last_dose), months(count)) == day(naive)
    assert last_restricted_day(day(last_dose), months(count)) == day(last_day)


@pytest.mark.parametrize("count", MONTHS_IN_USE)
def test_a_tail_is_the_longest_of_its_readings_on_every_day_of_eight_years(count: int) -> None:
    actual = [last_restricted_day(last, months(count)) for last in EIGHT_YEARS]
    expected = [max(reading(last, count) for reading in READINGS_OF_A_TAIL) for last in EIGHT_YEARS]
    assert expected == actual


@pytest.mark.parametrize(
    ("count", "least", "most"),
    [(1, 0, 1), (2, 0, 2), (3, 0, 2), (6, 1, 4), (12, 5, 6)],  # a year itself is five or six days over 12 x 30
)
def test_a_tail_is_at_most_four_days_over_thirty_days_each_and_a_year_at_most_six(
    count: int, least: int, most: int
) -> None:
    over = [(last_restricted_day(last, months(count)) - last).days - 30 * count for last in EIGHT_YEARS]
    assert (least, most) == (min(over), max(over))


@pytest.mark.parametrize("count", MONTHS_IN_USE)
def test_a_tail_is_at_most_three_days_over_the_naive_month(count: int) -> None:
    over = [(last_restricted_day(last, months(count)) - add(last, months(count))).days for last in EIGHT_YEARS]
    assert min(over) >= 0
    assert max(over) <= 3


@pytest.mark.parametrize("span", [*map(months, MONTHS_IN_USE), Span(30, Unit.DAY), Span(4, Unit.WEEK)], ids=str)
def test_a_later_last_dose_never_ends_a_tail_earlier(span: Span) -> None:
    ends = [last_restricted_day(last, span) for last in EIGHT_YEARS]
    assert ends == sorted(ends)


@pytest.mark.parametrize("last", EIGHT_YEARS[::97], ids=str)
def test_a_longer_tail_never_ends_earlier(last: date) -> None:
    ends = [last_restricted_day(last, months(count)) for count in range(25)]
    assert ends == sorted(ends)


@pytest.mark.parametrize(
    ("last_dose", "tail", "last_day"),
    [
        ("2027-01-31", "P30D", "2027-03-02"),
        ("2027-01-31", "P4W", "2027-02-28"),
        ("2027-01-31", "P5W", "2027-03-07"),
        ("2027-01-31", "P0D", "2027-01-31"),
        ("2027-01-31", "P0M", "2027-01-31"),
    ],
)
def test_a_tail_of_days_or_weeks_counts_them_and_includes_the_last(last_dose: str, tail: str, last_day: str) -> None:
    assert last_restricted_day(day(last_dose), Span.parse(tail)) == day(last_day)


# A window that must have begun before: its lead.


@pytest.mark.parametrize(
    ("first_dose", "lead", "start"),
    [
        ("2027-03-31", "P1M", "2027-02-28"),
        ("2027-03-01", "P1M", "2027-01-30"),
        ("2027-03-31", "P30D", "2027-03-01"),
        ("2027-03-31", "P4W", "2027-03-03"),
        ("2027-03-31", "P0D", "2027-03-31"),
    ],
)
def test_a_lead_begins_on_the_earlier_of_calendar_months_and_thirty_days_each(
    first_dose: str, lead: str, start: str
) -> None:
    assert lead_start(day(first_dose), Span.parse(lead)) == day(start)


@pytest.mark.parametrize("count", MONTHS_IN_USE)
def test_a_lead_is_never_shorter_than_a_reading_and_monotone(count: int) -> None:
    starts = [lead_start(first, months(count)) for first in EIGHT_YEARS]
    readings = [min(add(first, months(-count)), first - timedelta(days=30 * count)) for first in EIGHT_YEARS]
    assert readings == starts
    assert starts == sorted(starts)


@pytest.mark.parametrize("count", MONTHS_IN_USE)
def test_a_first_dose_on_the_earliest_day_keeps_the_whole_lead(count: int) -> None:
    too_early = [
        began for began in EIGHT_YEARS if lead_start(last_restricted_day(began, months(count)), months(count)) < began
    ]
    assert too_early == []


# A window that permits.


def test_seven_days_with_the_day_of_the_specimen_as_day_one_end_on_the_sixth_day_after() -> None:
    assert permit_end(day("2027-03-01"), Span.parse("P7D"), counts_first_day=True) == day("2027-03-07")


def test_seven_days_without_the_day_of_the_specimen_end_on_the_seventh_day_after() -> None:
    assert permit_end(day("2027-03-01"), Span.parse("P7D"), counts_first_day=False) == day("2027-03-08")


def test_thirty_days_with_the_visit_as_day_one_end_on_the_twenty_ninth_day_after() -> None:
    assert permit_end(day("2027-03-01"), Span.parse("P30D"), counts_first_day=True) == day("2027-03-30")


@pytest.mark.parametrize(
    ("opened", "last_day"),
    [("2027-01-31", "2027-02-28"), ("2027-02-28", "2027-03-28"), ("2027-03-31", "2027-04-30")],
)
def test_a_permitted_month_ends_on_the_earlier_of_its_readings(opened: str, last_day: str) -> None:
    assert permit_end(day(opened), months(1), counts_first_day=False) == day(last_day)


def test_the_french_test_is_permitted_from_three_days_before_the_prescription() -> None:
    assert permit_start(day("2027-03-02"), Span.parse("P3D")) == day("2027-02-27")


@pytest.mark.parametrize("count", MONTHS_IN_USE)
def test_a_permitted_window_is_never_longer_than_a_reading(count: int) -> None:
    ends = [permit_end(opened, months(count), counts_first_day=False) for opened in EIGHT_YEARS]
    starts = [permit_start(due, months(count)) for due in EIGHT_YEARS]
    thirty = timedelta(days=30 * count)
    assert [min(add(opened, months(count)), opened + thirty) for opened in EIGHT_YEARS] == ends
    assert [max(add(due, months(-count)), due - thirty) for due in EIGHT_YEARS] == starts


# What must not come too early.


@pytest.mark.parametrize(
    ("last_dose", "offset", "first_day"),
    [
        ("2027-01-31", "P1M", "2027-03-02"),  # 31 February rolls to 1 March; 30 days are later
        ("2027-02-10", "P1M", "2027-03-12"),
        ("2027-03-31", "P1M", "2027-05-01"),
        ("2027-03-10", "P1M", "2027-04-10"),
        ("2027-01-31", "P5W", "2027-03-07"),
        ("2027-01-31", "P35D", "2027-03-07"),
    ],
)
def test_not_before_is_the_first_day_that_satisfies_every_reading(last_dose: str, offset: str, first_day: str) -> None:
    assert not_before(day(last_dose), Span.parse(offset)) == day(first_day)


@pytest.mark.parametrize("count", MONTHS_IN_USE)
def test_not_before_waits_for_thirty_days_and_for_the_calendar_month_on_every_day(count: int) -> None:
    actual = [not_before(last, months(count)) for last in EIGHT_YEARS]
    expected = [max(rolled_forward(last, count), thirty_days_each(last, count)) for last in EIGHT_YEARS]
    assert expected == actual
    assert actual == sorted(actual)


@pytest.mark.parametrize("count", MONTHS_IN_USE)
def test_due_early_is_never_after_not_before_nor_after_the_last_restricted_day(count: int) -> None:
    wrong = [
        last
        for last in EIGHT_YEARS
        if not due_early(last, months(count)) <= not_before(last, months(count))
        <= last_restricted_day(last, months(count))
    ]  # fmt: skip
    assert wrong == []


# Occurrences.


def test_monthly_occurrences_from_the_31st_are_each_added_once_and_clamped() -> None:
    expected = ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31", "2027-06-30"]
    assert [day(iso) for iso in expected] == [add(day("2027-01-31"), months(1) * n) for n in range(6)]


def test_adding_to_the_one_before_would_drift_to_the_28th_for_good() -> None:
    chained = add(add(day("2027-01-31"), months(1)), months(1))
    assert day("2027-03-28") == chained
    assert day("2027-03-31") == add(day("2027-01-31"), months(1) + months(1))


def test_a_month_and_then_three_is_not_always_four_months() -> None:
    assert day("2027-05-28") == add(add(day("2027-01-31"), months(1)), months(3))
    assert day("2027-05-31") == add(day("2027-01-31"), months(1) + months(3))


def test_two_months_from_the_last_day_of_december_end_in_february() -> None:
    assert due_early(day("2026-12-31"), months(2)) == day("2027-02-28")


def test_an_occurrence_on_the_leap_day_comes_back_to_the_29th() -> None:
    assert [day("2028-02-29"), day("2028-03-29"), day("2029-02-28")] == [
        add(day("2028-02-29"), months(n)) for n in (0, 1, 12)
    ]


def test_a_month_thirty_days_and_four_weeks_are_three_different_lengths() -> None:
    spans = [Span.parse(text) for text in ("P1M", "P30D", "P4W")]
    assert [day("2027-06-01"), day("2027-05-31"), day("2027-05-29")] == [add(day("2027-05-01"), s) for s in spans]
    assert len(set(spans)) == 3


@pytest.mark.parametrize("start", EIGHT_YEARS[::31], ids=str)
def test_monthly_occurrences_leave_no_month_out(start: date) -> None:
    occurrences = [add(start, months(1) * n) for n in range(25)]
    assert [12 * (b.year - a.year) + b.month - a.month for a, b in pairwise(occurrences)] == [1] * 24


# Spans as texts.


@pytest.mark.parametrize("text", ["P1M", "P6M", "P12M", "P30D", "P4W", "P5W", "P0D", "-P1D", "-P3M", "P9999D"])
def test_a_span_reads_back_as_it_is_written(text: str) -> None:
    assert text == str(Span.parse(text))


@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("count", [-9999, -1, 0, 1, 9999])
def test_a_span_of_any_count_and_unit_is_written_so_that_it_reads_back(count: int, unit: Unit) -> None:
    assert Span(count, unit) == Span.parse(str(Span(count, unit)))


@pytest.mark.parametrize(
    "text",
    ["", "P", "1M", "PM", "P1", "P1Y", "P1m", "p1M", "P1.5M", "P-1M", "--P1M", "+P1M", "P1M1D", "P1W2D", "PT1H", " P1M",
     "P1M ", "P1M\n", "P10000D", "P١M", "Ｐ1Ｍ", "P1_0D"],
)  # fmt: skip
def test_anything_else_is_no_span(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        Span.parse(text)


def test_spans_of_one_unit_add_up() -> None:
    assert months(4) == months(1) + months(3)


def test_nothing_adds_up_with_any_unit() -> None:
    assert (months(3), months(3)) == (NOTHING + months(3), months(3) + NOTHING)


def test_spans_of_two_units_have_no_sum() -> None:
    with pytest.raises(ValueError, match=r"P1M \+ P30D"):
        _ = months(1) + Span(30, Unit.DAY)
