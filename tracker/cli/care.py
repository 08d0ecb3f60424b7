"""``isotrack care``: what the skin needs on a day, and what is recommended for it and is a conflict then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from tracker.cli import as_json as contract
from tracker.cli import paper, planned, show, whose
from tracker.cli.base import DAY, Command, as_json_option, code, context, option
from tracker.errors import N_, Listed, Phrase
from tracker.pharmacy import Statement, Substance, Verdict
from tracker.readings.care import Phase
from tracker.rules import Source

if TYPE_CHECKING:
    from tracker.care import FirstWeeks, Point
    from tracker.journeys.course.caring import Caring, Conflict

PHASES = {
    Phase.BEFORE: N_("before the first capsule"), Phase.FIRST_WEEKS: N_("the first weeks"),
    Phase.DURING: N_("during the course"), Phase.AFTER: N_("after the course"),
}  # fmt: skip
"""What the phases are called: gettext message ids."""
_VERDICTS = {Verdict.FORBIDDEN: N_("forbidden"), Verdict.ASK: N_("ask your clinic")}


@click.command(
    cls=Command,
    help=N_("Show what the skin needs in this phase of the course, and what is recommended but does not go with the"
            " capsules; each with its source."),
)  # fmt: skip
@option("--on", type=DAY, metavar="DATE", help=N_("The day; today unless said."))
@as_json_option()
@click.pass_context
def care(ctx: click.Context, on: date | None, as_json: bool) -> None:
    """Care of the skin."""
    from tracker.journeys.course import caring

    found = caring.caring(context(), on or context().today)
    if as_json or ctx.find_root().meta.get("as_json"):
        contract.show(_contract(found))
        return
    whose.heading()
    _phase(found)
    for conflict in found.conflicts:
        click.echo()
        _conflict(conflict, found)
    click.echo()
    for point in found.points:
        message = N_("{title}: {text} [{sources}]")
        if not point.confirmed:
            message = N_("{title}: {text}; not confirmed by a source [{sources}]")
        show.say(message, title=point.title, text=point.text, sources=Listed(point.sources))
        if point.against and found.phase is Phase.AFTER:
            show.say(N_("  What spoke against it during the course names no time after it: ask your clinic first."))
    click.echo()
    show.say(N_("Sources:"))
    for source in _sources(found):
        planned.cited(source.id, source.in_language(code()), *filter(None, [source.dated]))
    show.say(N_("These are published statements, not medical advice: your clinic's word goes first."))


def _phase(found: Caring) -> None:
    line = found.view.plan.timeline
    is_today = found.on == context().today
    values: dict[str, Any] = {
        "phase": Phrase(PHASES[found.phase]), "on": Phrase(N_("Today")) if is_today else found.on,
    }  # fmt: skip
    if found.phase is Phase.BEFORE:
        show.say(N_("{on}: {phase}, which is planned for {first}."), first=line.first_dose, **values)
    elif found.phase is Phase.AFTER and line.last_dose is None:
        show.say(N_("{on}: {phase}, by the projected last capsule on {last} (estimate)."),
                 last=line.projected_last_dose, **values)  # fmt: skip
    elif found.phase is Phase.AFTER:
        show.say(N_("{on}: {phase}, whose last capsule was on {last}."), last=line.last_dose, **values)
    else:
        show.say(N_("{on}: {phase}, day {day}."), day=found.day_of_course, **values)
    if found.phase is Phase.FIRST_WEEKS:
        _how_long(found.data.first_weeks)


def _how_long(of: FirstWeeks) -> None:
    message = N_("The first weeks are {span} [{sources}].")
    if not of.confirmed:
        message = N_("The first weeks are taken to be {span}; not confirmed by a source [{sources}].")
    show.say(message, span=of.span, sources=Listed(of.sources))


def _conflict(one: Conflict, found: Caring) -> None:
    """A recommendation with what speaks against it, and from when on it is one again."""
    point = one.point
    show.say(N_("! Conflict: {title}. {sources}: {text}"), title=point.title, text=point.text,
             sources=Listed(point.sources))  # fmt: skip
    for substance, said in _against(point):
        message = N_("{level}: {what}: {reason} [{sources}]")
        if not said.confirmed:
            message = N_("{level}: {what}: {reason}; not confirmed by a source [{sources}]")
        paper.put("  " + show.filled(message, level=Phrase(_VERDICTS[said.verdict]), what=substance.named(said.form),
                                     reason=said.reason, sources=Listed(said.sources)))  # fmt: skip
    values = {"first": one.first, "last": one.last}
    if found.on < one.first:
        message = N_("It holds from {first} on, until {last} (estimate).")
    elif one.is_estimate:
        message = N_("It holds while the course and its windows do: until {last} (estimate).")
    else:
        message = N_("It holds while the windows of the course do: until {last}.")
    paper.put("  " + show.filled(message, **values))


def _against(point: Point) -> Iterator[tuple[Substance, Statement]]:
    for one in point.against:
        for said in one.statements:
            yield one.substance, said


def _sources(found: Caring) -> Iterable[Source]:
    """Those of all that is shown, of the points and then of the substances; one known to both lists once."""
    from tracker.substances import pharmacy

    points = (*found.points, *(one.point for one in found.conflicts))
    cited = {source for one in points for source in one.sources}
    cited |= set(found.data.first_weeks.sources if found.phase is Phase.FIRST_WEEKS else ())
    cited |= {source for one in found.conflicts for _one, said in _against(one.point) for source in said.sources}
    known = {one.id: one for one in (*pharmacy().sources, *found.data.sources)}
    order = [*(one.id for one in found.data.sources), *(one.id for one in pharmacy().sources)]
    return [known[name] for name in dict.fromkeys(order) if name in cited]


def _contract(found: Caring) -> dict[str, Any]:
    """As in ``schemas/care-shown.schema.json``."""
    line = found.view.plan.timeline

    def point(one: Point) -> dict[str, Any]:
        return {"code": one.code, "title": contract.both(one.title), "text": contract.both(one.text),
                "sources": list(one.sources), "confirmed": one.confirmed}  # fmt: skip

    return {
        "patient": whose.label(),
        "today": context().today.isoformat(),
        "on": found.on.isoformat(),
        "phase": found.phase.value,
        "first_dose": line.first_dose.isoformat(),
        "last_dose": contract.day(line.last_dose),
        "day_of_course": found.day_of_course,
        "points": [point(one) for one in found.points],
        "conflicts": [
            point(one.point) | {
                "from": one.first.isoformat(), "until": one.last.isoformat(), "until_is_estimate": one.is_estimate,
                "against": [
                    {"substance": substance.code, "form": said.form, "level": said.verdict.value,
                     "reason": contract.both(said.reason), "sources": list(said.sources), "confirmed": said.confirmed}
                    for substance, said in _against(one.point)
                ],
            }
            for one in found.conflicts
        ],
        "sources": [{"id": one.id, "tier": one.tier, "title": one.title, "ja": one.in_language("ja"), "date": one.dated}
                    for one in _sources(found)],
    }  # fmt: skip
