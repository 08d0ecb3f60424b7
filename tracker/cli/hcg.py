"""hCG on a sheet: it is recorded as a pregnancy test, and what is not plainly negative is a positive one until then.

Clinical source: any positive is to stop and call at once. What a sheet says is therefore taken for positive unless it
says negative, lies below the limit that it prints (<5), or within the range beside it.
"""

from __future__ import annotations

import re
from datetime import date

from tracker.cli import faint
from tracker.cli.base import flags
from tracker.cli.typed.measures import Measured, read_measured
from tracker.errors import InputError
from tracker.facts import TestResult, by_name
from tracker.facts.lab import LabValue, in_signs, sign_of
from tracker.laboratory import Elsewhere
from tracker.rules import Text
from tracker.sheet import Flag, Range, beyond, marked

_MINUS = dict.fromkeys(map(ord, "\N{MINUS SIGN}\u2010\u2011\u2012\u2013\u2014\u2015\u2500"), "-")
_NOT_YET = re.compile(
    r"pending|to follow|not done|n/?a|none|未(?:検|実施|着|報告)?|検査中|報告待ち|結果待ち|後日|なし", re.IGNORECASE
)
_BELOW = ("<", "<=")
_WORDS = {TestResult.POSITIVE: Text("positive", "陽性"), TestResult.NEGATIVE: Text("negative", "陰性"),
          TestResult.UNCLEAR: Text("unclear", "判定不能")}  # fmt: skip


def result_of(printed: str) -> TestResult | None:
    """What a result on a sheet says; None where there is none yet. What is none of the known forms is positive."""
    text = in_signs(printed).strip().strip("。")
    if not text or _NOT_YET.fullmatch(text):
        return None
    if (said := in_words(text)) is not None:
        return said
    number = re.sub(r"(?<=[0-9])\s*m?iu\s*/\s*ml|(?<=[0-9])\s*iu\s*/\s*l", "", text, flags=re.IGNORECASE)
    try:
        return TestResult.NEGATIVE if _is_below(read_measured(number)) else TestResult.POSITIVE
    except InputError:
        pass
    if not faint.may_be_positive(text):
        words = {in_words(one) for one in re.split(r"[\s()\[\],]+", text) if len(one) > 1}
        if TestResult.NEGATIVE in words and not words & {TestResult.POSITIVE, TestResult.UNCLEAR}:
            return TestResult.NEGATIVE
    return TestResult.POSITIVE


def is_amount(typed: str) -> bool:
    """Whether it is a number alone, with its unit perhaps."""
    text = in_signs(typed).strip().lower()
    return re.fullmatch(r"[<>≦≧≤≥]?=?\s*[0-9][0-9.,]*\s*(?:m?i?u\s*/\s*m?l)?", text) is not None


def amount_of(typed: str) -> TestResult | None:
    """What a number says where a result is asked for, ``30`` or ``<5``; None of what is no such number."""
    return result_of(typed) if is_amount(typed) else None


def in_words(text: str) -> TestResult | None:
    """What a result says that is one of the words for one."""
    words = by_name()["pregnancy-test"].column("result").sort.words
    found: TestResult | None = words.get(text.lower().replace(" ", "-").translate(_MINUS))
    return found


def _is_below(said: Measured) -> bool:
    """Whether it is below the limit that stands with it, or nothing at all."""
    if marked(said.printed) is Flag.HIGH or said.comparator in (">", ">="):
        return False
    if said.high is not None and said.comparator in _BELOW:
        return said.value <= said.high
    if said.high is not None:
        value = LabValue(on=date.min, code="hcg", value=said.value, low=said.low, high=said.high, printed=said.printed)
        return beyond(value, said.value, Range(None, said.high, is_own=True, sign=sign_of(value))) is None
    return said.comparator in _BELOW or not said.value


def said_behind(rest: str) -> str:
    """What is written right behind the name and is a result, as in hCG陽性; empty for anything else, as of 定性."""
    text = rest.strip(" :=")
    is_one = in_words(text) is not None or faint.may_be_positive(text) or re.match(r"[<>≦≧]?=?\s*[0-9]", text)
    return text if is_one else ""


def command_for(other: Elsewhere, result: TestResult | None, on: date) -> Text | str:
    """The command that records it."""
    behind = f" --on {on.isoformat()}" if on != flags().day() else ""
    if result is None:
        return other.command + behind
    word = _WORDS[result]
    return Text(*(other.command.replace("RESULT", one) + behind for one in (word.en, word.ja)))


def warn_of(result: TestResult | None) -> None:
    """Say what a positive test asks for, before anything else is said."""
    if result is not TestResult.POSITIVE:
        return
    from tracker.cli import urgent
    from tracker.vocabulary import vocabulary

    if (word := vocabulary("symptom").flag("rf-pregnancy")) is not None:
        urgent.warn(word)
