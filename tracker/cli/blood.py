"""``isotrack log blood`` with values: read from the sheet, echoed with their units, and looked at at once."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

from tracker import analytes
from tracker.analytes import analyte_named, is_analyte, laboratory, unit_named
from tracker.cli import beside_findings, findings, paper, show, whose
from tracker.cli.base import confirm, context, is_asked
from tracker.cli.describe import describe
from tracker.cli.sure import sure
from tracker.cli.typed import plain
from tracker.cli.typed.measures import Measured, measured_pairs, plain_pair, read_measured
from tracker.errors import N_, InputError, Listed, NoSuchError, Phrase
from tracker.facts import Done, Fact
from tracker.facts.lab import LabValue, behind
from tracker.facts.observation import Comparator
from tracker.i18n import _, active, number
from tracker.journeys.course import measuring
from tracker.laboratory import Analyte, Unit
from tracker.rounding import half_up
from tracker.sheet import is_odd

_SEVERAL = 2
_NEXT = r"\s*[、，;；/／]\s*(?=[^\s=:：＝/]+\s*[=:：＝])"  # noqa: RUF001 - as it is typed
"""What stands between two values that are typed as one word; a unit may have a stroke."""
_RUN_TOGETHER = r"(\D+?)([<>≦≧＜＞]?=?\d.*)"  # noqa: RUF001 - typed with a Japanese keyboard


def log_values(done: Done, typed: Sequence[str], *, ask: bool, yes: bool) -> None:
    """Record a draw with the values that were typed or are asked for; print each, then what there is to notice."""
    systems = analytes.systems_of(measuring.jurisdiction(context()))
    values = [value_of(analyte, printed, systems, done.on) for analyte, printed in _named(typed)]
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


def _named(typed: Sequence[str]) -> Iterator[tuple[Analyte, str]]:
    """The analytes that were typed with what was printed for them; no analyte twice."""
    seen: dict[str, str] = {}
    pairs = _pairs(typed)
    _refuse_unknown([name for name, _printed in pairs if name])
    for name, printed in pairs:
        if not name:
            raise InputError(N_('"{typed}" stands without the name of what was measured'), N_("for example: {command}"),
                             typed=printed, command="isotrack log blood ALT=22 TG=145")  # fmt: skip
        analyte = analyte_named(name)
        if not printed:
            raise InputError(N_("{what}: the value is missing"), N_("for example: {command}"), what=analyte.name,
                             command=f"isotrack log blood {analyte.code.upper()}=22")  # fmt: skip
        if analyte.code in seen:
            raise InputError(N_("{what} was said twice: {first} and {second}"), what=analyte.name,
                             first=seen[analyte.code], second=printed)  # fmt: skip
        seen[analyte.code] = printed
        yield analyte, printed


def _refuse_unknown(names: Sequence[str]) -> None:
    """Raise InputError that names every item of a sheet that is not known, where a known one stands beside them."""
    unknown = [name for name in names if not is_analyte(name)]
    if len(unknown) < _SEVERAL or len(unknown) == len(names):
        return
    for name in unknown:
        try:
            analyte_named(name)
        except NoSuchError:
            raise  # a slip, which is mended first
        except InputError:
            continue
    raise InputError(N_("these items are not known: {names}"),
                     N_("log the others without them; blood values: {codes}"), names=Listed(tuple(unknown)),
                     codes=Listed(tuple(one.code for one in laboratory().analytes)))  # fmt: skip


def _pairs(typed: Sequence[str]) -> list[tuple[str, str]]:
    """Names with what was printed for them, the value empty where none was."""
    typed = [part for word in typed for part in re.split(_NEXT, word) if part]
    plainly = [pair for word in typed if (pair := plain_pair(word)) is not None]
    if len(plainly) == len(typed):
        return plainly
    _refuse_values_in_front(typed)
    return list(measured_pairs([_apart(_visible(word)) for word in typed], is_analyte))


def _refuse_values_in_front(typed: Sequence[str]) -> None:
    """Raise InputError for values that stand in front of their names, 70 ALT; nothing is turned round unasked."""
    words = [part for word in typed for part in _visible(word).split()]
    pairs: list[str] = []
    while words:
        found = next(((value, end) for value in (1, 2) for end in range(min(len(words), value + 4), value, -1)
                      if is_analyte(" ".join(words[value:end])) and _is_a_value(words[:value])), None)  # fmt: skip
        if found is None:
            return
        value, end = found
        name = analyte_named(" ".join(words[value:end])).code.upper()
        pairs.append(shlex.quote(f"{name}={' '.join(words[:value])}"))
        words = words[end:]
    if pairs:
        raise InputError(N_('"{typed}": a value stands behind its name'), N_("did you mean: {commands}?"),
                         typed=" ".join(typed), commands=f"isotrack log blood {' '.join(pairs)}")  # fmt: skip


def _is_a_value(words: Sequence[str]) -> bool:
    """Whether words are a value by themselves, with its unit perhaps."""
    with suppress(InputError):
        read_measured(" ".join(words))
        return True
    return False


def _apart(word: str) -> str:
    """A word in which a value stands right behind its name, as in ALT22, with what is typed between them."""
    found = re.fullmatch(_RUN_TOGETHER, word)
    is_both = found is not None and is_analyte(found[1]) and not is_analyte(word)
    return f"{found[1]}={found[2]}" if found is not None and is_both else word


def _visible(word: str) -> str:
    plain(word)  # what cannot be stored is refused before anything is read in it
    return word


def value_of(analyte: Analyte, printed: str, systems: Sequence[str], on: date, *, grouped: bool = False) -> LabValue:
    """A value as it was printed, in its unit; raise InputError where it cannot be meant or its unit is not known."""
    try:
        said = read_measured(printed, grouped=grouped)
    except InputError as error:
        raise InputError(N_("{what}: {problem}"), what=analyte.name,
                         problem=Phrase(error.message, error.values)) from None  # fmt: skip
    _refuse_an_open_comma(analyte, said)
    unit = unit_named(analyte, said.unit) if said.unit is not None else analyte.usual(systems)
    if unit is None or not analyte.is_plausible(said.value, unit):
        unit = _another_unit(analyte, said, unit)
    return LabValue(
        on=on, code=analyte.code, value=said.value,
        comparator=Comparator(said.comparator) if said.comparator else None,
        unit=unit.name, low=said.low, high=said.high, printed=said.printed,
    )  # fmt: skip


def _refuse_an_open_comma(analyte: Analyte, said: Measured) -> None:
    """Raise InputError for 1,020 where 1020 and 1.020 can both be meant."""
    point = said.with_a_point
    if point is None or not any(
        analyte.is_plausible(said.value, one) and analyte.is_usual(point, one) for one in analyte.units
    ):
        return
    raise InputError(N_('{what}: "{typed}" can be {one} or {other}: write it without a comma'), what=analyte.name,
                     typed=said.printed, one=number(said.value), other=number(point))  # fmt: skip


def corrected(fact: LabValue, printed: str) -> dict[str, Any]:
    """What ``fix`` says anew of a value: read as ``log`` reads it, in the unit that it had where none is said."""
    analyte = laboratory().analyte(fact.code)
    if analyte is None:
        raise InputError(N_("entry {id} was recorded by a newer isotrack: update to correct it"), id=fact.id)
    unit = "" if read_measured(_visible(printed)).unit else fact.unit or ""
    new = value_of(analyte, f"{printed} {unit}".rstrip(), (), fact.on)
    return {name: getattr(new, name) for name in ("value", "comparator", "unit", "low", "high")} | {"printed": printed}


def _another_unit(analyte: Analyte, said: Measured, unit: Unit | None) -> Unit:
    """The unit in which a value can be meant, where somebody says so; it is never guessed."""
    by_factor = {one.factor: one for one in reversed(analyte.units) if analyte.is_plausible(said.value, one)}
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
                found.append(value_of(analyte, _visible(typed), systems, on))
            except InputError as error:
                show.say(error.message, **error.values)
                continue
            break
        if typed.strip() in (".", "。"):
            break
    return found
