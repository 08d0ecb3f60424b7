from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.cli.amounts import read_duration, read_kilograms, read_milligrams, read_target
from tracker.cli.typed import read_day, read_when
from tracker.dates import Span
from tracker.engine.laws import check
from tracker.errors import InputError
from tracker.facts import Dose, FirstDosePlanned, Weight
from tracker.i18n import language, number

TODAY = date(2026, 11, 23)
LANGUAGES = ("en", "ja")


def day(iso: str) -> date:
    return date.fromisoformat(iso)


def refusal(typed: str, lang: str = "en", today: date = TODAY) -> str:
    """What the person who typed this is told."""
    with pytest.raises(InputError) as refused:
        read_day(typed, today, lang)
    return language(lang).fill(refused.value.message, refused.value.values)


# Days.


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2026-01-05", "2026-01-05"),
        ("2026/01/05", "2026-01-05"),
        ("2026.1.5", "2026-01-05"),
        ("2026-1-5", "2026-01-05"),
        ("20260131", "2026-01-31"),
        ("２０２６－０１－３１", "2026-01-31"),
        ("２０２６／１／３１", "2026-01-31"),
        ("  2026-01-31\n", "2026-01-31"),
        ("\N{IDEOGRAPHIC SPACE}2026-01-31\N{IDEOGRAPHIC SPACE}", "2026-01-31"),
        ("\N{ZERO WIDTH NO-BREAK SPACE}2026-01-31", "2026-01-31"),
        ("2026年1月5日", "2026-01-05"),
        ("2026年 1月 5日", "2026-01-05"),
        ("２０２６年１月５日（月）", "2026-01-05"),
        ("2024-02-29", "2024-02-29"),
        ("1900-01-01", "1900-01-01"),
        ("2036-12-31", "2036-12-31"),
        ("24 Dec 2026", "2026-12-24"),
        ("24 December 2026", "2026-12-24"),
        ("24th december, 2026", "2026-12-24"),
        ("Thu 24 Dec 2026", "2026-12-24"),
        ("Thursday, 24 Dec 2026", "2026-12-24"),
        ("Dec 24, 2026", "2026-12-24"),
        ("December 24 2026", "2026-12-24"),
        ("13/12/2026", "2026-12-13"),
        ("12/13/2026", "2026-12-13"),
        ("3/3/2026", "2026-03-03"),
        ("令和7年11月17日", "2025-11-17"),
        ("令和7年11月17日(月)", "2025-11-17"),
        ("R7.11.17", "2025-11-17"),
        ("r7/11/17", "2025-11-17"),
        ("Ｒ７．１１．１７", "2025-11-17"),
        ("平成31年4月30日", "2019-04-30"),
        ("㍻31年4月30日", "2019-04-30"),
        ("昭和64年1月7日", "1989-01-07"),
        ("today", "2026-11-23"),
        ("TODAY", "2026-11-23"),
        ("今日", "2026-11-23"),
        ("本日", "2026-11-23"),
        ("yesterday", "2026-11-22"),
        ("昨日", "2026-11-22"),
        ("一昨日", "2026-11-21"),
        ("tomorrow", "2026-11-24"),
        ("明後日", "2026-11-25"),
        ("+14d", "2026-12-07"),
        ("-3d", "2026-11-20"),
        ("－３ｄ", "2026-11-20"),
        ("\N{MINUS SIGN}3d", "2026-11-20"),
        ("-2w", "2026-11-09"),
        ("3日前", "2026-11-20"),
        ("3日後", "2026-11-26"),
        ("2週間後", "2026-12-07"),
    ],
)
def test_a_day_is_read_in_the_forms_that_people_type(typed: str, expected: str, lang: str) -> None:
    assert read_day(typed, TODAY, lang) == day(expected)


@pytest.mark.parametrize(
    ("first_typed", "first", "before"),
    [
        ("令和元年5月1日", "2019-05-01", "令和元年4月30日"),
        ("R1.5.1", "2019-05-01", "R1.4.30"),
        ("平成元年1月8日", "1989-01-08", "平成元年1月7日"),
        ("昭和元年12月25日", "1926-12-25", "昭和元年12月24日"),
    ],
)
def test_an_era_begins_on_its_first_day_and_not_before(first_typed: str, first: str, before: str) -> None:
    assert read_day(first_typed, TODAY, "ja") == day(first)
    assert language("ja").day(day(first)) in refusal(before, "ja")


@pytest.mark.parametrize(
    ("last_typed", "last", "after"),
    [
        ("平成31年4月30日", "2019-04-30", "平成31年5月1日"),
        ("H31-4-30", "2019-04-30", "H31-5-1"),
        ("昭和64年1月7日", "1989-01-07", "昭和64年1月8日"),
        ("S64.1.7", "1989-01-07", "S64.1.8"),
    ],
)
def test_an_era_ends_on_its_last_day_and_not_after(last_typed: str, last: str, after: str) -> None:
    assert read_day(last_typed, TODAY, "ja") == day(last)
    assert language("ja").day(day(last)) in refusal(after, "ja")


@pytest.mark.parametrize("typed", ["令和0年1月1日", "平成0年5月1日", "平成40年1月1日", "昭和99年1月1日", "R0.1.1"])
def test_a_year_that_the_era_does_not_have_is_refused(typed: str) -> None:
    assert typed in refusal(typed, "ja")


@pytest.mark.parametrize(
    ("typed", "last"),
    [("2026-02-30", "2026-02-28"), ("2026-06-31", "2026-06-30"), ("2026年2月30日", "2026-02-28"),
     ("令和8年6月31日", "2026-06-30"), ("31 Jun 2026", "2026-06-30"), ("20260631", "2026-06-30")],
)  # fmt: skip
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_day_that_the_month_does_not_have_is_refused_naming_its_last(typed: str, last: str, lang: str) -> None:
    assert language(lang).day(day(last)) in refusal(typed, lang)


@pytest.mark.parametrize("typed", ["2025-02-29", "2025/2/29", "令和7年2月29日", "29 Feb 2025", "2100-02-29"])
def test_29_february_of_another_year_is_refused_because_it_is_no_leap_year(typed: str) -> None:
    assert "is not a leap year" in refusal(typed)


@pytest.mark.parametrize(
    "typed",
    ["", " ", "\N{IDEOGRAPHIC SPACE}", "\N{ZERO WIDTH SPACE}", "10", "Feb", "1", "2026", "2026-11",
     "01/02/03", "13/12/11", "1-2", "1.2", "2026-W05-6", "2026-031", "2026-13-01", "2026-00-10",
     "2026-01-31T10:00", "2026-01-31Z", "2026-01-31+09:00", "2026-01-31 10:00", "2026-01-31T10:00:00+09:00",
     "３日", "3d", "14", "+14", "-3", "-3x", "+99999d", "now", "next week", "2026-11-23x", "x2026-11-23",
     "2026_11_23", "２０２６１１", "٢٠٢٦-١١-٢٣", "２０２６-1１-٢٣", "32/12", "12/32", "0/5", "2026-11-23; drop",
     "明治45年7月30日", "令和8年", "R8", "nan", "inf", "1e4", "--", "/", "%s", "{typed}", "{0}"],
)  # fmt: skip
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_no_day_is_refused_and_never_guessed(typed: str, lang: str) -> None:
    assert refusal(typed, lang) != ""


@pytest.mark.parametrize(
    "typed",
    ["10000-01-01", "0000-01-01", "1899-12-31", "9999-12-31", "2037-01-01", "0001-01-01", "+9999d", "-9999w", "+9999w",
     "99991231", "31/12/9999", "令和99年1月1日"],
)  # fmt: skip
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_year_before_1900_or_more_than_ten_ahead_is_refused(typed: str, lang: str) -> None:
    assert refusal(typed, lang) != ""


@pytest.mark.parametrize(
    ("typed", "one", "two"),
    [
        ("3/4/2026", "2026-03-04", "2026-04-03"),
        ("03-04-2026", "2026-03-04", "2026-04-03"),
        ("3.4.2026", "2026-03-04", "2026-04-03"),
        ("3/4", "2027-03-04", "2027-04-03"),
        ("12/11", "2026-11-12", "2026-12-11"),
    ],
)
def test_a_day_with_two_readings_is_refused_with_both(typed: str, one: str, two: str) -> None:
    told = refusal(typed)
    english = language("en")
    assert english.day(day(one)) in told
    assert english.day(day(two)) in told
    assert "2026-12-24" in told


@pytest.mark.parametrize(
    ("typed", "lang", "expected"),
    [
        ("3/4", "ja", "2027-03-04"),
        ("12/11", "ja", "2026-12-11"),
        ("11/24", "ja", "2026-11-24"),
        ("11/24", "en", "2026-11-24"),
        ("24/11", "en", "2026-11-24"),
        ("１１／２４", "en", "2026-11-24"),
        ("5/5", "en", "2027-05-05"),
        ("1月5日", "en", "2027-01-05"),
        ("1月5日", "ja", "2027-01-05"),
        ("6月1日", "ja", "2026-06-01"),
        ("5 Jan", "en", "2027-01-05"),
        ("Jan 5", "en", "2027-01-05"),
        ("23 Nov", "ja", "2026-11-23"),
    ],
)
def test_a_day_without_a_year_is_the_nearest_one(typed: str, lang: str, expected: str) -> None:
    assert read_day(typed, TODAY, lang) == day(expected)


def test_24_11_in_japanese_has_no_month_24() -> None:
    assert "24/11" in refusal("24/11", "ja")


def test_29_february_without_a_year_is_the_one_of_the_leap_year_beside() -> None:
    assert read_day("2/29", date(2027, 11, 23), "en") == date(2028, 2, 29)
    assert "is not a leap year" in refusal("2/29", today=date(2026, 11, 23))


# What is printed can be typed.

_DAYS = st.dates(date(1900, 1, 1), date(2036, 12, 31))


@given(_DAYS, st.sampled_from(LANGUAGES), st.sampled_from(LANGUAGES))
@settings(max_examples=500)
def test_a_day_reads_back_as_either_language_prints_it(shown: date, printed_in: str, typed_in: str) -> None:
    assert read_day(language(printed_in).day(shown), TODAY, typed_in) == shown


@given(_DAYS, st.sampled_from(LANGUAGES))
@settings(max_examples=200)
def test_a_day_reads_back_from_iso(shown: date, lang: str) -> None:
    assert read_day(shown.isoformat(), TODAY, lang) == shown


@given(st.decimals(Decimal("0.001"), Decimal(300), places=3))
@settings(max_examples=200)
def test_a_weight_reads_back_as_it_is_printed(kg: Decimal) -> None:
    assert read_kilograms(f"{number(kg)} kg") == kg


# Amounts.


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("60", "60"), (" 60 ", "60"), ("60\n", "60"), ("60.5", "60.5"), ("６０．５", "60.5"), ("60kg", "60"),
     ("60 KG", "60"), ("60kgs", "60"), ("60キロ", "60"),
     ("60ｷﾛ", "60"), ("60㎏", "60"), ("60キログラム", "60"), ("132lb", "59.874"),
     ("132 lbs", "59.874"), ("１２０", "120"), ("060", "60"), ("11st 4lb", "71.668"), ("11 st 4 lbs", "71.668"),
     ("11st4", "71.668"), ("11 stone", "69.853"), ("11 Stone 4 Pounds", "71.668"), ("9.5st", "60.328"),
     ("11st 4.5lb", "71.894"), ("11ストーン4ポンド", "71.668"), ("１１ｓｔ　４ｌｂ", "71.668")],  # noqa: RUF001
)  # fmt: skip
def test_a_weight_is_read_in_kilograms_pounds_or_stones(typed: str, expected: str) -> None:
    assert read_kilograms(typed) == Decimal(expected)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("20", "20"), ("20mg", "20"), ("20 MG", "20"), ("２０㎎", "20"), ("20ミリグラム", "20"), ("20ミリ", "20")],
)
def test_a_dose_is_read_in_milligrams(typed: str, expected: str) -> None:
    assert read_milligrams(typed) == Decimal(expected)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("128 lb", "58.06"), ("128 pounds", "58.06"), ("54 キロ", "54"), ("54 kilos", "54"), ("５４　ｋｇ", "54")],
)
def test_a_weight_is_read_with_its_unit_behind_a_blank(typed: str, expected: str) -> None:
    assert read_kilograms(typed) == Decimal(expected)


@pytest.mark.parametrize("typed", ["20 mg", "20 milligrams", "２０　ｍｇ", "20 ミリグラム"])
def test_a_dose_is_read_with_its_unit_behind_a_blank(typed: str) -> None:
    assert read_milligrams(typed) == Decimal(20)


@pytest.mark.parametrize(("typed", "expected"), [("120", "120"), ("120mg/kg", "120"), ("１２０ mg/kg", "120")])
def test_a_target_is_read_in_milligrams_per_kilogram(typed: str, expected: str) -> None:
    assert read_target(typed) == Decimal(expected)


_NO_NUMBERS = [
    "", " ", "nan", "NaN", "inf", "-inf", "Infinity", "1e400", "6e1", "1_000", "٣٠", "६०", "sixty", "六十", "60,5",
    "1,234", "1.234,5", "1,234.5", "６０，５", "60.",
    ".5", "6 0", "0x3c", "60 60", "60pebble", "11st 14lb", "60g", "--60", "60-", "½", "60;",
    "9999999999", "60kg!", "kg", "60kg 5", "\N{ZERO WIDTH SPACE}",
]  # fmt: skip


@pytest.mark.parametrize("typed", _NO_NUMBERS)
def test_what_is_no_amount_is_refused_as_weight_dose_and_target(typed: str) -> None:
    for read in (read_kilograms, read_milligrams, read_target):
        with pytest.raises(InputError):
            read(typed)


@pytest.mark.parametrize("typed", ["60,5", "1.234,5", "６０，５"])
def test_a_comma_is_refused_naming_the_decimal_point(typed: str) -> None:
    with pytest.raises(InputError) as refused:
        read_kilograms(typed)
    assert "decimal point" in str(refused.value)


@pytest.mark.parametrize(
    ("typed", "read"),
    [("20kg", read_milligrams), ("60mg", read_kilograms), ("120kg", read_target), ("20mg/kg", read_milligrams)],
)
def test_an_amount_in_another_unit_is_refused(typed: str, read: object) -> None:
    assert callable(read)
    with pytest.raises(InputError):
        read(typed)


@pytest.mark.parametrize("typed", ["-5", "\N{MINUS SIGN}5", "－５", "0", "6", "19.9", "300.1", "600", "999999999"])
def test_a_weight_that_cannot_be_is_refused(typed: str) -> None:
    with pytest.raises(InputError):
        check(Weight(on=TODAY, kg=read_kilograms(typed)), None, TODAY)


@pytest.mark.parametrize("typed", ["-20", "\N{MINUS SIGN}20", "0", "0.5", "40.5", "201", "500", "999999999"])
def test_a_dose_that_cannot_be_is_refused(typed: str) -> None:
    with pytest.raises(InputError):
        check(Dose(on=TODAY, taken=True, mg=read_milligrams(typed)), None, TODAY)


def test_a_dose_that_has_not_come_yet_is_refused() -> None:
    with pytest.raises(InputError):
        check(Dose(on=read_day("tomorrow", TODAY, "en"), taken=True), None, TODAY)


@pytest.mark.parametrize("typed", ["1946-11-23", "2016-11-21", "2027-11-25"])
def test_a_first_capsule_decades_ago_or_years_ahead_is_refused(typed: str) -> None:
    with pytest.raises(InputError):
        check(FirstDosePlanned(on=read_day(typed, TODAY, "en")), None, TODAY)


# Lengths of time.


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("24w", "P24W"), ("24 weeks", "P24W"), ("6m", "P6M"), ("6 months", "P6M"), ("1 month", "P1M"), ("P6M", "P6M"),
     ("p6m", "P6M"), ("30d", "P30D"), ("30 days", "P30D"), ("P30D", "P30D"), ("6か月", "P6M"), ("6ヶ月", "P6M"),
     ("６カ月", "P6M"), ("6ケ月", "P6M"), ("6箇月", "P6M"), ("6か月間", "P6M"), ("24週", "P24W"),
     ("24週間", "P24W"), ("30日", "P30D"), ("30日間", "P30D"), ("6ｶ月", "P6M")],
)  # fmt: skip
def test_a_length_of_time_keeps_the_unit_in_which_it_is_typed(typed: str, expected: str) -> None:
    assert read_duration(typed) == Span.parse(expected)


@pytest.mark.parametrize(
    "typed",
    ["", "6", "m", "6y", "1 year", "-6m", "-P6M", "P0M", "0d", "P9999M", "999m", "6.5m", "P1M1D", "６", "6分", "半年",
     "six months", "6 m m", "P1Y", "1e1d"],
)  # fmt: skip
def test_what_is_no_length_of_a_course_is_refused(typed: str) -> None:
    with pytest.raises(InputError):
        read_duration(typed)


# Anything at all.

_PIECES = st.sampled_from(
    [*"0123456789/-.: +年月日時分半前後()", "令和", "平成", "昭和", "元", "R", "H", "S", "T", "Z", "dec", "jan",
     "mon", "d", "w", "m", "午前", "午後", "am", "pm", "週間", "kg", "lb", "mg", "P", "か月", "９",
     "曜の", "来週", "先週", "今週", "next ", "last ", "friday", " ago", "in ", "a ", "week",
     "／", "\N{MINUS SIGN}", "㍻", "½", "²", "\u200b", "\n", "\ud800", "\x00", "今日", "today", "{", "}", "%"]
)  # fmt: skip
_ANYTHING = st.text(st.characters(exclude_categories=[]), max_size=40) | st.lists(_PIECES, max_size=12).map("".join)


def reading(typed: str, lang: str, read: Callable[[str, str], object]) -> str:
    """What comes of a text: that it was read, or its refusal in words; any other error comes through."""
    try:
        read(typed, lang)
    except InputError as refused:
        return language(lang).fill(refused.message, refused.values)
    return "read"


@given(_ANYTHING, st.sampled_from(LANGUAGES))
@settings(max_examples=1000)
def test_any_text_is_read_or_refused_in_words(typed: str, lang: str) -> None:
    assert reading(typed, lang, lambda text, code: read_day(text, TODAY, code)) != ""
    assert reading(typed, lang, lambda text, code: read_when(text, TODAY, code)) != ""
    for read in (read_kilograms, read_milligrams, read_target, read_duration):
        assert reading(typed, lang, lambda text, _, read=read: read(text)) != ""


@given(
    _ANYTHING, st.sampled_from(LANGUAGES), st.sampled_from([date(1900, 1, 1), date(2024, 2, 29), date(2028, 12, 31)])
)
@settings(max_examples=300)
def test_a_day_that_is_read_lies_between_1900_and_ten_years_ahead(typed: str, lang: str, today: date) -> None:
    try:
        found = read_day(typed, today, lang)
    except InputError:
        return
    assert date(1899, 12, 30) <= found <= date(today.year + 10, 12, 31)
