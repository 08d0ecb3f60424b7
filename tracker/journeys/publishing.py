"""Publishing the calendar: one generator, compared with what calendars were given before."""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from tracker.calendar import ics
from tracker.calendar.ledger import WHOLE, Change, Line, Part
from tracker.calendar.settings import Settings, Titles
from tracker.calendar.titles import LEGEND
from tracker.db import published
from tracker.db.engine import sync_folder
from tracker.errors import N_, InputError, StorageError
from tracker.i18n import language
from tracker.journeys import calendars
from tracker.journeys.calendars import Compared
from tracker.journeys.desk import Desk
from tracker.rules import Kind

_HEAD = 4096
"""Octets of an existing file that are read to see whether it is ours."""
_LAST_CHANGES = "last-changes"
"""The UIDs of what the last export changed, for writing it again."""


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


def export(desk: Desk, request: Request) -> Exported:
    """Write every course of the patient and remember what was published; exporting is itself the confirmation.

    Titles and language are remembered once they are said. The file is replaced in one step, and only if it is a
    calendar that isotrack wrote.
    """
    if request.target is not None:
        check_target(desk, request.target, force=request.force)
    with ExitStack() as clean_up:
        with desk.database.writing() as connection:
            settings = _said(connection, desk, request)
            found = calendars.compared(connection, desk, settings, request.part, as_todos=request.as_todos)
            _remember(connection, desk, found, again=request.again)
            lines = _chosen(connection, desk, found, request)
            octets = _octets(found, lines, as_todos=request.as_todos)
            # Written aside before the commit and moved into place after it: a full disk leaves both as they were.
            aside = None if request.target is None else _write_aside(request.target, octets, clean_up)
        if request.target is not None and aside is not None:
            _move_into_place(aside, request.target)
    return Exported(octets, found.changes, _legend(found), settings.titles)


def subscribe(desk: Desk, target: Path, *, force: bool) -> Exported:
    """Write the whole calendar to ``target`` and keep that file up to date from now on."""
    done = export(desk, Request(target=target, force=force))
    with desk.database.writing() as connection:
        calendars.remember_setting(connection, desk, calendars.SUBSCRIBED, str(target.resolve()))
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


def _remember(connection: Connection, desk: Desk, found: Compared, *, again: bool) -> None:
    for course_id, line in found.lines:
        if line.change is not Change.SAME:
            published.save(connection, course_id, [line.published])
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


def check_target(desk: Desk, target: Path, *, force: bool) -> None:
    """Raise StorageError where a calendar must not be written: a link, a folder, a device, a file that is not ours."""
    if target.is_symlink():
        raise StorageError(N_("{file} is a link; name the file itself"), file=str(target))
    if target.is_dir():
        raise StorageError(N_("{file} is a folder; name a file in it"), file=str(target))
    if not target.parent.is_dir():
        raise StorageError(N_("{file} cannot be written: its folder does not exist"), file=str(target))
    if not target.exists():
        return
    if not target.is_file() or (desk.database.path.exists() and target.samefile(desk.database.path)):
        raise StorageError(N_("{file} is not a file that can be replaced"), file=str(target))
    if force:
        return
    try:
        with target.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise _cannot_write(target, error) from error
    if ics.PRODUCT.encode() not in head:
        raise StorageError(
            N_("{file} exists and is not a calendar of isotrack's"), N_("to replace it all the same, add --force"),
            file=str(target),
        )  # fmt: skip


def _write_aside(target: Path, octets: bytes, clean_up: ExitStack) -> Path:
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise _cannot_write(target, error) from error
    aside = Path(name)
    clean_up.callback(aside.unlink, missing_ok=True)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _cannot_write(target, error) from error
    return aside


def _move_into_place(aside: Path, target: Path) -> None:
    try:
        aside.replace(target)
    except OSError as error:
        raise _cannot_write(target, error) from error
    with suppress(OSError):
        # The new file is in its place whatever becomes of this; at worst a power cut brings the old one back.
        sync_folder(target.parent)


def _cannot_write(target: Path, error: OSError) -> StorageError:
    return StorageError(N_("{file} cannot be written ({reason})"), file=str(target), reason=error.strerror)
