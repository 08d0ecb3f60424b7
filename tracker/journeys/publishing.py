"""Publishing the calendar: one generator, compared with what calendars were given before."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from tracker.calendar import ics
from tracker.calendar.entries import LEGEND, Titles, Writer
from tracker.calendar.ledger import Change, Line, compare
from tracker.db import published, store
from tracker.errors import N_, InputError, StorageError
from tracker.i18n import language
from tracker.journeys.desk import Desk, View, no_course, views
from tracker.rules import Kind

_HEAD = 4096
"""Octets of an existing file that are read to see whether it is ours."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A calendar that was written: its octets, what changed in it, and what its discreet titles mean."""

    octets: bytes
    changes: Counter[Change]
    legend: tuple[str, ...]
    titles: Titles


def export(
    desk: Desk, target: Path | None, titles: Titles | None, lang: str | None, default_lang: str, *, force: bool
) -> Exported:
    """Write every course of the patient to ``target`` (None: only give the octets) and remember what was published.

    Titles and language are remembered once they are said. The file is replaced in one step, and only if it is a
    calendar that isotrack wrote.
    """
    if target is not None:
        _check_target(target, force=force)
    with ExitStack() as aside:
        with desk.database.writing() as connection:
            lines, courses, writer = _publish(connection, desk, titles, lang, default_lang)
            octets = ics.calendar(lines, courses[0].course.uuid, writer.language.gettext(N_("Reminders")))
            # Written aside before the commit and moved into place after it: a full disk leaves both as they were.
            written = None if target is None else _write_aside(target, octets, aside)
        if target is not None and written is not None:
            try:
                written.replace(target)
            except OSError as error:
                raise _cannot_write(target, error) from error
    kinds = {one.rule.kind for view in courses for one in view.plan.entries} | {Kind.DOSE}
    discreet = writer.titles is Titles.DISCREET
    legend = tuple(text for kind, text in LEGEND.items() if kind in kinds) if discreet else ()
    return Exported(octets, Counter(line.change for line in lines), legend, writer.titles)


def _publish(
    connection: Connection, desk: Desk, titles: Titles | None, lang: str | None, default_lang: str
) -> tuple[list[Line], list[View], Writer]:
    patient = store.patient_id(connection, desk.patient)
    courses = views(connection, desk)
    if patient is None or not courses:
        raise no_course()
    settings = published.settings(connection, patient)
    chosen = titles or Titles(settings.get("titles", Titles.DISCREET))
    code = lang or settings.get("language", default_lang)
    for name, value in (("titles", chosen.value), ("language", code)):
        if settings.get(name) != value:
            published.remember(connection, patient, name, value)
    writer = Writer(language(code), chosen)
    lines: list[Line] = []
    for view in courses:
        before = published.load(connection, view.course.id)
        new = compare(writer.entries(view.plan), before, writer, view.course.uuid, desk.now)
        published.save(connection, view.course.id, (line.published for line in new if line.change is not Change.SAME))
        lines.extend(new)
    return lines, courses, writer


def _check_target(target: Path, *, force: bool) -> None:
    if target.is_symlink():
        raise StorageError(N_("{file} is a link; name the file itself"), file=str(target))
    if target.is_dir():
        raise StorageError(N_("{file} is a folder; name a file in it"), file=str(target))
    if not target.exists() or force:
        return
    try:
        with target.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise _cannot_write(target, error) from error
    if not target.is_file() or ics.PRODUCT.encode() not in head:
        raise InputError(
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


def _cannot_write(target: Path, error: OSError) -> StorageError:
    return StorageError(N_("{file} cannot be written ({reason})"), file=str(target), reason=error.strerror)
