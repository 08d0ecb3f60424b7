"""Reads the document of a record strictly: every mistake is noted with its place, and one hides none of the others."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, NoReturn, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from tracker.calendar.settings import Settings
from tracker.engine.laws import check
from tracker.errors import N_, InputError, Phrase, TrackerError
from tracker.facts import Course, Fact, FactKind, FirstDosePlanned, by_name
from tracker.facts.kind import Column
from tracker.protocols import find, loads
from tracker.protocols.faults import Fault, Path
from tracker.protocols.files import value_of
from tracker.protocols.node import Members, Node, SpoiltError, read_whole
from tracker.record import FORMAT, VERSION, given, values
from tracker.whole import Carried, CourseWhole, Entry, Whole

T = TypeVar("T")
LARGEST = 32 << 20
"""Octets of a document that is read: a record of ten years has a tenth of it."""
_LONGEST_NAME = 100


def read(octets: bytes, file: str) -> tuple[Whole | None, list[Fault]]:
    """The record of a document, or all that is wrong with it; raise TrackerError where it is no such document."""
    if len(octets) > LARGEST:
        raise InputError(N_("{file} is too large to be a record of isotrack's"), file=file)
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text or FORMAT not in text:
        raise InputError(N_("{file} is not a record of isotrack's"), _EXPECTED, file=file)
    value = value_of(text, file)
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise InputError(N_("{file} is not a record of isotrack's"), _EXPECTED, file=file)
    version = value.get("version")
    if isinstance(version, int) and version > VERSION:
        raise InputError(
            N_("{file} was written by a newer isotrack (form {version} of the record, this one knows {known})"),
            N_("update isotrack; nothing was saved"), file=file, version=version, known=VERSION,
        )  # fmt: skip
    return read_whole(value, _whole)


_EXPECTED = N_("expected what isotrack record export wrote")


def place(path: Path) -> str:
    """Where something stands in the document, such as ``$.courses[0].facts[3].value``."""
    text = "$"
    for part in path:
        plain = isinstance(part, str) and re.fullmatch(r"[A-Za-z_]\w*", part, re.ASCII)
        text += f".{part}" if plain else f"[{json.dumps(part, ensure_ascii=False)}]"
    return text


def _whole(node: Node) -> Whole:
    of = node.object(
        "format version exported_at patient preferences settings photos commands courses", "calendar $schema"
    )
    of.get("version", lambda one: values.among(one, (VERSION,)))
    of.get("exported_at", values.instant)
    of.each("photos", _photo)
    patient = of.get("patient", _patient)
    preferences, settings = of.get("preferences", values.texts), of.get("settings", _settings)
    commands = of.each("commands", _command)
    known = {one.id for one in commands}
    courses = _numbered(of.each("courses", lambda one: _course(one, known)))
    calendar = of.optional("calendar", lambda one: given.given(one, len(courses)), None)
    of.done()
    values.tell_apart(of["commands"], [(("id",), one.id) for one in commands])
    values.tell_apart(of["commands"], [(("undone_order",), one.undone_order) for one in commands])
    values.tell_apart(of["courses"], [(("uuid",), one.course.uuid) for one in courses])
    _tell_facts_apart(of["courses"], courses)
    found = Whole(*patient, commands, courses, settings, preferences, calendar)
    _check_courses(of["courses"], found)
    if not node.faults:  # else what it recorded may be what is wrong
        _check_commands(of["commands"], found)
    return found


def _numbered(courses: Iterable[CourseWhole]) -> tuple[CourseWhole, ...]:
    return tuple(replace(one, course=replace(one.course, id=at)) for at, one in enumerate(courses, start=1))


def _patient(node: Node) -> tuple[str, datetime]:
    of = node.object("name recorded_at")
    found = of.get("name", _name), of.get("recorded_at", values.instant)
    of.done()
    return found


def _name(node: Node) -> str:
    text = node.text()
    if len(text) > _LONGEST_NAME or text.startswith("-") or text != text.strip() or not any(map(str.isalnum, text)):
        node.wrong(N_("the name of a patient"))
    return text


def _photo(node: Node) -> None:
    of = node.object("file sha256")
    of.get("file", Node.text)
    of.get("sha256", Node.text)
    of.done()


def _settings(node: Node) -> dict[str, str]:
    """How the calendar is written: only what its settings take."""
    found = values.texts(node)
    for name, value in found.items():
        try:
            Settings().with_value(name, value)
        except InputError as error:
            node.faults.append(Fault((*node.path, name), Phrase(error.message, error.values)))
    return found


def _command(node: Node) -> Carried:
    of = node.object("id verb recorded_at", "undone_at undone_order")
    found = Carried(
        of.get("id", values.count), of.get("verb", values.verb), of.get("recorded_at", values.instant),
        of.optional("undone_at", values.instant, None), of.optional("undone_order", values.count, None),
    )  # fmt: skip
    of.done()
    if found.undone_order is not None and found.undone_at is None:
        node.refuse(N_("undone_order goes with undone_at"))
    return found


def _course(node: Node, commands: Collection[int]) -> CourseWhole:
    of = node.object("uuid name protocol enrolled timezone can_become_pregnant command facts")
    pinned = of.get("protocol", _protocol)
    uuid, name = of.get("uuid", values.identity), of.get("name", lambda one: values.or_none(one, values.text))
    enrolled, zone = of.get("enrolled", values.day), of.get("timezone", values.zone)
    can_become_pregnant = of.get("can_become_pregnant", Node.truth)
    command = of.get("command", lambda one: values.known_command(one, commands))
    entries = of.each("facts", lambda one: _entry(one, commands))
    of.done()
    course = Course(
        id=0, uuid=uuid, name=name, protocol_id=pinned.id, protocol_version=pinned.version, enrolled=enrolled,
        timezone=zone, can_become_pregnant=can_become_pregnant,
    )  # fmt: skip
    return CourseWhole(course, command, pinned.text, entries)


class _Pinned(Struct, frozen=True):
    """The programme that a course was started under; its text where it is the clinic's own."""

    id: str = ""
    version: str = ""
    text: str | None = None


def _protocol(node: Node) -> _Pinned:
    of = node.object("id version", "text")
    found = _Pinned(of.get("id", Node.name), of.get("version", Node.text), of.optional("text", values.text, None))
    of.done()
    name = f"{found.id}@{found.version}"
    try:
        if found.text is None:
            find(name, date.min)
        else:
            loads(found.text, name, pinned=True)
    except TrackerError as error:
        _refuse(node, error)
    return found


def _entry(node: Node, commands: Collection[int]) -> Entry:
    said = node.value.get("kind") if isinstance(node.value, dict) else None
    kind = by_name().get(said) if isinstance(said, str) else None
    has_values = kind is not None and bool(kind.columns)
    of = node.object(f"id kind on number command{' value' * has_values}", f"voided_by note{' value' * (kind is None)}")
    of.get("kind", _kind)
    on, note = of.get("on", values.day), of.optional("note", values.text, None)
    fact_id, number = of.get("id", values.count), of.get("number", values.count)
    command = of.get("command", lambda one: values.known_command(one, commands))
    voided_by = of.optional("voided_by", lambda one: values.known_command(one, commands), None)
    said_of_it = of.get("value", lambda one: _values(one, kind)) if kind is not None and has_values else {}
    of.done()
    assert kind is not None  # noqa: S101 - another is noted
    fact: Fact = kind.cls(id=fact_id, number=number, on=on, note=note, **kind.fixed, **said_of_it)
    _believe(node, fact)
    return Entry(fact, command, voided_by)


def _kind(node: Node) -> FactKind[Any]:
    known = by_name()
    if not isinstance(node.value, str) or node.value not in known:
        node.wrong_choice(N_("a kind of entry that this isotrack knows"), known)
    return known[node.value]


def _values(node: Node, kind: FactKind[Any]) -> dict[str, Any]:
    of = node.object(
        " ".join(one.column for one in kind.columns if one.required),
        " ".join(one.column for one in kind.columns if not one.required),
    )
    found = {one.name: _value(of, one) for one in kind.columns}
    of.done()
    return found


def _value(of: Members, column: Column) -> Any:
    return of.optional(column.column, lambda node: values.taken(node, column), None)


def _believe(node: Node, fact: Fact) -> None:
    """Note what cannot be true of a fact by itself, whatever the course is and whichever day it is now."""
    days = [value for name in fact.__struct_fields__ if isinstance(value := getattr(fact, name), date)]
    try:
        check(fact, None, max(day.date() if isinstance(day, datetime) else day for day in days))
    except InputError as error:
        _refuse(node, error)


def _refuse(node: Node, error: TrackerError) -> NoReturn:
    node.faults.append(Fault(node.path, Phrase(error.message, error.values)))
    raise SpoiltError


def _tell_facts_apart(node: Node, courses: Iterable[CourseWhole]) -> None:
    ids: set[int] = set()
    for at, course in enumerate(courses):
        for index, entry in enumerate(course.entries):
            if entry.fact.id in ids:
                here = Node(None, (*node.path, at, "facts", index, "id"), node.faults)
                here.note(N_("{value} stands here a second time"), value=str(entry.fact.id))
            ids.add(entry.fact.id)


def _check_courses(node: Node, whole: Whole) -> None:
    """Note a course without its first capsule: it has no plan."""
    for index, one in enumerate(whole.courses):
        planned = [entry for entry in one.entries if isinstance(entry.fact, FirstDosePlanned)]
        stands = one.command not in whole.undone
        if not any(whole.stands(entry) or not stands for entry in planned):
            node.under(index, None).note(N_("no entry of the kind first-dose stands: a course begins with one"))


def _check_commands(node: Node, whole: Whole) -> None:
    """Note a command without a trace: to take it back would take nothing back."""
    opened = {one.command for one in whole.courses}
    entries = [entry for one in whole.courses for entry in one.entries]
    busy = opened.union((one.command for one in entries), (one.voided_by for one in entries))
    for index, one in enumerate(whole.commands):
        if one.undone_at is None and one.id not in busy:
            node.under(index, None).note(N_("no entry was recorded, corrected or removed by this command"))
