"""Reads a diary of doses that people have kept as a table (CSV): every mistake is noted with its line."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal

from msgspec import Struct

from tracker.errors import N_, InputError, Listed, Phrase
from tracker.facts import Dose
from tracker.facts.kind import LONGEST_NOTE

LARGEST = 1 << 20
"""Octets of a table that is read."""
_COLUMNS = {
    "day": "day date 日 日付 年月日 服用日",
    "mg": "mg dose amount 量 用量 服用量",
    "taken": "taken record status 服用 服薬 記録 状態",
    "note": "note notes comment メモ 備考",
}
_WORDS = {
    True: "taken yes y true ok ○ 〇 ◯ はい 服用 服用した 飲んだ 有",
    False: "missed no n false x × ✕ いいえ 飲み忘れ 飲まなかった 忘れた 無 なし",
}
_TAKEN = {word: taken for taken, words in _WORDS.items() for word in words.split()}
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_IS_A_DAY = re.compile(rf"[0-9]+[^0-9]+[0-9]+|[0-9]{{8}}|元年|[0-9] ?(?:{_MONTHS})|(?:{_MONTHS})[a-z]*\.? ?[0-9]")
"""A day of a table has its month and its day: no yesterday, and no number alone."""
_AMOUNT = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,3})?) ?(?:mg|ミリグラム|ミリ)?")
_CAPSULES = re.compile(r"([0-9]{1,2}) ?(?:錠|カプセル|個|capsules?|caps?|tablets?|tabs?|c|t)")


class Line(Struct, frozen=True):
    """What a line of the diary says."""

    number: int
    dose: Dose
    capsules: int | None = None
    """How many it names in place of their milligrams."""


class Mistake(Struct, frozen=True):
    """What is wrong with a line."""

    line: int
    problem: Phrase


class DiaryError(InputError):
    """A diary has mistakes, each with its line."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__(N_("the table has mistakes; nothing was saved"))
        self.mistakes = tuple(mistakes)


def read(
    octets: bytes, file: str, day: Callable[[str], date], skipped: Collection[str] = ()
) -> tuple[list[Line], list[Mistake]]:
    """The lines of a diary by day, and all that is wrong with others; raise InputError where it is no such table.

    ``day`` reads a day as it is typed elsewhere; ``skipped`` are columns by their names, and lines by their numbers.
    """
    left_out = {_plain(one) for one in skipped}
    rows = _rows(_text(octets, file), file)
    titles = _titles(rows[0][1], left_out)
    found: dict[date, Line] = {}
    mistakes = []
    for number, row in rows[1:]:
        if str(number) in left_out:
            continue
        try:
            line = _line(number, titles, row, day)
        except InputError as error:
            mistakes.append(Mistake(number, Phrase(error.message, error.values)))
            continue
        if line.dose.on in found:
            other = found[line.dose.on].number
            mistakes.append(Mistake(number, Phrase(N_("line {line} has this day as well"), {"line": other})))
        else:
            found[line.dose.on] = line
    return sorted(found.values(), key=lambda one: one.dose.on), mistakes


def _text(octets: bytes, file: str) -> str:
    if len(octets) > LARGEST:
        raise InputError(N_("{file} is too large to be a diary of doses"), file=file)
    for charset in ("utf-8-sig", "cp932"):
        with suppress(UnicodeDecodeError):
            text = octets.decode(charset)
            if "\0" not in text:
                return text
    raise InputError(N_("{file} is no text in UTF-8 or Shift_JIS (cp932)"), file=file)


def _rows(text: str, file: str) -> list[tuple[int, list[str]]]:
    first = text.lstrip().partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",\t;", key=first.count))
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        raise InputError(N_("line {line} of the table cannot be read"), line=reader.line_num) from None
    if len(rows) < 2:  # noqa: PLR2004 - headings and a line
        raise InputError(N_("{file} has no lines; {expected}"), file=file, expected=Phrase(_EXPECTED))
    return rows


_EXPECTED = N_("expected headings such as day,mg,note or 日付,服用,メモ and a line for each day")


def _titles(row: Sequence[str], left_out: Collection[str]) -> list[str]:
    known = {_plain(name): role for role, names in _COLUMNS.items() for name in names.split()}
    titles = ["" if _plain(title) in left_out else known.get(_plain(title), "") for title in row]
    unknown = [title.strip() or str(at) for at, title in enumerate(row, start=1)
               if not titles[at - 1] and _plain(title) not in left_out]  # fmt: skip
    if unknown:
        raise InputError(
            N_("these columns are not known: {names}"), N_("to leave one out: {command}"), names=Listed(tuple(unknown)),
            command=Phrase(N_("isotrack record import-doses FILE --skip NAME")),
        )  # fmt: skip
    twice = next((row[at] for at, title in enumerate(titles) if title and title in titles[:at]), None)
    if twice is not None:
        raise InputError(N_("there are two columns for one thing: {name}"), name=twice)
    if "day" not in titles or not {"mg", "taken"} & set(titles):
        raise InputError(N_("a column is missing"), _EXPECTED)
    return titles


def _line(number: int, titles: Sequence[str], row: Sequence[str], day: Callable[[str], date]) -> Line:
    if any(cell.strip() for cell in row[len(titles) :]):
        raise InputError(N_("it has more cells than the first line"))
    cells = dict(zip(titles, (cell.strip() for cell in row), strict=False))
    on, note = _day(cells.get("day", ""), day), cells.get("note") or None
    if note is not None and len(note.encode()) > LONGEST_NOTE:
        raise InputError(N_("the text is too long (at most {most} bytes)"), most=LONGEST_NOTE)
    said = [_said(cells[name]) for name in ("mg", "taken") if cells.get(name)]
    if not said:
        raise InputError(N_("it says neither how much was taken nor whether"))
    amounts = {one.mg for one in said if one.mg is not None}
    counts = {one.capsules for one in said if one.capsules is not None}
    if len({one.taken for one in said}) > 1 or len(amounts) > 1 or len(counts) > 1:
        raise InputError(N_("its cells say different things"))
    mg = next(iter(amounts), None)
    dose = Dose(on=on, note=note, taken=said[0].taken, mg=mg)
    return Line(number, dose, next(iter(counts), None) if mg is None else None)


class _Said(Struct, frozen=True):
    """Whether capsules were taken, and how much or how many."""

    taken: bool
    mg: Decimal | None = None
    capsules: int | None = None


def _said(cell: str) -> _Said:
    typed = _plain(cell)
    if typed in _TAKEN:
        return _Said(_TAKEN[typed])
    if match := _CAPSULES.fullmatch(typed):
        return _Said(taken=True, capsules=int(match[1])) if int(match[1]) else _Said(taken=False)
    match = _AMOUNT.fullmatch(typed)
    if match is None:
        raise InputError(N_('"{typed}" is no amount in mg, and neither taken nor missed'), typed=cell)
    mg = Decimal(match[1])
    return _Said(taken=True, mg=mg) if mg else _Said(taken=False)


def _day(cell: str, day: Callable[[str], date]) -> date:
    if not _IS_A_DAY.search(_plain(cell)):
        raise InputError(N_('"{typed}" is no day such as 2026-11-24, 11/24 or 令和8年11月24日'), typed=cell)
    return day(cell)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
