"""A table of blood values as it stands in a file: its columns by their titles, and the lines below them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from tracker.analytes import analyte_named, unit_named
from tracker.cli.base import code, flags
from tracker.cli.days import order_of_days
from tracker.cli.running import octets_of
from tracker.cli.typed import Lean, plain, read_day
from tracker.errors import N_, InputError, Listed, Phrase, TrackerError
from tracker.laboratory import Analyte
from tracker.vocabulary import plain as word

T = TypeVar("T")

_LARGEST = 5 * 1024 * 1024
"""Octets of a file that is read."""
_MOST_COLUMNS = 500
"""More than any laboratory has items; each is looked up by its title."""
_COLUMNS = {
    "date": "date day drawn on 日付 採血日 採取日 検体採取日 採血年月日 採取年月日 検査日 年月日 測定日",
    "analyte": "analyte item test name 項目 項目名 検査項目 検査名 検査項目名 項目名称 検査名称 検査項目名称",
    "value": "value result 値 結果 結果値 検査値 検査結果 測定値",
    "unit": "unit units 単位",
    "range": "range reference referencerange 基準値 基準範囲 基準値範囲 参考値",
    "low": "low lower 下限 下限値 基準値下限 基準下限",
    "high": "high upper 上限 上限値 基準値上限 基準上限",
    "flag": "flag mark hl h/l 判定 異常 フラグ",
    "fasting": "fasting 空腹 空腹時",
    "note": "note notes comment メモ 備考 コメント",
}
"""What the columns are called that are no analyte."""
_BRACKET = re.compile(r"(.+?)\s*[(\[（［【](.+?)[)\]）］】]\s*")
_HAS_A_YEAR = re.compile(r"[0-9]{4}|[令平昭RHSrhs]")


class Column(Struct, frozen=True):
    """A column of the file: what it says, by a key of the columns, or the analyte that it has the values of."""

    title: str
    role: str | None = None
    analyte: Analyte | None = None
    unit: str = ""

    @property
    def is_known(self) -> bool:
        """Whether anything is made of it."""
        return self.role is not None or self.analyte is not None


class Row(Struct, frozen=True):
    """A line of the file, by its columns."""

    line: int
    cells: tuple[tuple[Column, str], ...]
    is_too_long: bool = False

    def text(self, role: str) -> str:
        """What stands in the column of a role; empty where there is none."""
        return next((text for column, text in self.cells if column.role == role), "")

    @property
    def printed(self) -> str:
        """The value of a line that has one, with its mark, unit and range."""
        within = self.text("range")
        if self.text("low") or self.text("high"):
            within = f"{self.text('low')}-{self.text('high')}"
        if within and within[0] not in "([（［【":
            within = f"({within})"
        return " ".join(filter(None, (self.text("flag"), self.text("value"), self.text("unit"), within)))

    def read(self, role: str, reader: Callable[[str], T], text: str | None = None) -> T:
        """What a reader makes of a column; raise TrackerError that names the place."""
        try:
            return reader(self.text(role) if text is None else text)
        except InputError as error:
            title = next((column.title for column, _text in self.cells if column.role == role), role)
            at = {"line": self.line, "column": title, "problem": Phrase(error.message, error.values)}
            raise TrackerError(N_("line {line}, {column}: {problem}"), error.hint, **{**error.values, **at}) from None


def text_of(file: Path) -> str:
    """The file as text: UTF-8 with or without its mark, else what Excel writes in Japan."""
    octets = octets_of(file, _LARGEST)
    if len(octets) > _LARGEST:
        raise TrackerError(N_("{file} is too large to be a table of blood values"), file=str(file))
    for charset in ("utf-8-sig", "cp932"):
        with suppress(UnicodeDecodeError):
            text = octets.decode(charset)
            if "\0" not in text:
                return text
    raise TrackerError(N_("{file} is no text in UTF-8 or Shift_JIS (cp932)"), file=str(file))


def table_of(text: str) -> tuple[list[Column], list[Row]]:
    """The columns and the lines below them, all of them; raise TrackerError where the file is no table."""
    first = text.lstrip().partition("\n")[0]
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        lines = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error:
        raise TrackerError(N_("line {line} of the table cannot be read"), line=reader.line_num) from None
    lines = [(line, row) for line, row in lines if any(row)]
    if not lines:
        raise TrackerError(N_("the table is empty"))
    titles = lines[0][1]
    if len(titles) > _MOST_COLUMNS:
        raise TrackerError(N_("the table has {count} columns; at most {most} are read"), count=len(titles),
                           most=_MOST_COLUMNS)  # fmt: skip
    columns = [_column(title) for title in titles]
    return columns, [Row(line, tuple(zip(columns, row, strict=False)), is_too_long=any(row[len(columns) :]))
                     for line, row in lines[1:]]  # fmt: skip


def without(skipped: frozenset[str], columns: Sequence[Column], rows: Sequence[Row]) -> list[Row]:
    """The lines without what is left out; raise TrackerError where something is not known, or no such table."""
    unknown = [one.title or str(number) for number, one in enumerate(columns, start=1)
               if not one.is_known and word(one.title) not in skipped]  # fmt: skip
    if unknown:
        raise TrackerError(
            N_("these columns are not known: {names}"), N_("to leave one out: {command}"), names=Listed(tuple(unknown)),
            command=Phrase(N_("isotrack import-blood FILE --skip NAME")),
        )  # fmt: skip
    _check_columns(columns, skipped)
    found = []
    for row in rows:
        if row.is_too_long:
            raise TrackerError(N_("line {line} has more cells than the first one"), line=row.line)
        kept = [(column, cell) for column, cell in row.cells if word(column.title) not in skipped]
        found.append(replace(row, cells=tuple(kept)))
    return found


def _check_columns(columns: Sequence[Column], skipped: frozenset[str]) -> None:
    taken = [one for one in columns if word(one.title) not in skipped]
    said = [one.role or (one.analyte.code if one.analyte is not None else "") for one in taken]
    twice = next((one.title for number, one in enumerate(taken) if said[number] in said[:number]), None)
    if twice is not None:
        raise TrackerError(N_("there are two columns for one thing: {name}"), name=twice)
    if "date" not in said:
        raise TrackerError(N_("no column has the day of the draw"), N_("expected for example {expected}"),
                           expected="date,ALT,AST / 採血日,項目,結果,単位")  # fmt: skip
    if not {"analyte", "value"} <= set(said) and not any(one.analyte is not None for one in taken):
        raise TrackerError(N_("no column has blood values"), N_("expected for example {expected}"),
                           expected="date,ALT,AST / 採血日,項目,結果,単位")  # fmt: skip


def _column(title: str) -> Column:
    """What a column is by its title, such as ``採血日``, ``GOT`` or ``TG (mg/dL)``."""
    role = next((role for role, names in _COLUMNS.items() if word(title) in map(word, names.split())), None)
    if role is not None:
        return Column(title, role)
    match = _BRACKET.fullmatch(title)
    with suppress(InputError):
        return Column(title, analyte=analyte_named(title))
    if match is not None:
        with suppress(InputError):
            analyte = analyte_named(match[1])
            return Column(title, analyte=analyte, unit=unit_named(analyte, match[2]).name)
    return Column(title)


def read_day_with_year(typed: str) -> date:
    """The day of a draw, which a table says with its year."""
    if not _HAS_A_YEAR.search(plain(typed)):
        raise InputError(N_('"{typed}" is no day with its year'), typed=typed)
    on = read_day(typed, flags().day(), code(), Lean.PAST, order_of_days)
    if on > flags().day():
        raise InputError(N_("{on} has not come yet (today is {today})"), on=on, today=flags().day())
    return on
