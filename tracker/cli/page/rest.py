"""The end of the page: the patient's questions, photos, what is certain and what is assumed, and the sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from tracker.cli import adherence, planned, taken
from tracker.cli.page import finding, graver
from tracker.cli.show import filled
from tracker.cli.symptoms import noticed
from tracker.errors import N_, Listed, counted
from tracker.facts.intake import PRODUCT_NAMES, Product
from tracker.facts.photos import WORDS_OF
from tracker.i18n import _, active
from tracker.readings.basis import last_dose
from tracker.readings.photos import by_area
from tracker.readings.place import Place
from tracker.report.document import Box, Boxes, Lines, Picture, Pictures, Prose, Section
from tracker.vocabulary import vocabulary

if TYPE_CHECKING:
    from tracker.facts.photos import Photo
    from tracker.facts.questions import Question
    from tracker.journeys.course.reporting import Report
    from tracker.rules import Source


def questions(found: Report) -> Section:
    """What the patient wants to ask, as boxes to tick, and what was answered."""
    title = _("The patient's questions")
    if not found.questions:
        return Section(title, [Lines([_("None was recorded.")])])
    return Section(title, [Boxes([_box(one) for one in found.questions])])


def _box(one: Question) -> Box:
    if one.answered is None:
        return Box(one.text, one.note or "")
    said = filled(N_("answered on {on}"), on=one.answered)
    if one.note:
        said = filled(N_("{text}: {note}"), text=said, note=one.note)
    return Box(one.text, said, is_ticked=True, mark=_("answered"))


def photos(found: Report, addresses: Mapping[str, str] | None) -> Iterator[Section]:
    """Of each area the first photo of the time that the page is about, or the last before it, and the newest."""
    if found.photos is None or addresses is None:
        return
    words = vocabulary(WORDS_OF)
    blocks = [
        Pictures(words.named(area).in_language(active().code), [_picture(one, found, addresses) for one in pair])
        for area, pair in pairs(found)
    ]
    yield Section(_("Photos"), blocks or [Lines([_("None was recorded.")])], is_wide=True)


def pairs(found: Report) -> list[tuple[str, list[Photo]]]:
    """By area the photos that stand side by side."""
    rows = by_area(found.photos.photos).items() if found.photos is not None else ()
    chosen = []
    for area, row in rows:
        before = [one for one in row if not found.is_in_it(one.on)]
        within = [one for one in row if found.is_in_it(one.on)]
        kept = [*before[-1:], *within]
        chosen.append((area, [kept[0]] if len(kept) == 1 else [kept[0], kept[-1]]))
    return chosen


def _picture(one: Photo, found: Report, addresses: Mapping[str, str]) -> Picture:
    where = found.photos.place(one) if found.photos is not None else Place()
    caption = active().day(one.on)
    if where.day is not None:
        caption = filled(N_("{on}, day {day}"), on=one.on, day=where.day)
    elif where.after is not None:
        days = counted("{count} day after the last capsule", "{count} days after the last capsule", count=where.after)
        caption = filled(N_("{on}, {days}"), on=one.on, days=days)
    address = addresses.get(one.file, "")
    return Picture(caption if address else filled(N_("{file} (missing)"), file=caption), address)


def certain(found: Report) -> Section:
    """What was confirmed by an entry, and what is assumed."""
    lines: list[str] = []
    for product in found.doses.intake.sums:
        parts = Listed(tuple(line.strip() for line in taken.parts_of(found.doses, product)))
        what = _("Capsules")
        if found.doses.has_several or product is not Product.CONVENTIONAL:
            what = filled(N_("{what} ({note})"), what=what, note=_(PRODUCT_NAMES[product]))
        lines.append(filled(N_("{what}: {parts}"), what=what, parts=parts))
    if kept := adherence.lines(found.doses):
        lines.append(str(active().value(Listed(tuple(line.strip() for line in kept)))))
    view, line = found.view, found.view.plan.timeline
    basis = last_dose(line.end, view.history, line)
    lines.append(filled(N_("All windows hang on: {what} ({on})."), what=basis.what, on=line.end))
    lines += [finding.said(one) for one in view.plan.notices if one.code in finding.OF_WHAT_IS_ASSUMED]
    lines.append(_("All entries are the patient's own; what is marked as not confirmed was seen in no source."))
    return Section(_("What is confirmed, and what is assumed"), [Lines(lines)], is_wide=True, is_small=True)


def sources(found: Report, sections: Sequence[Section], *, is_full: bool) -> Section:
    """What the letters and numbers in brackets stand for: whatever is cited in these sections is there."""
    texts = [
        filled(
            N_("[{id}] {title} ({about})") if dated else N_("[{id}] {title}"),
            id=planned.source_name(name),
            title=title,
            about=dated,
        )
        for name, title, dated in _cited(found, sections, is_full=is_full)
    ]
    return Section(_("Sources"), [Prose("; ".join(texts))], is_wide=True, is_small=True)


def _cited(found: Report, sections: Sequence[Section], *, is_full: bool) -> Iterator[tuple[str, str, str | None]]:
    view = found.view
    entries = view.plan.entries if is_full else (*found.agenda.running, *view.plan.spans)
    own = {source for one in entries for source in one.rule.sources}
    own |= {source for one in found.procedures.windows for window in one.windows for source in window.sources}
    seen: set[str] = set()
    for wanted, known in _lists(found, own):
        for name, title, dated in known:
            if name in wanted and name not in seen:
                seen.add(name)
                yield name, title, dated
    in_brackets = set(keys(sections))
    for known in _every_list(found) if in_brackets - set(map(planned.source_name, seen)) else ():
        for name, title, dated in known:
            if planned.source_name(name) in in_brackets and name not in seen:
                seen.add(name)
                yield name, title, dated


def keys(of: object) -> Iterator[str]:
    """What stands in brackets in the texts of sections: names of sources, and whatever else a text has in them."""
    if isinstance(of, str):
        for inside in re.findall(_BRACKETS, of):
            yield from (one.partition(" (")[0].partition("（")[0].strip() for one in re.split(_COMMAS, inside))
    elif isinstance(of, Struct):
        for name in of.__struct_fields__:
            yield from keys(getattr(of, name))
    elif isinstance(of, (list, tuple)):
        for one in of:
            yield from keys(one)


_BRACKETS, _COMMAS = r"[\[［]([^\]］\[［]{1,99})[\]］]", r"[,、，]"  # noqa: RUF001 - as both languages have them
_Known = list[tuple[str, str, str | None]]
"""The sources of a list: name, title in the language of the page, date."""


def _lists(found: Report, own: set[str]) -> Iterator[tuple[set[str], _Known]]:
    """What is cited of each list of sources that something on the page was read from."""
    lang = active().code

    yield own, _published(found.view.protocol.sources)
    if found.procedures.windows:
        from tracker.procedures import catalogue

        yield own, _published(catalogue().sources)
    if found.sheet.values:
        from tracker.analytes import laboratory

        limits = {source for one in (*found.sheet.findings, *graver.once(found))
                  for source in one.limit.sources}  # fmt: skip
        listed = [(one.id, one.title.in_language(lang), one.dated) for one in laboratory().sources]
        yield limits | {laboratory().ranges.source}, listed
    asked = {source for advice, _codes, _on, _what in noticed(found.felt) for source in advice.sources}
    asked |= {source for flag in found.felt.flags for source in _of_flag(flag.code)}
    if asked:
        references = vocabulary("symptom").data.references.values()
        yield asked, [(one.id, one.title.in_language(lang), one.dated) for one in references]
    if found.beside.conflicts:
        from tracker.substances import pharmacy

        yield (
            {source for one in found.beside.conflicts for source in one.statement.sources},
            _published(pharmacy().sources),
        )
    if found.beside.against:
        from tracker.conditions import conditions

        of_those = {source for one in found.beside.against for source in one.having.condition.statement.sources}
        yield of_those, _published(conditions().sources)


def _published(known: Iterable[Source]) -> _Known:
    return [(one.id, one.in_language(active().code), one.dated) for one in known]


def _every_list(found: Report) -> Iterator[_Known]:
    """Every list of sources that a text of the page may cite, those of earlier courses and of what is over as well."""
    from tracker import analytes, conditions, pregnancy, procedures, substances

    yield from (_published(view.protocol.sources) for view in reversed(found.views))
    yield from (_published(those) for those in (
        procedures.catalogue().sources, substances.pharmacy().sources, conditions.conditions().sources,
        pregnancy.tests().sources,
    ))  # fmt: skip
    lang = active().code
    yield [(one.id, one.title.in_language(lang), one.dated) for one in analytes.laboratory().sources]
    for family in ("symptom", "mood"):
        references = vocabulary(family).data.references.values()
        yield [(one.id, one.title.in_language(lang), one.dated) for one in references]


def _of_flag(code: str) -> tuple[str, ...]:
    from tracker.cli.urgent import flag_of

    return tuple(source for advice in flag_of(code).advice for source in advice.sources)
