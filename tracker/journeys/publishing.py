"""Publishing the calendar: one generator, compared with what calendars were given before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tracker.calendar.ledger import Change
from tracker.calendar.settings import Titles
from tracker.calendar.titles import LEGEND
from tracker.db import store
from tracker.errors import N_, InputError, TrackerError
from tracker.journeys import calendars
from tracker.journeys.calendars import Compared
from tracker.journeys.delivery import Delivered, Job, Prepared, Request, deliver, hand_over
from tracker.journeys.desk import Desk
from tracker.journeys.files import check_target
from tracker.rules import Kind

_AT_A_TIME = 50
"""Patients whose calendars are prepared in one transaction: few enough that other commands need not wait long."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A calendar that was written: what changed in it, and what its discreet titles mean."""

    changes: Counter[Change]
    legend: tuple[str, ...]
    titles: Titles
    language_changed: bool = False
    """Whether the calendar is in another language from now on."""


def export(desk: Desk, request: Request, to: Callable[[bytes], None] = lambda _octets: None) -> Exported:
    """Write every course of the patient and remember what was delivered; exporting is itself the confirmation.

    Titles and language are remembered once they are said. The file is replaced in one step, and only if it is a
    calendar that isotrack wrote. Without a target the octets are given ``to`` somebody.
    """
    target = request.target
    if target is None:
        return _exported(hand_over(Job(desk, request, Path), to))
    return _exported(_to_file(desk, request, target).prepared)


def _to_file(desk: Desk, request: Request, target: Path) -> Delivered:
    check_target(desk, target, force=request.force)
    _check_subscribed(desk, target, request)
    [done] = deliver([Job(desk, request, lambda _identity: target)])
    return done


def _check_subscribed(desk: Desk, target: Path, request: Request) -> None:
    """Refuse a part, or another patient's plan, in place of the whole file that calendar programs subscribe to."""
    with desk.database.reading() as connection:
        if calendars.is_kept_for_another(connection, desk, target):
            raise InputError(N_("{file} is kept up to date for another patient"), file=str(target))
        if request.is_whole:
            return
        file = calendars.subscribed_file(connection, desk)
    if file is not None and Path(file) == target.resolve():
        raise InputError(
            N_("{file} is the file that calendars subscribe to: it holds the whole plan"),
            N_("name another file with -o"), file=str(target),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filed:
    """A patient, the file in which the calendar was written, and what did not become of the one that is kept."""

    patient: str
    file: Path
    problem: TrackerError | None = None


def everyone(desk: Desk) -> list[str]:
    """Every patient, by label."""
    with desk.database.reading() as connection:
        return store.patients(connection)


def export_everyone(desk: Desk, patients: Sequence[str], folder: Path, request: Request) -> Iterator[Filed]:
    """Write the calendar of each patient to a file of its own in ``folder``, some dozens at a time.

    The files are named by the calendar's identity: a patient's name stands on no file.
    """
    for first in range(0, len(patients), _AT_A_TIME):
        own = [replace(desk, patient=patient) for patient in patients[first : first + _AT_A_TIME]]
        with desk.database.reading() as connection:
            own = [one for one in own if calendars.has_any(connection, one)]
        jobs = [Job(one, request, lambda identity: folder / f"{identity}.ics") for one in own]
        for done in deliver(jobs):
            one = done.prepared
            problem = None
            try:
                if file := one.was.get(calendars.SUBSCRIBED):
                    keep_up_to_date(one.job.desk, file)
            except TrackerError as error:
                problem = error
            yield Filed(one.job.desk.patient, one.target, problem)


def subscribe(desk: Desk, target: Path, *, force: bool) -> Exported:
    """Write the whole calendar to ``target`` and keep that file up to date from now on."""
    if calendars.name_of(target) is None:
        raise InputError(N_("{file} cannot be kept up to date: its name is no text"), file=str(target))
    return export(desk, Request(target=target, force=force, subscribed=True))


def unsubscribe(desk: Desk) -> str:
    """Keep no file up to date any more; the file that was."""
    with desk.database.writing() as connection:
        file = calendars.subscribed_file(connection, desk)
        if file is None:
            raise InputError(N_("no file is kept up to date"))
        calendars.remember_setting(connection, desk, calendars.SUBSCRIBED, "")
    return file


def keep_up_to_date(desk: Desk, file: str) -> Counter[Change] | None:
    """Bring the file that calendar programs subscribe to in step with the plan and the settings.

    Gives what changed since the last export of any kind; None where the file was in step: what counts is what it
    holds, whatever was exported meanwhile. It is written anew where somebody deleted it, and left alone (StorageError)
    where it is no calendar of ours any more.
    """
    done = _to_file(desk, Request(target=Path(file)), Path(file))
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
