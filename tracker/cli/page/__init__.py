"""The page for the doctor in words: its sections, always the same ones in the same order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from tracker import __version__
from tracker.cli.page import blood, doses, felt, finding, head, plan, rest
from tracker.cli.show import filled
from tracker.errors import N_
from tracker.i18n import active
from tracker.report.document import Document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.journeys.course.reporting import Report


class Choice(Struct, frozen=True):
    """How much stands on the page, and of whom."""

    name: str | None = None
    """None where nobody is named, or the page is to name nobody."""
    is_discreet: bool = False
    is_full: bool = False
    photos: Mapping[str, str] | None = None
    """By the name of the file the address of its octets."""


def document(found: Report, choice: Choice) -> Document:
    """The page."""
    with active().unaddressed():
        title = head.title(choice.name)
        sections = [
            finding.section(found, is_full=choice.is_full),
            head.background(found, is_full=choice.is_full),
            doses.section(found, is_full=choice.is_full),
            blood.section(found, is_full=choice.is_full),
            felt.section(found, is_full=choice.is_full),
            felt.skin(found),
            plan.missed(found, is_full=choice.is_full),
            plan.section(found, is_full=choice.is_full),
            plan.windows(found, is_full=choice.is_full),
            plan.procedures(found),
            rest.questions(found),
            *rest.photos(found, choice.photos),
            rest.certain(found),
        ]
        sections.append(rest.sources(found, sections, is_full=choice.is_full))
        figures = head.figures(found, is_discreet=choice.is_discreet)
        foot = filled(N_("Made by isotrack {version} from what the patient recorded; published rules and limits with"
                         " their sources, no medical advice."), version=__version__)  # fmt: skip
        return Document(active().code, title, head.subtitle(found), figures, sections, foot)
