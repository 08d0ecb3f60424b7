"""What a command says of blood values beside the findings: what lies outside its range, and which finding is gone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tracker.analytes import laboratory
from tracker.cli import findings, planned, show
from tracker.errors import N_, Phrase
from tracker.facts import Fact
from tracker.facts.lab import LabValue, amount
from tracker.laboratory import Analyte, Level
from tracker.rules import Sex
from tracker.sheet import Flag, beyond, flag, in_first_unit, range_of

if TYPE_CHECKING:
    from tracker.journeys.course.measuring import Sheet
    from tracker.readings.findings import Finding
    from tracker.sheet import Range

_OUTSIDE = {
    (Flag.HIGH, True): N_("Above its range: {what} {value} on {on}; the upper limit is {end} ({range})"),
    (Flag.LOW, True): N_("Below its range: {what} {value} on {on}; the lower limit is {end} ({range})"),
    (Flag.HIGH, False): N_("Marked as high on the sheet: {what} {value} on {on}; the upper limit is {end} ({range})"),
    (Flag.LOW, False): N_("Marked as low on the sheet: {what} {value} on {on}; the lower limit is {end} ({range})"),
}
"""By the side, and by whether the range says it or the sheet alone."""
_MARKED = {
    Flag.HIGH: N_("Marked as high on the sheet: {what} {value} on {on}"),
    Flag.LOW: N_("Marked as low on the sheet: {what} {value} on {on}"),
}
"""Where no range is known."""
_AT_THE_END = {
    Flag.HIGH: N_("Not below its limit: {what} {value} on {on}; it is to be below {end} ({range})"),
    Flag.LOW: N_("Not above its limit: {what} {value} on {on}; it is to be above {end} ({range})"),
}
"""Where the end of a range, printed as (<150), is reached and lies outside."""
_LEVELS = {Level.WATCH: N_("watch"), Level.CONTACT: N_("contact your clinic"),
           Level.NOW: N_("contact your clinic now")}  # fmt: skip


def outside(sheet: Sheet, recorded: Iterable[Fact]) -> None:
    """Say of each value that was recorded and has made no finding on which side of its range it lies, if on one."""
    told = {one.value.id for one in sheet.findings}
    for value in recorded:
        analyte = laboratory().analyte(value.code) if isinstance(value, LabValue) else None
        if isinstance(value, LabValue) and analyte is not None and value.id not in told:
            _outside(analyte, value, sheet.sex)


def newest(sheet: Sheet, recorded: Iterable[Fact]) -> list[Fact]:
    """Of what was recorded the newest value of each analyte: of a table of years no more is told."""
    of_each = {one.code: one.id for one in sheet.values}.values()
    return [one for one in recorded if isinstance(one, LabValue) and one.id in of_each]


def _outside(analyte: Analyte, value: LabValue, sex: Sex | None) -> None:
    side = flag(analyte, value, sex)
    if side is None:
        return
    against = range_of(analyte, value, sex)
    end = against.high if side is Flag.HIGH else against.low
    values = {"what": analyte.name, "value": amount(value), "on": value.on}
    if end is None:
        show.say(_MARKED[side], **values)
        return
    measured = in_first_unit(analyte, value)
    message = _OUTSIDE[side, beyond(value, measured, against) is side]
    if measured == end and against.sign in ("<", ">"):
        message = _AT_THE_END[side]
    show.say(message, end=findings.in_unit(analyte, value, end), range=_whose(analyte, value, against, side), **values)


def _whose(analyte: Analyte, value: LabValue, against: Range, side: Flag) -> Phrase:
    """Whose range it is, with its source where it is not the laboratory's own."""
    if against.is_own:
        return Phrase(N_("the laboratory's own range"))
    name = (
        findings.whose_range(against, analyte, value) if side is Flag.HIGH else _of_the_lower(against, analyte, value)
    )
    intervals = [one for one in analyte.ranges if one.sex in (None, against.sex) or against.both]
    source = planned.source_name(laboratory().ranges.source)
    is_confirmed = all(one.confirmed for one in intervals)
    message = N_("{range} [{source}]") if is_confirmed else N_("{range} [{source}], not confirmed")
    return Phrase(message, {"range": name, "source": source})


def _of_the_lower(against: Range, analyte: Analyte, value: LabValue) -> Phrase:
    """The same of the lower end, where the ranges of the sexes differ and the sex is not known."""
    if not against.both:
        return findings.whose_range(against, analyte, value)
    ends = {one.sex: findings.in_unit(analyte, value, one.low) for one in against.both}
    return Phrase(
        N_("{name}: {male} for men, {female} for women; the higher one is taken"),
        {"name": laboratory().ranges.name, "male": ends.get(Sex.MALE, "-"), "female": ends.get(Sex.FEMALE, "-")},
    )


def fallen(before: Sheet, after: Sheet) -> None:
    """Say which findings of before are lower now, or gone: by which value, and that nothing else follows from it."""
    now = {one.analyte.code: one for one in after.findings}
    for was in before.findings:
        newest = next((one for one in reversed(after.values) if one.code == was.analyte.code), None)
        lower = now.get(was.analyte.code)
        if lower is None or lower.level.rank < was.level.rank:
            _fallen(was, lower, newest, before)


def _fallen(was: Finding, lower: Finding | None, newest: LabValue | None, before: Sheet) -> None:
    values: dict[str, object] = {
        "what": was.analyte.name,
        "before": findings.in_words(was, before),
        "level": Phrase(_LEVELS[was.level]),
    }
    if newest is None:
        show.say(N_("No value of {what} is left. Until now: {before} ({level}). What your clinic has asked for"
                    " stays as it is."), **values)  # fmt: skip
        return
    values |= {"value": amount(newest), "on": newest.on}
    if lower is None:
        show.say(N_("{what} {value} on {on} reaches no limit of a finding any more. Until now: {before} ({level}). What"
                    " your clinic has asked for stays as it is."), **values)  # fmt: skip
    else:
        show.say(N_("{what} {value} on {on} is a finding of a lower level now ({now}). Until now: {before}"
                    " ({level}). What your clinic has asked for stays as it is."),
                 now=Phrase(_LEVELS[lower.level]), **values)  # fmt: skip
