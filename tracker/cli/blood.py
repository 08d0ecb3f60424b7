"""``isotrack log blood`` with values: read from the sheet, echoed with their units, and looked at at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tracker import analytes
from tracker.analytes import laboratory, unit_named
from tracker.cli import beside_findings, blood_line, findings, paper, show, whose
from tracker.cli.base import confirm, context, is_asked
from tracker.cli.describe import describe
from tracker.cli.sure import sure
from tracker.cli.typed.measures import Measured, RangeOrDayError, read_measured
from tracker.errors import N_, InputError, Listed, NoSuchError, Phrase
from tracker.facts import Done, Fact
from tracker.facts.lab import LabValue, behind
from tracker.facts.observation import Comparator
from tracker.i18n import _, active, number
from tracker.journeys.course import measuring
from tracker.laboratory import Analyte, Unit
from tracker.rounding import half_up
from tracker.sheet import is_odd

_THOUSAND, _OF_THOUSANDS = 1000, -3
_PARTED = r"(?<![0-9.,])[1-9][0-9]{0,2}\.[0-9]{3}(?![0-9.,])"
"""A number whose point may part thousands, as on German sheets."""


def log_values(done: Done, typed: Sequence[str], *, ask: bool, yes: bool) -> None:
    """Record a draw with the values that were typed or are asked for; print each, then what there is to notice."""
    systems = analytes.systems_of(measuring.jurisdiction(context()))
    values = blood_line.values_of(typed, lambda what, printed: value_of(what, printed, systems, done.on), done.on)
    if ask:
        values += _asked({one.code for one in values}, systems, done.on)
    if not values:
        raise InputError(N_("no value was said; nothing was saved"))
    before = measuring.sheet(context())
    outcome = sure(lambda *, is_sure: measuring.log_blood(context(), done, values, is_sure=is_sure), yes=yes,
                   question=N_("Does it stand so on the sheet?"))  # fmt: skip
    keys = [key for fact in outcome.recorded if isinstance(fact, Done) for key in outcome.view.counts_for(fact)]
    stood = outcome.recorded if outcome.already_there else outcome.stood
    for fact in () if outcome.already_there else outcome.recorded:
        text = _dated(fact)
        if isinstance(fact, Done) and keys:
            whose.saved(N_("Saved: {text}, for {key} (number {id})."), text=text, key=show.keys(keys), id=fact.id)
        else:
            whose.saved(N_("Saved: {text} (number {id})."), text=text, id=fact.id)
    whose.already_there([(_dated(fact), fact.id) for fact in stood], changed=not outcome.already_there)
    now = measuring.sheet(context())
    findings.show_all(now)
    beside_findings.outside(now, outcome.recorded)
    beside_findings.fallen(before, now)
    for fact in outcome.recorded:
        _ask_about_an_odd_range(fact)
    show.outcome(outcome, context())


def _dated(fact: Fact) -> str:
    return show.filled(N_("{what} on {on}"), what=describe(fact), on=fact.on)


def _ask_about_an_odd_range(fact: Fact) -> None:
    """What is noticed rests on the range that was typed: a slip in it would hide a finding."""
    analyte = laboratory().analyte(fact.code) if isinstance(fact, LabValue) else None
    if isinstance(fact, LabValue) and analyte is not None and is_odd(analyte, fact):
        usual = Listed(tuple(dict.fromkeys(findings.in_unit(analyte, fact, one.high) for one in analyte.ranges)))
        show.say(
            N_("! {what}: the upper limit {own} is far from the usual one ({usual}), and what is noticed rests on it."
               " Is it right? To correct it: isotrack fix {id} --value ..."),
            what=analyte.name, own=fact.high, usual=usual, id=fact.id,
        )  # fmt: skip


def value_of(analyte: Analyte, printed: str, systems: Sequence[str], on: date, *, grouped: bool = False) -> LabValue:
    """A value as it was printed, in its unit; raise InputError where it cannot be meant or its unit is not known."""
    try:
        said = read_measured(printed, grouped=grouped)
    except RangeOrDayError as error:
        raise error.of(analyte.name) from None
    except InputError as error:
        raise InputError(N_("{what}: {problem}"), what=analyte.name,
                         problem=Phrase(error.message, error.values)) from None  # fmt: skip
    unit = unit_named(analyte, said.unit) if said.unit is not None else analyte.usual(systems)
    if said.of_the_range is not None and unit_named(analyte, said.of_the_range) is not unit:
        raise InputError(N_('{what}: "{typed}" has a range in another unit: leave the range out, or say both in one'),
                         what=analyte.name, typed=said.printed)  # fmt: skip
    _refuse_an_open_sign(analyte, said, unit)
    if unit is None or not analyte.is_plausible(said.value, unit):
        unit = _another_unit(analyte, said, unit, systems)
    return LabValue(
        on=on, code=analyte.code, value=said.value,
        comparator=Comparator(said.comparator) if said.comparator else None,
        unit=unit.name, low=said.low, high=said.high, printed=said.printed,
    )  # fmt: skip


def _refuse_an_open_sign(analyte: Analyte, said: Measured, unit: Unit | None) -> None:
    """Raise InputError for 1,020 where 1020 and 1.020 can both be meant, and for 1.250 where hardly 1.250 is."""
    units = analyte.units if unit is None else (unit,)
    whole = said.value * _THOUSAND
    if re.search(_PARTED, said.printed) and said.value.as_tuple().exponent == _OF_THOUSANDS:
        is_met, is_met_as_whole = (
            any(analyte.is_plausible(value, one) and analyte.is_usual(value, one) for one in units)
            for value in (said.value, whole)
        )
        if is_met_as_whole or (not is_met and any(analyte.is_plausible(whole, one) for one in units)):
            raise InputError(N_('{what}: "{typed}" can be {one} or {other}: write the one that is meant, without zeros'
                                " behind a point"), what=analyte.name, typed=said.printed, one=number(whole),
                             other=number(said.value.normalize()))  # fmt: skip
    point = said.with_a_point
    if point is None or not any(
        analyte.is_plausible(said.value, one) and analyte.is_usual(point, one) for one in units
    ):
        return
    raise InputError(N_('{what}: "{typed}" can be {one} or {other}: write it without a comma'), what=analyte.name,
                     typed=said.printed, one=number(said.value), other=number(point))  # fmt: skip


def corrected(fact: LabValue, printed: str) -> dict[str, Any]:
    """What ``fix`` says anew of a value: read as ``log`` reads it, in the unit that it had where none is said."""
    analyte = laboratory().analyte(fact.code)
    if analyte is None:
        raise InputError(N_("entry {id} was recorded by a newer isotrack: update to correct it"), id=fact.id)
    unit = "" if read_measured(blood_line.visible(printed)).unit else fact.unit or ""
    new = value_of(analyte, f"{printed} {unit}".rstrip(), (), fact.on)
    return {name: getattr(new, name) for name in ("value", "comparator", "unit", "low", "high")} | {"printed": printed}


def _another_unit(analyte: Analyte, said: Measured, unit: Unit | None, systems: Sequence[str]) -> Unit:
    """The unit in which a value can be meant, where somebody says so; it is never guessed."""
    by_factor = {one.factor: one for one in reversed(analyte.units)
                 if analyte.is_plausible(said.value, one) and (not one.is_rare or one.system in systems)}  # fmt: skip
    can_be = sorted((one for one in analyte.units if one in by_factor.values()),
                    key=lambda one: analyte.times_beyond(said.value, one))  # fmt: skip
    if not can_be:
        first = unit or analyte.units[0]
        least, most = (number(half_up(end / first.factor, 3)) for end in (analyte.least, analyte.most))
        raise InputError(
            N_("{what} {value} {unit} cannot be; expected {least} to {most}"), what=analyte.name,
            value=number(said.value), unit=behind(first.name), least=least, most=most,
        )  # fmt: skip
    if is_asked():
        for one in can_be:
            if confirm(show.filled(N_("{what}: is {reading} meant?"), what=analyte.name,
                                   reading=_in_both(analyte, said.value, one)), default=False):  # fmt: skip
                return one
        raise InputError(N_("nothing was saved"))
    readings = Listed(tuple(_in_both(analyte, said.value, one) for one in can_be))
    meant = (f"{said.printed} {can_be[0].name}",) if said.unit is None else ()
    example = f'isotrack log blood "{analyte.code.upper()}={number(said.value)} {can_be[0].name}"'
    if unit is None:
        raise NoSuchError(N_("{what} {value}: in which unit? It can be {readings}"), N_("say it: {command}"),
                          word=said.printed, instead=meant, what=analyte.name, value=number(said.value),
                          readings=readings, command=example)  # fmt: skip
    raise NoSuchError(
        N_("{what} cannot be {value} {unit}; it can be {readings}"), N_("say it: {command}"), word=said.printed,
        instead=meant, what=analyte.name, value=number(said.value), unit=behind(unit.name), readings=readings,
        command=example,
    )  # fmt: skip


def _in_both(analyte: Analyte, value: Decimal, unit: Unit) -> Phrase | str:
    """A value in a unit, and what that is in the analyte's other habit."""
    own = f"{number(value)} {behind(unit.name)}"
    other = next((one for one in analyte.units if one.name != unit.name and one.system != unit.system), None)
    if other is None:
        return own
    converted = f"{findings.shown(value * unit.factor / other.factor)} {behind(other.name)}"
    return Phrase(N_("{value} ({converted})"), {"value": own, "converted": converted})


def _asked(known: set[str], systems: Sequence[str], on: date) -> list[LabValue]:
    """Value after value, asked for at a terminal; an empty answer leaves one out."""
    if not is_asked():
        raise InputError(N_("--ask needs a terminal"), N_("for example: {command}"),
                         command="isotrack log blood ALT=22 TG=145")  # fmt: skip
    show.say(N_("Type each value as it is printed; Enter leaves one out, a full stop ends."))
    found = []
    for analyte in laboratory().analytes:
        if analyte.code in known:
            continue
        usual = analyte.usual(systems)
        label = analyte.name.in_language(active().code)
        if usual is not None:
            label = show.filled(N_("{what} ({note})"), what=label, note=usual.name)
        while True:
            typed = paper.ask(label, _(": "))
            if not typed.strip() or typed.strip() in (".", "。"):
                break
            try:
                found.append(value_of(analyte, blood_line.visible(typed), systems, on))
            except InputError as error:
                show.say(error.message, **error.values)
                continue
            break
        if typed.strip() in (".", "。"):
            break
    return found
