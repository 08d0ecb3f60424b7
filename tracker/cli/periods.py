"""A period that came, and a pregnancy that is denied or not possible: the opposite of what cannot wait: no alarm.

Only what says no more than that: what came late, or little of it, or after months, may be what cannot wait.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from datetime import date

from msgspec.structs import replace

from tracker.capsules import dangers
from tracker.cli import said_beside
from tracker.cli.base import context, flags
from tracker.cli.complaints import Denied, Part, Said, Unclear, words_of
from tracker.cli.typed import plain
from tracker.errors import N_, InputError, Phrase, TrackerError
from tracker.facts import Risk, RiskKind
from tracker.lexicon import Word

_WHEN_EN = (
    r"(?: (?:today|yesterday|now|finally|again|early|already|on time|as (?:usual|expected)|this (?:morning|week)"
    r"|last night))*"
)
_CAME_EN = re.compile(
    r"(?:(?:today|yesterday|finally|i|i've|i have|ive|just|have|has) )*"
    rf"(?:got|gotten|get|had|started|begun|began)(?: on)? (?:my |a |the )?periods?{_WHEN_EN}"
    r"|(?:(?:today|yesterday|finally|and|my|the) )*(?:periods?|menses|menstruation)"
    r"(?: (?:has|have|is|are|was|just|finally|did|already))*"
    rf" (?:came|come|started|starting|arrived|begun|began|here|back|ended|finished|over){_WHEN_EN}"
    rf"|(?:(?:i'm|im|i am|currently|now) )*(?:on my period|menstruating|having my period){_WHEN_EN}"
)
_WHEN_JA = (
    r"(?:今日|きょう|昨日|きのう|今朝|昨夜|昨晩|さっき|さきほど|やっと|ようやく|ちゃんと|無事に|無事|普通に|もう|また"
    r"|予定通り|予定日に|早く|早めに|今|に|から|、)*"
)
_CAME_JA = re.compile(
    rf"{_WHEN_JA}(?:生理|月経|せいり|メンス)(?:が|は|も)?{_WHEN_JA}"
    r"(?:(?:来|き)(?:た|ました|て(?:い)?(?:る|ます|た|ました))|(?:始|はじ)ま(?:った|りました|って(?:い)?(?:る|ます))"
    r"|(?:に)?な(?:った|りました)|あった|ありました|中|(?:終|お)わ(?:った|りました))(?:よ|です|だ)?"
)
_NOT_PREGNANT = re.compile(
    r"(?:(?:i'm|im|i am|definitely|certainly|am) )*(?:not|isn't|no longer) (?:pregnant|expecting)"
    r"|(?:no|not a) pregnancy|(?:i )?(?:can't|cannot|can not|could not|couldn't) be pregnant"
    r"|妊娠(?:は|も)?(?:(?:し)?て(?:い)?(?:ない|ません|なかった)|し(?:てい)?ません|しなかった|(?:では|じゃ)(?:ない|ありません)"
    r"|なし|の可能性(?:は|が|も)?(?:ない|なし|ありません))(?:です|でした)?"
)

_PAUSES = re.compile(r"[、，,](?=\S)|[、，](?=\s)")  # noqa: RUF001 - as it is typed
_NEGATIVE = re.compile(
    r"(?:(?:my|the|an?|it|this|home|urine|blood|hcg|pregnancy|tests?|results?|was|is|were|came|come|back|still|again|got"
    r"|had|i|took|and|shows?|says|said|just|tested) )*"
    r"negative(?: (?:pregnancy|test|tests|result|again|today|yesterday|for|now|home|urine|blood|line))*"
    r"|(?:妊娠)?(?:検査)?(?:薬|キット|結果)?(?:で|は|が|の|も|を)*(?:妊娠)?(?:反応)?(?:結果)?(?:は|が|も)?陰性(?:反応)?"
    r"(?:が出た|が出ました|でした|だった|です|だ|と出た|になった)?"
)
"""That a test found no pregnancy."""


def without_alarm(parts: Sequence[Part], text: str) -> list[Part]:
    """The parts; what says that a period came, or that there is no pregnancy, names nothing that may be meant.

    Of a ``text`` that says no more than that in several parts, 妊娠検査薬、陰性でした, it is one.
    """
    whole = Denied(_PAUSES.sub("", text), ())
    if len(parts) > 1 and _is_no_alarm(whole):
        return [whole]
    return [Denied(part.text, ()) if _is_no_alarm(part) else part for part in parts]


def _is_no_alarm(part: Part) -> bool:
    return _came(part) or _is_denied(part) or _is_negative(part)


def _in_one_form(text: str) -> str:
    return plain(text).lower().replace("’", "'").rstrip(".!。 ")


def _came(part: Part) -> bool:
    text = _in_one_form(part.text)
    return _CAME_EN.fullmatch(text) is not None or _CAME_JA.fullmatch(text.replace(" ", "")) is not None


def _is_denied(part: Part) -> bool:
    text = _in_one_form(part.text)
    return any(_NOT_PREGNANT.fullmatch(one) for one in (text, text.replace(" ", "")))


def _is_negative(part: Part) -> bool:
    text = _in_one_form(part.text)
    return any(_NEGATIVE.fullmatch(one) for one in (text, text.replace(" ", "")))


def refusal(part: Denied, beside: Sequence[Part]) -> InputError | None:
    """What there is to do about a period that came, or no pregnancy; None of anything else."""
    kept = f"isotrack ask {shlex.quote(part.text)}"
    if _is_negative(part):
        return said_beside.refused(N_('"{text}" is the result of a test; nothing was saved'),
                                   Phrase(N_("record it with: {command}"),
                                          {"command": "isotrack log pregnancy-test negative"}),
                                   part.text, beside)  # fmt: skip
    if _is_denied(part):
        advice = Phrase(N_("if a test said so: {command}; to keep it for your doctor in your own words: {other}"),
                        {"command": "isotrack log pregnancy-test negative", "other": kept})  # fmt: skip
        return said_beside.refused(N_('"{text}" says that something is not there; nothing was saved'), advice,
                                   part.text, beside)  # fmt: skip
    if not _came(part):
        return None
    advice = Phrase(N_("to keep it for your doctor in your own words: {command}"), {"command": kept})
    missed = _missed()
    if missed is not None:
        advice = Phrase(
            N_("to keep it for your doctor in your own words: {command}; the missed period of {on} stands until your"
               " clinic's word, which is recorded with: {other}"),
            {"command": kept, "on": missed.on, "other": "isotrack log cleared"},
        )  # fmt: skip
    return said_beside.refused(N_('"{text}": a period that comes is not recorded, and nothing was saved'), advice,
                               part.text, beside)  # fmt: skip


def _missed() -> Risk | None:
    """The missed period that stands in the record."""
    from tracker.journeys.context import look_at_all

    try:
        views = look_at_all(context()) if context().database.path.exists() else []
    except TrackerError:
        views = []
    found = [one for view in views for one in dangers(view.history)]
    return next((one for one in found if isinstance(one, Risk) and one.what is RiskKind.MISSED_PERIOD), None)


def without_a_pregnancy(parts: list[Part]) -> list[Part]:
    """The parts without a pregnancy that only may be meant, where the record says that there can be none."""
    only_near = [one for part in parts if not isinstance(part, Said) for one in words_of(part)]
    if not any(map(_is_of_a_pregnancy, only_near)) or _can_be_pregnant(flags().day()):
        return parts
    return [_without(part) if not isinstance(part, Said) else part for part in parts]


def _without(part: Unclear | Denied) -> Part:
    kept = tuple(one for one in words_of(part) if not _is_of_a_pregnancy(one))
    return replace(part, words=kept) if isinstance(part, Denied) else replace(part, near=kept)


def _is_of_a_pregnancy(word: Word) -> bool:
    return word.records is not None or word.code == "rf-pregnancy"


def counts_for_nothing(part: Part, on: date | None) -> bool:
    """Whether a risk of pregnancy is said to the letter, where the record says that there can be none."""
    if not isinstance(part, Said) or part.word.records is None:
        return False
    return not _can_be_pregnant(on or part.first_day(flags().day()) or flags().day())


def _can_be_pregnant(on: date) -> bool:
    """Whether a pregnancy of a day counts, as far as the record says; without one, it may be."""
    from tracker.journeys.context import look_at_all

    try:
        views = look_at_all(context()) if context().database.path.exists() else []
    except TrackerError:
        views = []
    return not views or views[-1].history.counts_a_risk_of(on)
