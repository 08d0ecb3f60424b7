"""Procedures: series that are planned after a course, sessions that were done, and whose times hold for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec import Struct
from sqlalchemy import Connection

from tracker.currencies import Money
from tracker.dates import Span
from tracker.db import store
from tracker.engine.laws import check
from tracker.engine.view import View
from tracker.errors import N_, InputError, Listed, NoSuchError, Phrase, counted
from tracker.facts import SeriesEnd, SeriesPlan, Session, TimesChosen
from tracker.journeys.booking import take_away
from tracker.journeys.context import Context, days_of, look_at_all
from tracker.journeys.course.recording import stop_if_same, unbook
from tracker.journeys.course.treated import around, reason_of
from tracker.journeys.pricing import in_currency
from tracker.journeys.writing import Outcome, UnitOfWork, carry_out
from tracker.plan import Item
from tracker.procedures import catalogue, known, meant_by, name_of
from tracker.treatments import Level, Procedure, Profile
from tracker.washout import Washout, Window, washout


class Planning(Struct, frozen=True, kw_only=True):
    """What a person says of a series."""

    code: str
    sessions: int
    every: Span
    begins: date | None = None
    after: str | None = None
    """The series or procedure that it follows, as it was typed."""
    price: Money | None = None
    downtime: int | None = None
    clinic_confirmed: bool = False
    note: str | None = None


class Overview(Struct, frozen=True):
    """The procedures of a patient, as they stand."""

    view: View
    """The newest course."""
    windows: tuple[Washout, ...]
    """Of each procedure that was planned or done, by code."""
    before: tuple[Session, ...] = ()
    """What was done in earlier courses."""

    @property
    def items(self) -> tuple[Item, ...]:
        """The sessions of the series that were planned."""
        names = {one.series for one in self.view.history.series}
        return tuple(one for one in self.view.plan.items if one.rule.id in names)


def windows(views: Sequence[View], procedure: Procedure) -> Washout:
    """Every window of a procedure around all courses of a patient, oldest first, under the profile of the newest."""
    return washout(procedure, catalogue(), [days_of(view) for view in views], views[-1].history.profile)


def overview(context: Context) -> Overview:
    """The procedures that are planned and done, and until when each is kept apart."""
    return overview_of(look_at_all(context))


def overview_of(views: Sequence[View]) -> Overview:
    """The same of courses that were read; the catalogue is loaded only where there is a procedure."""
    history = views[-1].history
    before = [fact for view in views[:-1] for fact in view.history.sessions]
    codes = {plan.code for plan in history.series} | {fact.code for fact in (*before, *history.sessions)}
    if not codes:
        return Overview(views[-1], ())
    known_ones = (one for code, one in catalogue().procedures.items() if code in codes)
    return Overview(views[-1], tuple(windows(views, one) for one in known_ones), tuple(before))


def plan_series(context: Context, planning: Planning) -> Outcome:
    """Plan a series of a procedure, after its windows."""
    procedure = meant_by(planning.code)

    def write(work: UnitOfWork) -> None:
        view = work.view
        open_one = next((one for one in _open(view) if one.code == procedure.code), None)
        if open_one is not None:
            raise InputError(
                N_("a series of {what} is planned already: {series}"), N_("to change it: {fix}; to end it: {cancel}"),
                what=procedure.name, series=name_of(open_one.series), fix=f"isotrack fix {open_one.id} --sessions 3",
                cancel=f"isotrack procedure cancel {open_one.series}",
            )  # fmt: skip
        after = _named(view, planning.after).series if planning.after is not None else None
        found = around(work, context, procedure)
        window = found.forbidding(planning.begins) if planning.begins is not None else None
        if planning.clinic_confirmed and planning.begins is None:
            raise InputError(N_("--clinic-confirmed goes with --from"))
        if window is not None and not planning.clinic_confirmed:
            raise _inside(procedure, found, window, planning)
        fact = SeriesPlan(
            on=context.today, note=planning.note, series=_free_name(view, procedure.code), code=procedure.code,
            sessions=planning.sessions, every=planning.every, begins=planning.begins, after=after,
            price=planning.price, downtime=planning.downtime, clinic_confirmed=window is not None,
        )  # fmt: skip
        fact = in_currency(work.connection, view, fact)
        check(fact, view, context.today)
        work.record(fact)
        _say_what_it_hangs_on(work, found, fact)

    reason = Phrase(N_("series of {what} planned"), {"what": procedure.name})
    return carry_out(context, "procedure plan", reason, write)


def _inside(procedure: Procedure, found: Washout, window: Window, planning: Planning) -> InputError:
    values = {"what": procedure.name, "on": planning.begins, "last": window.last, "sources": Listed(window.sources)}
    message = N_("{what} on {on} lies in the time in which it is restricted, until {last} [{sources}]")
    if window.is_estimate:
        message = N_("{what} on {on} lies in the time in which it is restricted, until {last} (estimate) [{sources}]")
    assert planning.begins is not None  # noqa: S101 - it lies in a window
    hint = N_("the first free day is {free}; if your clinic says otherwise, add --clinic-confirmed")
    return InputError(message, hint, free=found.first_free(planning.begins), **values)


def _say_what_it_hangs_on(work: UnitOfWork, found: Washout, fact: SeriesPlan) -> None:
    first = work.after().plan.item(f"{fact.series}/1")
    assert first is not None  # noqa: S101 - it was just planned
    window = found.last_restricted()
    if fact.clinic_confirmed and window is not None:
        work.say(N_("On your clinic's word from {on} on; by the sources it is restricted until {last} [{sources}]."),
                 on=first.due, last=window.last, sources=Listed(window.sources))  # fmt: skip
    elif window is not None and window.last >= work.view.plan.today:
        message = N_("Restricted until {last}: {text} [{sources}]")
        if window.is_estimate:
            message = N_("Restricted until {last}, an estimate that moves with the last capsule: {text} [{sources}]")
        work.say(message, last=window.last, text=window.text, sources=Listed(window.sources))
        if not window.confirmed:
            work.say(N_("Not confirmed in a source: ask your clinic."))
    if found.level(first.due) is Level.ASK:
        work.say(N_("By its source that is for your clinic to say: {text}"), text=reason_of(found, first.due))


def cancel(context: Context, typed: str, since: int | None) -> Outcome:
    """End a series, from one of its sessions on; or call off the booking of one session, ``dermapen/2``."""
    name, _slash, number = typed.rpartition("/")
    if name and number.isdecimal():
        if since is not None:
            raise InputError(N_("--from goes with a whole series"))
        return unbook(context, _key(context, name, number))

    def write(work: UnitOfWork) -> None:
        plan = _named(work.view, typed)
        dropped = [one for one in _items(work.view, plan) if one.state.is_open and one.ordinal >= (since or 1)]
        if since is not None and not 1 <= since <= plan.sessions:
            raise InputError(N_("{series} has {count}: there is no number {since}"), series=name_of(plan.series),
                             since=since,
                             count=counted("{count} session", "{count} sessions", count=plan.sessions))  # fmt: skip
        if not dropped:
            raise InputError(N_("no session of {series} is open"), series=name_of(plan.series))
        for one in dropped:
            if one.appointment is not None:
                take_away(work, one.appointment)
        work.record(SeriesEnd(on=context.today, series=plan.series, since=since))

    procedure = known(typed)
    called = procedure.name if procedure is not None else name_of(typed)
    return carry_out(context, "procedure cancel", Phrase(N_("{series} called off"), {"series": called}), write)


def choose_times(context: Context, fact: TimesChosen, *, clinic_confirmed: bool) -> Outcome:
    """Say whose times hold for procedures; any but the label's need the clinic's word."""
    if fact.profile is not Profile.LABEL and not clinic_confirmed:
        raise InputError(N_("{profile} is shorter than the label"),
                         N_("if your clinic told you so, add --clinic-confirmed"), profile=fact.profile)  # fmt: skip

    def write(work: UnitOfWork) -> None:
        stop_if_same(work.view, fact)
        check(fact, work.view, context.today)
        work.record(fact)

    reason = Phrase(N_("times of procedures: {profile}"), {"profile": fact.profile})
    return carry_out(context, "procedure profile", reason, write)


def end_series(connection: Connection, command: int, last: View | None, today: date) -> list[Phrase]:
    """With a new course the open series of the one before end: what they were laid after is no longer the last.

    Whoever wants them plans them anew, after the new course.
    """
    remarks = []
    for plan in _open(last) if last is not None else ():
        assert last is not None  # noqa: S101 - it has a series
        dropped = [one for one in _items(last, plan) if one.state.is_open]
        for booked in (one.appointment for one in dropped if one.appointment is not None):
            store.void(connection, command, booked.id)
        store.record(connection, command, last.course.id, SeriesEnd(on=today, series=plan.series))
        again = f"isotrack procedure plan {plan.code} --sessions {len(dropped)} --every {plan.every}"
        again += f' --price "{plan.price}"' if plan.price is not None else ""
        again += f" --downtime {plan.downtime}" if plan.downtime is not None else ""
        remarks.append(Phrase(
            N_("With the new course the open sessions of {series} are called off. To plan them after it: {command}"),
            {"series": name_of(plan.series), "command": again},
        ))  # fmt: skip
    return remarks


def _items(view: View, plan: SeriesPlan) -> list[Item]:
    return [one for one in view.plan.items if one.rule.id == plan.series]


def _open(view: View) -> list[SeriesPlan]:
    """The series of which a session is open."""
    return [plan for plan in view.history.series if any(one.state.is_open for one in _items(view, plan))]


def _named(view: View, typed: str) -> SeriesPlan:
    """The series of this name, or the newest one of a procedure; open ones first."""
    plans = [*_open(view), *reversed(view.history.series)]
    procedure = known(typed)
    of_it = [one for one in plans if procedure is not None and one.code == procedure.code]
    found = next((one for one in plans if one.series == typed.lower()), None) or next(iter(of_it), None)
    if found is not None:
        return found
    what = procedure.name if procedure is not None else name_of(typed)
    names = tuple(dict.fromkeys(one.series for one in _open(view)))
    raise NoSuchError(N_("no series of {what} is planned"), N_("planned: {names}") if names else
                      N_("to plan one: {command}"), word=typed, among=names, what=what,
                      names=Listed(tuple(map(name_of, names))),
                      command="isotrack procedure plan dermapen --sessions 5 --every P1M")  # fmt: skip


def _key(context: Context, name: str, number: str) -> str:
    views = look_at_all(context)
    return f"{_named(views[-1], name).series}/{int(number)}"


def _free_name(view: View, code: str) -> str:
    """The name of a new series: that of its procedure, numbered where one had it, or where a booking stands for it."""
    taken = {one.series for one in view.history.series}
    taken |= {one.key.rpartition("/")[0] for one in view.history.appointments}
    taken |= {rule.id for rule in view.protocol.rules}
    return next(name for number in range(1, len(taken) + 2)
                if (name := code if number == 1 else f"{code}-{number}") not in taken)  # fmt: skip
