"""Days with a time of day, as ``book`` takes them, and times with a zone of their own."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_typed import _DAYS, LANGUAGES, TODAY, day
from tracker.cli.typed import read_day, read_when
from tracker.errors import InputError
from tracker.i18n import language


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("typed", "on", "at"),
    [
        ("2026-12-24 15:30", "2026-12-24", time(15, 30)),
        ("2026-12-24 15:30:00", "2026-12-24", time(15, 30)),
        ("2026-12-24T15:30", "2026-12-24", time(15, 30)),
        ("２０２６－１２－２４　１５：３０", "2026-12-24", time(15, 30)),
        ("2026-12-24 9:05", "2026-12-24", time(9, 5)),
        ("2026-12-24 0:00", "2026-12-24", time(0, 0)),
        ("12/24 15:30", "2026-12-24", time(15, 30)),
        ("tomorrow 8:30", "2026-11-24", time(8, 30)),
        ("明日 8:30", "2026-11-24", time(8, 30)),
        ("24 Dec 2026 3:30pm", "2026-12-24", time(15, 30)),
        ("24 Dec 2026 12:15am", "2026-12-24", time(0, 15)),
        ("24 Dec 2026 3pm", "2026-12-24", time(15, 0)),
        ("2026年12月24日 15時30分", "2026-12-24", time(15, 30)),
        ("2026年12月24日15時半", "2026-12-24", time(15, 30)),
        ("2026年12月24日15時", "2026-12-24", time(15, 0)),
        ("2026年12月24日午後3時30分", "2026-12-24", time(15, 30)),
        ("2026年12月24日(木) 午前9時", "2026-12-24", time(9, 0)),
        ("令和8年12月24日 15:30", "2026-12-24", time(15, 30)),
        ("2026-12-24", "2026-12-24", None),
    ],
)
def test_a_day_with_a_time_is_read_in_the_forms_that_people_type(
    typed: str, on: str, at: time | None, lang: str
) -> None:
    assert read_when(typed, TODAY, lang) == (day(on), at)


@pytest.mark.parametrize(
    "typed",
    ["2026-12-24 25:00", "2026-12-24 24:00", "2026-12-24 12:60", "2026-12-24 15:3", "2026-12-24 1530", "2026-12-24 3",
     "2026-12-24 15:30:01", "2026-12-24 15:30Z", "2026-12-24 15:30+09:00", "2026-12-24T15:30Z", "2026-12-24 JST",
     "15:30", "2026-12-24 25時", "2026-12-24 午後25時", "2026-02-30 15:30", "3/4/2026 15:30", ""],
)  # fmt: skip
def test_what_is_no_day_and_time_is_refused(typed: str) -> None:
    with pytest.raises(InputError):
        read_when(typed, TODAY, "en")


@given(_DAYS, st.times(), st.sampled_from(LANGUAGES), st.sampled_from(LANGUAGES))
@settings(max_examples=300)
def test_a_time_reads_back_as_either_language_prints_it(shown: date, at: time, printed_in: str, typed_in: str) -> None:
    minute = at.replace(second=0, microsecond=0, fold=0)
    typed = f"{language(printed_in).day(shown)} {minute:%H:%M}"
    assert read_when(typed, TODAY, typed_in) == (shown, minute)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("typed", "on", "at"),
    [
        ("12/24 10.30", "2026-12-24", time(10, 30)),
        ("24 Dec 10.30", "2026-12-24", time(10, 30)),
        ("8 Mar 9h", "2027-03-08", time(9, 0)),
        ("8 Mar 9h30", "2027-03-08", time(9, 30)),
        ("8 Mar at 3 pm", "2027-03-08", time(15, 0)),
        ("24 Dec 2026 3 p.m.", "2026-12-24", time(15, 0)),
        ("next sunday at noon", None, None),
        ("last monday noon", "2026-11-16", time(12, 0)),
        ("tuesday 3.30pm", "2026-11-24", time(15, 30)),
        ("in 2 weeks 10:30", "2026-12-07", time(10, 30)),
        ("12/24 9時半", "2026-12-24", time(9, 30)),
        ("12月24日(木)15時", "2026-12-24", time(15, 0)),
        ("来週の火曜日10時", "2026-12-01", time(10, 0)),
        ("明日午後3時", "2026-11-24", time(15, 0)),
        ("明日午後3:15", "2026-11-24", time(15, 15)),
        ("明日 正午", "2026-11-24", time(12, 0)),
        ("2週間後 ９時", "2026-12-07", time(9, 0)),
        ("明日 午後0時", "2026-11-24", time(12, 0)),
        ("tomorrow 12pm", "2026-11-24", time(12, 0)),
        ("tomorrow 12am", "2026-11-24", time(0, 0)),
    ],
)
def test_a_time_is_read_in_the_forms_that_people_say(typed: str, on: str | None, at: time | None, lang: str) -> None:
    if on is None:
        with pytest.raises(InputError):
            read_when(typed, TODAY, lang)
    else:
        assert read_when(typed, TODAY, lang) == (day(on), at)


@pytest.mark.parametrize("typed", ["明日 午後12時", "明日 午前12時", "明日 午後12時半", "明日 午後12:30"])
def test_twelve_of_half_a_day_is_noon_or_midnight_and_both_are_named(typed: str) -> None:
    with pytest.raises(InputError) as refused:
        read_when(typed, TODAY, "ja")
    minute = "30" if "半" in typed or "30" in typed else "00"
    assert {refused.value.values["noon"], refused.value.values["midnight"]} == {f"12:{minute}", f"0:{minute}"}


@pytest.mark.parametrize(
    "typed", ["tomorrow 13pm", "tomorrow 0am", "明日 午後13時", "明日 午後3pm", "tomorrow 24h", "tomorrow 9.60",
              "tomorrow 9.5", "tomorrow 9", "tomorrow 9 30"]
)  # fmt: skip
def test_an_hour_that_is_not_there_is_refused(typed: str) -> None:
    with pytest.raises(InputError):
        read_when(typed, TODAY, "en")


STAMPS = [
    ("2027-01-19T15:30:00+09:00", "2027-01-19", time(15, 30)),
    ("2027-01-19T15:30+0900", "2027-01-19", time(15, 30)),
    ("2027-01-19 15:30 JST", "2027-01-19", time(15, 30)),
    ("2027-01-19T15:30:00Z", "2027-01-20", time(0, 30)),
    ("2027-01-19t15:30z", "2027-01-20", time(0, 30)),
    ("2027-01-19 15:30 UTC", "2027-01-20", time(0, 30)),
    ("2027-01-19T22:30:00-05:00", "2027-01-20", time(12, 30)),
    ("2027-01-19T22:30:00\N{MINUS SIGN}05:00", "2027-01-20", time(12, 30)),
]


@pytest.mark.parametrize(("typed", "on", "at"), STAMPS)
def test_a_time_with_a_zone_is_turned_into_the_one_of_the_place(typed: str, on: str, at: time) -> None:
    assert read_when(typed, TODAY, "en", lambda: ZoneInfo("Asia/Tokyo")) == (day(on), at)


@pytest.mark.parametrize(("typed", "on", "at"), STAMPS)
def test_a_time_with_a_zone_is_refused_with_the_reason_where_no_place_is_known(typed: str, on: str, at: time) -> None:
    del on, at
    with pytest.raises(InputError, match="time zone of the course"):
        read_when(typed, TODAY, "en")


@pytest.mark.parametrize("typed", ["2027-01-19T15:30+99:00", "2027-01-19T15:30+24:00"])
def test_an_offset_of_a_day_and_more_is_none(typed: str) -> None:
    with pytest.raises(InputError, match="no such time"):
        read_when(typed, TODAY, "en", lambda: ZoneInfo("Asia/Tokyo"))


@given(st.datetimes(), st.integers(-23 * 60, 23 * 60), st.sampled_from(["Asia/Tokyo", "Europe/London", "UTC"]))
@settings(max_examples=200)
def test_a_stamp_of_any_offset_is_the_same_moment(moment: datetime, minutes: int, zone: str) -> None:
    year = 2026 + moment.year % 10
    stamp = moment.replace(year=year, day=min(moment.day, 28), second=0, microsecond=0, fold=0)
    stamp = stamp.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    place = ZoneInfo(zone)
    on, at = read_when(stamp.isoformat(), TODAY, "en", lambda: place)
    there = stamp.astimezone(place)
    assert (on, at) == (there.date(), there.time())


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("typed", ["2026-11-20 15:42", "2026-11-20T15:42", "2026-11-20T15:42:00+09:00", "11/20 15時"])
def test_a_time_behind_a_day_is_not_swallowed_where_only_the_day_is_asked(typed: str, lang: str) -> None:
    with pytest.raises(InputError) as refused:
        read_day(typed, TODAY, lang)
    assert "2026-11-20" in language(lang).fill(refused.value.message, refused.value.values)
