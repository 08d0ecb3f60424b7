"""Every declared kind of fact is complete: kept, shown, corrected, taken back, written, in both languages."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
from datetime import UTC, date, datetime
from decimal import Decimal
from inspect import signature
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.support import Machine, begun_in, rows, say
from tracker import facts as facts_package
from tracker.cli.describe import describe
from tracker.cli.log import log
from tracker.cli.values import READERS
from tracker.currencies import Money
from tracker.dates import Span
from tracker.db import migrations, store
from tracker.db.engine import Database
from tracker.db.tables import DETAILS
from tracker.facts import KINDS, Fact, FactKind, When, by_name, kind_of
from tracker.facts.kind import CODE, WORDS, Column
from tracker.i18n import activate
from tracker.pattern import Pattern
from tracker.vocabulary import vocabulary

SCHEMA = Path(__file__).parent.parent / "schemas" / "history.schema.json"
DATA = Path(__file__).parent / "data"
VALUES: dict[str, Any] = {
    "mg": st.integers(1, 200).map(Decimal),
    "doses": st.sampled_from(["20/40", "20/0", "20+20", "week:20/0/20/0/20/0/0", "40+20/0/0", "20"]).map(Pattern.parse),
    "kg": st.integers(20_000, 300_000).map(lambda grams: Decimal(grams) / 1000),
    "mg/kg": st.integers(10_000, 400_000).map(lambda micrograms: Decimal(micrograms) / 1000),
    "capsules": st.integers(1, 999),
    "number": st.integers(0, 10**6).map(lambda number: Decimal(number) / 100),
    "price": st.builds(
        Money, st.integers(0, 10**7).map(lambda cents: Decimal(cents) / 100), st.sampled_from(["JPY", "USD", "EUR"])
    ),
    "procedure": st.sampled_from(["dermapen", "lasik", "of-a-newer-isotrack"]),
    "whole number": st.integers(1, 9),
    "number of days": st.integers(1, 9),
    "code": st.sampled_from(["red", "left-cheek", "of-a-newer-isotrack"]),
    "red flag": st.sampled_from(["rf-liver", "hearing", "of-a-newer-isotrack"]),
    "text": st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1),
    "words": st.sampled_from(["minocycline", "ミノマイシン 50mg", "cold medicine"]),
    "key": st.sampled_from(["visit/1", "blood/2"]),
    "truth": st.booleans(),
    "day": st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    "last day": st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    "clock": st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    "instant": st.integers(0, 2**31).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    "span": st.sampled_from([Span.parse("P1M"), Span.parse("P30D"), Span.parse("P6M")]),
}
"""Values of each sort, beside those that are one of a few words."""
TYPED = {
    "mg": "20", "doses": "20/40", "whole number": "2", "number of days": "2日", "kg": "54",
    "capsules": "28", "number": "2", "text": "so",
    "price": "30000", "procedure": "dermapen", "span": "P1M",
    "key": "visit/1", "words": "cold medicine", "last day": "2026-11-24", "red flag": "rf-liver",
}  # fmt: skip
"""What a person types for a value of each sort."""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine with a course."""
    return begun_in(tmp_path, monkeypatch)


def named(kind: FactKind[Any]) -> str:
    """The test's name says which kind is not complete."""
    return kind.name


each = pytest.mark.parametrize("kind", KINDS, ids=named)
each_logged = pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.log is not None], ids=named)


@st.composite
def facts(draw: st.DrawFn, kind: FactKind[Any]) -> Fact:
    """Any fact of a kind; of values of which only one may stand, the first does."""
    values: dict[str, Any] = {}
    for column in kind.columns:
        words = list(column.sort.words.values())
        found = st.sampled_from(words) if words else VALUES[column.sort.name]
        alone = bool(kind.conditions) and any(value is not None for value in values.values())
        wanted = st.none() if alone else found if column.required or kind.conditions else st.none() | found
        values[column.name] = draw(wanted)
    note = draw(st.none() | VALUES["text"])
    fact: Fact = kind.cls(on=draw(VALUES["day"]), note=note, **kind.fixed, **values)
    return fact


def test_kinds_are_told_apart_by_name_and_by_what_they_are() -> None:
    assert len(by_name()) == len(KINDS)
    commands = [name for kind in KINDS if kind.log is not None for name in kind.log.names]
    assert len(commands) == len(set(commands)), "a name of log stands for two kinds"


@each
def test_the_declaration_names_every_field_of_the_class(kind: FactKind[Any]) -> None:
    own = set(kind.cls.__struct_fields__) - set(Fact.__struct_fields__)
    declared = {column.name for column in kind.columns} | set(kind.fixed)
    assert own == declared, f"{kind.name}: the class and its columns differ in {own ^ declared}"
    assert (kind.table is None) == (not kind.columns), f"{kind.name}: columns need a table"
    if kind.value is not None:
        assert kind.column(kind.value).sort.name in READERS, f"{kind.name}: fix --value cannot be read"


RESERVED = {"--on", "--note", "--value", "--remove"}
OLDER = {number: DATA / f"v{number}.db" for number in range(3, migrations.HEAD)}
"""The frozen databases of every format in which kinds of facts are rows, but for the newest."""


@each
def test_the_declaration_holds_together(kind: FactKind[Any]) -> None:
    own = {column.name for column in kind.columns}
    assert kind.value is None or kind.value in own, f"{kind.name}: value names no column, {kind.value}"
    assert kind.when in When, kind.name
    flags = {flag for column in kind.columns for flag in (column.flag or "").split("/")}
    assert not flags & RESERVED, f"{kind.name}: {flags & RESERVED} belong to every kind"
    for number, frozen in OLDER.items():
        is_there = (kind.name,) in rows(frozen, "SELECT name FROM fact_kind")
        assert is_there == (kind.since <= number), f"{kind.name}: since {kind.since} is not what format {number} has"
    if kind.log is None:
        return
    said = {*kind.log.arguments, *kind.log.options}
    assert said <= own, f"{kind.name}: log says {said - own}, which are no columns"
    optional = {name for name, one in signature(kind.cls).parameters.items() if one.default is not one.empty}
    unsaid = {column.name for column in kind.columns if column.required} - said - optional
    assert not unsaid or kind.log.coded, f"{kind.name}: log has no way to say {unsaid}"
    module, _colon, function = kind.log.journey.partition(":")
    assert hasattr(importlib.import_module(module), function), f"{kind.name}: there is no journey {kind.log.journey}"
    others = {name for other in KINDS if other is not kind and other.log is not None for name in other.log.names}
    taken = set(kind.log.names) & (others | set(log.commands))
    assert not taken, f"{kind.name}: log has {taken} already"


def test_every_family_of_facts_is_among_the_kinds() -> None:
    for found in pkgutil.iter_modules(facts_package.__path__):
        module = importlib.import_module(f"tracker.facts.{found.name}")
        missing = [kind.name for kind in getattr(module, "KINDS", ()) if kind not in KINDS]
        assert missing == [], f"tracker/facts/__init__.py does not name {missing}"


@each
def test_what_a_person_says_of_it_can_be_read_and_has_help_in_both_languages(kind: FactKind[Any]) -> None:
    said = [*(kind.log.arguments if kind.log else ()), *(column.name for column in kind.columns if column.flag)]
    if kind.log is not None and kind.log.coded:
        assert vocabulary(kind.name).family == kind.name, f"{kind.name}: schemas/vocabularies has no such family"
    for column in map(kind.column, said):
        readable = column.sort.words or column.sort is CODE or column.sort.name in READERS
        assert readable, f"{kind.name}.{column.name}: cli/values.py reads no {column.sort.name}"
        assert not column.sort.words or column.sort.expected, f"{kind.name}.{column.name}: says not what is expected"
    for column in kind.columns:
        assert column.help or not column.flag, f"{kind.name}.{column.name}: its flag has no help"


@each
def test_it_is_said_in_both_languages(kind: FactKind[Any]) -> None:
    @settings(max_examples=20)
    @given(facts(kind))
    def told(fact: Fact) -> None:
        for lang in ("en", "ja"):
            activate(lang)
            assert describe(fact).strip(), f"{kind.name}: nothing is said of it"
        assert kind_of(fact) is kind

    told()
    activate("en")


@each
def test_it_is_kept_and_comes_back_the_same(kind: FactKind[Any], machine: Machine) -> None:
    database = Database(machine.db)

    @settings(max_examples=20)
    @given(facts(kind))
    def kept(fact: Fact) -> None:
        with database.writing() as connection:
            course = store.courses(connection, 1)[0][0]
            recorded = store.record(connection, 1, course.id, fact)
            assert replace(recorded, id=0, number=0) == fact
            assert recorded in store.load(connection, course, KINDS).facts

    kept()


@each
def test_it_is_written_as_the_schema_says(kind: FactKind[Any]) -> None:
    schema = jsonschema.Draft202012Validator(schema_of_the_history())

    @settings(max_examples=20)
    @given(facts(kind))
    def written(fact: Fact) -> None:
        shown = {"id": 1, "kind": kind.name, "on": fact.on.isoformat(), "note": fact.note, **kind.written(fact)}
        shown |= {"for": []} if kind.table in ("done", "procedure_done") else {}
        command = {"patient": "me", "command": "log", "recorded_at": "2026-11-24T00:00:00+00:00"}
        ledger = [command | {"recorded": [shown], "voided": []}]
        schema.validate(json.loads(json.dumps(ledger)))

    written()


@each_logged
def test_it_is_logged_shown_corrected_and_taken_back(kind: FactKind[Any], machine: Machine) -> None:
    assert kind.log is not None
    if kind.name == "cleared":
        assert say("log", "risk", "sex").code == 0
        assert say("log", "symptom", TYPED["red flag"]).code == 0
    if kind.name == "lost":
        assert say("log", "stock", "28", "--strength", "20").code == 0
    for name in kind.log.names:
        assert isinstance(log.get_command(click.Context(log), name), click.Command)
    typed = [_typed(kind.column(name)) for name in kind.log.arguments]
    if kind.log.coded:
        typed = [f"{vocabulary(kind.name).codes[0].code}=1"]
    asked = [kind.column(name) for name in kind.log.options if kind.column(name).required]
    typed += [word for column in asked if column.sort.name in TYPED for word in (str(column.flag), _typed(column))]
    logged = say("log", kind.log.names[-1], *typed, "--note", "mine")
    assert logged.code == 0, logged
    number = str(rows(machine.db, "SELECT max(id) FROM fact")[0][0])
    [found] = [fact for entry in json.loads(say("history", "--json").out) for fact in entry["recorded"]
               if str(fact["id"]) == number]  # fmt: skip
    assert found["kind"] == kind.name
    assert found["note"] == "mine"
    for name in kind.log.arguments:
        assert found[kind.column(name).key] is not None, f"{kind.name}: {name} is not written"
    assert number in say("--lang", "ja", "history").out
    fixed = say("fix", number, "--note", "yours")
    assert fixed.code == 0, fixed
    newer = str(rows(machine.db, "SELECT max(id) FROM fact")[0][0])
    if kind.value is not None:
        takes_any_text = kind.column(kind.value).sort is WORDS
        assert takes_any_text or say("fix", newer, "--value", "1 furlong").code == 2
        is_truth = kind.log.coded and vocabulary(kind.name).codes[0].is_truth
        valued = say("fix", newer, "--value", "no" if is_truth else _typed(kind.column(kind.value)))
        assert valued.code == 0, valued
        assert "Nothing changed" in valued.out or say("undo").code == 0
    removed = say("fix", newer, "--remove")
    assert removed.code == 0, removed
    for _ in range(3):
        assert say("undo").code == 0
    assert kind.name not in {fact["kind"] for entry in json.loads(say("history", "--json").out)
                             for fact in entry["recorded"] if fact["note"] in ("mine", "yours")}  # fmt: skip


def _typed(column: Column) -> str:
    return next(iter(column.sort.words), None) or TYPED[column.sort.name]


def schema_of_the_history() -> dict[str, Any]:
    """The schema of ``history --json`` as the kinds of facts make it."""
    day = {"type": "string", "format": "date"}
    common = {"id": {"type": "integer", "minimum": 1}, "on": day, "note": {"type": ["string", "null"]}}

    def of(kind: FactKind[Any]) -> dict[str, Any]:
        own: dict[str, Any] = {"kind": {"const": kind.name}}
        for column in kind.columns:
            value = dict(column.sort.json)
            own[column.key] = value if column.required else {"anyOf": [value, {"type": "null"}]}
        if kind.table in ("done", "procedure_done"):
            own["for"] = {
                "description": "The items that it counts for.", "type": "array", "items": {"type": "string"},
            }  # fmt: skip
        properties = common | own
        return {
            "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False,
        }  # fmt: skip

    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "isotrack history --json",
        "description": "The commands that stand, newest first. Keys are added, never renamed or removed. Amounts are in"
        " the unit that they are named by: mg a day, kg, mg per kg of start weight (target).",
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "patient": {"type": "string"},
                "command": {"type": "string"},
                "recorded_at": {"type": "string", "format": "date-time"},
                "recorded": {"type": "array", "items": {"oneOf": [of(kind) for kind in KINDS]}},
                "voided": {
                    "description": "Numbers of entries that it corrected or removed.",
                    "type": "array",
                    "items": {"type": "integer"},
                },
            },
            "required": ["patient", "command", "recorded_at", "recorded", "voided"],
            "additionalProperties": False,
        },
    }


def test_the_schema_of_the_history_is_that_of_the_kinds() -> None:
    wanted = json.dumps(schema_of_the_history(), indent=2) + "\n"
    if os.environ.get("ISOTRACK_WRITE_DOCUMENTS"):
        SCHEMA.write_text(wanted)
    assert SCHEMA.read_text() == wanted, "renew it with ISOTRACK_WRITE_DOCUMENTS=1"


FIXED = [
    (3, "44lb", 2, "expected for example 20mg"),
    (3, "60mg", 0, "60 mg a day"),
    (3, "60", 0, "60 mg a day"),
    (3, "54.5kg", 2, "expected for example 20mg"),
    (2, "60mg", 2, "expected for example 54.5kg"),
    (2, "60", 0, "60 kg"),
    (2, "119lb", 0, "54 kg"),
    (2, "５５", 0, "55 kg"),
    (1, "20", 2, "--value does not go with entry 1"),
]  # fmt: skip


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(("number", "typed", "code", "words"), FIXED)
def test_a_value_is_read_by_the_kind_of_the_entry_that_it_corrects(
    number: int, typed: str, code: int, words: str
) -> None:
    fixed = say("fix", str(number), "--value", typed)
    assert (fixed.code, words in fixed.out + fixed.err) == (code, True), fixed


def test_every_table_of_values_is_declared_and_every_declared_one_is_there(machine: Machine) -> None:
    tables = {row[0] for row in rows(machine.db, "SELECT name FROM sqlite_schema WHERE type = 'table'")}
    assert set(DETAILS) <= tables
    assert {row[0] for row in rows(machine.db, "SELECT name FROM fact_kind")} == by_name().keys()
