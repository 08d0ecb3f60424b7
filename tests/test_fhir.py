"""The record as a FHIR bundle: valid by others' rules and by our own, and never stronger than what was recorded."""

from __future__ import annotations

import copy
import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import jsonschema
import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.fhir_checks import Json, faults, nodes, resources
from tests.strategies import BY_NAME, Story, stories, story_of
from tests.support import LONG, START, Machine, begun_in, machine_in, rows, say, settle
from tests.test_facts import each, facts
from tests.test_old_databases import OLD
from tracker.analytes import laboratory
from tracker.cli import exchange
from tracker.dates import Span
from tracker.engine.view import Programmes, View, view_of
from tracker.facts import (
    KINDS,
    PLANNING,
    Appointment,
    Cleared,
    Done,
    Dose,
    Earlier,
    Fact,
    FactKind,
    HowEarlier,
    Override,
    Pause,
    Prescribed,
    Programme,
    Resume,
    Risk,
    RiskKind,
    SeriesPlan,
    Session,
    Standing,
    Stop,
    TestResult,
    kind_of,
)
from tracker.facts.background import About, Background
from tracker.facts.lab import LabValue
from tracker.facts.person import Person
from tracker.facts.stock import Stock
from tracker.fhir import LEFT_OUT
from tracker.fhir.bundle import bundle, octets
from tracker.fhir.codes import loinc, ucum
from tracker.history import history_of
from tracker.journeys.context import Context
from tracker.journeys.course.reporting import report_of
from tracker.pattern import Pattern
from tracker.procedures import catalogue
from tracker.rules import Kind, Sex
from tracker.vocabulary import vocabulary
from tracker.washout import Surroundings

SCHEMAS = Path(__file__).parent.parent / "schemas"
NODE = Path(__file__).parent / "node"
needs_fhir_js = pytest.mark.skipif(
    shutil.which("node") is None or not (NODE / "node_modules" / "fhir").is_dir(),
    reason="no FHIR.js: bundles are checked by it where the packages of the README are installed",
)
LATER = "2026-12-20"
RECORD = (
    "log person female --born 2001-02-28",
    "log weight 54.5",
    "log dose",
    "log dose --missed --on 2026-11-27 --today 2026-12-01 --note 旅行中",
    "dose 20/40 --from 2026-12-05 --today 2026-12-01",
    "log dose 40 --on 2026-12-06 --today 2026-12-06",
    "log blood ALT=45H AST=<5 TG=1.60mmol/L CK=250(59-248) --fasting --today 2026-12-08",
    "log pregnancy-test negative --today 2026-12-01",
    "log pregnancy-test --today 2026-12-09",
    "log pregnancy-test unclear --today 2026-12-10",
    "log symptom cheilitis 2 --since 2026-12-02 --until 2026-12-09 --today 2026-12-10",
    "log symptom headache --today 2026-12-10",
    "log mood spirits=1 --today 2026-12-10",
    "log habit sleep=7.5 alcohol=2 with-food=yes --today 2026-12-10",
    "log skin chin red=3 sebum=2 --today 2026-12-10",
    "log counselling effect --today 2026-12-10",
    "log background allergy なし --today 2026-12-10",
    "log substance minocycline --form by-mouth --today 2026-12-10",
    "log procedure dermapen --area 頬 --clinic-confirmed --today 2026-12-10",
    "log risk unprotected --today 2026-12-11",
    "log cleared --today 2026-12-12",
    "log cost 5000 visit --today 2026-12-12",
    "ask 日焼け止めは？ --today 2026-12-12",
    "book visit/1 2026-12-24_15:30 --today 2026-12-12",
    "book blood/2 2027-02-08 --today 2026-12-12",
)  # fmt: skip
"""Something of nearly everything that a record can have, and days between of which nobody said anything."""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return begun_in(tmp_path, monkeypatch)


def record(*commands: str) -> None:
    for command in commands:
        said = say(*(word.replace("_", " ") for word in command.split()))
        assert said.code == 0, (command, said)


def exported(*flags: str, today: str = LATER) -> Json:
    said = say("record", "export", "--fhir", "-o", "-", "--today", today, *flags)
    assert said.code == 0, said
    return cast("Json", json.loads(said.out))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Json:
    with pytest.MonkeyPatch.context() as patch:
        settle(machine_in(tmp_path_factory.mktemp("sample")), patch)
        record(" ".join(START), *RECORD)
        return exported()


def text_of(one: Json) -> str:
    return str(one.get("code", one.get("medicationCodeableConcept", {})).get("text"))


def by_text(found: Json, kind: str, text: str) -> Json:
    (one,) = (one for one in resources(found, kind) if text in text_of(one))
    return one


def accepted(found: Json) -> bool:
    """Whether fhir.resources takes a bundle."""
    try:
        Bundle.model_validate_json(json.dumps(found))
    except ValueError:
        return False
    return True


def test_a_record_of_everything_is_a_valid_bundle(sample: Json) -> None:
    assert faults(sample) == []
    assert accepted(sample)
    kinds = Counter(one["resourceType"] for one in resources(sample))
    assert {kind: kinds[kind] for kind in ("Patient", "CarePlan", "Appointment", "Procedure")} == {
        "Patient": 1, "CarePlan": 1, "Appointment": 2, "Procedure": 1,
    }  # fmt: skip


@pytest.mark.usefixtures("machine")
def test_in_japanese_it_is_the_same_bundle_in_other_words() -> None:
    record(*RECORD)
    english, japanese = exported("--lang", "en"), exported("--lang", "ja")
    assert faults(japanese) == []
    assert accepted(japanese)
    assert [one["id"] for one in resources(japanese)] == [one["id"] for one in resources(english)]
    said = {value for path, value in nodes(japanese) if path.rpartition(".")[2] in WORDS and isinstance(value, str)}
    assert {text for text in said if re.search("[A-Za-z]{5,}", re.sub("minocycline|CTCAE|JCCLS", "", text))} == set()


WORDS = ("text", "comment", "scheduledString", "title")
"""What people read of a bundle."""


MEANT: dict[str, Callable[[Json], tuple[object, object]]] = {
    "a capsule is taken where its day was logged": lambda found: (
        [one["effectiveDateTime"] for one in resources(found, "MedicationStatement") if one["status"] == "completed"],
        ["2026-11-24", "2026-12-06"],
    ),
    "a missed one was not": lambda found: (
        [(one["effectiveDateTime"], one["note"][0]["text"]) for one in resources(found, "MedicationStatement")
         if one["status"] == "not-taken"],
        [("2026-11-27", "旅行中")],
    ),
    "of the days between nobody knows": lambda found: (
        [(one["effectivePeriod"]["start"], one["effectivePeriod"]["end"])
         for one in resources(found, "MedicationStatement") if one["status"] == "unknown"][:2],
        [("2026-11-25", "2026-11-26"), ("2026-11-28", "2026-12-04")],
    ),
    "a bound is a bound": lambda found: (
        by_text(found, "Observation", "AST")["valueQuantity"],
        {"value": 5, "comparator": "<", "unit": "U/L", "system": "http://unitsofmeasure.org", "code": "U/L"},
    ),
    "the mark of the laboratory is an interpretation": lambda found: (
        by_text(found, "Observation", "ALT")["interpretation"][0]["coding"][0]["code"], "H",
    ),
    "its range is one, and no other": lambda found: (
        [(text_of(one)[:2], one["referenceRange"][0]["high"]["value"]) for one in resources(found, "Observation")
         if "referenceRange" in one],
        [("CK", 248)],
    ),
    "a value beyond its range that nobody marked has none": lambda found: (
        "interpretation" in by_text(found, "Observation", "CK"), False,
    ),
    "an amount of substance has a code of its own": lambda found: (
        by_text(found, "Observation", "riglyceride")["code"]["coding"][0]["code"], "14927-8",
    ),
    "each result of a test": lambda found: (
        [(one["status"], one.get("valueCodeableConcept", {}).get("text")) for one in resources(found, "Observation")
         if text_of(one) == "pregnancy test"],
        [("final", "negative"), ("registered", None), ("final", "unclear")],
    ),
    "that a person has no allergies is no allergy": lambda found: (
        by_text(found, "Observation", "allergy")["valueString"], "なし",
    ),
    "the sex for the ranges is no gender": lambda found: (
        ("gender" in resources(found, "Patient")[0], by_text(found, "Observation", "sex")["valueCodeableConcept"]),
        (False, {"text": "female"}),
    ),
    "the day of birth": lambda found: (resources(found, "Patient")[0]["birthDate"], "2001-02-28"),
    "an appointment with its time": lambda found: (
        [(one["start"], one["end"]) for one in resources(found, "Appointment")],
        [("2027-02-08T00:00:00+09:00", "2027-02-09T00:00:00+09:00"),
         ("2026-12-24T15:30:00+09:00", "2026-12-24T16:00:00+09:00")],
    ),
    "only what is booked is scheduled": lambda found: (
        [one["id"] for one in resources(found, "CarePlan")[0]["activity"] if one["detail"]["status"] == "scheduled"],
        ["visit/1", "blood/2"],
    ),
    "a danger that was cleared has an end": lambda found: (
        [(one["status"], one["period"]["end"]) for one in resources(found, "Flag")
         if "possible pregnancy" in text_of(one)],
        [("inactive", "2026-12-12")],
    ),
    "a window whose end is an estimate has none": lambda found: (
        [sorted(one["period"]) for one in resources(found, "Flag") if "estimate" in text_of(one)][:1], [["start"]],
    ),
    "how strong a symptom is, and until when": lambda found: (
        [(one["valueBoolean"], one["component"][0]["valueInteger"], one["effectivePeriod"]["end"])
         for one in resources(found, "Observation") if "component" in one][:1],
        [(True, 2, "2026-12-09")],
    ),
    "what is taken beside the capsules goes on": lambda found: (
        by_text(found, "MedicationStatement", "minocycline")["status"], "active",
    ),
}  # fmt: skip


@pytest.mark.parametrize("meaning", MEANT)
def test_it_says_what_was_recorded_and_no_more(sample: Json, meaning: str) -> None:
    actual, expected = MEANT[meaning](sample)
    assert expected == actual


@pytest.mark.usefixtures("machine")
def test_two_exports_differ_in_what_changed_alone() -> None:
    record(*RECORD)
    first = say("record", "export", "--fhir", "-o", "-", "--today", LATER).out
    assert say("record", "export", "--fhir", "-o", "-", "--today", LATER).out == first
    assert '"value": 1.60,' in first, "an amount has the digits that were recorded"
    record("log weight 53 --on 2026-12-15 --today 2026-12-15")
    before, after = ({one["id"]: one for one in resources(found)} for found in (json.loads(first), exported()))
    new = [one for name, one in after.items() if before.get(name) != one]
    assert [text_of(one) for one in new] == ["body weight"]
    assert set(before) <= set(after)


def test_a_corrected_entry_keeps_its_identity_and_one_that_was_removed_is_gone(machine: Machine) -> None:
    record("log weight 61 --on 2026-11-20 --today 2026-11-24")
    weights = {one["valueQuantity"]["value"]: one["id"] for one in resources(exported(), "Observation")}
    (number,) = (id_ for id_, kg in rows(machine.db, "SELECT fact_id, weight_g FROM weight") if kg == 61_000)
    record(f"fix {number} --value 62")
    corrected = {one["id"]: one["valueQuantity"]["value"] for one in resources(exported(), "Observation")}
    assert corrected == {weights[54]: 54, weights[61]: 62}
    record("undo", "undo")
    assert [one["id"] for one in resources(exported(), "Observation")] == [weights[54]]


@pytest.mark.usefixtures("machine")
def test_a_file_is_written_beside_others_and_replaces_only_its_own() -> None:
    assert say("record", "export", "--fhir", "--dry-run").code == 0
    assert not Path("isotrack-fhir.json").exists()
    assert say("record", "export", "--fhir").code == 0
    assert say("record", "export", "--fhir").code == 0
    assert faults(json.loads(Path("isotrack-fhir.json").read_text())) == []
    assert say("record", "export").code == 0
    said = say("record", "export", "--fhir", "-o", "isotrack-record.json")
    assert said.code == 1


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("others", [("--csv", "doses"), ("--with-calendar",)])
def test_it_goes_with_no_other_form(others: tuple[str, ...]) -> None:
    said = say("record", "export", "--fhir", *others)
    assert said.code == 2
    assert "say different things" in said.err


def test_nothing_of_what_was_typed_to_reach_the_record_is_in_it(machine: Machine) -> None:
    record("patients rename me Hanako", "log blood ALT=250 --yes", "log symptom headache 3")
    said = say("record", "export", "--fhir", "-o", "-", "--db", str(machine.db), "--patient", "Hanako").out
    assert said.count("Hanako") == 1
    assert "--patient" not in said
    assert machine.db.name not in said


def test_without_a_course_there_is_nothing_to_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    said = say("record", "export", "--fhir")
    assert said.code == 2
    assert not Path("isotrack-fhir.json").exists()


@pytest.mark.parametrize("old", OLD, ids=lambda path: path.stem)
def test_the_record_of_a_database_of_any_format_is_a_valid_bundle(machine: Machine, old: Path) -> None:
    machine.db.write_bytes(old.read_bytes())
    names = json.loads(say("patients", "list", "--json").out)
    for one in names:
        found = exported("--patient", one.get("patient") or one["name"])
        assert faults(found) == []
        assert accepted(found)


# --- any record at all


def seen(story: Story, *more: Fact) -> View:
    """The course of a story, with facts of other kinds, numbered as the program does it."""
    numbers: Counter[str] = Counter()
    numbered = []
    for at, fact in enumerate(more, start=len(story.facts) + 1):
        numbers[kind_of(fact).name] += 1
        numbered.append(replace(fact, id=at, number=100 + numbers[kind_of(fact).name]))
    history = history_of(story.course, (*story.facts, *numbered))
    adopted = [BY_NAME[fact.reference] for fact in history.programmes]
    return view_of(Programmes(story.protocol, adopted), history, story.today, Surroundings(catalogue(), ()))


def made(view: View) -> Json:
    """The bundle of a course."""
    at = cast("Context", SimpleNamespace(today=view.plan.today))
    found = report_of(at, [view], None, with_photos=False)
    return cast("Json", json.loads(octets(bundle(exchange.material(found, "Yuki")))))


BESIDE = [kind for kind in KINDS if kind not in PLANNING or kind.cls is Session]


@st.composite
def beside(draw: st.DrawFn, today: date) -> Fact:
    """A fact that no plan stands on: of any values, on a day that is over."""
    fact = draw(facts(draw(st.sampled_from(BESIDE))))
    fact = replace(fact, on=today - draw(st.integers(0, 60)) * timedelta(days=1))
    until = getattr(fact, "until", None)
    return fact if until is None else replace(fact, until=max(until, fact.on))


@st.composite
def records(draw: st.DrawFn) -> View:
    story = draw(stories())
    return seen(story, *draw(st.lists(beside(story.today), max_size=8)))


@pytest.mark.long
@settings(max_examples=3000 if LONG else 25)
@given(records())
def test_every_record_makes_a_valid_bundle_that_agrees_with_it(view: View) -> None:
    found = made(view)
    assert faults(found) == []
    assert accepted(found)
    taken = [one for one in resources(found, "MedicationStatement") if one["status"] == "completed" and
             text_of(one).startswith("isotretinoin") and "effectiveDateTime" in one]  # fmt: skip
    logged = [one for one in view.history.all(Dose) if one.taken]
    assert [one["effectiveDateTime"] for one in taken] == [one.on.isoformat() for one in logged]
    done = [one for one in view.history.done if one.kind is Kind.PREGNANCY_TEST]
    tests = [one for one in resources(found, "Observation") if text_of(one) == "pregnancy test"]
    assert [one.get("valueCodeableConcept", {}).get("text") for one in tests] == [one.result for one in done]
    assert len(resources(found, "Procedure")) == len(view.history.sessions)
    assert len(resources(found, "Appointment")) == len({one.key for one in view.history.appointments})
    activities = resources(found, "CarePlan")[0].get("activity", [])
    unplanned = [one for one in (*view.history.done, *view.history.sessions) if not view.counts_for(one)]
    assert len(activities) == len(view.history.prescribed) + len(view.plan.items) + len(unplanned)


COURSE = story_of(BY_NAME["jp-standard@2025-11-17"], date(2026, 12, 1), date(2026, 12, 20)).with_fact(
    Prescribed(on=date(2026, 12, 1), mg=Decimal(20))
)
"""A course of which nobody logged a day."""
TENTATIVE = Appointment(on=date(2027, 1, 4), key="visit/1", at=time(9), uid="a", standing=Standing.TENTATIVE)


def _plan(found: Json) -> Json:
    return resources(found, "CarePlan")[0]


def _activity(found: Json, name: str) -> Json:
    return cast("Json", next(one["detail"] for one in _plan(found)["activity"] if one["id"] == name))


def _capsules(found: Json) -> list[tuple[str, str]]:
    return [(one["status"], one.get("effectiveDateTime") or one["effectivePeriod"]["end"])
            for one in resources(found, "MedicationStatement")]  # fmt: skip


CASES: dict[str, tuple[tuple[Fact, ...], Callable[[Json], object], object]] = {
    "nothing logged is nothing taken": ((), _capsules, [("unknown", "2026-12-20")]),
    "a dose that nobody is known to have taken is not in progress": (
        (), lambda found: _activity(found, "prescription/1")["status"], "unknown",
    ),
    "one that was taken is": (
        (Dose(on=date(2026, 12, 2), taken=True),),
        lambda found: _activity(found, "prescription/1")["status"], "in-progress",
    ),
    "days that a pattern leaves out do not part what is assumed, and a pause does": (
        (Prescribed(on=date(2026, 12, 5), pattern=Pattern.parse("20/0")), Pause(on=date(2026, 12, 10)),
         Resume(on=date(2026, 12, 14))),
        lambda found: [(one["effectivePeriod"]["start"][8:], one["effectivePeriod"]["end"][8:])
                       for one in resources(found, "MedicationStatement")],
        [("01", "04"), ("05", "09"), ("14", "20")],
    ),
    "doses in turn are said in words": (
        (Prescribed(on=date(2026, 12, 5), pattern=Pattern.parse("20/40")),),
        lambda found: [one["dosage"][0].get("text") for one in resources(found, "MedicationStatement")],
        [None, "20 mg and 40 mg on alternating days"],
    ),
    "one of days to come has not begun": (
        (Prescribed(on=date(2027, 1, 1), mg=Decimal(40)),),
        lambda found: _activity(found, "prescription/101")["status"], "not-started",
    ),
    "an invitation that nobody confirmed is a proposal, and schedules nothing": (
        (TENTATIVE,),
        lambda found: (resources(found, "Appointment")[0]["status"], _activity(found, "visit/1")["status"],
                       _activity(found, "visit/1")["statusReason"]["text"]),
        ("proposed", "not-started", "booked, not confirmed yet"),
    ),
    "a visit on the day of its appointment has taken place": (
        (Appointment(on=date(2026, 12, 18), key="visit/1"), Done(on=date(2026, 12, 18), kind=Kind.VISIT)),
        lambda found: (resources(found, "Appointment")[0]["status"], _activity(found, "visit/1")["status"]),
        ("fulfilled", "completed"),
    ),
    "an appointment on another day than the visit stays what it was": (
        (Appointment(on=date(2026, 12, 17), key="visit/1"), Done(on=date(2026, 12, 18), kind=Kind.VISIT)),
        lambda found: resources(found, "Appointment")[0]["status"], "booked",
    ),
    "of a last capsule whose day is not known the day is not said alone": (
        (Stop(on=date(2026, 12, 15), date_known=False),),
        lambda found: [one["text"] for one in _plan(found)["note"] if "nobody knows" in one["text"]],
        ["last capsule on Tue 15 Dec 2026: the latest possible day, nobody knows which it was"],
    ),
    "a pause is no statement of capsules": (
        (Pause(on=date(2026, 12, 10)),),
        lambda found: (_capsules(found), _plan(found)["status"]), ([("unknown", "2026-12-09")], "on-hold"),
    ),
    "what lies before as planned is not known": (
        (Earlier(on=date(2026, 12, 11), how=HowEarlier.DONE),), _capsules, [("unknown", "2026-12-20")],
    ),
    "a total that was said is one statement in words": (
        (Earlier(on=date(2026, 12, 11), how=HowEarlier.DONE, taken=Decimal(180)),),
        lambda found: [one["dosage"][0]["text"] for one in resources(found, "MedicationStatement")
                       if one["status"] == "completed"],
        ["180 mg in all before Fri 11 Dec 2026; what is recorded of that time is a part of it"],
    ),
    "capsules that were not at hand are not assumed": (
        (Stock(on=date(2026, 12, 1), capsules=5, strength=Decimal(20)),),
        lambda found: (
            _capsules(found), [one["note"][0]["text"][:7] for one in resources(found, "MedicationStatement")],
        ),
        ([("unknown", "2026-12-05"), ("unknown", "2026-12-20")], ["Assumed", "Not rec"]),
    ),
    "a positive test is a flag until the clinic's word": (
        (Done(on=date(2026, 12, 10), kind=Kind.PREGNANCY_TEST, result=TestResult.POSITIVE),),
        lambda found: [(one["status"], one["period"]) for one in resources(found, "Flag")
                       if "positive" in text_of(one)],
        [("active", {"start": "2026-12-10"})],
    ),
    "a value of an analyte that is not known here has no code and no unit of its own": (
        (LabValue(on=date(2026, 12, 10), code="of-a-newer-isotrack", value=Decimal("1.50"), unit="foo"),),
        lambda found: [(one["valueString"], one["code"]) for one in resources(found, "Observation")],
        [("1.5 foo", {"text": "of-a-newer-isotrack"})],
    ),
    "a text of blanks that FHIR does not take is one that it takes": (
        (Background(on=date(2026, 12, 10), about=About.NOTE, text="左\u3000頬\u2028\x0b", note="\u3000"),),
        lambda found: [(one["valueString"], "note" in one) for one in resources(found, "Observation")],
        [("左 頬", False)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_not_certain_is_not_said_as_if_it_were(case: str) -> None:
    more, actual, expected = CASES[case]
    found = made(seen(COURSE, *more))
    assert faults(found) == []
    assert accepted(found)
    assert expected == actual(found)


PLAIN = {
    "override": Override(on=date(2027, 1, 10), rule="contraception", field="tail", value=Span.parse("P12M"),
                         clinic_confirmed=True),
    "programme": Programme(on=date(2027, 1, 10), protocol="jp-standard", version="2025-11-17"),
    "procedure-series": SeriesPlan(on=date(2027, 1, 10), series="dermapen", code="dermapen", sessions=2,
                                   every=Span.parse("P1M")),
    "cleared": Cleared(on=date(2027, 1, 10)),
    "person": Person(on=date(2027, 1, 10), sex=Sex.FEMALE),
}  # fmt: skip
"""Of kinds whose values have to fit the course."""


@each
def test_every_kind_of_fact_leaves_its_trace_or_is_left_out_on_purpose(kind: FactKind[Any]) -> None:
    story = story_of(BY_NAME["jp-strict@2025-11-17"], date(2026, 12, 1), date(2027, 3, 1))
    story = story.with_fact(Prescribed(on=date(2026, 12, 1), mg=Decimal(20)))
    story = story.with_fact(Risk(on=date(2027, 1, 5), what=RiskKind.UNPROTECTED))

    @settings(max_examples=3)
    @given(facts(kind))
    def leaves_its_trace(fact: Fact) -> None:
        fact = PLAIN.get(kind.name) or replace(fact, on=date(2027, 1, 10))
        before, after = made(seen(story)), made(seen(story, fact))
        assert (before != after) == (kind.name not in LEFT_OUT)
        assert faults(after) == [] or "it ends before it begins" in faults(after)[0]

    leaves_its_trace()


# --- broken bundles


def _set(found: Json, kind: str, path: str, value: Any, nth: int = 0) -> None:
    """Set a value of a resource of a kind, or take it away where it is None."""
    *way, last = path.split(".")
    one: Any = resources(found, kind)[nth] if kind else found
    for key in way:
        one = one[int(key)] if key.isdecimal() else one[key]
    if value is None:
        del one[last]
    else:
        one[last] = value


BROKEN: dict[str, tuple[str, str, Any, str, bool]] = {
    "an appointment without an end": ("Appointment", "end", None, "app-2", False),
    "one without a beginning or an end": ("Appointment", "start", None, "app-2", False),
    "one that ends before it begins": ("Appointment", "end", "2020-01-01T00:00:00+09:00", "before it begins", False),
    "one that begins on a day without a time": ("Appointment", "start", "2026-12-24", "is no moment", True),
    "one of nobody": ("Appointment", "participant", [{"status": "accepted"}], "app-1", False),
    "30 February in a statement": ("MedicationStatement", "effectiveDateTime", "2026-02-30", "is no day", True),
    "29 February of a common year in a period": (
        "CarePlan", "period.start", "2026-02-29", "is no day", True,
    ),
    "a day that is none as a text": ("Patient", "birthDate", "28.2.2001", "is no day", True),
    "a status of no value set": ("MedicationStatement", "status", "taken", "is no status", False),
    "an observation without a status": ("Observation", "status", None, "status is missing", True),
    "an observation without a code": ("Observation", "code", None, "code is missing", True),
    "an observation without a value": ("Observation", "valueQuantity", None, "obs-6", False),
    "a value and why there is none": ("Observation", "dataAbsentReason", {"text": "unknown"}, "obs-6", False),
    "an amount without its code": ("Observation", "valueQuantity.code", None, "without its unit", False),
    "a comparator that is none": ("Observation", "valueQuantity.comparator", "~", "is no comparator", False),
    "a reference that leads nowhere": (
        "Observation", "subject.reference", "urn:uuid:00000000-0000-4000-8000-000000000009", "not in the bundle", False,
    ),
    "a resource of another id": ("Observation", "id", "another", "is not the address", False),
    "what is assumed as taken": ("MedicationStatement", "status", "completed", "nobody said so", False),
    "a performer of what nobody said": ("Observation", "meta", None, "whose word", False),
    "an activity that is scheduled and not booked": (
        "CarePlan", "activity.1.detail.status", "scheduled", "not booked", False,
    ),
    "an activity of no status": ("CarePlan", "activity.1.detail.status", None, "no status of an activity", True),
    "an empty text": ("CarePlan", "title", " ", "is empty", False),
    "a list without anything": ("CarePlan", "note", [], "is empty", False),
    "a flag without a status": ("Flag", "status", None, "status is missing", True),
    "a procedure without a patient": ("Procedure", "subject", None, "subject is missing", True),
    "a period that ends before it begins": ("Flag", "period.end", "2020-01-01", "ends before it begins", False),
    "no collection": ("", "type", "document", "no collection", False),
}  # fmt: skip
"""What is broken, where and how; by which word our own check tells it; whether fhir.resources refuses it too."""


def _place(found: Json, what: str, kind: str, path: str) -> int:
    """Which resource of a kind is broken: the first that has what is to be broken, or that nobody said."""
    first = path.split(".", maxsplit=1)[0]
    for at, one in enumerate(resources(found, kind)):
        if what == "what is assumed as taken" and one["status"] == "unknown":
            return at
        if what == "a value and why there is none" and "valueQuantity" in one:
            return at
        if what not in ("what is assumed as taken", "a value and why there is none") and first in one:
            return at
    return 0


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_bundle_is_refused(sample: Json, what: str) -> None:
    kind, path, value, told, by_others = BROKEN[what]
    found = broken(sample, what)
    assert [fault for fault in faults(found) if told in fault], (what, kind, path, value, faults(found))
    assert accepted(found) != by_others


def broken(sample: Json, what: str) -> Json:
    kind, path, value, _told, _by_others = BROKEN[what]
    found = copy.deepcopy(sample)
    _set(found, kind, path, value, _place(found, what, kind, path) if kind else 0)
    return found


ONLY_THERE = {"a status of no value set", "a comparator that is none"}
"""What FHIR.js finds beside what fhir.resources finds; of 30 February it finds nothing, nor of most of our own."""
NOT_THERE = {
    "one that begins on a day without a time", "30 February in a statement", "29 February of a common year in a period",
    "a day that is none as a text",
}  # fmt: skip


def by_fhir_js(bundles: list[Json]) -> list[list[str]]:
    """What FHIR.js finds wrong with bundles."""
    done = subprocess.run(
        ["node", str(NODE / "fhir.mjs")], input="".join(f"{json.dumps(one)}\n" for one in bundles), text=True,
        capture_output=True, check=True, encoding="utf-8",
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


@needs_fhir_js
@pytest.mark.slow
def test_another_validator_takes_the_bundle_and_refuses_broken_ones(sample: Json) -> None:
    whole, *found = by_fhir_js([sample, *(broken(sample, what) for what in BROKEN)])
    assert whole == []
    refused = {what for what, faulty in zip(BROKEN, found, strict=True) if faulty}
    others = {what for what, (*_how, by_others) in BROKEN.items() if by_others}
    assert refused == (others | ONLY_THERE) - NOT_THERE


@needs_fhir_js
@pytest.mark.slow
@pytest.mark.long
def test_it_takes_the_bundle_of_any_record() -> None:
    made_of: list[Json] = []

    @settings(max_examples=1000 if LONG else 20, database=None)
    @given(records())
    def draw(view: View) -> None:
        made_of.append(made(view))

    draw()
    assert [faulty for faulty in by_fhir_js(made_of) if faulty] == []


def test_an_entry_that_is_there_twice_is_refused(sample: Json) -> None:
    found = copy.deepcopy(sample)
    found["entry"].append(copy.deepcopy(found["entry"][3]))
    assert any("2 times" in fault for fault in faults(found))


# --- codes


def test_every_unit_of_every_analyte_has_its_codes() -> None:
    missing = [(one.code, unit.name) for one in laboratory().analytes for unit in one.units
               if ucum(unit.name) is None or loinc(one.code, unit.name) is None]  # fmt: skip
    assert missing == []
    assert ucum("mg") == "mg"
    units = {word.unit.en for word in vocabulary("habit").codes if word.unit is not None}
    assert {unit for unit in units if ucum(unit) is None} == set()


def _check_digit(code: str) -> int:
    """LOINC's own check digit, of modulus 10."""
    digits = code.partition("-")[0][::-1]
    doubled = str(int(digits[::2][::-1]) * 2) if digits[::2] else ""
    total = sum(int(one) for one in doubled + digits[1::2])
    return -total % 10


@pytest.mark.parametrize("name", ["loinc", "ucum"])
def test_the_codes_stand_in_files_with_the_notice_of_their_licence(name: str) -> None:
    data = json.loads((SCHEMAS / f"{name}.json").read_text())
    jsonschema.Draft202012Validator(json.loads((SCHEMAS / f"{name}.schema.json").read_text())).validate(data)
    assert "Regenstrief" in data["notice"]


def test_no_code_has_a_slip_in_it() -> None:
    codes = [one["code"] for one in json.loads((SCHEMAS / "loinc.json").read_text())["codes"]]
    assert [code for code in codes if _check_digit(code) != int(code.partition("-")[2])] == []
    assert len(codes) == len(set(codes))
