"""What a careful nurse would notice, for programs: red flags, blood, symptoms, mood, what else is taken, capsules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from tracker.cli import capsules, findings, symptoms
from tracker.engine.schedule import stage_of
from tracker.errors import Phrase
from tracker.i18n import active
from tracker.laboratory import Level
from tracker.lexicon import Level as Asked

if TYPE_CHECKING:
    from tracker.engine.view import View
    from tracker.journeys.course.measuring import Sheet
    from tracker.journeys.course.suffering import Complaints
    from tracker.journeys.course.taking import Beside

RED_FLAG = "red-flag"
"""The level above all others: it cannot wait."""
LEVELS = {
    Asked.RECORD: Level.WATCH, Asked.EXPECTED: Level.WATCH, Asked.TELL: Level.CONTACT, Asked.TELL_NOW: Level.NOW,
}  # fmt: skip
"""What a symptom asks for, on the scale of the blood values."""
_RANKS = {level.value: level.rank for level in Level} | {RED_FLAG: len(Level)}


def contract(sheet: Sheet, felt: Complaints, beside: Beside, view: View) -> list[dict[str, Any]]:
    """As ``findings`` in ``schemas/plan.schema.json``, the most pressing first."""
    found = [*_flags(felt), *_in_blood(sheet), *_felt(felt), *_beside(beside), *capsules.contract(view)]
    return sorted(found, key=lambda one: -_RANKS[one["level"]])


def _one(about: str, level: str, codes: Iterable[str], text: str, **more: Any) -> dict[str, Any]:
    return {"about": about, "level": level, "codes": list(codes), "text": text.removeprefix("! ")} | more


def _flags(felt: Complaints) -> Iterator[dict[str, Any]]:
    from tracker.cli import urgent  # start-up: only where one stands

    for one in felt.flags:
        word = urgent.flag_of(one.code)
        sources = [source for advice in word.advice for source in advice.sources]
        text = urgent.text_of(
            word, on=one.on, stage=stage_of(felt.view.history, felt.view.plan.timeline, felt.view.plan.today)
        )
        yield _one("symptom", RED_FLAG, [one.code], text, on=one.on.isoformat(), sources=sources, confirmed=True)


def _in_blood(sheet: Sheet) -> Iterator[dict[str, Any]]:
    for one, text in zip(sheet.findings, findings.lines(sheet) if sheet.findings else [], strict=True):
        yield _one("blood", one.level.value, [one.analyte.code], text, on=one.value.on.isoformat(),
                   sources=list(one.limit.sources), confirmed=one.limit.confirmed)  # fmt: skip


def _felt(felt: Complaints) -> Iterator[dict[str, Any]]:
    for advice, codes, on, text in symptoms.said(felt):
        yield _one("symptom" if codes else "mood", LEVELS[advice.level].value, codes, text, on=on.isoformat(),
                   sources=list(advice.sources), confirmed=advice.confirmed)  # fmt: skip


def _beside(beside: Beside) -> Iterator[dict[str, Any]]:
    from tracker.journeys.course import taking

    for known in beside.against:
        statement = known.having.condition.statement
        yield _one("background", Level.CONTACT.value, [known.having.condition.code],
                   str(active().value(taking.in_words_against(known))), on=known.since.isoformat(),
                   sources=list(statement.sources), confirmed=statement.confirmed and known.having.is_confirmed,
                   )  # fmt: skip
    for one in beside.conflicts:
        said: Phrase = taking.in_words(one)
        code = one.taking.substance.code if one.taking.substance is not None else one.taking.name
        yield _one("substance", Level.CONTACT.value, [code], str(active().value(said)), on=one.since.isoformat(),
                   sources=list(one.statement.sources), confirmed=one.statement.confirmed)  # fmt: skip
