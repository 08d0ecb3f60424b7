"""A red flag stands first on every screen until the clinic's word about it, and calendars say nothing of it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Isotrack
from tests.support import LONG
from tests.test_safety import EVERY_COMMAND, JP, plan, ringing_days
from tracker.capsules import dangers
from tracker.facts import Cleared, Course, FirstDosePlanned, RedFlag, Risk, RiskKind
from tracker.history import history_of
from tracker.vocabulary import vocabulary

FLAGS = ["rf-liver", "chest pain", "blurred vision", "dark urine", "死にたい", "黄疸"]
DIRECT = [word.code for word in vocabulary("symptom").data.flags if word.code != "rf-pregnancy"]


@pytest.mark.long
@pytest.mark.parametrize(
    ("typed", "command"),
    [pytest.param(typed, command, id=f"{' '.join(command) or 'status'}-{typed}")
     for number, command in enumerate(EVERY_COMMAND) for typed in (FLAGS if LONG else FLAGS[number % 3 :: 3])],
)  # fmt: skip
def test_every_command_repeats_a_red_flag_until_the_clinics_word_about_it(
    isotrack: Isotrack, typed: str, command: tuple[str, ...]
) -> None:
    isotrack(*JP, today="2026-12-01")
    isotrack("log", "weight", "55", today="2027-01-12")
    isotrack("log", "symptom", typed, today="2027-01-15")
    said = isotrack(*command, today="2027-01-20").out
    if command == ("undo",):
        return
    assert said.count("get medical help now") == 1
    assert said.count("isotrack log cleared ") == 1
    refused = isotrack("log", "cleared", today="2027-01-21", ok=False)
    assert "isotrack log cleared " in refused.err
    isotrack("log", "cleared", typed, "--note", "seen by the clinic", today="2027-01-21")
    assert "log cleared" not in isotrack(*command, today="2027-01-22").out


@pytest.mark.parametrize("code", DIRECT)
def test_every_red_flag_is_recorded_by_its_code_says_its_text_first_and_is_cleared_by_it(
    isotrack: Isotrack, code: str
) -> None:
    isotrack(*JP, today="2026-12-01")
    before = isotrack("log", "symptom", code, today="2026-12-05").out
    assert "Do not wait for the visit" in before
    assert before.index("get medical help now") < before.index("Saved")
    assert "Do not start taking the capsules" in isotrack(today="2026-12-06").out
    assert "Stop taking the capsules" in isotrack(today="2026-12-10").out
    assert plan(isotrack, "2026-12-10").json["notices"][0] == "red-flag"
    isotrack("log", "cleared", code, today="2026-12-11")
    assert "red-flag" not in plan(isotrack, "2026-12-11").json["notices"]


def test_the_clinics_word_about_one_red_flag_leaves_the_others_and_a_bare_one_leaves_all(isotrack: Isotrack) -> None:
    isotrack(*JP, today="2026-12-01")
    isotrack("log", "symptom", "chest pain, jaundice", today="2026-12-12")
    isotrack("log", "risk", "unprotected", today="2026-12-12")
    said = isotrack("log", "cleared", today="2026-12-13").out
    assert said.count("isotrack log cleared rf-liver") >= 1
    assert said.count("isotrack log cleared rf-neuro-cardiac") >= 1
    assert plan(isotrack, "2026-12-13").json["notices"].count("red-flag") == 2
    isotrack("log", "cleared", "jaundice", today="2026-12-13")
    assert plan(isotrack, "2026-12-13").json["notices"].count("red-flag") == 1
    for wrong in ("rf-livr", "headache", "jaundic"):
        assert "red flag" in isotrack("log", "cleared", wrong, today="2026-12-13", ok=False).err
    isotrack("log", "symptom", "chest pain", today="2026-12-20")
    isotrack("log", "cleared", "chest pain", "--on", "2026-12-15", today="2026-12-20")
    assert plan(isotrack, "2026-12-20").json["notices"].count("red-flag") == 1


@pytest.mark.parametrize(("typed", "risk"), [
    ("missed period", "missed period"), ("生理が来ない", "missed period"),
    ("condom broke", "no contraception, or contraception that failed"),
])  # fmt: skip
def test_what_makes_a_pregnancy_possible_takes_the_path_of_the_risk(isotrack: Isotrack, typed: str, risk: str) -> None:
    isotrack(*JP, today="2026-12-01")
    said = isotrack("log", "symptom", typed, today="2026-12-20").out
    assert "stop taking the capsules at once and call your clinic" in said
    found = plan(isotrack, "2026-12-20").json["notices"]
    assert (found.count("pregnancy-risk"), found.count("red-flag")) == (1, 0)
    assert f"possible pregnancy: {risk}" in isotrack("history", today="2026-12-20").out
    isotrack("log", "cleared", "rf-pregnancy", today="2026-12-21")
    assert "pregnancy-risk" not in plan(isotrack, "2026-12-21").json["notices"]
    asked = isotrack("log", "symptom", "pregnant", today="2026-12-22", ok=False)
    assert "isotrack log pregnancy-test positive" in asked.err
    assert "get medical help now" in asked.out


def test_from_a_red_flag_on_nothing_is_assumed_taken_and_no_reminder_rings(isotrack: Isotrack) -> None:
    isotrack(*JP, today="2026-12-01")
    isotrack("calendar", "settings", "capsule=08:30", today="2026-12-01")
    isotrack("calendar", "subscribe", "kept.ics", today="2026-12-01")
    said = isotrack("log", "symptom", "jaundice", today="2026-12-31").out
    assert "kept.ics" in said
    assert ringing_days("kept.ics") == [date(2026, 12, 30)]
    assert "Taken so far: 420 mg" in isotrack(today="2027-01-15").out
    isotrack("log", "cleared", "jaundice", today="2027-01-16")
    assert [day > date(2027, 1, 16) for day in ringing_days("kept.ics")] == [False, True]


@pytest.mark.parametrize("titles", ["discreet", "full"])
def test_a_calendar_says_nothing_of_symptoms_mood_and_red_flags(isotrack: Isotrack, titles: str) -> None:
    isotrack(*JP, today="2026-12-01")
    isotrack("calendar", "export", "-o", "before.ics", "--titles", titles, today="2026-12-20")
    isotrack("log", "symptom", "headache 2, low mood 3", "--note", "secret", today="2026-12-20")
    isotrack("log", "mood", "spirits=2", "--note", "secret", today="2026-12-20")
    isotrack("calendar", "export", "-o", "after.ics", "--titles", titles, today="2026-12-20")
    assert Path("before.ics").read_bytes() == Path("after.ics").read_bytes()
    isotrack("log", "symptom", "suicidal", "--note", "secret", today="2026-12-20")
    isotrack("calendar", "export", "-o", "flagged.ics", "--titles", titles, today="2026-12-20")
    text = Path("flagged.ics").read_text().lower()
    words = ("secret", "suicid", "harm", "headache", "red flag", "mood", "symptom")
    assert [word for word in words if word in text] == []


def test_of_one_country_the_programmes_lines_come_first_and_then_the_time_zones(isotrack: Isotrack) -> None:
    isotrack("start", "2026-12-10", "--weight", "54", "--dose", "20", "--protocol", "us-ipledge",
             "--can-become-pregnant", "--timezone", "Asia/Tokyo", today="2026-11-01")  # fmt: skip
    said = isotrack("log", "symptom", "self-harm", today="2026-11-02").out
    assert said.index("988") < said.index("0120-279-338")
    repeated = isotrack("plan", today="2026-11-03").out
    assert repeated.startswith("! If you think of harming yourself, talk to somebody now:")
    assert "988" in repeated.splitlines()[0]


DAYS = [date(2026, 12, 1) + timedelta(days=number) for number in range(5)]
COURSE = Course(id=1, uuid="u", name=None, protocol_id="jp-standard", protocol_version="2025-11-17",
                enrolled=DAYS[0], timezone="Asia/Tokyo", can_become_pregnant=True)  # fmt: skip


@pytest.mark.long
@settings(max_examples=2000 if LONG else 100, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_flags_and_words_about_them_stand_the_same_in_every_order_of_typing(data: Any) -> None:
    made = st.sampled_from(["rf-liver", "rf-muscle", None])
    on = st.sampled_from(DAYS)
    facts: list[Any] = [FirstDosePlanned(on=DAYS[0])]
    # Of one day the order of typing tells: here each code has one entry a day.
    taken = set()
    for _ in range(data.draw(st.integers(1, 7))):
        code, day, clears = data.draw(made), data.draw(on), data.draw(st.booleans())
        if (code, day) in taken:
            continue
        taken.add((code, day))
        if clears:
            facts.append(Cleared(on=day, code=code))
        else:
            facts.append(RedFlag(on=day, code=code) if code else Risk(on=day, what=RiskKind.UNPROTECTED))

    def standing(order: list[Any]) -> list[tuple[date, str]]:
        from msgspec.structs import replace

        numbered = [replace(fact, id=number, number=number) for number, fact in enumerate(order, 1)]
        found = dangers(history_of(COURSE, numbered))
        return sorted((one.on, getattr(one, "code", "risk")) for one in found)

    assert standing(facts) == standing(data.draw(st.permutations(facts)))
    codes = {one.code for one in facts if isinstance(one, RedFlag)}
    for on_day, code in standing(facts):
        assert not any(isinstance(one, Cleared) and (one.code or "risk") == code and one.on > on_day for one in facts)
        assert code in codes | {"risk"}


@pytest.mark.parametrize("typed", [("crisis",), (), ("log", "symptom", "suicidal"), ("next",)])
def test_no_line_is_shown_twice_where_two_countries_share_it_or_a_flag_stands(
    isotrack: Isotrack, typed: tuple[str, ...]
) -> None:
    isotrack("start", "2026-11-20", "--protocol", "uk", "--timezone", "Europe/Dublin", "--dose", "20", "--weight", "54")
    isotrack("log", "symptom", "suicidal", today="2026-11-24")
    said = isotrack(*typed, today="2026-11-25", ok=None)
    assert (said.out + said.err).count("116 123") == 1
