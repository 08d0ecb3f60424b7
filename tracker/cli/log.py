"""``isotrack log`` and ``isotrack book``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from tracker.cli import base, show
from tracker.cli.amounts import KILOGRAMS, MILLIGRAMS
from tracker.cli.base import NOTE, Command, Group, WordOfADay, code, context, flags, note_option, on_option, option
from tracker.cli.describe import describe
from tracker.cli.typed import combined, plain, read_when
from tracker.errors import N_, InputError
from tracker.model import Appointment, Cleared, Done, Dose, Risk, RiskKind, TestResult, Weight
from tracker.rules import Kind

if TYPE_CHECKING:
    from tracker.journeys.writing import Outcome

_RESULTS = {
    "negative": TestResult.NEGATIVE, "neg": TestResult.NEGATIVE, "陰性": TestResult.NEGATIVE, "-": TestResult.NEGATIVE,
    "positive": TestResult.POSITIVE, "pos": TestResult.POSITIVE, "陽性": TestResult.POSITIVE, "+": TestResult.POSITIVE,
    "unclear": TestResult.UNCLEAR, "invalid": TestResult.UNCLEAR,
    "判定不能": TestResult.UNCLEAR, "不明": TestResult.UNCLEAR,
}  # fmt: skip


_RISKS = {
    "unprotected": RiskKind.UNPROTECTED, "unprotected-sex": RiskKind.UNPROTECTED, "sex": RiskKind.UNPROTECTED,
    "避妊なし": RiskKind.UNPROTECTED, "避妊失敗": RiskKind.UNPROTECTED, "避妊しなかった": RiskKind.UNPROTECTED,
    "missed-period": RiskKind.MISSED_PERIOD, "late-period": RiskKind.MISSED_PERIOD, "period": RiskKind.MISSED_PERIOD,
    "生理の遅れ": RiskKind.MISSED_PERIOD, "生理が来ない": RiskKind.MISSED_PERIOD, "月経遅延": RiskKind.MISSED_PERIOD,
}  # fmt: skip


@click.group(cls=Group, help=N_("Record what was done, taken or measured; today unless --on says otherwise."))
def log() -> None:
    """Record facts."""


def _counted_for(command: Callable[..., None]) -> Callable[..., None]:
    """``--for KEY``, and the clinic's word where the item's own days say otherwise."""
    confirmed = option("--clinic-confirmed", is_flag=True, help=N_("The clinic itself counts it for that item."))
    named = option("--for", "for_key", metavar="KEY", help=N_("The planned item that it counts for, such as visit/2."))
    decorated: Callable[..., None] = named(confirmed(command))
    return decorated


def _done(kind: Kind, text: str, name: str, *aliases: str) -> None:
    """A sub-command for a thing that the plan asks for, under every name that people have for it."""
    for one in (name, *aliases):

        @log.command(name=one, help=text, hidden=one != name)
        @on_option(N_("The day it was done; today unless said."))
        @_counted_for
        @note_option()
        def record(on: date | None, for_key: str | None, clinic_confirmed: bool, note: str | None) -> None:
            log_done(Done(on=on or flags().day(), kind=kind, note=note), for_key, clinic_confirmed=clinic_confirmed)


def log_done(fact: Done, for_key: str | None, *, clinic_confirmed: bool) -> None:
    """Record a thing done and print what it counts for."""
    from tracker.journeys.course import recording

    if clinic_confirmed and for_key is None:
        raise InputError(N_("--clinic-confirmed goes with --for"))
    pin = plain(for_key) if for_key is not None else None
    done = recording.log_done(context(), replace(fact, pin=pin, clinic_confirmed=clinic_confirmed))
    recorded = done.recorded[0]
    keys = () if isinstance(recorded, Done) and recorded.awaits_result else done.view.counts_for(recorded)
    _saved(done, N_("{what} on {on}"), what=describe(recorded), on=recorded.on, key=show.keys(keys))
    show.outcome(done, context())


def _saved(done: Outcome, message: str, **values: Any) -> None:
    """Say that it is saved, on which day and for what, with the number that ``fix`` takes."""
    text = show.filled(message, **values)
    fact = done.recorded[-1]
    if done.already_there:
        show.say(N_("Already there: {text} (number {id}). Nothing changed."), text=text, id=fact.id)
    elif values.get("key"):
        show.say(N_("Saved: {text}, for {key} (number {id})."), text=text, key=values["key"], id=fact.id)
    else:
        show.say(N_("Saved: {text} (number {id})."), text=text, id=fact.id)


_done(Kind.VISIT, N_("A visit to the clinic."), "visit", "通院", "診察", "受診", "再診")
_done(Kind.BLOOD_TEST, N_("Blood was drawn."), "blood", "blood-test", "採血", "血液検査")
_done(
    Kind.ATTESTATION, N_("A consent or the programme's questions were signed."),
    "consent", "attestation", "同意", "同意書",
)  # fmt: skip
_done(Kind.REVIEW, N_("A review of mood and well-being."), "review", "問診")
_done(Kind.PICK_UP, N_("Capsules were picked up at the pharmacy."), "pick-up", "pickup", "受け取り", "受取")


for _name in ("pregnancy-test", "妊娠検査"):

    @log.command(
        name=_name, hidden=_name != "pregnancy-test",
        help=N_("A pregnancy test, with its result if it is known: negative, positive, unclear."),
    )  # fmt: skip
    @click.argument("result", required=False)
    @on_option(N_("The day of the specimen; today unless said."))
    @_counted_for
    @note_option()
    def pregnancy_test(
        result: str | None, on: date | None, for_key: str | None, clinic_confirmed: bool, note: str | None
    ) -> None:
        """A pregnancy test."""
        fact = Done(on=on or flags().day(), kind=Kind.PREGNANCY_TEST, result=read_result(result), note=note)
        log_done(fact, for_key, clinic_confirmed=clinic_confirmed)


for _name in ("risk", "妊娠の可能性"):

    @log.command(
        name=_name, hidden=_name != "risk",
        help=N_("A pregnancy is possible although no test says so: unprotected (sex) or missed-period."),
    )  # fmt: skip
    @click.argument("what", metavar="WHAT")
    @on_option(N_("The day of it; today unless said."))
    @note_option()
    def risk(what: str, on: date | None, note: str | None) -> None:
        """A risk of pregnancy."""
        from tracker.journeys.course import dangers

        fact = Risk(on=on or flags().day(), what=_read_risk(what), note=note)
        done = dangers.log_risk(context(), fact)
        _saved(done, N_("{what} on {on}"), what=describe(fact), on=fact.on)
        show.outcome(done, context())


for _name in ("cleared", "解除"):

    @log.command(
        name=_name, hidden=_name != "cleared",
        help=N_("Your clinic's word that a positive test or a risk of pregnancy is settled."),
    )  # fmt: skip
    @on_option(N_("The day of the clinic's word; today unless said."))
    @note_option()
    def cleared(on: date | None, note: str | None) -> None:
        """The clinic's word."""
        from tracker.journeys.course import dangers

        fact = Cleared(on=on or flags().day(), note=note)
        done = dangers.log_cleared(context(), fact)
        _saved(done, N_("{what} on {on}"), what=describe(fact), on=fact.on)
        show.outcome(done, context())


def _read_risk(typed: str) -> RiskKind:
    try:
        return _RISKS[plain(typed).lower().replace(" ", "-")]
    except KeyError:
        raise InputError(N_('"{typed}" is not such a risk; expected unprotected or missed-period'),
                         typed=typed) from None  # fmt: skip


def read_result(typed: str | None) -> TestResult | None:
    """What a test said; never negative by default."""
    if typed is None:
        return None
    try:
        return _RESULTS[plain(typed).lower()]
    except KeyError:
        raise InputError(N_('"{typed}" is not a result; expected negative, positive or unclear'), typed=typed) from None


@log.command(help=N_("The capsules of a day: taken (MG, as prescribed if not said) or --missed."))
@click.argument("mg", type=MILLIGRAMS, required=False)
@on_option(N_("The day of the capsules; today unless said."))
@option("--missed", is_flag=True, help=N_("They were not taken."))
@option("--first", is_flag=True, help=N_("It was the first capsule of the course."))
@note_option()
def dose(mg: Decimal | None, on: date | None, missed: bool, first: bool, note: str | None) -> None:
    """The doses of a day."""
    from tracker.journeys.course import recording

    if missed and (mg is not None or first):
        raise InputError(N_("a missed dose has no milligrams and is not the first"))
    said = Dose(on=on or flags().day(), taken=not missed, mg=mg, note=note)
    first = first or (not missed and _is_said_to_be_the_first(said.on))
    done = recording.log_dose(context(), said, first=first)
    fact = done.recorded[-1]
    message = N_("missed capsule on {on}") if missed else N_("capsule taken on {on}")
    if mg is not None:
        message = N_("{mg} mg taken on {on}")
    _saved(done, message, on=fact.on, mg=mg)
    show.outcome(done, context())


def _is_said_to_be_the_first(on: date) -> bool:
    """Ask, where somebody sits at a terminal, whether the first capsule logged is the first one of the course."""
    from tracker.journeys.course import recording

    planned = recording.may_be_the_first(context(), on) if base.is_asked() else None
    return planned is not None and click.confirm(
        show.filled(N_("The first capsule was planned for {planned}. Was that of {on} the first one?"),
                    planned=planned, on=on),
        default=False,
    )  # fmt: skip


@log.command(help=N_("Body weight, such as 54, 54.5kg or 119lb."))
@click.argument("kg", type=KILOGRAMS)
@on_option(N_("The day it was measured; today unless said."))
@note_option()
def weight(kg: Decimal, on: date | None, note: str | None) -> None:
    """Body weight."""
    from tracker.journeys.course import recording

    done = recording.log_weight(context(), Weight(on=on or flags().day(), kg=kg, note=note))
    _saved(done, N_("{kg} kg on {on}"), kg=kg, on=done.recorded[0].on)
    show.outcome(done, context())


@click.command(
    cls=Command,
    help=N_(
        "Record an appointment for the planned item KEY (isotrack plan shows the keys): a day, or a day and a time."
    ),
)
@click.argument("key")
@click.argument("when", nargs=-1, type=WordOfADay())
@option("--cancel", is_flag=True, help=N_("Take the appointment away."))
@option("--note", type=NOTE, metavar="TEXT", help=N_("A note of your own."))
def book(key: str, when: tuple[str, ...], cancel: bool, note: str | None) -> None:
    """An appointment."""
    from tracker.journeys.course import recording

    key = plain(key)
    if cancel:
        if when:
            raise InputError(N_("--cancel takes no day"))
        done = recording.unbook(context(), key)
        show.say(N_("Saved: {key} has no appointment any more."), key=key)
    else:
        if not when:
            raise InputError(N_("the day of the appointment is missing"), N_("for example: {command}"),
                             command='isotrack book visit/2 "2026-12-24 15:30"')  # fmt: skip
        on, at = read_when(" ".join(when), flags().day(), code())
        done = recording.book(context(), key, on, at, note)
        booked = done.recorded[-1]
        assert isinstance(booked, Appointment)  # noqa: S101 - that is what was recorded
        _saved(done, N_("appointment on {when}"), when=combined(on, at), key=booked.key)
    show.outcome(done, context())
