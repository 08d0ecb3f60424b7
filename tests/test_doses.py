"""Doses as they are really prescribed: read as they are typed, and counted as a person would by hand."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import DAY, patterns
from tests.support import Said, machine_in, say, say_on, settle
from tracker.cli.doses import read_doses, read_every
from tracker.errors import InputError
from tracker.i18n import language
from tracker.pattern import MOST_DAYS, Pattern

BEGIN = ("start", "2026-12-01", "--weight", "50", "--timezone", "Asia/Tokyo", "--protocol", "jp-standard",
         "--can-become-pregnant")  # fmt: skip
"""The first of December 2026 is a Tuesday."""


@pytest.fixture(autouse=True)
def _machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(machine_in(tmp_path), monkeypatch)


def begin(*dose: str) -> None:
    begun = say_on("2026-12-01", *BEGIN, "--dose", *dose)
    assert begun.code == 0, begun


def typed(today: str, *commands: str) -> Said:
    for command in commands:
        done = say_on(today, *command.split())
        assert done.code == 0, done
    return done


# --- as they are typed ------------------------------------------------------------------------------------------

SAME_DOSE = {
    "20": (
        "20", "20mg", "20 mg", "２０ｍｇ", "20 mg a day", "20 mg daily", "20/day", "20 mg/day", "20 once a day",
        "20 mg every day", "20 od", "20 mg in the evening", "20/20", "1日20mg", "毎日20mg", "20mg/日",
        "20ミリグラム", "20mgを毎日", "夕20mg", "1日1回20mg",
    ),
    "20/40": (
        "20/40", "20 mg/40 mg", "20mg / 40mg", "20 / 40", "20/40 alternating", "alternating 20/40",
        "20 and 40 alternating", "20 mg alternating with 40 mg", "20 mg and 40 mg on alternating days",
        "20/40/20/40", "20mgと40mgを交互に", "20mg・40mg交互", "20mg、40mgを交互に", "20mgと40mgを1日交代で",
        "20mgと40mgを隔日で交互に", "1日ごとに20mgと40mgを交互に", "２０／４０",
    ),
    "20/40/40": (
        "20/40/40", "20 mg / 40 mg / 40 mg", "20, 40 and 40 in turn", "20/40/40mgを順に", "20/40/40 mg",
    ),
    "20/20/40": (
        "20/20/40", "20/20/40 mg in turn",
    ),
    "20/0": (
        "20/0", "20 every other day", "20 mg every second day", "20 every 2 days", "20 every 2",
        "20 every 2nd day", "every other day 20 mg", "20 on alternate days", "20 qod", "20 q2d",
        "20 mg every two days", "20 mg once every 2 days", "隔日 20mg", "隔日20mg", "20mgを隔日に", "20mg隔日",
        "1日おき 20mg", "20mgを1日おき", "一日おきに20mg", "20mg 2日に1回", "2日に1回20mg", "二日に一回 20mg",
        "2日ごとに20mg", "2日毎に20mg",
    ),
    "20/0/0": (
        "20 every third day", "20 mg every 3 days", "2日おきに20mg", "3日に1回20mg", "3日ごとに20mg",
    ),
    "20/0/0/0/0/0/0": (
        "20 every 7 days", "7日に1回 20mg",
    ),
    "20+20": (
        "20+20", "20x2", "20 x 2", "2x20", "2 x 20 mg", "20 mg x2", "20×2", "20 twice a day", "20 mg twice daily",
        "20 bid", "20 2x daily", "20 mg 2 times a day", "20 morning and evening", "40 in two doses",
        "20 mg in the morning and 20 mg in the evening", "20mg 1日2回", "1日2回 20mg", "20mgを1日2回",
        "1回20mgを1日2回", "1回20mg 1日2回", "一日二回20mg", "20mgずつ1日2回", "朝夕20mg", "朝・夕 20mg",
        "朝と夜に20mg", "朝20mg夜20mg", "40mg 分2", "1日40mgを2回に分けて", "1日40mg 2回",
    ),
    "20+40": (
        "20+40", "20 mg + 40 mg", "20 mg in the morning and 40 mg at night", "朝20mg夜40mg", "朝20mg、夜40mg",
    ),
    "10+10+10": (
        "10 three times a day", "10x3", "10 tid", "10mg 1日3回", "朝昼夕10mg", "30mg 分3",
    ),
    "20+20/0": (
        "20 twice a day every other day", "20x2 every 2 days", "20+20/0", "隔日に20mgを1日2回",
    ),
    "week:20/0/20/0/20/0/0": (
        "20 mon,wed,fri", "20 mg on Mon, Wed and Fri", "20 mon wed fri", "20 mwf", "mon,wed,fri 20",
        "20 mon/wed/fri", "20 mg every Monday, Wednesday and Friday", "20 mondays wednesdays fridays",
        "月水金 20mg", "月・水・金 20mg", "20mg 月水金", "月水金に20mg", "毎週月水金に20mg",
        "月曜・水曜・金曜 20mg", "月曜日と水曜日と金曜日に20mg",
    ),
    "week:40/40/40/40/40/20/20": (
        "40 mon-fri 20 sat,sun", "mon-fri 40, sat sun 20", "40 weekdays 20 weekends", "40 mon to fri 20 sat,sun",
        "月〜金 40mg 土日 20mg", "平日40mg 週末20mg", "月から金 40mg 土日 20mg",
    ),
    "week:0/20/0/0/0/0/20": (
        "20 sun,tue", "日火 20mg", "20mg 日曜と火曜",
    ),
    "week:20+20/0/0/20+20/0/0/0": (
        "20x2 mon,thu", "20 twice a day mon thu", "月木に20mgを1日2回",
    ),
}  # fmt: skip
"""What a person may type, by the dose that is meant."""


@pytest.mark.parametrize(("kept", "text"), [(kept, text) for kept, texts in SAME_DOSE.items() for text in texts])
def test_a_dose_is_read_as_it_is_said(kept: str, text: str) -> None:
    assert str(read_doses(text)) == kept


NO_DOSE = (
    "20/", "/20", "20/abc", "20//40", "20 every 0 days", "20 every 29 days", "20 every", "every 2 days", "20x9",
    "20x20", "2x2", "20 x", "x2", "20x0", "20 blursday", "mon", "20 mon tue mon", "20 month", "20/40 mon",
    "20 and 40", "20mgと40mg", "20 or 40", "20 (or 40)", "20-40", "20 then 40", "20mg→40mg",
    "20/40 every other day", "0", "0/0", "-20", "20/-40", "20+", "+20", "20+20+20+20+20", "20kg", "20 lb", "20 30",
    "1日ごとに20mg", "40 in 0 doses", "1e5", "nan", "", "20 5 times a day", "20/40/0x", "隔日", "月水金",
    "20/" * 60 + "20", "9" * 3900, "20 " * 1290,
)  # fmt: skip


@pytest.mark.parametrize("text", NO_DOSE, ids=lambda text: text[:20])
def test_what_is_no_dose_is_met_with_one_line_that_names_the_forms(text: str) -> None:
    begin("20")
    refused = say_on("2026-12-01", "dose", "--", text)
    assert (refused.code, refused.out, len(refused.complaint)) == (2, "", 1), refused
    assert "20/40" in refused.err or "whole milligrams" in refused.err or "cannot be" in refused.err


@pytest.mark.parametrize("text", ["20,5", "20,5mg"])
def test_a_comma_in_a_number_is_named(text: str) -> None:
    with pytest.raises(InputError, match="decimal point"):
        read_doses(text)


@pytest.mark.parametrize("text", ["20.5", "201", "20.5/40", "0.5 mon,tue", "150x2", "25 in two doses", "9999"])
def test_a_dose_that_cannot_be_meant_is_refused(text: str) -> None:
    begin("20")
    refused = say_on("2026-12-01", "dose", text)
    assert (refused.code, refused.out, len(refused.complaint)) == (2, "", 1), refused
    assert "whole milligrams" in refused.err or "smallest capsule" in refused.err


@pytest.mark.parametrize(
    ("typed", "count"),
    [("2", 2), ("2 days", 2), ("other day", 2), ("隔日", 2), ("1日おき", 2), ("3日に1回", 3), ("third", 3)],
)
def test_every_how_many_days_is_an_option_as_well(typed: str, count: int) -> None:
    assert read_every(typed) == count
    begin("20")
    done = say_on("2026-12-01", "dose", "20", "--every", typed, "--from", "2026-12-10")
    assert done.code == 0, done


@pytest.mark.parametrize(("dose", "every"), [("20/40", "2"), ("20 mon", "2"), ("20", "x"), ("20", "0"), ("20", "99")])
def test_every_so_many_days_goes_with_one_amount(dose: str, every: str) -> None:
    begin("20")
    refused = say_on("2026-12-01", "dose", *dose.split(), "--every", every)
    assert (refused.code, refused.out, len(refused.complaint)) == (2, "", 1), refused


@pytest.mark.parametrize(
    "typed", ["dose 20 friday", "dose 20 on fri", "dose 月曜日 20mg", "start 2026-12-01 --dose 20 fri"]
)
def test_a_single_day_of_the_week_is_asked_about(typed: str) -> None:
    """Each Friday, or from Friday on."""
    if typed.startswith("dose"):
        begin("20")
    refused = say_on("2026-12-01", *typed.split())
    assert (refused.code, refused.out, len(refused.complaint)) == (2, "", 1), refused
    assert "--from" in refused.err


@pytest.mark.parametrize("text", ["20 every friday", "20 fridays", "20 mg each fri", "毎週金曜に20mg"])
def test_each_of_a_day_of_the_week_is_taken(text: str) -> None:
    assert str(read_doses(text)) == "week:0/0/0/0/20/0/0"


def test_words_need_no_quotes() -> None:
    begin("20", "mg", "every", "other", "day")
    done = typed("2026-12-01", "dose 20 mg on mon, wed and fri --from 2027-01-04")
    assert "20 mg on Mon, Wed, Fri from Mon 4 Jan 2027" in done.out
    assert "40 mg every second day on" in typed("2026-12-01", "fix 3 --value 40 mg every other day").out
    assert "54.5 kg" in typed("2026-12-01", "fix 2 --value 54.5 kg --note so").out


@given(patterns())
@settings(max_examples=100)
def test_a_pattern_is_kept_as_a_text_that_gives_it_back(pattern: Pattern) -> None:
    assert Pattern.parse(str(pattern)) == pattern
    assert len(str(pattern)) <= 500
    for code in ("en", "ja"):
        assert language(code).value(pattern.said)


@given(patterns(), st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.integers(0, 400))
@settings(max_examples=100)
def test_equal_patterns_are_the_same_doses(pattern: Pattern, origin: date, days: int) -> None:
    """A cycle that is written twice over, and a week that is every day the same, are the shorter one."""
    day = origin + days * DAY
    if len(pattern.days) * 2 <= MOST_DAYS and not pattern.weekly:
        assert Pattern(pattern.days * 2) == pattern
    if len(pattern.days) == 1:
        assert Pattern(pattern.days * 7, weekly=True) == pattern
    assert pattern.intakes(day, origin) == pattern.days[day.weekday() if pattern.weekly else days % len(pattern.days)]
    assert pattern.capsule_at(day, origin)


# --- counted by hand --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Course:
    """A course of 50 kg from Tuesday 1 December 2026; what it comes to at the end of a day, and when it ends."""

    dose: str
    today: str
    mg: int
    per_kg: float
    """To one decimal, as it is shown."""
    target: str
    last: str
    typed: tuple[str, ...] = field(default=())


COURSES = {
    # 1200 mg at 20 mg are 60 days: 1 December is the first, 29 January the 60th.
    "every day": Course("20", "2026-12-10", 200, 4.0, "24", "2027-01-29"),
    # The 60th capsule comes 118 days after the first.
    "every second day": Course("20 every other day", "2026-12-10", 100, 2.0, "24", "2027-03-29"),
    # 1, 4, 7 and 10 December; the 60th comes 177 days after the first.
    "every third day": Course("20 every 3 days", "2026-12-10", 80, 1.6, "24", "2027-05-27"),
    # 60 mg in two days: 40 days.
    "alternating": Course("20/40", "2026-12-10", 300, 6.0, "24", "2027-01-09"),
    # 1220 mg: 1200 are reached on the second day of a pair, 9 January, and 20 more on the next day.
    "alternating, reached on the smaller day": Course("20/40", "2026-12-03", 80, 1.6, "24.4", "2027-01-10"),
    # 100 mg in three days: 36 days are 1200 mg.
    "in turn of three": Course("20/40/40", "2026-12-10", 320, 6.4, "24", "2027-01-05"),
    # 40 mg a day: 30 days.
    "twice a day": Course("20 twice a day", "2026-12-10", 400, 8.0, "24", "2026-12-30"),
    "morning and evening differ": Course("20+40", "2026-12-10", 600, 12.0, "24", "2026-12-20"),
    # 2, 4, 7 and 9 December. Two in the first week, 57 in the 19 weeks from the 7th on, and one on Monday.
    "by the day of the week": Course("20 mon,wed,fri", "2026-12-10", 80, 1.6, "24", "2027-04-19"),
    # 240 mg a week. Until Sunday the 6th: 4 x 40 + 2 x 20 = 200; Monday to Thursday 160.
    "working days and weekends": Course("40 mon-fri 20 sat,sun", "2026-12-10", 360, 7.2, "24", "2027-01-04"),
    # Ten days of 20 mg, then every second day from the 11th: 11, 13, 15, 17, 19.
    "a step to every second day": Course(
        "20", "2026-12-20", 300, 6.0, "24", "2027-03-19", ("dose 20 every other day --from 2026-12-11",)),
    # 1, 3 December; a pause from the 4th; again on the 10th, whatever its turn was, and the 12th.
    "a pause begins the turns anew": Course(
        "20 every other day", "2026-12-12", 80, 1.6, "24", "2027-04-03", ("pause 2026-12-04", "resume 2026-12-10")),
    # 1, 3 December, the 5th missed: the 7th is the next, and all is two days later than it would have been.
    "a missed day moves no turn": Course(
        "20 every other day", "2026-12-07", 60, 1.2, "24", "2027-03-31", ("log dose --missed --on 2026-12-05",)),
    # One taken on a day off counts: the 59th of the others is enough.
    "a capsule on a day off counts": Course(
        "20 every other day", "2026-12-07", 100, 2.0, "24", "2027-03-27", ("log dose 20 --on 2026-12-04",)),
}  # fmt: skip


@pytest.mark.parametrize("course", COURSES.values(), ids=COURSES)
def test_a_course_is_counted_as_by_hand(course: Course) -> None:
    begin(*course.dose.split(), "--target", course.target)
    for command in course.typed:
        typed(course.today, command)
    status = say("--today", course.today).out
    assert f"Taken so far: {course.mg} mg ({course.per_kg} mg/kg" in status
    plan = json.loads(say_on(course.today, "plan", "--json").out)
    assert plan["course"]["projected_last_dose"] == course.last


@dataclass(frozen=True)
class AtHand:
    """What is at hand on the first evening, and the last day with a whole dose."""

    dose: str
    stock: tuple[str, ...]
    capsules: dict[int, float]
    until: str


AT_HAND = {
    "every second day: 28 capsules last 55 days": AtHand(
        "20 every other day", ("28 --strength 20",), {20: 27}, "2027-01-24"),
    "the last day with a capsule, not the free one behind it": AtHand(
        "20 every other day", ("2 --strength 20",), {20: 1}, "2026-12-03"),
    "alternating: three capsules in two days": AtHand("20/40", ("28 --strength 20",), {20: 27}, "2026-12-19"),
    "alternating: 20 mg is left and 40 mg is next": AtHand("20/40", ("2 --strength 20",), {20: 1}, "2026-12-01"),
    "twice a day: two capsules": AtHand("20 twice a day", ("28 --strength 20",), {20: 26}, "2026-12-14"),
    "twice a day takes two of 20 mg and not one of 40": AtHand(
        "20 twice a day", ("4 --strength 20", "4 --strength 40"), {40: 4, 20: 2}, "2026-12-02"),
    "by the day of the week: none on Tuesday": AtHand("20 mon,wed,fri", ("3 --strength 20",), {20: 3}, "2026-12-07"),
    "in turn with a free day": AtHand("20/20/0", ("10 --strength 10",), {10: 8}, "2026-12-07"),
}  # fmt: skip


@pytest.mark.parametrize("case", AT_HAND.values(), ids=AT_HAND)
def test_capsules_last_as_counted_by_hand(case: AtHand) -> None:
    begin(*case.dose.split())
    typed("2026-12-01", *(f"log stock {stock}" for stock in case.stock))
    found = json.loads(say_on("2026-12-01", "stock", "--json").out)
    assert {one["strength_mg"]: one["count"] for one in found["capsules"]} == case.capsules
    assert found["lasts_until"] == case.until


# --- on the screen ----------------------------------------------------------------------------------------------

SAID = [
    ("20", "20 mg a day", "1日20mg"),
    ("20 twice a day", "20 mg twice a day (40 mg)", "20mgを1日2回（計40mg）"),
    ("10x3", "10 mg 3 times a day (30 mg)", "10mgを1日3回（計30mg）"),
    ("20+40", "20+40 mg a day (60 mg)", "1日に20+40mg（計60mg）"),
    ("20 every other day", "20 mg every second day", "20mgを1日おき"),
    ("20 every 3 days", "20 mg every 3 days", "20mgを3日に1回"),
    ("20/40", "20 mg and 40 mg on alternating days", "20mgと40mgを1日交代"),
    ("20/40/40", "20/40/40 mg in turn, day by day", "20/40/40mgを1日ごとに順に"),
    ("20 mon,wed,fri", "20 mg on Mon, Wed, Fri", "月・水・金に20mg"),
    ("40 mon-fri 20 sat,sun", "40 mg on Mon, Tue, Wed, Thu, Fri; 20 mg on Sat, Sun",
     "月・火・水・木・金に40mg、土・日に20mg"),
]  # fmt: skip


@pytest.mark.parametrize(("dose", "english", "japanese"), SAID)
def test_both_languages_say_what_is_prescribed(dose: str, english: str, japanese: str) -> None:
    begin(*dose.split())
    assert f"Prescribed: {english}\n" in say("--today", "2026-12-02").out
    assert f"処方：{japanese}\n" in say_on("2026-12-02", "--lang", "ja").out
    assert english in say_on("2026-12-02", "history").out
    assert f"処方：{japanese}" in say_on("2026-12-02", "--lang", "ja", "history").out
    assert read_doses(dose) == _prescribed()


def _prescribed() -> Pattern:
    ledger = json.loads(say_on("2026-12-02", "history", "--json").out)
    one, *_corrected = [fact for command in ledger for fact in command["recorded"] if fact["kind"] == "prescription"]
    if one["pattern"] is None:
        return Pattern.daily(Decimal(one["mg"]))
    found = Pattern(tuple(tuple(map(Decimal, day)) for day in one["pattern"]["days"]), weekly=one["pattern"]["weekly"])
    assert found.most == one["mg"]
    return found


def test_a_prescription_is_corrected_and_taken_back() -> None:
    begin("20")
    assert typed("2026-12-02", "fix 3 --value 20/40").out.startswith("Saved: 20 mg and 40 mg on alternating days on")
    assert str(_prescribed()) == "20/40"
    assert "20 mg a day" in typed("2026-12-02", "undo").out
    assert str(_prescribed()) == "20"
    typed("2026-12-02", "fix 3 --value 1日2回20mg", "fix 5 --value 20")
    assert str(_prescribed()) == "20"
    again = typed("2026-12-02", "dose 20/40", "dose 20 mg and 40 mg on alternating days")
    assert "Already there" in again.out


def test_what_is_no_dose_is_answered_in_the_language_of_the_screen() -> None:
    begin("20")
    assert "20 twice a day" in say_on("2026-12-01", "dose", "二十").err
    assert "1日2回20mg" in say_on("2026-12-01", "--lang", "ja", "dose", "x").err


def test_the_status_says_what_today_has() -> None:
    begin("20/40")
    assert "Today: 40 mg\n" in say("--today", "2026-12-02").out
    typed("2026-12-02", "dose 20 every 3 days --from 2026-12-05")
    assert "Today: no capsule by the prescription; the next one on Tue 8 Dec 2026\n" in say("--today", "2026-12-06").out
    assert "From Sat 5 Dec 2026: 20 mg every 3 days\n" in say("--today", "2026-12-02").out
    typed("2026-12-07", "pause 2026-12-07")
    assert "Today:" not in say("--today", "2026-12-07").out


def test_a_course_whose_first_day_has_no_capsule_is_asked_about() -> None:
    begun = say_on("2026-12-01", *BEGIN, "--dose", "20", "mon,wed,fri")
    assert "By the prescription Tue 1 Dec 2026 has no capsule; the first one is that of Wed 2 Dec 2026" in begun.out
    typed("2026-12-02", "log dose")
    assert json.loads(say_on("2026-12-02", "plan", "--json").out)["course"]["start"] == "2026-12-02"


# --- days off ---------------------------------------------------------------------------------------------------


def test_a_dose_without_its_amount_is_that_of_its_day() -> None:
    begin("20/40")
    typed("2026-12-03", "log dose --on 2026-12-01", "log dose --on 2026-12-02", "log dose")
    assert "Taken so far: 80 mg" in say("--today", "2026-12-03").out


def test_a_day_off_needs_an_amount_and_is_not_missed() -> None:
    begin("20", "every", "other", "day")
    for command in (("log", "dose"), ("log", "dose", "--missed")):
        refused = say_on("2026-12-02", *command)
        assert (refused.code, refused.out, len(refused.complaint)) == (2, "", 1)
        assert "by the prescription Wed 2 Dec 2026 has no capsule (20 mg every second day)" in refused.err
    assert "isotrack log dose 20 --on 2026-12-02" in say_on("2026-12-02", "log", "dose").err
    assert "処方では服用のない日です" in say_on("2026-12-02", "--lang", "ja", "log", "dose").err
    typed("2026-12-02", "log dose 20")
    assert "Taken so far: 40 mg" in say("--today", "2026-12-02").out


def test_at_a_terminal_the_amount_of_a_day_off_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    begin("20", "every", "other", "day")
    typed("2026-12-01", "log dose")

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal("40\n"))
    asked = say_on("2026-12-02", "log", "dose")
    assert asked.code == 0, asked
    assert "By the prescription Wed 2 Dec 2026 has no capsule." in asked.out
    assert "40 mg taken on Wed 2 Dec 2026" in asked.out


def test_the_first_capsule_is_late_where_every_day_with_one_before_was_missed() -> None:
    begin("20", "every", "other", "day")
    typed("2026-12-05", "log dose --missed --on 2026-12-01", "log dose --missed --on 2026-12-03", "log dose")
    assert json.loads(say_on("2026-12-05", "plan", "--json").out)["course"]["start"] == "2026-12-05"


def test_a_first_capsule_on_what_was_a_day_off_begins_the_turns() -> None:
    begin("20", "every", "other", "day")
    typed("2026-12-04", "log dose --first")
    assert json.loads(say_on("2026-12-04", "plan", "--json").out)["course"]["start"] == "2026-12-04"
    assert "Taken so far: 40 mg" in say("--today", "2026-12-06").out


def test_of_several_days_in_a_row_those_without_a_capsule_have_no_entry() -> None:
    begin("20", "every", "other", "day")
    typed("2026-12-08", "log dose --on 2026-12-01..2026-12-04", "log dose --missed --on 2026-12-05..2026-12-08")
    ledger = json.loads(say_on("2026-12-08", "history", "--json").out)
    doses = {one["on"][-2:]: one["taken"] for done in ledger for one in done["recorded"] if one["kind"] == "dose"}
    assert doses == {"01": True, "03": True, "05": False, "07": False}
    refused = say_on("2026-12-10", "log", "dose", "--on", "2026-12-10..2026-12-10")
    assert (refused.code, len(refused.complaint)) == (2, 1)
    again = typed("2026-12-08", "log dose --on 2026-12-01..2026-12-04")
    assert "Already there" in again.out


@pytest.mark.parametrize("moved", ["2026-12-04", "2026-12-05"])
def test_the_turns_begin_with_the_first_capsule(moved: str) -> None:
    assert say_on("2026-11-30", *BEGIN, "--dose", "20/0").code == 0
    typed("2026-11-30", f"start --move {moved}")
    on = date.fromisoformat(moved)
    assert "Taken so far: 20 mg" in say("--today", on.isoformat()).out
    assert "Taken so far: 20 mg" in say("--today", (on + DAY).isoformat()).out
    assert "Taken so far: 40 mg" in say("--today", (on + 2 * DAY).isoformat()).out


def test_a_stop_without_its_day_takes_the_latest_possible_one_with_or_without_a_capsule() -> None:
    begin("20", "every", "other", "day")
    said = typed("2026-12-04", "stop")
    assert "Fri 4 Dec 2026" in said.out
    plan = json.loads(say_on("2026-12-04", "plan", "--json").out)
    assert plan["course"]["last_dose"] == "2026-12-04"
    assert {one["key"]: one["end"] for one in plan["spans"]}["contraception"] == "2027-06-04"


def test_a_stop_on_a_day_off_is_believed_and_said() -> None:
    begin("20", "every", "other", "day")
    assert "the day that you named counts" in typed("2026-12-04", "stop 2026-12-02").out
    assert json.loads(say_on("2026-12-04", "plan", "--json").out)["course"]["last_dose"] == "2026-12-02"
    typed("2026-12-04", "undo")
    assert "the day that you named" not in typed("2026-12-04", "stop 2026-12-03").out


def test_a_stop_in_a_pause_means_the_day_before_it_with_or_without_a_capsule() -> None:
    begin("20", "every", "other", "day")
    typed("2026-12-05", "pause 2026-12-05")
    assert "Fri 4 Dec 2026" in typed("2026-12-08", "stop").out


@pytest.mark.parametrize(("typed_dose", "is_more"), [
    ("40", True), ("21 --on 2026-12-02", True), ("40 --on 2026-12-02..2026-12-03", True),
    ("20", False), ("10", False), ("", False), ("--missed", False),
])  # fmt: skip
def test_more_than_the_dose_of_a_day_is_said_to_be_that(typed_dose: str, *, is_more: bool) -> None:
    begin("20")
    assert is_more == ("More than the 20 mg prescribed" in typed("2026-12-05", f"log dose {typed_dose}").out)
    assert "More than" not in typed("2026-12-05", "dose 40 --from 2026-12-04", "log dose 40 --on 2026-12-04").out
