"""What must I do, and by when: in five lines, the most pressing first."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from referencing import Registry, Resource

from tests.conftest import Isotrack
from tests.strategies import Story, stories
from tests.test_journeys import START
from tracker.cli import notices
from tracker.cli.agenda import MOST_LINES, lines
from tracker.i18n import activate
from tracker.plan import Phase, State
from tracker.readings.agenda import agenda
from tracker.remarks import NOTICES
from tracker.rules import Kind

SCHEMAS = Path(__file__).parent.parent / "schemas"
SCHEMA, PLAN = (json.loads((SCHEMAS / f"{name}.schema.json").read_text()) for name in ("next", "plan"))
VALIDATOR = jsonschema.Draft202012Validator(
    SCHEMA, registry=Registry().with_resource("plan.schema.json", Resource.from_contents(PLAN))
)


def said(isotrack: Isotrack, today: str, *more: str) -> list[str]:
    heading, *lines = isotrack("next", *more, today=today).out.splitlines()
    assert str(int(today[8:])) in heading
    assert len(lines) < MOST_LINES
    return lines


@pytest.fixture
def course(isotrack: Isotrack) -> Isotrack:
    isotrack(*START)
    isotrack("log", "consent", "--on", "2026-11-23", today="2026-11-23")
    isotrack("log", "blood", "--on", "2026-11-23", today="2026-11-23")
    return isotrack


def test_a_pause_is_said_as_long_as_it_lasts(course: Isotrack) -> None:
    course("pause", "2026-12-10", today="2026-12-08")
    assert said(course, "2026-12-08")[0] == "A pause is planned: no capsules from Thu 10 Dec 2026 on."
    assert said(course, "2026-12-12")[0] == "Paused: no capsules from Thu 10 Dec 2026 on."
    course("resume", "2026-12-13", today="2026-12-13")
    assert "ause" not in "".join(said(course, "2026-12-13"))


def test_what_is_due_comes_before_what_comes_next(course: Isotrack) -> None:
    assert said(course, "2026-12-20")[:3] == [
        "Due Thu 24 Dec 2026: Follow-up visit (visit/1)",
        "Next, Sun 24 Jan 2027: Blood test (blood/1), Follow-up visit (visit/2)",
        "Strict contraception until Wed 24 Nov 2027 (estimate)",
    ]


def test_what_is_overdue_comes_before_what_is_due(course: Isotrack) -> None:
    assert said(course, "2027-01-23")[:2] == [
        "Overdue, it was due Thu 24 Dec 2026: Follow-up visit (visit/1)",
        "Due Sun 24 Jan 2027: Blood test (blood/1), Follow-up visit (visit/2)",
    ]


def test_everything_of_the_next_day_is_named_and_an_appointment_stands_alone(isotrack: Isotrack) -> None:
    isotrack("start", "2026-11-02", "--protocol", "jp-strict", *START[2:], today="2026-10-01")
    assert said(isotrack, "2026-10-02")[1] == (
        "Next, Sun 1 Nov 2026: Blood test before the start (blood-baseline/1), Signed consent (consent/1), Pregnancy"
        " test before the start (pregnancy-test-before/1)"
    )
    isotrack("book", "blood-baseline/1", "2026-11-01 09:30", today="2026-10-02")
    assert "Booked for Sun 1 Nov 2026 09:30: Blood test before the start (blood-baseline/1)" in isotrack(
        "next", today="2026-10-02").out.splitlines()  # fmt: skip


def test_a_result_that_is_awaited_after_the_course_says_how_it_is_added(isotrack: Isotrack) -> None:
    isotrack("start", "2026-05-01", "--protocol", "uk", *START[2:], today="2026-05-01")
    said_of_it = isotrack("log", "pregnancy-test", "--on", "2026-09-27", today="2026-09-27").out
    number = said_of_it.partition("(number ")[2].partition(")")[0]
    isotrack("log", "earlier", "done", "--on", "2026-10-20", today="2026-10-20")
    isotrack("stop", "2026-10-20", today="2026-10-20")
    for today in ("2026-10-20", "2026-11-28"):
        found = [line for line in isotrack("next", today=today).out.splitlines() if "pregnancy-test/5" in line]
        how = f"When you know it: isotrack fix {number} --result negative"
        assert found == [f"Result awaited since Sun 27 Sep 2026: Pregnancy test (pregnancy-test/5). {how}"]
        shown = [line for line in isotrack(today=today).out.splitlines() if "pregnancy-test/5" in line]
        assert "result awaited" in shown[0]
    isotrack("fix", number, "--result", "negative", today="2026-11-28")
    assert "pregnancy-test/5" not in isotrack("next", today="2026-11-28").out


def test_an_appointment_has_its_time(course: Isotrack) -> None:
    course("book", "visit/1", "22 Dec 15:30", today="2026-12-10")
    assert said(course, "2026-12-10")[:2] == [
        "Nothing is due today.", "Booked for Tue 22 Dec 2026 15:30: Follow-up visit (visit/1)",
    ]  # fmt: skip


def test_japanese_says_the_same(course: Isotrack) -> None:
    assert said(course, "2026-12-20", "--lang", "ja")[0] == "要実施　2026年12月24日(木)：再診（visit/1）"


def test_a_danger_comes_first_and_takes_a_line(course: Isotrack) -> None:
    course("log", "risk", "unprotected", today="2026-12-20")
    course("log", "pregnancy-test", "positive", today="2026-12-20")
    found = course("next", today="2026-12-20").out.splitlines()
    assert [line.startswith("! ") for line in found] == [True, True, False, False, False, False]
    assert "Do not wait for the visit" in found[0]
    assert found[2:5] == ["Sun 20 Dec 2026", "Due Thu 24 Dec 2026: Follow-up visit (visit/1)",
                          "Next, Sun 24 Jan 2027: Blood test (blood/1), Follow-up visit (visit/2)"]  # fmt: skip


@pytest.mark.parametrize("entry", [
    ("symptom", "blurred vision"), ("mood", "spirits=2"), ("symptom", "low mood", "2"), ("blood", "TG=1020"),
    ("blood", "TG=512"), ("blood", "CK=1250"), ("symptom", "nosebleed", "2"), ("substance", "minocycline"),
    ("dose", "30"), ("stock", "9", "--strength", "20"), ("stock", "1", "--strength", "10"),
])  # fmt: skip
def test_beside_a_call_to_the_clinic_nothing_says_that_there_is_nothing_to_do(
    course: Isotrack, entry: tuple[str, ...]
) -> None:
    assert "Nothing is due today." in course("next", today="2026-12-10").out
    course("log", *entry, today="2026-12-10")
    found = course("next", today="2026-12-10").out
    assert found.startswith("! ")
    assert "Nothing is" not in found
    assert [found.count(part) for part in ("\nNext, ", "\nStrict contraception until")] == [1, 1]
    assert course("next", "--json", today="2026-12-10").json["findings"]


@pytest.mark.parametrize("entry", [("blood", "TG=160"), ("symptom", "lips", "2"), ("stock", "60", "--strength", "20")])
def test_what_asks_for_nobody_leaves_it_calm(course: Isotrack, entry: tuple[str, ...]) -> None:
    course("log", *entry, today="2026-12-10")
    assert "Nothing is due today." in said(course, "2026-12-10")


def test_what_does_not_fit_is_counted(isotrack: Isotrack) -> None:
    isotrack("start", "2026-08-01", "--protocol", "us-ipledge", "--timezone", "America/New_York", today="2026-07-01")
    for day in ("2026-07-01", "2026-08-01"):
        isotrack("log", "pregnancy-test", "negative", "--on", day, today="2026-08-01")
    found = isotrack("next", today="2026-11-24").out.splitlines()[1:]
    read = isotrack("next", "--json", today="2026-11-24").json
    things = [one for name in ("pressing", "closed", "missed", "coming", "running") for one in read[name]]
    hidden = len(things) - sum(f"({one['key']})" in "".join(found) for one in things) - len(["contraception"])
    assert len(found) == MOST_LINES
    assert found[-2].startswith("Contraception until"), "what presses makes no room for it"
    assert found[-1] == f"... and {hidden} more: isotrack plan"


def test_after_the_course_what_goes_on_is_said_and_at_last_nothing(course: Isotrack) -> None:
    course("log", "visit", today="2026-12-24")
    course("stop", "today", today="2026-12-24")
    during = said(course, "2027-01-05")
    assert during[:2] == ["Nothing is to be done.", "Strict contraception until Thu 24 Jun 2027"]
    assert said(course, "2027-08-01") == ["Nothing is to be done."]


def test_today_is_another_name_of_it(course: Isotrack) -> None:
    assert course("today", today="2026-12-20").out == course("next", today="2026-12-20").out


@pytest.mark.parametrize("more", [(), ("--json",)])
@pytest.mark.parametrize("name", ["status", "状況"])
def test_the_status_has_a_name(name: str, more: tuple[str, ...], course: Isotrack) -> None:
    assert course(name, *more, today="2026-12-20").out == course(*more, today="2026-12-20").out


def test_json_follows_its_schema(course: Isotrack) -> None:
    course("log", "pregnancy-test", today="2026-12-20")
    for today in ("2026-11-23", "2026-12-20", "2027-01-23", "2028-01-01"):
        found = course("next", "--json", today=today)
        VALIDATOR.validate(found.json)
        assert course("--json", "next", today=today).out == found.out


def test_without_a_course_it_says_how_to_open_one(isotrack: Isotrack) -> None:
    assert "isotrack start" in isotrack("next", ok=False).err


def test_with_two_patients_it_is_asked_whose(course: Isotrack) -> None:
    course(*START, "--patient", "Yuki")
    assert "--patient" in course("next", today="2026-12-20", ok=False).err
    found = course("next", "--patient", "Yuki", today="2026-12-20")
    assert found.out.startswith("Yuki")
    assert course("next", "--patient", "Yuki", "--json", today="2026-12-20").json["patient"] == "Yuki"


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("protocol", ["jp-standard", "us-ipledge"])
def test_it_is_five_lines_of_the_screen_however_long_its_entries(
    isotrack: Isotrack, monkeypatch: pytest.MonkeyPatch, lang: str, protocol: str
) -> None:
    isotrack("start", "2026-08-01", "--protocol", protocol, *START[2:], today="2026-07-01")
    for day in ("2026-07-01", "2026-08-01"):
        isotrack("log", "pregnancy-test", "negative", "--on", day, today="2026-08-01")
    for today in ("2026-07-02", "2026-08-15", "2026-11-24", "2027-01-25"):
        for columns in (60, 72, 80, 100):
            monkeypatch.setenv("COLUMNS", str(columns))
            shown = isotrack("--lang", lang, "next", today=today).out.splitlines()
            # Where contraception has no room beside what presses, it has a line of its own.
            assert 2 <= len(shown) <= MOST_LINES + 1, shown


def test_no_danger_is_cut_on_a_narrow_screen(course: Isotrack, monkeypatch: pytest.MonkeyPatch) -> None:
    course("log", "risk", "unprotected", today="2026-12-20")
    course("log", "pregnancy-test", "positive", today="2026-12-20")
    wide = course("next", today="2026-12-20").out.splitlines()
    monkeypatch.setenv("COLUMNS", "40")
    narrow = " ".join(course("next", today="2026-12-20").out.split())
    assert [line in narrow for line in wide[:2]] == [True, True]
    assert [one in narrow for one in ("(visit/1)", "Strict contraception until")] == [True, True]


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("protocol", ["jp-standard", "us-ipledge"])
def test_beside_dangers_all_that_presses_and_contraception_are_said_however_long_they_are(
    isotrack: Isotrack, lang: str, protocol: str
) -> None:
    isotrack("start", "2026-08-01", "--protocol", protocol, *START[2:], today="2026-07-01")
    for flag in ("visual-change", "hearing"):
        isotrack("log", "symptom", flag, today="2026-11-24")
    found = isotrack("next", "--json", today="2026-11-24").json
    shown = isotrack("--lang", lang, "next", today="2026-11-24").out
    assert len(found["pressing"]) > 1
    assert [one["key"] for one in found["pressing"] if one["key"] not in shown] == []
    assert {"en": "ontraception until", "ja": "避妊"}[lang] in shown.splitlines()[-1]


US = ("--protocol", "us", "--can-become-pregnant", "--timezone", "America/New_York")


def test_what_asks_for_the_clinic_stands_before_the_dates(isotrack: Isotrack) -> None:
    isotrack("start", "2026-08-03", *US, today="2026-07-03")
    isotrack("log", "pregnancy-test", "negative", today="2026-07-20")
    found = isotrack("next", today="2026-08-02").out
    assert found.startswith("! The programme asks for a lead before the first capsule: counted from enrolment the")
    assert "start --move 2026-08-19" in found.splitlines()[0]
    assert "first-dose-too-early" in isotrack("next", "--json", today="2026-08-02").json["notices"]


def test_whatever_a_screen_says_of_the_clinic_next_says_too() -> None:
    told = {code for code, said in NOTICES.items() if "our clinic" in said} - {*notices.ALARMS, *notices.FOR_THE_CLINIC}
    # On the clinic's word: it knows.
    assert {code.value for code in told} == {
        "shortened-by-clinic", "not-possible-by-clinic", "laxer-by-clinic", "procedure-by-clinic",
        "procedure-times-by-clinic", "counted-by-clinic",
    }  # fmt: skip


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize(("today", "contraception"), [
    ("2026-09-02", "Strict contraception from Thu 3 Sep 2026 to Fri 3 Sep 2027 (estimate)"),
    ("2026-09-08", "Strict contraception until Fri 3 Sep 2027 (estimate)"),
])  # fmt: skip
def test_contraception_is_never_what_is_cut(
    isotrack: Isotrack, monkeypatch: pytest.MonkeyPatch, today: str, contraception: str, columns: int
) -> None:
    isotrack("start", "2026-09-03", "--can-become-pregnant", *START[2:], today="2026-07-01")
    monkeypatch.setenv("COLUMNS", str(columns))
    assert contraception in " ".join(isotrack("next", today=today).out.split())


@given(stories())
def test_nothing_that_presses_is_left_out_or_behind(story: Story) -> None:
    activate("en")
    found = agenda(story.plan)
    pressing = [item for item in story.plan.items if item.state in (State.OVERDUE, State.DUE, State.AWAITING_RESULT)]
    assert sorted(item.key for item in found.pressing) == sorted(item.key for item in pressing)
    for is_last, those in groupby(found.pressing, key=lambda item: item.kind is Kind.SUPPLY):
        states = [None if item.state is State.DUE and item.hard_end else item.state for item in those]
        assert states == sorted(states, key=[None, State.OVERDUE, State.AWAITING_RESULT, State.DUE].index)
        assert not is_last or found.pressing[-1].kind is Kind.SUPPLY
    assert {span.phase for span in found.running} <= {Phase.ACTIVE, Phase.OVER_TEST_OUTSTANDING}
    for room in range(1, MOST_LINES + 1):
        shown = lines(found, room)
        # Whatever the room: the first thing, contraception, and that there is more.
        assert 1 <= len(shown) <= max(room, 2) + 1
        never_cut = [
            span for span in found.running if span.phase is Phase.ACTIVE and span.rule.kind is Kind.CONTRACEPTION
        ]
        assert [span for span in never_cut if str(span.rule.title.en) not in "".join(shown)] == []
        left = [line for line in lines(found, 99) if line not in shown]
        assert ("isotrack plan" in shown[-1]) == bool(left), "nobody may believe that there is nothing else"
        everything = "".join(lines(found, room, is_calm=False))
        assert [item.key for item in pressing if f"({item.key})" not in everything] == []


UK = ("--weight", "60", "--dose", "30", "--protocol", "uk", "--can-become-pregnant", "--timezone", "Europe/London")


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_what_must_be_done_stands_before_what_is_only_told(
    isotrack: Isotrack, monkeypatch: pytest.MonkeyPatch, lang: str, columns: int
) -> None:
    isotrack("start", "2026-08-14", *UK, today="2026-08-01")
    for day, typed in (("09-13", "pregnancy-test negative"), ("09-14", "visit"), ("09-14", "pick-up"),
                       ("10-14", "pregnancy-test negative"), ("10-14", "visit")):  # fmt: skip
        isotrack("log", *typed.split(), today=f"2026-{day}")
    monkeypatch.setenv("COLUMNS", str(columns))
    shown = isotrack("--lang", lang, "next", today="2026-10-19").out
    wanted = ["pick-up/2", "blood/1", "review-month/1"][: 2 if columns == 60 else 3]
    assert [one for one in wanted if one not in shown] == []
    assert "supply/1" not in shown, "it asks for nothing"
    pressing = isotrack("next", "--json", today="2026-10-19").json["pressing"]
    assert [pressing[0]["key"], pressing[-1]["key"]] == ["pick-up/2", "supply/1"]


BEGUN = {
    "us": ("start 2026-09-22 --weight 60 --dose 30 --protocol us --can-become-pregnant --timezone America/New_York",
           "pregnancy-test-second/1"),
    "uk": ("start 2026-09-22 --weight 60 --dose 30 --protocol uk --can-become-pregnant --timezone Europe/London",
           "pregnancy-test-before/1"),
}  # fmt: skip


@pytest.mark.parametrize("country", BEGUN)
def test_a_test_that_is_missing_before_the_first_capsule_is_said_until_it_can_be_done_no_more_and_as_missed_then(
    isotrack: Isotrack, monkeypatch: pytest.MonkeyPatch, country: str
) -> None:
    start, key = BEGUN[country]
    isotrack(*start.split(), today="2026-08-20")
    isotrack("log", "pregnancy-test", "negative", today="2026-08-20")
    said = isotrack("log", "dose", today="2026-09-22").out
    notice = next(line for line in said.splitlines() if "no negative result that counts" in line)
    assert "and the capsules have begun. Contact your clinic" in notice
    assert "have begun" not in isotrack("log", "dose", today="2026-09-23").out, "once is enough"
    for command in ("status", "next"):
        assert notice in isotrack(command, today="2026-09-23").out.splitlines()
    assert isotrack("next", today="2026-09-23").out.startswith(notice)
    isotrack("log", "pregnancy-test", "negative", today="2026-09-24")
    missed = next(
        line for line in isotrack("status", today="2026-09-24").out.splitlines() if line.startswith("Missed:")
    )
    assert key in missed
    for columns in (1000, 60):
        monkeypatch.setenv("COLUMNS", str(columns))
        assert missed in " ".join(isotrack("next", today="2026-09-24").out.split())
    assert [one["key"] for one in isotrack("next", "--json", today="2026-09-24").json["missed"]] == [key]


@pytest.mark.parametrize("danger", ["risk unprotected", "pregnancy-test positive", "symptom blurred-vision"])
def test_a_session_that_a_danger_holds_is_not_said_to_be_due(isotrack: Isotrack, danger: str) -> None:
    isotrack("start", "2026-09-01", "--protocol", "jp", *START[2:], today="2026-08-29")
    isotrack("procedure", "plan", "electroporation", "--sessions", "2", "--every", "4w", "--from", "2026-09-12",
             today="2026-09-05")  # fmt: skip
    assert "\nDue " in isotrack("next", today="2026-09-12").out
    isotrack("log", *danger.split(), today="2026-09-10")
    found = isotrack("next", today="2026-09-12").out
    line = next(line for line in found.splitlines() if "electroporation/1" in line)
    assert "not before your clinic's word on what stands above" in line
    assert not line.startswith(("Due", "Overdue"))
    assert "not before your clinic's word on what stands above" in isotrack(
        "can", "electroporation", today="2026-09-12").out  # fmt: skip
