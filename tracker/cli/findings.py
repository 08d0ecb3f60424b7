"""What a careful nurse would notice in blood values, in a line each: never advice, but the clinic."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from tracker.analytes import laboratory
from tracker.cli import paper, planned, show
from tracker.errors import N_, Listed, Phrase
from tracker.facts.lab import LabValue, amount, with_unit
from tracker.i18n import number
from tracker.laboratory import Analyte, Level, Of
from tracker.rounding import half_up
from tracker.rules import Sex
from tracker.sheet import Flag, found_by_the_laboratory

if TYPE_CHECKING:
    from tracker.journeys.course.measuring import Sheet
    from tracker.readings.findings import Finding
    from tracker.sheet import Range

LEVELS = {
    Level.WATCH: N_("Watch: {what}"),
    Level.CONTACT: N_("! Contact your clinic: {what}"),
    Level.NOW: N_("! Contact your clinic now: {what}"),
}
"""What is asked at each level."""
_REASONS = {
    (None, True): N_("the limit of {limit} is reached"),
    (None, False): N_("above the limit of {limit}"),
    (Of.UPPER, True): N_("{times} times the upper limit of {upper} is reached ({range})"),
    (Of.UPPER, False): N_("above {times} times the upper limit of {upper} ({range})"),
    (Of.BASELINE, True): N_("{times} times the value at the start, {baseline}, is reached"),
    (Of.BASELINE, False): N_("above {times} times the value at the start, {baseline}"),
    (Of.PREVIOUS, True): N_("{times} times the value of the draw before, {previous}, is reached"),
    (Of.PREVIOUS, False): N_("above {times} times the value of the draw before, {previous}"),
}
_ABOVE_NORMAL = N_("above the upper limit of {upper} ({range})")
_WITH_SYMPTOMS = N_("{reason}, with symptoms that go with it")
_NOT_BELOW = N_("not below {upper} ({range})")
_MARKED_HIGH = N_("marked as high on the sheet; the upper limit is {upper} ({range})")
_AS_PRINTED = {
    (Flag.HIGH, True): N_("above the upper limit of {end}"),
    (Flag.LOW, True): N_("below the lower limit of {end}"),
    (Flag.HIGH, False): N_("marked as high on the sheet"),
    (Flag.LOW, False): N_("marked as low on the sheet"),
}
"""What the laboratory itself has found: by the side, and by whether its range says it or its mark alone."""
_AT_THE_END = {Flag.HIGH: N_("not below {end}"), Flag.LOW: N_("not above {end}")}
"""Where the end of its range, printed as (<150), is reached and lies outside."""
_DIGITS = 2
"""Decimals of an amount that was converted."""
_MOST_DIGITS = 7
"""Decimals of one that lies next to the value that is held against it: below so many."""


def lines(sheet: Sheet, found: Sequence[Finding] | None = None) -> list[str]:
    """The findings in words, the most pressing first; all where none are named."""
    return [_line(one, sheet) for one in (sheet.findings if found is None else found)]


def show_all(sheet: Sheet) -> None:
    """Print every finding, and what would make the ranges sharper."""
    for line in lines(sheet):
        paper.put(line)
    if any(one.range.both for one in sheet.findings if one.limit.bound.of is not Of.SHEET):
        show.say(N_("The ranges of women and men differ; to say which holds: isotrack log person female (or male)"))


def show_worst(sheet: Sheet, levels: Sequence[Level]) -> None:
    """Print the most pressing finding, where it is of one of these levels, and how many there are besides."""
    if not sheet.findings or sheet.findings[0].level not in levels:
        return
    paper.put(lines(sheet, sheet.findings[:1])[0])
    worst, more = sheet.findings[0], len(sheet.findings) - 1
    equal = [one for one in sheet.findings[1:] if one.level is worst.level is not Level.WATCH]
    if equal:
        values = [Phrase(N_("{what} {value}"), {"what": one.analyte.name, "value": amount(one.value)}) for one in equal]
        show.say(N_("Findings in blood values besides: {count}, {equal} of them just as urgent: {what}. isotrack blood"
                    " shows them."), count=more, equal=len(equal), what=Listed(tuple(values)))  # fmt: skip
    elif more:
        show.say(N_("Findings in blood values besides: {count}; isotrack blood shows them."), count=more)


def _line(one: Finding, sheet: Sheet) -> str:
    return show.filled(LEVELS[one.level], what=in_words(one, sheet))


def in_words(one: Finding, sheet: Sheet) -> Phrase:
    """What was found, why it is one, and who says so; without what is asked of the patient."""
    is_of_the_sheet = one.limit.bound.of is Of.SHEET
    parts: list[Phrase] = [_as_printed(one) if is_of_the_sheet else _reason(one)]
    start = amount(one.baseline) if one.baseline is not None else ""
    is_counted_from_there = one.baseline is not None and bool(one.analyte.grades_from_baseline)
    if one.grade is not None:
        counted = N_("{name} grade {grade}")
        if is_counted_from_there:
            counted = N_("{name} grade {grade}, counted from the {baseline} at the start")
        parts.append(Phrase(counted, {"name": laboratory().grades.name, "grade": one.grade, "baseline": start}))
    if one.baseline is not None and not (is_counted_from_there and one.grade is not None):
        parts.append(Phrase(N_("it was {baseline} at the start"), {"baseline": start}))
    if one.analyte.is_fasting and sheet.fasting.get(one.value.on) is False:
        parts.append(Phrase(N_("not drawn fasting")))
    if not one.limit.confirmed:
        parts.append(Phrase(N_("no other source confirms this limit")))
    sources: tuple[object, ...] = tuple(map(planned.source_name, one.limit.sources))
    if is_of_the_sheet:
        own = N_("the laboratory's own range") if one.amount is not None else N_("the laboratory's own mark")
        sources = (Phrase(own),)
        if one.previous is not None:
            parts.append(Phrase(N_("it was {value}"), {"value": _dated(one.previous)}))
    return Phrase(
        N_("{what} {value} on {on}: {why} [{sources}]"),
        {"what": one.analyte.name, "value": amount(one.value), "on": one.value.on, "why": Listed(tuple(parts)),
         "sources": Listed(sources)},
    )  # fmt: skip


def _as_printed(one: Finding) -> Phrase:
    side = found_by_the_laboratory(one.value) or Flag.HIGH
    message = _AS_PRINTED[side, one.amount is not None]
    if one.value.value == one.amount and one.value.comparator is None:
        message = _AT_THE_END[side]
    return Phrase(message, {"end": shown(one.amount) if one.amount is not None else ""})


def _reason(one: Finding) -> Phrase:
    bound = one.limit.bound
    assert one.amount is not None  # noqa: S101 - it was reached
    upper: object = in_unit(one.analyte, one.value, one.range.high, bound.times)
    if one.range.high is not None and not one.range.is_own:
        upper = _beside_its_source(one, str(upper), one.range.high)
    message = _REASONS[bound.of, bound.reached]
    if bound.of is Of.UPPER and bound.times == 1:
        message = _ABOVE_NORMAL if one.value.value > one.amount or one.value.comparator else _MARKED_HIGH
        if one.range.sign == "<" and one.value.value == one.amount:
            message = _NOT_BELOW
    values = {
        "limit": _limit(one, one.amount), "times": number(bound.times), "upper": upper,
        "range": whose_range(one.range, one.analyte, one.value),
        "baseline": amount(one.baseline) if one.baseline else "", "previous": _dated(one.previous),
    }  # fmt: skip
    reason = Phrase(message, values)
    return Phrase(_WITH_SYMPTOMS, {"reason": reason}) if one.limit.symptoms else reason


def _limit(one: Finding, exact: Decimal) -> Phrase:
    """A limit that is an amount in the unit of the value; as its source has it, where that is in another one."""
    bound, unit = one.limit.bound, one.value.unit
    said = with_unit(_apart(exact, one.value.value), unit)
    if bound.of is not None or bound.value is None or (bound.also is not None and unit in bound.also):
        return said
    return _beside_its_source(one, said, bound.value)


def _beside_its_source(one: Finding, converted: Phrase | str, first: Decimal) -> Phrase:
    """What was converted behind the amount in the unit in which its source says it."""
    said = one.analyte.units[0]
    if one.analyte.unit(one.value.unit) == said:
        return Phrase("{value}", {"value": converted})
    if isinstance(converted, str):
        converted = with_unit(converted, one.value.unit)
    return Phrase(N_("{limit} ({converted})"), {"limit": with_unit(number(first), said.name), "converted": converted})


def _dated(value: LabValue | None) -> Phrase | str:
    return Phrase(N_("{value} on {on}"), {"value": amount(value), "on": value.on}) if value is not None else ""


def in_unit(analyte: Analyte, value: LabValue, end: Decimal | None, times: Decimal = Decimal(1)) -> str:
    """An end of a range in the unit of a value, without the unit; so many times it are compared with the value."""
    return _apart(end / analyte.unit(value.unit).factor, value.value, times) if end is not None else "-"


def _apart(exact: Decimal, value: Decimal, times: Decimal = Decimal(1)) -> str:
    """A converted amount with as many decimals as tell it from the value that is held against so many times it."""

    def side(amount: Decimal) -> int:
        return (value > amount * times) - (value < amount * times)

    digits = next((one for one in range(_DIGITS, _MOST_DIGITS) if side(half_up(exact, one)) == side(exact)), _DIGITS)
    return number(half_up(exact, digits))


def shown(value: Decimal) -> str:
    """An amount with as many decimals as say something."""
    return number(half_up(value, _DIGITS))


def whose_range(against: Range, analyte: Analyte, value: LabValue) -> Phrase:
    """What a range is: the laboratory's own, or that of the data, by sex where the sexes differ."""
    if against.is_own:
        return Phrase(N_("the laboratory's own range"))
    name = laboratory().ranges.name
    if against.both:
        ends = {one.sex: in_unit(analyte, value, one.high) for one in against.both}
        return Phrase(
            N_("{name}: {male} for men, {female} for women; the lower one is taken"),
            {"name": name, "male": ends.get(Sex.MALE, "-"), "female": ends.get(Sex.FEMALE, "-")},
        )  # fmt: skip
    if against.sex is None:
        return Phrase(N_("{name}"), {"name": name})
    return Phrase(N_("{name}, women") if against.sex is Sex.FEMALE else N_("{name}, men"), {"name": name})
