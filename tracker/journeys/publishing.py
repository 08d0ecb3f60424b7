"""Publishing the calendar: one generator, compared with what calendars were given before."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection

from tracker.calendar import ics
from tracker.calendar.ledger import WHOLE, Change, Line, Part
from tracker.calendar.settings import Settings, Titles
from tracker.calendar.titles import LEGEND
from tracker.db import published, store
from tracker.errors import N_, InputError
from tracker.i18n import language
from tracker.journeys import calendars
from tracker.journeys.calendars import Compared
from tracker.journeys.desk import Desk
from tracker.journeys.files import check_target, move_into_place, write_aside
from tracker.rules import Kind

_LAST_CHANGES = "last-changes"
"""The UIDs of what the last export changed, for writing it again."""
_AT_A_TIME = 50
"""Patients whose calendars are written in one transaction: few enough that other commands need not wait long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be exported and where to. None as a target only gives the octets."""

    target: Path | None
    titles: Titles | None = None
    lang: str | None = None
    part: Part = WHOLE
    changes_only: bool = False
    again: bool = False
    as_todos: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True)
class Exported:
    """A calendar that was written: its octets, what changed in it, and what its discreet titles mean."""

    octets: bytes
    changes: Counter[Change]
    legend: tuple[str, ...]
    titles: Titles
    language_changed: bool = False
    """Whether the calendar is in another language from now on."""


def export(desk: Desk, request: Request) -> Exported:
    """Write every course of the patient and remember what was published; exporting is itself the confirmation.

    Titles and language are remembered once they are said. The file is replaced in one step, and only if it is a
    calendar that isotrack wrote.
    """
    if request.target is not None:
        check_target(desk, request.target, force=request.force)
        _check_subscribed(desk, request.target, request)
    with ExitStack() as clean_up, desk.database.writing() as connection:
        was = calendars.remembered(connection, desk, "language")
        settings = _said(connection, desk, request)
        found = calendars.compared(connection, desk, settings, request.part, as_todos=request.as_todos)
        lines, octets = _published(connection, desk, found, request)
        # In place before the commit: two commands write one after the other, and what is remembered as published
        # has been. A file whose export was then cut off is the plan's all the same, and is written again.
        if request.target is not None:
            move_into_place({request.target: write_aside(request.target, octets, clean_up)})
    counts = Counter(line.change for line in lines)
    return Exported(octets, counts, _legend(found), settings.titles, was not in (None, settings.language))


def _check_subscribed(desk: Desk, target: Path, request: Request) -> None:
    """Refuse a part in place of the whole file that calendar programs subscribe to."""
    if request.part == WHOLE and not (request.changes_only or request.again or request.as_todos):
        return
    with desk.database.reading() as connection:
        file = calendars.subscribed_file(connection, desk)
    if file is not None and Path(file) == target.resolve():
        raise InputError(
            N_("{file} is the file that calendars subscribe to: it holds the whole plan"),
            N_("name another file with -o"), file=str(target),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filed:
    """A patient, and the file in which the calendar was written."""

    patient: str
    file: Path


def everyone(desk: Desk) -> list[str]:
    """Every patient, by label."""
    with desk.database.reading() as connection:
        return store.patients(connection)


def export_everyone(desk: Desk, patients: Sequence[str], folder: Path, request: Request) -> Iterator[Filed]:
    """Write the calendar of each patient to a file of its own in ``folder``, some dozens at a time.

    The files are named by the calendar's identity: a patient's name stands on no file.
    """
    for first in range(0, len(patients), _AT_A_TIME):
        asides: dict[Path, Path] = {}
        filed = []
        with ExitStack() as clean_up, desk.database.writing() as connection:
            for patient in patients[first : first + _AT_A_TIME]:
                own = replace(desk, patient=patient)
                if not calendars.has_any(connection, own):
                    continue
                settings = _said(connection, own, request)
                found = calendars.compared(connection, own, settings, request.part, as_todos=request.as_todos)
                target = folder / f"{ics.identity(found.uuid)}.ics"
                check_target(own, target, force=request.force)
                _lines, octets = _published(connection, own, found, request)
                asides[target] = write_aside(target, octets, clean_up)
                filed.append(Filed(patient, target))
            move_into_place(asides)
        yield from filed


def subscribe(desk: Desk, target: Path, *, force: bool) -> Exported:
    """Write the whole calendar to ``target`` and keep that file up to date from now on."""
    where = str(target.resolve())
    try:
        where.encode()
    except UnicodeEncodeError:
        raise InputError(N_("the name of {file} is not text and cannot be remembered"), file=str(target)) from None
    with desk.database.reading() as connection:
        if published.is_remembered_elsewhere(connection, desk.patient, calendars.SUBSCRIBED, where):
            raise InputError(N_("{file} is kept up to date for another patient"), file=str(target))
    done = export(desk, Request(target=target, force=force))
    with desk.database.writing() as connection:
        calendars.remember_setting(connection, desk, calendars.SUBSCRIBED, where)
    return done


def unsubscribe(desk: Desk) -> str:
    """Keep no file up to date any more; the file that was."""
    with desk.database.writing() as connection:
        file = calendars.subscribed_file(connection, desk)
        if file is None:
            raise InputError(N_("no file is kept up to date"))
        calendars.remember_setting(connection, desk, calendars.SUBSCRIBED, "")
    return file


def keep_up_to_date(desk: Desk, file: str) -> Exported:
    """Rewrite the file that calendar programs subscribe to, after a command that moved the plan."""
    return export(desk, Request(target=Path(file)))


def _said(connection: Connection, desk: Desk, request: Request) -> Settings:
    settings = calendars.settings_of(connection, desk)
    for name, value in (("titles", request.titles), ("language", request.lang or settings.language)):
        if value is not None:
            settings = settings.with_value(name, value)
            calendars.remember_setting(connection, desk, name, str(value))
    return settings


def _published(connection: Connection, desk: Desk, found: Compared, request: Request) -> tuple[list[Line], bytes]:
    """What was asked for, and its octets; what changed is remembered as published."""
    _remember(connection, desk, found, again=request.again)
    lines = _chosen(connection, desk, found, request)
    return lines, _octets(found, lines, as_todos=request.as_todos)


def _remember(connection: Connection, desk: Desk, found: Compared, *, again: bool) -> None:
    changes = [(course_id, line.published) for course_id, line in found.lines if line.change is not Change.SAME]
    published.save(connection, changes)
    changed = [line.published.uid for line in found.moved()]
    if changed or not again:
        calendars.remember_setting(connection, desk, _LAST_CHANGES, json.dumps(changed))


def _chosen(connection: Connection, desk: Desk, found: Compared, request: Request) -> list[Line]:
    if request.again:
        uids = set(json.loads(calendars.remembered(connection, desk, _LAST_CHANGES) or "[]"))
        return [line for _course, line in found.lines if line.published.uid in uids]
    if request.changes_only:
        return list(found.moved())
    return [line for _course, line in found.lines]


def _octets(found: Compared, lines: Iterable[Line], *, as_todos: bool) -> bytes:
    name = language(found.settings.language).gettext(N_("Reminders"))
    return ics.calendar(lines, found.uuid, name, as_todos=as_todos)


def _legend(found: Compared) -> tuple[str, ...]:
    if found.settings.titles is Titles.FULL:
        return ()
    kinds = {one.rule.kind for view in found.courses for one in view.plan.entries} | {Kind.DOSE}
    return tuple(text for kind, text in LEGEND.items() if kind in kinds)
