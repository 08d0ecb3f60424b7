"""How 1/5 is read is said once, for all patients of a database; until then both days are named."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Isotrack

US, UK, JP = "us-ipledge", "uk-mhra", "jp-standard"


@pytest.fixture
def course(isotrack: Isotrack) -> Isotrack:
    isotrack("start", "2026-01-02", "--timezone", "Europe/London", "--protocol", UK, today="2026-01-02")

    def later(*arguments: str, **options: Any) -> Any:
        return isotrack(*arguments, **{"today": "2026-06-20"} | options)

    return later


def weighed(course: Isotrack) -> list[str]:
    ledger = course("history", "--json").json
    voided = {number for command in ledger for number in command["voided"]}
    entries = [one for command in ledger for one in command["recorded"] if one["id"] not in voided]
    return [one["on"] for one in entries if one["kind"] == "weight"]


def test_until_it_is_said_both_readings_are_named_with_their_weekdays_and_nothing_is_written(course: Isotrack) -> None:
    refused = course("log", "weight", "54", "--on", "1/5", ok=False)
    assert refused.code == 2
    assert "Mon 5 Jan 2026 or as Fri 1 May 2026" in refused.err
    assert "isotrack settings dates=day-first (Fri 1 May 2026)" in refused.err
    assert "isotrack settings dates=month-first (Mon 5 Jan 2026)" in refused.err
    assert weighed(course) == []


@pytest.mark.parametrize(("chosen", "day"), [("day-first", "2026-05-01"), ("month-first", "2026-01-05")])
def test_what_was_chosen_holds_for_every_command(course: Isotrack, chosen: str, day: str) -> None:
    course("settings", f"dates={chosen}")
    course("log", "weight", "54", "--on", "1/5")
    assert weighed(course) == [day]
    number = course("history", "--json").json[0]["recorded"][0]["id"]
    course("fix", str(number), "--on", "2/5")
    assert weighed(course) == [{"2026-05-01": "2026-05-02", "2026-01-05": "2026-02-05"}[day]]
    course("log", "dose", "--missed", "--on", "1/4..3/4" if chosen == "day-first" else "4/1..4/3")
    assert course("history", "--json").json[0]["recorded"][0]["on"] == "2026-04-01"


@pytest.mark.parametrize(("protocol", "day"), [(US, "2026-01-05"), (UK, "2026-05-01"), (JP, "2026-01-05")])
def test_a_programme_brings_the_order_of_its_country(isotrack: Isotrack, protocol: str, day: str) -> None:
    isotrack("start", "2026-01-02", "--protocol", protocol, "--timezone", "UTC", today="2026-01-02")
    isotrack("settings", "dates=programme")
    isotrack("log", "weight", "54", "--on", "1/5", today="2026-06-20")
    assert weighed(isotrack) == [day]


def test_it_holds_for_every_patient_and_each_has_the_order_of_the_own_programme(course: Isotrack) -> None:
    course("settings", "dates=programme")
    course("start", "2026-01-02", "--protocol", US, "--timezone", "UTC", "--patient", "Ann")
    course("log", "weight", "54", "--on", "1/5", "--patient", "Ann")
    assert [one["on"] for one in course("history", "--json", "--patient", "Ann").json[0]["recorded"]] == ["2026-01-05"]
    refused = course("start", "1/5", "--patient", "Bob", ok=False)  # there is no programme of Bob's yet
    assert refused.code == 2


def test_settings_are_shown_and_a_wrong_one_is_answered(course: Isotrack) -> None:
    assert course("settings", "--json").json == {"dates": "ask", "currency": "programme"}
    course("settings", "dates=day-first")
    assert course("settings", "--json").json == {"dates": "day-first", "currency": "programme"}
    assert "day-first" in course("settings").out
    assert "isotrack settings dates=month-first" in course("settings", "date=month-first", ok=False).err
    assert "ask, day-first, month-first, programme" in course("settings", "dates=first", ok=False).err
    assert course("settings", "dates", ok=False).code == 2
    assert course("settings", "dates=day-first", "x=y", ok=False).code == 2
    assert course("settings", "--json").json == {"dates": "day-first", "currency": "programme"}


def test_it_can_be_said_before_the_first_course(isotrack: Isotrack) -> None:
    isotrack("settings", "dates=day-first", today="2026-06-20")
    assert "Welcome" in isotrack(today="2026-06-20").out
    isotrack("start", "1/5", "--timezone", "UTC", "--enrolled", "1/5", "--protocol", UK, today="2026-05-20", ok=False)
    isotrack("start", "1/7", "--timezone", "UTC", "--protocol", UK, today="2026-06-20")
    assert isotrack("plan", "--json", today="2026-06-20").json["course"]["start"] == "2026-07-01"


def test_a_stamp_is_turned_into_the_zone_of_the_course(course: Isotrack) -> None:
    said = course("book", "visit", "2026-07-19T15:30:00+09:00")
    assert "Sun 19 Jul 2026 07:30" in said.out
    assert "Europe/London" in said.out
    assert "Sun 19 Jul 2026 00:30" in course("book", "visit", "2026-07-18T23:30:00.000Z").out


@pytest.mark.parametrize(("said", "first"), [
    (("--protocol", "us"), "month"), (("--protocol=us-ipledge@2021-12-13",), "month"), (("--protocol", "uk"), "day"),
    (("--timezone", "America/New_York"), "month"), (("--timezone=Europe/Paris",), "day"),
])  # fmt: skip
def test_both_orders_are_offered_that_of_the_programme_or_the_zone_first(
    isotrack: Isotrack, said: tuple[str, ...], first: str
) -> None:
    refused = isotrack("start", "9/10/2026", *said, today="2026-09-08", ok=False).err
    given = {"month": "month-first (Thu 10 Sep 2026)", "day": "day-first (Fri 9 Oct 2026)"}
    other = given["day" if first == "month" else "month"]
    assert f"settings dates={given[first]} or isotrack settings dates={other}" in refused
    if said[0].startswith("--timezone"):
        return
    isotrack("start", "2026-09-08", *said, today="2026-09-08")
    refused = isotrack("book", "visit/1", "9/10/2026", today="2026-09-08", ok=False).err
    assert f"settings dates={given[first]} or isotrack settings dates={other}" in refused
