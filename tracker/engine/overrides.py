"""A clinic's own values in place of a protocol's: which fields there are, and when a value needs the clinic's word."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace

from tracker.dates import Span, last_restricted_day
from tracker.errors import N_, InputError, Listed, Phrase
from tracker.facts import Override
from tracker.rules import During, Once, Permit, Protocol, Repeat, Rule, Timing

_FIELDS: dict[type[Timing], tuple[str, ...]] = {
    Once: ("offset",),
    Repeat: ("every", "first"),
    During: ("lead", "tail"),
    Permit: ("length",),
}
_A_YEAR = [date(2027, 1, 1) + timedelta(days=day) for day in range(365)]


def with_overrides(protocol: Protocol, overrides: Iterable[Override]) -> Protocol:
    """``protocol`` with the clinic's own values in it; the last value for a field holds.

    They were checked against the programme that the course was started under. In one that was adopted since, those are
    left out that do not fit it, and those that would make one of its windows shorter without the clinic's word.
    """
    said = tuple(overrides)
    if not protocol.former:
        return replace(protocol, rules=_changed(protocol.rules, said))
    first, *later = protocol.former
    eras = [replace(first, rules=_changed(first.rules, said))]
    eras += [replace(era, rules=_changed(era.rules, _fitting(replace(protocol, rules=era.rules), said)))
             for era in later]  # fmt: skip
    return replace(protocol, rules=_changed(protocol.rules, _fitting(protocol, said)), former=tuple(eras))


def with_those_that_fit(protocol: Protocol, overrides: Iterable[Override]) -> Protocol:
    """A programme alone, as it holds in a course that has these values: with those that it takes."""
    return replace(protocol, rules=_changed(protocol.rules, _fitting(protocol, tuple(overrides))))


def without_a_place(protocol: Protocol, overrides: Iterable[Override]) -> list[tuple[Override, InputError]]:
    """The clinic's own values that a programme does not take, and why."""
    found = []
    for own in overrides:
        try:
            checked_override(protocol, own)
        except InputError as problem:
            found.append((own, problem))
    return found


def _fitting(protocol: Protocol, overrides: tuple[Override, ...]) -> tuple[Override, ...]:
    left_out = {id(own) for own, _problem in without_a_place(protocol, overrides)}
    return tuple(own for own in overrides if id(own) not in left_out)


def _changed(rules: tuple[Rule, ...], overrides: Iterable[Override]) -> tuple[Rule, ...]:
    changed = {rule.id: rule for rule in rules}
    for own in overrides:
        changed[own.rule] = _with(changed[own.rule], own.field, own.value)
    return tuple(changed.values())


def checked_override(protocol: Protocol, own: Override) -> Override:
    """The clinic's own value, with its word kept only where it shortens a window.

    Raise InputError for a rule or field that is not there, or a window shortened without the clinic's word.
    """
    rule = protocol.rule(own.rule)
    if rule is None:
        raise InputError(
            N_('{protocol} has no rule "{rule}"'),
            N_("its rules: {rules}"),
            protocol=protocol.id,
            rule=own.rule,
            rules=Listed(tuple(rule.id for rule in protocol.rules)),
        )
    fields = _FIELDS[type(rule.timing)]
    if own.field not in fields:
        raise InputError(
            N_('the rule "{rule}" has no "{field}" to set; it has: {fields}'),
            rule=own.rule,
            field=own.field,
            fields=Listed(fields),
        )
    old: Span = getattr(rule.timing, own.field)
    named = Phrase(N_("{title} ({id})"), {"title": rule.title, "id": rule.id})
    if own.value.count < 0 and old.count >= 0:
        raise InputError(N_("the span is negative; one such as P1M is expected"), value=own.value)
    if not own.value.is_within_ten_years:
        raise InputError(N_("{value} for {rule} is more than ten years"), rule=named, value=own.value)
    if isinstance(rule.timing, Repeat | Permit) and own.value.count < 1:
        raise InputError(N_("{rule} needs at least one day; {value} is none"), rule=named, value=own.value)
    if isinstance(rule.timing, Repeat) and own.value.unit is not rule.timing.every.unit:
        raise InputError(
            N_("{rule} is counted in the unit of {old}; {value} is not"), rule=named, old=old, value=own.value
        )
    shorter = isinstance(rule.timing, During) and _is_shorter(own.value, old)
    if shorter and not own.clinic_confirmed:
        raise InputError(
            N_("{value} is shorter than the protocol's {old} for {rule}"),
            N_("if your clinic told you so, add --clinic-confirmed"),
            value=own.value,
            old=old,
            rule=named,
        )
    return replace(own, clinic_confirmed=shorter)


def _with(rule: Rule, field: str, value: Span) -> Rule:
    timing = rule.timing
    if isinstance(timing, Repeat) and field == "every" and timing.first == timing.every:
        return replace(rule, timing=replace(timing, every=value, first=value))
    changed: dict[str, Any] = {field: value}
    return replace(rule, timing=replace(timing, **changed))


def _is_shorter(new: Span, old: Span) -> bool:
    """Whether there is any day on which a window of ``new`` ends before one of ``old``."""
    return any(last_restricted_day(day, new) < last_restricted_day(day, old) for day in _A_YEAR)
