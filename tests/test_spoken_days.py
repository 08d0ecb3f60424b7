"""Days as people say them: counted from today, named by the week, with half a year or none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_typed import LANGUAGES, day
from tracker.cli.typed import Begun, Lean, SeveralDaysError, read_day
from tracker.errors import InputError
from tracker.i18n import language

ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
JAPANESE = "月火水木金土日"
WEDNESDAY = date(2026, 11, 25)
WEEK = timedelta(days=7)

todays = st.dates(date(2024, 1, 1), date(2032, 12, 31)) | st.sampled_from(
    [date(2024, 2, 29), date(2027, 2, 28), date(2028, 2, 28), date(2026, 12, 31), date(2027, 1, 1), date(2026, 12, 27)]
)
weekdays = st.integers(1, 7)
leans = st.sampled_from(list(Lean))


def read(typed: str, today: date, lean: Lean = Lean.NEAREST, lang: str = "en") -> set[str]:
    """The day that a text means, or all that its refusal names."""
    try:
        return {read_day(typed, today, lang, lean).isoformat()}
    except InputError as refused:
        told = language("en").fill(refused.message, refused.values)
        assert "\n" not in told
        near = (today + timedelta(days=days) for days in range(-800, 800))
        return {one.isoformat() for one in near if language("en").day(one) in told}


# On Wednesday 25 November 2026. The week has Monday the 23rd and Sunday the 29th.


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("in 2 weeks", "2026-12-09"),
        ("in two weeks", "2026-12-09"),
        ("in a week", "2026-12-02"),
        ("In 10 Days", "2026-12-05"),
        ("2 weeks from now", "2026-12-09"),
        ("3 days from today", "2026-11-28"),
        ("3 days ago", "2026-11-22"),
        ("2 weeks ago", "2026-11-11"),
        ("a week ago", "2026-11-18"),
        ("one week ago", "2026-11-18"),
        ("a day ago", "2026-11-24"),
        ("3d ago", "2026-11-22"),
        ("30 days ago", "2026-10-26"),
        ("tomorrow", "2026-11-26"),
        ("day before yesterday", "2026-11-23"),
        ("the day before yesterday", "2026-11-23"),
        ("the day after tomorrow", "2026-11-27"),
        ("3日前", "2026-11-22"),
        ("３日前", "2026-11-22"),
        ("三日前", "2026-11-22"),
        ("2週間前", "2026-11-11"),
        ("一週間前", "2026-11-18"),
        ("2週間後", "2026-12-09"),
        ("おととい", "2026-11-23"),
        ("一昨日", "2026-11-23"),
        ("あさって", "2026-11-27"),
        ("明後日", "2026-11-27"),
        ("－１日", "2026-11-24"),
        ("ー１日", "2026-11-24"),
        ("−1日", "2026-11-24"),
        ("-1日", "2026-11-24"),
        ("－２週間", "2026-11-11"),
        ("+3日", "2026-11-28"),
        ("２０２６ー１１ー２０", "2026-11-20"),
        ("last friday", "2026-11-20"),
        ("Last Fri.", "2026-11-20"),
        ("past friday", "2026-11-20"),
        ("last wednesday", "2026-11-18"),
        ("last tuesday", "2026-11-24"),
        ("next monday", "2026-11-30"),
        ("next tuesday", "2026-12-01"),
        ("next wednesday", "2026-12-02"),
        ("this friday", "2026-11-27"),
        ("this wednesday", "2026-11-25"),
        ("this sunday", "2026-11-29"),
        ("coming sunday", "2026-11-29"),
        ("friday next week", "2026-12-04"),
        ("next week friday", "2026-12-04"),
        ("on friday of last week", "2026-11-20"),
        ("monday this week", "2026-11-23"),
        ("来週の火曜日", "2026-12-01"),
        ("来週火曜", "2026-12-01"),
        ("来週の金曜", "2026-12-04"),
        ("再来週の月曜日", "2026-12-07"),
        ("先週の金曜", "2026-11-20"),
        ("先々週の金曜日", "2026-11-13"),
        ("今週の木曜", "2026-11-26"),
        ("今週の月曜", "2026-11-23"),
        ("この前の金曜", "2026-11-20"),
        ("次の火曜日", "2026-12-01"),
        ("12月25日金曜日", "2026-12-25"),
        ("12/25(金)", "2026-12-25"),
    ],
)
def test_a_day_is_read_as_people_say_it(typed: str, expected: str, lang: str) -> None:
    assert read(typed, WEDNESDAY, lang=lang) == {expected}


@pytest.mark.parametrize(
    ("typed", "lean", "expected"),
    [
        ("friday", Lean.PAST, {"2026-11-20"}),
        ("fri", Lean.PAST, {"2026-11-20"}),
        ("friday", Lean.COMING, {"2026-11-27"}),
        ("on saturday", Lean.COMING, {"2026-11-28"}),
        ("saturday", Lean.PAST, {"2026-11-21"}),
        ("金曜日", Lean.PAST, {"2026-11-20"}),
        ("金曜", Lean.COMING, {"2026-11-27"}),
        ("friday", Lean.EITHER, {"2026-11-20", "2026-11-27"}),
        ("friday", Lean.STARTING, {"2026-11-20", "2026-11-27"}),
        ("wednesday", Lean.PAST, {"2026-11-18", "2026-11-25"}),
        ("wednesday", Lean.COMING, {"2026-11-25", "2026-12-02"}),
        ("水曜日", Lean.COMING, {"2026-11-25", "2026-12-02"}),
        ("wednesday", Lean.EITHER, {"2026-11-18", "2026-11-25", "2026-12-02"}),
        ("next friday", Lean.COMING, {"2026-11-27", "2026-12-04"}),
        ("next sunday", Lean.COMING, {"2026-11-29", "2026-12-06"}),
        ("今度の金曜", Lean.COMING, {"2026-11-27", "2026-12-04"}),
        ("this monday", Lean.PAST, {"2026-11-23"}),
        ("this monday", Lean.COMING, {"2026-11-30"}),
        ("this monday", Lean.EITHER, {"2026-11-23", "2026-11-30"}),
        ("来週の日曜日", Lean.COMING, {"2026-11-29", "2026-12-06"}),
        ("今週の日曜日", Lean.COMING, {"2026-11-29"}),
        ("今週の日曜日", Lean.PAST, {"2026-11-22"}),
        ("今週の日曜日", Lean.EITHER, {"2026-11-22", "2026-11-29"}),
        ("先週の日曜日", Lean.PAST, {"2026-11-15", "2026-11-22"}),
        ("sunday next week", Lean.COMING, {"2026-11-29", "2026-12-06"}),
    ],
)
def test_a_day_of_the_week_is_the_one_that_the_command_allows_or_every_one_is_named(
    typed: str, lean: Lean, expected: set[str]
) -> None:
    assert read(typed, WEDNESDAY, lean) == expected


SUNDAY = date(2026, 12, 27)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("来週の火曜日", {"2026-12-29"}), ("今週の金曜", {"2026-12-25"}), ("先週の金曜", {"2026-12-18"}),
        ("来週の日曜", {"2027-01-03"}), ("今週の日曜", {"2026-12-27"}), ("先週の日曜", {"2026-12-20"}),
        ("next tuesday", {"2026-12-29"}), ("next friday", {"2027-01-01"}), ("last friday", {"2026-12-25"}),
        ("friday next week", {"2027-01-01"}), ("next sunday", {"2027-01-03"}), ("in 2 weeks", {"2027-01-10"}),
    ],
)  # fmt: skip
def test_a_sunday_is_the_last_day_of_its_week_over_the_end_of_a_year(typed: str, expected: set[str]) -> None:
    assert read(typed, SUNDAY) == expected


@pytest.mark.parametrize(
    ("typed", "today", "expected"),
    [
        ("3 days ago", "2028-03-02", "2028-02-28"), ("2 days ago", "2027-03-02", "2027-02-28"),
        ("in 1 day", "2028-02-28", "2028-02-29"), ("last monday", "2028-03-02", "2028-02-28"),
        ("来週の月曜", "2028-02-23", "2028-02-28"), ("next tuesday", "2028-02-25", "2028-02-29"),
        ("a week ago", "2027-01-03", "2026-12-27"), ("2週間後", "2026-12-25", "2027-01-08"),
        ("おととい", "2027-01-01", "2026-12-30"), ("先週の木曜", "2027-01-01", "2026-12-24"),
    ],
)  # fmt: skip
def test_what_is_counted_goes_over_the_ends_of_months_and_years_and_leap_days(
    typed: str, today: str, expected: str
) -> None:
    assert read(typed, day(today)) == {expected}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "typed",
    ["next week", "last week", "来週", "先週", "week", "in weeks", "in 2", "2 weeks", "ago", "a month ago", "next",
     "next month", "last", "last weekday", "next fr", "金", "金よう", "曜日", "の火曜日", "来週の", "来週の来週",
     "last next friday", "in -2 weeks", "-2 weeks ago", "99999 days ago", "next 金曜日",
     "来週のfriday", "零日前"],
)  # fmt: skip
def test_what_says_no_day_is_refused(typed: str, lang: str) -> None:
    for lean in Lean:
        with pytest.raises(InputError):
            read_day(typed, WEDNESDAY, lang, lean)


# A day of the week beside a day.


@pytest.mark.parametrize(("typed", "expected"), [("Tue 1/5", "2027-01-05"), ("Sat 1/5", "2027-05-01")])
def test_the_day_of_the_week_settles_which_of_two_days_is_meant(typed: str, expected: str) -> None:
    assert read(typed, WEDNESDAY, Lean.COMING) == {expected}


@pytest.mark.parametrize("typed", ["Fri today", "Thu yesterday", "Mon 24 Dec", "12月25日月曜日", "昨日(水)"])
def test_another_day_of_the_week_than_it_says_is_refused(typed: str) -> None:
    with pytest.raises(InputError, match="another day of the week"):
        read_day(typed, WEDNESDAY, "en")


# Without a year, or with half of one.


@pytest.mark.parametrize(
    ("typed", "lean", "lang", "expected"),
    [
        ("1/5", Lean.COMING, "en", {"2027-01-05", "2027-05-01"}),
        ("1/5", Lean.PAST, "en", {"2026-01-05", "2026-05-01"}),
        ("1/5", Lean.COMING, "ja", {"2027-01-05"}),
        ("24/8", Lean.PAST, "en", {"2026-08-24"}),
        ("24 Aug", Lean.PAST, "en", {"2026-08-24"}),
        ("8月24日", Lean.PAST, "ja", {"2026-08-24"}),
        ("8/24", Lean.PAST, "ja", {"2026-08-24"}),
        ("29 Nov", Lean.PAST, "en", {"2025-11-29", "2026-11-29"}),
    ],
)
def test_a_day_without_a_year_is_the_one_that_the_command_allows_or_every_one_is_named(
    typed: str, lean: Lean, lang: str, expected: set[str]
) -> None:
    assert read(typed, WEDNESDAY, lean, lang) == expected


@pytest.mark.parametrize("typed", ["24 Aug", "Aug 24", "24 August", "24/8", "8/24", "8月24日"])
def test_in_march_a_day_of_august_that_has_been_is_that_of_the_year_before(typed: str) -> None:
    assert read(typed, date(2027, 3, 1), Lean.PAST) == {"2026-08-24"}


@pytest.mark.parametrize(
    ("today", "lean", "expected"),
    [
        ("2028-03-01", Lean.PAST, "2028-02-29"), ("2028-02-29", Lean.PAST, "2028-02-29"),
        ("2029-02-28", Lean.PAST, "2028-02-29"), ("2027-03-01", Lean.COMING, "2028-02-29"),
        ("2028-02-28", Lean.COMING, "2028-02-29"), ("2028-01-01", Lean.EITHER, "2028-02-29"),
    ],
)  # fmt: skip
def test_29_february_is_the_one_that_the_command_allows(today: str, lean: Lean, expected: str) -> None:
    assert read("29 Feb", day(today), lean) == {expected}


@pytest.mark.parametrize(
    ("today", "lean", "year"),
    [("2027-03-01", Lean.PAST, "2027"), ("2028-02-28", Lean.PAST, "2027"), ("2028-03-01", Lean.COMING, "2029"),
     ("2029-02-01", Lean.COMING, "2029"), ("2026-11-25", Lean.EITHER, "2026")],
)  # fmt: skip
def test_a_29_february_that_the_command_would_mean_and_that_is_not_there_is_refused(
    today: str, lean: Lean, year: str
) -> None:
    with pytest.raises(InputError, match="leap year") as refused:
        read_day("29 Feb", day(today), "en", lean)
    assert str(refused.value.values["year"]) == year


@pytest.mark.parametrize(
    ("typed", "lean", "lang", "expected"),
    [
        ("18/01/27", Lean.COMING, "en", {"2027-01-18"}),
        ("18/01/27", Lean.COMING, "ja", {"2027-01-18"}),
        ("18.1.27", Lean.COMING, "en", {"2027-01-18"}),
        ("01/18/27", Lean.COMING, "en", {"2027-01-18"}),
        ("27/01/18", Lean.COMING, "en", {"2027-01-18"}),
        ("27/1/8", Lean.COMING, "ja", {"2027-01-08"}),
        ("27/03/28", Lean.COMING, "ja", {"2027-03-28"}),
        ("27/03/28", Lean.COMING, "en", {"2027-03-28", "2028-03-27"}),
        ("01/02/27", Lean.COMING, "en", {"2027-01-02", "2027-02-01"}),
        ("26-11-23", Lean.PAST, "ja", {"2026-11-23"}),
        ("26-11-23", Lean.PAST, "en", {"2026-11-23", "2023-11-26"}),
        ("8/11/24", Lean.PAST, "ja", {"2026-11-24", "2024-11-08", "2024-08-11"}),
        ("8/11/26", Lean.COMING, "en", {"2026-08-11", "2026-11-08"}),
    ],
)
def test_two_digits_are_a_year_where_only_one_day_can_be_meant(
    typed: str, lean: Lean, lang: str, expected: set[str]
) -> None:
    if "2023-11-26" in expected or "2024-11-08" in expected:
        with pytest.raises(InputError) as refused:
            read_day(typed, WEDNESDAY, lang, lean)
        told = language("en").fill(refused.value.message, refused.value.values)
        assert {one for one in expected if language("en").day(day(one)) in told} == expected
    else:
        assert read(typed, WEDNESDAY, lean, lang) == expected


@pytest.mark.parametrize("typed", ["01/02/03", "13/12/11", "99/99/99", "32/1/27", "18/01-27"])
def test_two_digits_that_are_no_year_near_this_one_are_refused(typed: str) -> None:
    for lang in LANGUAGES:
        with pytest.raises(InputError):
            read_day(typed, WEDNESDAY, lang)


# On any day at all.


@given(todays, weekdays, leans)
def test_last_and_coming_are_the_nearest_of_their_side(today: date, weekday: int, lean: Lean) -> None:
    for words in (f"last {ENGLISH[weekday - 1]}", f"この前の{JAPANESE[weekday - 1]}曜日"):
        found = read_day(words, today, "en", lean)
        assert found.isoweekday() == weekday
        assert today - WEEK <= found < today
    found = read_day(f"coming {ENGLISH[weekday - 1]}", today, "en", lean)
    assert found.isoweekday() == weekday
    assert today < found <= today + WEEK


@given(todays, weekdays, leans)
def test_next_is_read_only_where_the_coming_one_is_that_of_next_week(today: date, weekday: int, lean: Lean) -> None:
    named = read(f"next {ENGLISH[weekday - 1]}", today, lean)
    coming = read_day(f"coming {ENGLISH[weekday - 1]}", today, "en", lean)
    monday = today - timedelta(days=today.weekday()) + WEEK
    of_next_week = monday + timedelta(days=weekday - 1)
    assert named == {coming.isoformat(), of_next_week.isoformat()}


WEEKS = [("先々週", -2), ("先週", -1), ("今週", 0), ("来週", 1), ("再来週", 2)]


@given(todays, st.integers(1, 6), st.sampled_from(WEEKS), leans)
def test_a_day_of_a_week_is_in_that_week(today: date, weekday: int, week: tuple[str, int], lean: Lean) -> None:
    found = read_day(f"{week[0]}の{JAPANESE[weekday - 1]}曜日", today, "ja", lean)
    assert found.isocalendar()[:2] == (today + week[1] * WEEK).isocalendar()[:2]
    assert found.isoweekday() == weekday


@given(todays, weekdays, leans)
def test_a_day_of_the_week_alone_is_on_the_side_of_the_command_or_refused(
    today: date, weekday: int, lean: Lean
) -> None:
    named = {day(one) for one in read(ENGLISH[weekday - 1], today, lean)}
    assert {one.isoweekday() for one in named} == {weekday}
    assert named == {day(one) for one in read(f"{JAPANESE[weekday - 1]}曜", today, lean, "ja")}
    if lean is Lean.PAST:
        assert max(named) <= today
    if lean is Lean.COMING:
        assert min(named) >= today
    assert len(named) == (1 if lean in (Lean.PAST, Lean.COMING) else 2) + (today.isoweekday() == weekday)


@given(todays, st.integers(0, 999), leans)
@settings(max_examples=200)
def test_what_is_counted_forth_is_as_far_as_what_is_counted_back(today: date, count: int, lean: Lean) -> None:
    pairs = [("in {} days", "{} days ago"), ("{}日後", "{}日前"), ("+{}d", "-{}日")]
    for forth, back in ((one.format(count), other.format(count)) for one, other in pairs):
        assert read_day(forth, today, "en", lean) - today == timedelta(days=count)
        assert today - read_day(back, today, "en", lean) == timedelta(days=count)


@given(todays, st.integers(-1000, 1000), st.sampled_from(["%y/%m/%d", "%d/%m/%y", "%m/%d/%y"]), leans)
@settings(max_examples=300)
def test_two_digits_of_a_year_never_give_a_day_that_was_not_written(
    today: date, days: int, order: str, lean: Lean
) -> None:
    meant = today + timedelta(days=days)
    for lang in LANGUAGES:
        try:
            found = read_day(meant.strftime(order), today, lang, lean)
        except InputError:
            continue
        written = {found.strftime(one) for one in ("%y/%m/%d", "%d/%m/%y", "%m/%d/%y")}
        written |= {f"{found.year - 2018:02}/{found:%m/%d}"} if lang == "ja" else set()
        assert meant.strftime(order) in written
        assert abs(found.year - today.year) <= 3


@given(todays, st.integers(1, 12), st.integers(1, 31), leans, st.sampled_from(LANGUAGES))
@settings(max_examples=300)
def test_a_day_without_a_year_is_never_on_the_side_that_the_command_does_not_allow(
    today: date, month: int, number: int, lean: Lean, lang: str
) -> None:
    try:
        found = read_day(f"{month}月{number}日", today, lang, lean)
    except InputError:
        return
    assert (found.month, found.day) == (month, number)
    if lean is Lean.PAST:
        assert found <= today
    if lean is Lean.COMING:
        assert found >= today
    assert abs(found - today) <= timedelta(days=366)


def BEGUN() -> Begun:  # noqa: N802 - it stands for a day
    return Begun(known=day("2026-11-24"), first_dose=day("2026-12-01"))


BEFORE_A_COURSE = [
    ("6/4", "ja", "2026-06-04 is long before"),
    ("6/4", "en", "2026-04-06, 2026-06-04 is long before"),
    ("3/4", "ja", "2027-03-04 has not come"),  # soon: it was hardly that of the year before
    ("3月4日", "en", "2027-03-04 has not come"),
    ("3/4", "en", "2027-03-04 has not come"),
    ("2/3", "en", "2027-02-03, 2027-03-02 has not come"),
    ("22 Mar", "en", "2027-03-22 has not come"),
    ("23 Mar", "en", "2026-03-23 is long before"),
    ("24 Dec", "en", "2026-12-24"),
    ("24 Nov", "en", "2026-11-24"),
    ("1 Oct", "en", "2026-10-01"),
    ("24 Sep", "en", "2026-09-24 is long before"),
    ("9/25", "ja", "2026-09-25"),
    ("10/11", "en", "2026-11-10 or 2026-10-11"),
    ("3/10", "en", "2026-10-03 or 2026-03-10"),
    ("5/12", "en", "2026-12-05"),
    ("2026-03-04", "en", "2026-03-04"),
    ("2026年3月4日", "ja", "2026-03-04"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "lang", "expected"), BEFORE_A_COURSE)
def test_a_day_without_its_year_is_not_taken_for_long_before_the_course(typed: str, lang: str, expected: str) -> None:
    try:
        found = read_day(typed, day("2026-12-20"), lang, Lean.PAST, since=BEGUN).isoformat()
    except SeveralDaysError as error:
        found = " or ".join(reversed([one.isoformat() for one in error.values["readings"].values.values()]))
    except InputError as error:
        is_before = error.values.get("first") == BEGUN().first_dose
        days, what = (error.values["days"], "is long before") if is_before else (error.values["on"], "has not come")
        found = f"{', '.join(one.isoformat() for one in days.parts)} {what}"
    assert found == expected
