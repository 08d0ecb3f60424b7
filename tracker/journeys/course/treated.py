"""Procedures that were done: what their days ask for is said of them, and stands as long as it matters."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from tracker import remarks
from tracker.engine.intervals import former_of, too_soon
from tracker.engine.laws import check
from tracker.engine.view import View
from tracker.errors import N_, Listed, Phrase, counted
from tracker.facts import Session
from tracker.history import History
from tracker.journeys.context import Context, days_before, days_of
from tracker.journeys.course.recording import stop_if_same
from tracker.journeys.pricing import in_currency
from tracker.journeys.writing import AlreadyThere, Outcome, UnitOfWork, carry_out
from tracker.plan import Notice, NoticeCode
from tracker.procedures import catalogue, meant_by, name_of
from tracker.treatments import Level, Procedure
from tracker.washout import Washout, washout


def log(context: Context, fact: Session) -> Outcome:
    """Record a procedure that was done; in a window too, which is said for as long as that lasts."""

    def write(work: UnitOfWork) -> None:
        procedure = meant_by(fact.code)
        is_restricted = around(work, context, procedure).forbidding(fact.on) is not None
        is_restricted = is_restricted or _is_too_soon(replace(fact, clinic_confirmed=False), work.view.history)
        new = replace(fact, clinic_confirmed=fact.clinic_confirmed and is_restricted)
        new = in_currency(work.connection, work.view, new)
        stop_if_same(work.view, new)
        known_one = _said_before(work.view, new)
        if known_one is not None:
            new = _with_what_is_new(known_one, new)
            if new == known_one:
                raise AlreadyThere(known_one)
        check(new, work.view, context.today)
        number = work.void(known_one) if known_one is not None else None
        say_of(context, work, work.record(new, number))

    reason = Phrase(N_("{what} done on {on}"), {"what": name_of(fact.code), "on": fact.on})
    return carry_out(context, "log", reason, write)


_BESIDE = ("price", "area", "downtime", "note")
"""What may be said of a session later."""


def _said_before(view: View, new: Session) -> Session | None:
    """The session of that procedure on that day that this one does not contradict: more is said of it now."""
    for one in view.history.sessions:
        pairs = [(getattr(one, name), getattr(new, name)) for name in _BESIDE]
        if (one.on, one.code) == (new.on, new.code) and all(None in pair or pair[0] == pair[1] for pair in pairs):
            return one
    return None


def _with_what_is_new(known_one: Session, new: Session) -> Session:
    said = {name: getattr(new, name) for name in _BESIDE if getattr(new, name) is not None}
    return replace(known_one, clinic_confirmed=known_one.clinic_confirmed or new.clinic_confirmed, **said)


def say_of(context: Context, work: UnitOfWork, recorded: Session) -> None:
    """Say of a procedure what its day asks for: it is too early, it is for the clinic to say, it stands alone."""
    procedure = catalogue().procedures.get(recorded.code)
    if procedure is None:
        return
    found = around(work, context, procedure)
    if (window := found.forbidding(recorded.on)) is not None:
        if not recorded.clinic_confirmed:
            said = remarks.phrase(Notice(NoticeCode.PROCEDURE_TOO_EARLY, (
                ("what", procedure.name), ("on", recorded.on), ("last", window.last),
                ("sources", found.sources_against(recorded.on)), ("is_estimate", window.is_estimate),
            )))  # fmt: skip
            work.say(said.message, **said.values)
    elif found.level(recorded.on) is Level.ASK:
        work.say(N_("By its source that is for your clinic to say: {text}"), text=reason_of(found, recorded.on))
    _say_what_is_too_soon(work, procedure, recorded)
    if not work.after().counts_for(recorded) and any(one.code == recorded.code for one in work.view.history.series):
        work.say(N_("No session of a series is open for it: it stands by itself."))


def _is_too_soon(fact: Session, history: History) -> bool:
    return any(soon.session is fact for soon in too_soon(history.changed((), [fact])))


def _say_what_is_too_soon(work: UnitOfWork, procedure: Procedure, recorded: Session) -> None:
    """Say that the session, or the one that follows it, comes too soon after the one before."""
    history = work.after().history
    for soon in too_soon(history):
        if recorded.id in (soon.session.id, soon.former.id):
            work.say(remarks.NOTICES[NoticeCode.PROCEDURE_TOO_SOON], what=procedure.name, on=soon.session.on,
                     former=soon.former.on, every=soon.series.every)  # fmt: skip
    former = former_of(recorded, history)
    if former is None or recorded.clinic_confirmed or any(one.code == recorded.code for one in history.series):
        return
    days = (recorded.on - former.on).days
    if days <= A_WEEK:
        work.say(N_("The last one was on {former}, {count} before. Nobody said how long is to lie between: ask your"
                    " clinic. If it is the same one: {command}"), former=former.on,
                 count=counted("{count} day", "{count} days", count=days),
                 command=f"isotrack fix {recorded.id} --remove")  # fmt: skip


A_WEEK = 7
"""Days within which two sessions that nobody planned may be one that was logged twice: no clinical limit."""


def around(work: UnitOfWork, context: Context, procedure: Procedure) -> Washout:
    """The windows of a procedure around the course and those before it."""
    view = work.view
    before = view.before or days_before(work.connection, context, view.course)
    return washout(procedure, catalogue(), [*before, days_of(view)], view.history.profile)


def reason_of(found: Washout, on: date) -> Phrase:
    """What the source says that leaves a day to the clinic."""
    window = found.taken(on)
    assert window is not None  # noqa: S101 - it has a level on that day
    return Phrase("{text} [{sources}]", {"text": window.text, "sources": Listed(window.sources)})
