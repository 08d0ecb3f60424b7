"""What is taken beside the capsules, or known of the person, and does not go with them; and where that is said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tracker.cli import paper, planned
from tracker.cli.show import say
from tracker.errors import N_, Listed, Phrase
from tracker.i18n import active
from tracker.pharmacy import Verdict

if TYPE_CHECKING:
    from tracker.journeys.course.taking import Beside
    from tracker.readings.background import Against
    from tracker.readings.substances import Conflict
    from tracker.rules import Source

NOTICE, NOTICE_OF_BACKGROUND = "substance-conflict", "background-conflict"
"""What the JSON of a plan has among its notices while a conflict stands: of what is taken, and of the person."""


def show(beside: Beside) -> None:
    """Print what stands, the strictest first, and what nobody has said anything of."""
    show_standing(beside)
    show_unknown(beside)


def show_standing(beside: Beside) -> None:
    """Print what does not go with the capsules: what is forbidden before what is to be asked about."""
    forbidden = [one for one in beside.conflicts if one.statement.verdict is Verdict.FORBIDDEN]
    standing: tuple[Conflict | Against, ...] = (*forbidden, *beside.against, *beside.conflicts)
    for one in dict.fromkeys(standing):
        show_one(one)


def show_unknown(beside: Beside) -> None:
    """Print what is in no list: it asks for nothing that cannot wait, and stands last."""
    if unknown := beside.unknown:
        names = tuple(Phrase(N_("{what} (number {id})"), {"what": one.name, "id": one.id}) for one in unknown)
        say(N_("Not in the list, to be asked of your clinic or pharmacist: {names}"), names=Listed(names))


def show_one(one: Conflict | Against) -> None:
    """Print one of them."""
    from tracker.journeys.course import taking  # start-up: only where something is taken
    from tracker.readings.background import Against

    said = taking.in_words_against(one) if isinstance(one, Against) else taking.in_words(one)
    paper.put("! " + active().value(said))


def show_sources(cited: Iterable[str], known: Sequence[Source]) -> None:
    """Print the sources of these ids, as the list that they come from names them."""
    wanted = set(cited)
    for source in known:
        if source.id in wanted:
            planned.cited(source.id, source.in_language(active().code), *filter(None, [source.dated]))
