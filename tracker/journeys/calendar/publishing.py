"""Publishing the calendar: one generator, compared with what calendars were given before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from tracker.calendar.ledger import Change
from tracker.calendar.settings import Titles
from tracker.calendar.titles import LEGEND
from tracker.db import patients, published
from tracker.db.patients import Patient
from tracker.errors import N_, InputError, TrackerError
from tracker.files import check_target
from tracker.journeys.calendar import comparing, remembering
from tracker.journeys.calendar.comparing import Compared
from tracker.journeys.calendar.delivery import OURS, Delivered, Job, Prepared, Request, deliver, hand_over
from tracker.journeys.context import Context, Read
from tracker.rules import Kind

_AT_A_TIME = 50
"""Patients whose calendars are prepared in one transaction: few enough that other commands need not wait long."""


class Exported(Struct, frozen=True):
    """A calendar that was written: what changed in it, and what its discreet titles mean."""

    changes: Counter[Change]
    legend: tuple[str, ...]
    titles: Titles
    language_changed: bool = False
    """Whether the calendar is in another language from now on."""


def export(context: Context, request: Request, to: Callable[[bytes], None] = lambda _octets: None) -> Exported:
    """Write every course of the patient and remember what was delivered; exporting is itself the confirmation.

    Titles and language are remembered once they are said. The file is replaced in one step, and only if it is a
    calendar that isotrack wrote. Without a target the octets are given ``to`` somebody.
    """
    target = request.target
    if target is None:
        return _exported(hand_over(Job(context, request, Path), to))
    return _exported(_to_file(context, request, target).prepared)


def _to_file(context: Context, request: Request, target: Path) -> Delivered:
    check_target(target, OURS, context.database.path, force=request.force)
    _check_subscribed(context, target, request)
    [done] = deliver([Job(context, request, lambda _identity: target)])
    return done


def _check_subscribed(context: Context, target: Path, request: Request) -> None:
    """Refuse a part, or another patient's plan, in place of the whole file that calendar programs subscribe to."""
    with context.database.reading() as connection:
        if remembering.is_kept_for_another(connection, context, target):
            raise InputError(N_("{file} is kept up to date for another patient"), file=str(target))
        if request.is_whole:
            return
        file = remembering.subscribed_file(connection, context)
    if file is not None and Path(file) == target.resolve():
        raise InputError(
            N_("{file} is the file that calendars subscribe to: it holds the whole plan"),
            N_("name another file with -o"), file=str(target),
        )  # fmt: skip


class Filed(Struct, frozen=True):
    """A patient, the file in which the calendar was written, and what did not become of the one that is kept."""

    patient: Patient
    file: Path | None
    """None where there was nothing to say."""
    exported: Exported
    problem: TrackerError | None = None


def everyone(context: Context) -> list[Patient]:
    """Every patient, by name."""
    with context.database.reading() as connection:
        return patients.all_of_them(connection)


def export_everyone(context: Context, everybody: Sequence[Patient], folder: Path, request: Request) -> Iterator[Filed]:
    """Write the calendar of each patient to a file of its own in ``folder``, some dozens at a time.

    The files are named by the calendar's identity: a patient's name stands on no file. A part of the plan, or the plan
    as to-dos, has a file beside that of the whole; where a part has nothing to say of a patient no file is written.
    """
    request = replace(request, skips_empty=request.is_part)
    form = ("-todo" if request.as_todos else "") + ("-changes" if request.is_part else "")
    for first in range(0, len(everybody), _AT_A_TIME):
        who = {one.id: one for one in everybody[first : first + _AT_A_TIME]}
        own = [replace(context, patient=one.label, read=Read()) for one in who.values()]
        with context.database.reading() as connection:
            own = [one for one in own if comparing.has_any(connection, one)]
        jobs = [Job(one, request, lambda identity: folder / f"{identity}{form}.ics") for one in own]
        for done in deliver(jobs):
            one = done.prepared
            problem = None
            try:
                if file := one.was.get(published.SUBSCRIBED):
                    keep_up_to_date(one.job.context, file)
            except TrackerError as error:
                problem = error
            yield Filed(who[one.patient], None if one.is_skipped else one.target, _exported(one), problem)


def subscribe(context: Context, target: Path, *, force: bool) -> Exported:
    """Write the whole calendar to ``target`` and keep that file up to date from now on."""
    if remembering.name_of(target) is None:
        raise InputError(N_("{file} cannot be kept up to date: its name is no text"), file=str(target))
    return export(context, Request(target=target, force=force, subscribed=True))


def unsubscribe(context: Context) -> str:
    """Keep no file up to date any more; the file that was."""
    with context.database.writing() as connection:
        file = remembering.subscribed_file(connection, context)
        if file is None:
            raise InputError(N_("no file is kept up to date"))
        remembering.remember_setting(connection, context, published.SUBSCRIBED, "")
    return file


def keep_up_to_date(context: Context, file: str) -> Counter[Change] | None:
    """Bring the file that calendar programs subscribe to in step with the plan and the settings.

    Gives what changed since the last export of any kind; None where the file was in step: what counts is what it
    holds, whatever was exported meanwhile. It is written anew where somebody deleted it, and left alone (StorageError)
    where it is no calendar of ours any more.
    """
    done = _to_file(context, Request(target=Path(file)), Path(file))
    return done.prepared.changes if done.written else None


def _exported(one: Prepared) -> Exported:
    chosen = one.found.settings
    changed = one.was.get("language") not in (None, chosen.language)
    return Exported(one.changes, _legend(one.found), chosen.titles, changed)


def _legend(found: Compared) -> tuple[str, ...]:
    if found.settings.titles is Titles.FULL:
        return ()
    kinds = {one.rule.kind for view in found.courses for one in view.plan.entries} | {Kind.DOSE}
    return tuple(text for kind, text in LEGEND.items() if kind in kinds)
