"""The way of a calendar into a file: its numbers are remembered before it is written, what it delivered afterwards.

1. In a short transaction what changed gets its number and is noted as not delivered yet. From then on a UID and a
   SEQUENCE mean one text for ever, whatever fails.
2. Without a lock the calendar is written beside its target, to the disk.
3. In a short transaction it is moved into place, and what it holds is noted as delivered: but only if nothing of the
   patient's moved meanwhile. If something did, all of it is done again, so that two commands write one after the other.

A run that is cut off anywhere leaves a whole file, old or new, and at worst delivers a change twice.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from tracker.calendar import ics
from tracker.calendar.ledger import WHOLE, Change, Line, Part
from tracker.calendar.settings import Settings, Titles
from tracker.db import published, written
from tracker.db.written import Written
from tracker.errors import N_, InputError, StorageError
from tracker.files import Aside, Ours, check_target, head_of, holds
from tracker.i18n import language
from tracker.journeys.calendar import comparing, remembering
from tracker.journeys.calendar.comparing import Compared
from tracker.journeys.context import Context, patient_of

OURS = Ours(ics.PRODUCT.encode(), ics.BEGINNING, N_("{file} exists and is not a calendar of isotrack's"))
"""By what a calendar file of ours is known."""
_TRIES = 50
"""How often a calendar is written again because its plan has moved, before that is given up."""


class Request(Struct, frozen=True, kw_only=True):
    """What is to be exported and where to. None as a target only hands the octets over."""

    target: Path | None
    titles: Titles | None = None
    lang: str | None = None
    part: Part = WHOLE
    changes_only: bool = False
    again: bool = False
    as_todos: bool = False
    force: bool = False
    subscribed: bool = False
    """Whether the file is the one that is kept up to date from now on."""
    skips_empty: bool = False
    """Whether no file is written where there is nothing to say."""

    @property
    def is_part(self) -> bool:
        """Whether entries are left out that the calendar has in this form."""
        return self.part != WHOLE or self.changes_only or self.again

    @property
    def is_whole(self) -> bool:
        """Whether all that the calendar shows is asked for."""
        return not (self.is_part or self.as_todos)


class Job(Struct, frozen=True):
    """One patient's calendar that is to be written; its file may be named by the calendar's identity."""

    context: Context
    request: Request
    target: Callable[[str], Path]


class Prepared(Struct, frozen=True, dict=True):
    """A calendar whose changes have their numbers, and the state of things in which that was so."""

    job: Job
    patient: int
    was: Mapping[str, str]
    """What was remembered of settings."""
    found: Compared
    lines: tuple[Line, ...]
    state: tuple[object, ...]

    @cached_property
    def octets(self) -> bytes:
        """The calendar. Writing it takes longer than all else: it is done outside of transactions."""
        name = language(self.found.settings.language).gettext(N_("Reminders"))
        return ics.calendar(self.lines, self.found.uuid, name, as_todos=self.job.request.as_todos)

    @property
    def target(self) -> Path:
        """The file that it goes to."""
        return self.job.target(ics.identity(self.found.uuid))

    @property
    def is_skipped(self) -> bool:
        """Whether no file is written: there is nothing to say."""
        return self.job.request.skips_empty and not self.lines

    @property
    def changes(self) -> Counter[Change]:
        """How many of its lines are new, changed, cancelled and the same."""
        return Counter(line.change for line in self.lines)


class Delivered(Struct, frozen=True, kw_only=True):
    """A calendar that is in its place, and whether its file had to be written for that."""

    prepared: Prepared
    written: bool


def hand_over(job: Job, to: Callable[[bytes], None]) -> Prepared:
    """Give the octets to whoever takes them; what was taken counts as delivered."""
    database = job.context.database
    with database.writing() as connection:
        one = _prepare(connection, job)
    to(one.octets)
    with database.writing() as connection:
        moved = published.state(connection, one.patient) != one.state
        _delivered(connection, replace(one, lines=()) if moved else one)
    return one


def deliver(jobs: Sequence[Job]) -> list[Delivered]:
    """Write the calendars of several patients of one database, each to its file, in the order of the jobs."""
    done: dict[str | None, Delivered] = {}
    waiting = list(jobs)
    tries = 0
    while waiting:
        if (tries := tries + 1) > _TRIES:
            raise StorageError(N_("the plan kept changing while its calendar was written; try again"))
        with waiting[0].context.database.writing() as connection:
            prepared = [_prepare(connection, job) for job in waiting]
        done |= {one.prepared.job.context.patient: one for one in _write(prepared)}
        waiting = [job for job in waiting if job.context.patient not in done]
    return [done[job.context.patient] for job in jobs]


def _write(prepared: Sequence[Prepared]) -> list[Delivered]:
    """Write the calendars and move those into place that are still right; a rehearsal only remembers them."""
    if prepared[0].job.context.database.is_rehearsal:
        return [_rehearsed(one) for one in prepared]
    with Aside([one.target for one in prepared], OURS) as aside:
        for one in prepared:
            if one.is_skipped:
                continue
            check_target(one.target, OURS, one.job.context.database.path, force=one.job.request.force)
            _check_whose(one)
            if not holds(one.target, one.octets):
                aside.write(one.target, one.octets)
        database = prepared[0].job.context.database
        with database.writing() as connection:
            right = [one for one in prepared if published.state(connection, one.patient) == one.state]
            for one in right:
                _delivered(connection, one)
            files = (Written(one.target, one.found.uuid) for one in right if not one.is_skipped)
            written.remember(database.backups.folder, files)
            moved = aside.move_into_place([one.target for one in right])
    return [Delivered(prepared=one, written=one.target in moved) for one in right]


def _rehearsed(one: Prepared) -> Delivered:
    if not one.is_skipped and one.target.parent.is_dir():
        check_target(one.target, OURS, one.job.context.database.path, force=one.job.request.force)
        _check_whose(one)
    with one.job.context.database.writing() as connection:
        _delivered(connection, one)
    return Delivered(prepared=one, written=False)


def _check_whose(one: Prepared) -> None:
    """Raise StorageError where the file is the calendar of somebody else, written by isotrack."""
    if one.job.request.force:
        return
    there = ics.identity_in(head_of(one.target))
    if there is not None and there != ics.identity(one.found.uuid):
        raise StorageError(
            N_("{file} is the calendar of another patient, or of another database"),
            N_("name another file with -o; to replace it all the same, add --force"), file=str(one.target),
        )  # fmt: skip


def _prepare(connection: Connection, job: Job) -> Prepared:
    """Give a number to what changed, and note that it is not delivered yet."""
    context, request = job.context, job.request
    chosen = _settings(remembering.settings_of(connection, context), request)
    found = comparing.compared(connection, context, chosen, request.part, as_todos=request.as_todos)
    patient = patient_of(connection, context).id
    was = published.settings(connection, patient)
    lines = _chosen(found, request, was)
    uids = {line.published.uid for line in lines}
    published.save(connection, [one for one in found.unsaved if one[1].uid in uids])
    known = published.undelivered(was)
    new = {line.published.uid: line.before.content() if line.before is not None else None
           for line in lines if line.change is not Change.SAME and line.published.uid not in known}  # fmt: skip
    if new:
        published.remember_undelivered(connection, patient, known | new)
    return Prepared(job, patient, was, found, tuple(lines), published.state(connection, patient))


def _delivered(connection: Connection, one: Prepared) -> None:
    """Remember what the file holds, and how it was asked for."""
    request, context = one.job.request, one.job.context
    was = published.settings(connection, one.patient)
    said = {"language": one.found.settings.language}
    if request.titles is not None:
        said["titles"] = request.titles.value
    if request.subscribed:
        said[published.SUBSCRIBED] = remembering.name_of(one.target) or ""
        if remembering.is_kept_for_another(connection, context, one.target):
            raise InputError(N_("{file} is kept up to date for another patient"), file=str(one.target))
    changed = [line.published.uid for line in one.lines if line.change is not Change.SAME]
    spoilt = published.illegible(was) if request.is_whole else []
    if (changed or published.LAST_CHANGES in spoilt) and not request.again:
        said[published.LAST_CHANGES] = json.dumps(changed)
    for name, value in said.items():
        if was.get(name) != value:
            published.remember(connection, one.patient, name, value)
    uids = {line.published.uid for line in one.lines}
    known = published.undelivered(was)
    if known.keys() & uids or published.UNDELIVERED in spoilt:
        left = {uid: before for uid, before in known.items() if uid not in uids}
        published.remember_undelivered(connection, one.patient, left)


def _settings(known: Settings, request: Request) -> Settings:
    for name, value in (("titles", request.titles), ("language", request.lang)):
        if value is not None:
            known = known.with_value(name, value)
    return known


def _chosen(found: Compared, request: Request, was: Mapping[str, str]) -> list[Line]:
    """The lines that were asked for."""
    if request.again:
        uids = published.last_changes(was)
        return [line for _course, line in found.lines if line.published.uid in uids]
    if request.changes_only:
        return list(found.moved())
    return [line for _course, line in found.lines]
