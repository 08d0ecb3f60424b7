"""``isotrack protocols``: which programmes there are, what one says, and whether a file of your own is right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker import protocols as files
from tracker.cli import as_json as contract
from tracker.cli import paper, planned, show
from tracker.cli.base import Group, as_json_option, flags
from tracker.cli.laxer import listed
from tracker.cli.tables import Column, table
from tracker.cli.terms import STRENGTHS, point
from tracker.errors import N_, Listed, ProtocolError
from tracker.i18n import _, active
from tracker.rules import (
    During,
    FirstDay,
    Mode,
    Once,
    Panel,
    Permit,
    Protocol,
    Repeat,
    Rule,
    Status,
)

if TYPE_CHECKING:
    from tracker.protocols.checking import Mistake

_STATUSES = {
    Status.IN_FORCE: N_("in force"),
    Status.APPROVED_PENDING: N_("approved, start date open"),
    Status.SUPERSEDED: N_("superseded"),
    Status.CLINIC_PRACTICE: N_("clinic practice"),
}
_TIERS = {
    "R": N_("regulator or label"),
    "G": N_("guideline or study"),
    "C": N_("a clinic's page"),
    "S": N_("secondary source"),
}


@click.group(cls=Group, invoke_without_command=True, help=N_("List the programmes; show or check one."))
@as_json_option()
@click.pass_context
def protocols(ctx: click.Context, as_json: bool) -> None:
    """The programmes."""
    if ctx.invoked_subcommand is not None:
        return
    found = files.shipped()
    if as_json or ctx.find_root().meta.get("as_json"):
        contract.show([
            {"id": one.id, "version": one.version, "status": one.status.value, "jurisdiction": one.jurisdiction,
             "effective_from": one.effective_from.isoformat() if one.effective_from else None,
             "name": {"en": one.name.en, "ja": one.name.ja}}
            for one in found
        ])  # fmt: skip
        return
    table(
        [N_("Programme"), N_("Version"), Column(N_("Name"), prose=True, is_name=True), N_("Status")],
        ([one.id, one.version, one.name.in_language(active().code), _(_STATUSES[one.status])] for one in found),
    )


@protocols.command(name="show", help=N_("Show one programme, rule by rule, with the sources."))
@click.argument("reference", metavar="ID|FILE")
def show_one(reference: str) -> None:
    """One programme."""
    protocol = _named(reference)
    lang = active().code
    show.say(N_("{name} ({protocol}), {status}"), name=protocol.name.in_language(lang),
             protocol=f"{protocol.id}@{protocol.version}", status=_(_STATUSES[protocol.status]))  # fmt: skip
    for rule in protocol.rules:
        click.echo()
        paper.put(_say(N_("{id}: {title}"), id=rule.id, title=rule.title) + _who(rule), hang=2)
        paper.put(f"  {rule.text.in_language(lang)}", hang=2)
        cited = planned.cite(rule.sources, is_confirmed=rule.confirmed)
        paper.put("  " + _(" / ").join([timing(rule), _(STRENGTHS[rule.strength]), cited]))
        if rule.panel is not None:
            paper.put(f"  {_measured(rule.panel)}", hang=2)
    click.echo()
    for remark in protocol.remarks:
        planned.remark(remark)
    click.echo()
    show.say(N_("Sources:"))
    for source in protocol.sources:
        planned.source_line(source, _(_TIERS[source.tier]))


def _check_analytes(protocol: Protocol, file: str) -> None:
    """Raise ProtocolError for a panel with an analyte that is not known: no draw would ever have it."""
    asked = [
        code for rule in protocol.rules if rule.panel is not None for at in (1, 2) for code in rule.panel.asked(at)
    ]
    if not asked:
        return
    from tracker.analytes import laboratory  # start-up: a programme alone needs none

    if unknown := next((code for code in asked if laboratory().analyte(code) is None), None):
        raise ProtocolError(N_('{file}: "{code}" is no analyte that isotrack knows; it knows: {known}'), file=file,
                            code=unknown, known=", ".join(one.code for one in laboratory().analytes))  # fmt: skip


def _measured(panel: Panel) -> str:
    """What has to be among the values of a draw, so that it is the one that is asked for."""
    from tracker.analytes import named  # start-up: a programme alone needs none

    after, first = (Listed(tuple(map(named, panel.asked(ordinal)))) for ordinal in (2, 1))
    cited = planned.cite(panel.sources, is_confirmed=panel.confirmed)
    if panel.first is None:
        return _say(N_("Once values are known, a draw counts with: {what} [{cited}]"), what=after, cited=cited)
    return _say(N_("Once values are known, a draw counts with: {what}; the first one with {first} [{cited}]"),
                what=after, first=first, cited=cited)  # fmt: skip


@protocols.command(
    help=N_(
        "Check a programme file of your own: names every mistake with its line, or says that all is well and in what it"
        " is laxer than the programme that it came from."
    )
)
@click.argument("file", type=click.Path())
def check(file: str) -> None:
    """A file of one's own."""
    from tracker.protocols import checking  # only this command reads a file for the one who mends it

    found = checking.check(Path(file))
    for mistake in found.mistakes:
        _show_mistake(mistake)
    protocol = found.protocol
    if protocol is None:
        mistakes = active().ngettext("{count} mistake", "{count} mistakes", len(found.mistakes))
        raise ProtocolError(N_("{file}: {mistakes}, listed above"), file=file, mistakes=mistakes)
    _check_analytes(protocol, file)
    rules = active().ngettext("{count} rule", "{count} rules", len(protocol.rules))
    show.say(
        N_("{file} is right: {protocol}, {rules}."),
        file=file,
        protocol=f"{protocol.id}@{protocol.version}",
        rules=rules,
    )
    _show_laxer(protocol)


def _show_mistake(mistake: Mistake) -> None:
    """One mistake, with its line where the text itself is wrong."""
    spot = mistake.spot
    if mistake.place is not None:
        show.say(N_("line {line}: {place}: {problem}"), line=spot.line, place=mistake.place, problem=mistake.problem)
        return
    show.say(N_("line {line}, column {column}: {problem}"), line=spot.line, column=spot.column, problem=mistake.problem)
    click.echo(f"    {spot.shown}")
    click.echo(f"    {' ' * spot.indent}^")


def _show_laxer(own: Protocol) -> None:
    """What a programme asks for less than the shipped one that it came from."""
    from tracker.engine.comparison import laxer, origin

    shipped = origin(own, files.shipped())
    if shipped is not None:
        listed(laxer(own, shipped), f"{shipped.id}@{shipped.version}", with_fields=True)


def _named(reference: str) -> Protocol:
    from tracker.journeys.course.adopting import programme_named  # start-up

    return programme_named(reference, flags().day())[0]


def _who(rule: Rule) -> str:
    if rule.can_become_pregnant is None:
        return ""
    return _(" (who can become pregnant)") if rule.can_become_pregnant else _(" (who cannot become pregnant)")


def timing(rule: Rule) -> str:
    """A rule's timing in words; months, weeks and days stay what they are."""
    match rule.timing:
        case Once() as once:
            message = N_("once, on the day of {anchor}")
            if once.offset.count:
                before = once.offset.count < 0
                message = N_("once, {offset} before {anchor}") if before else N_("once, {offset} after {anchor}")
            return _say(message, offset=once.offset, anchor=point(once.anchor))
        case Repeat() as repeat:
            message = N_("every {every} from the last one done, first {first} after {anchor}")
            if repeat.mode is Mode.GRID:
                message = N_("every {every} on fixed days, first {first} after {anchor}")
            return _say(message, every=repeat.every, first=repeat.first, anchor=point(repeat.anchor))
        case During() as during:
            begin = N_("from {lead} before {start}") if during.lead.count else N_("from {start}")
            end = N_("until {tail} after {until}") if during.tail.count else N_("until {until}")
            start, until = point(during.start), point(during.until)
            return _say(begin, lead=during.lead, start=start) + _(" ") + _say(end, tail=during.tail, until=until)
        case Permit() as permit:
            message = N_("within {length} of {anchor}")
            if permit.first_day is FirstDay.COUNTS:
                message = N_("within {length} of {anchor}, that day being day 1")
            return _say(message, length=permit.length, anchor=point(permit.opened_by))


def _say(message: str, **values: Any) -> str:
    return show.filled(message, **values)
