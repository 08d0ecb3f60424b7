"""``isotrack import-blood``: the values of a table, shown before any of them is saved; all of them or none."""

from __future__ import annotations

import csv
import io
import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TypeVar

import click
from msgspec import Struct
from msgspec.structs import replace

from tracker import analytes
from tracker.analytes import analyte_named, unit_named
from tracker.cli import beside_findings, findings, notices, planned, show, whose
from tracker.cli.base import Command, code, confirm, context, flags, is_asked, option
from tracker.cli.blood import value_of
from tracker.cli.days import order_of_days
from tracker.cli.describe import describe
from tracker.cli.running import octets_of
from tracker.cli.tables import table
from tracker.cli.typed import Lean, plain, read_day, read_note
from tracker.cli.typed.measures import read_measured
from tracker.errors import N_, InputError, Listed, Phrase, TrackerError
from tracker.facts import Done
from tracker.facts.lab import LabValue
from tracker.i18n import _
from tracker.journeys.course import measuring
from tracker.laboratory import Analyte
from tracker.rules import Kind
from tracker.vocabulary import plain as word

T = TypeVar("T")

_LARGEST = 5 * 1024 * 1024
"""Octets of a file that is read."""
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
_TRUTHS = dict.fromkeys(
    ("y", "yes", "true", "1", "fasting", "○", "〇", "はい", "有", "空腹", "空腹時"), True
) | dict.fromkeys(("n", "no", "false", "0", "×", "x", "いいえ", "無", "食後", "非空腹"), False)
"""What a column on fasting says."""
_BRACKET = re.compile(r"(.+?)\s*[(\[（［【](.+?)[)\]）］】]\s*")
_HAS_A_YEAR = re.compile(r"[0-9]{4}|[令平昭RHSrhs]")


class _Column(Struct, frozen=True):
    """A column of the file: what it says, by a key of the columns, or the analyte that it has the values of."""

    title: str
    role: str | None = None
    analyte: Analyte | None = None
    unit: str = ""

    @property
    def is_known(self) -> bool:
        """Whether anything is made of it."""
        return self.role is not None or self.analyte is not None


class _Row(Struct, frozen=True):
    """A line of the file, by its columns."""

    line: int
    cells: tuple[tuple[_Column, str], ...]

    def text(self, role: str) -> str:
        """What stands in the column of a role; empty where there is none."""
        return next((text for column, text in self.cells if column.role == role), "")

    def read(self, role: str, reader: Callable[[str], T], text: str | None = None) -> T:
        """What a reader makes of a column; raise TrackerError that names the place."""
        try:
            return reader(self.text(role) if text is None else text)
        except InputError as error:
            title = next((column.title for column, _text in self.cells if column.role == role), role)
            at = {"line": self.line, "column": title, "problem": Phrase(error.message, error.values)}
            raise TrackerError(N_("line {line}, {column}: {problem}"), error.hint, **{**error.values, **at}) from None


@click.command(
    cls=Command,
    help=N_(
        "Take blood values over from a table (CSV): a line a value (day, item, value, unit ...), or a line a draw with"
        " a column for each item. Shows first what would be saved; all of it is saved, or nothing."
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@option("--skip", multiple=True, metavar="NAME", help=N_("Leave a column or an item out, by its name in the file."))
@option("--yes", is_flag=True, help=N_("Save without asking."))
def import_blood(file: Path, skip: tuple[str, ...], yes: bool) -> None:
    """Blood values of a table."""
    systems = analytes.systems_of(measuring.jurisdiction(context()))
    columns, rows = _table(_text(file), frozenset(map(word, skip)))
    draws = _draws(columns, rows, frozenset(map(word, skip)), systems)
    before = measuring.sheet(context())
    notices.alarms(before.view.plan)
    known = {(one.on, one.code): one for one in before.values}
    table(
        [N_("Day"), N_("What"), N_("Before")],
        [[planned.day(one.on), describe(one), _before(one, known.get((one.on, one.code)))]
         for _draw, values in draws for one in values],
    )  # fmt: skip
    if (unusual := measuring.what_is_unusual([one for _draw, values in draws for one in values])) is not None:
        show.say(N_("! {problem}: is that right?"), problem=unusual)
    if flags().dry_run or not (yes or (is_asked() and confirm(_("Save these values?"), default=False))):
        left_out = [part for name in skip for part in ("--skip", name)]
        command = shlex.join(["isotrack", "import-blood", str(file), *left_out, "--yes"])
        show.say(N_("Nothing was saved. To save them: {command}"), command=command)
        return
    outcome = measuring.import_blood(context(), draws)
    count = sum(isinstance(fact, LabValue) for fact in outcome.recorded)
    if outcome.already_there:
        whose.saved(N_("All of it was there already. Nothing changed."))
    else:
        whose.saved(N_("Saved from the table: blood values: {count}, days: {days}."), count=count, days=len(draws))
    now = measuring.sheet(context())
    findings.show_all(now)
    beside_findings.outside(now, beside_findings.newest(now, outcome.recorded))
    beside_findings.fallen(before, now)
    show.outcome(outcome, context())


def _before(new: LabValue, known: LabValue | None) -> str:
    if known is None:
        return ""
    same = replace(new, id=known.id, number=known.number) == known
    return _("there already") if same else describe(known)


def _text(file: Path) -> str:
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


def _table(text: str, skipped: frozenset[str]) -> tuple[list[_Column], list[_Row]]:
    """The columns and the lines below them; raise TrackerError where the file is no such table."""
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
    columns = [_column(title) for title in titles]
    unknown = [one.title or str(number) for number, one in enumerate(columns, start=1)
               if not one.is_known and word(one.title) not in skipped]  # fmt: skip
    if unknown:
        raise TrackerError(
            N_("these columns are not known: {names}"), N_("to leave one out: {command}"), names=Listed(tuple(unknown)),
            command=Phrase(N_("isotrack import-blood FILE --skip NAME")),
        )  # fmt: skip
    _check_columns(columns, skipped)
    found = []
    for line, row in lines[1:]:
        if len(row) > len(columns) and any(row[len(columns) :]):
            raise TrackerError(N_("line {line} has more cells than the first one"), line=line)
        kept = [(column, cell) for column, cell in zip(columns, row, strict=False) if word(column.title) not in skipped]
        found.append(_Row(line, tuple(kept)))
    return columns, found


def _check_columns(columns: Sequence[_Column], skipped: frozenset[str]) -> None:
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


def _column(title: str) -> _Column:
    """What a column is by its title, such as ``採血日``, ``GOT`` or ``TG (mg/dL)``."""
    role = next((role for role, names in _COLUMNS.items() if word(title) in map(word, names.split())), None)
    if role is not None:
        return _Column(title, role)
    match = _BRACKET.fullmatch(title)
    with suppress(InputError):
        return _Column(title, analyte=analyte_named(title))
    if match is not None:
        with suppress(InputError):
            analyte = analyte_named(match[1])
            return _Column(title, analyte=analyte, unit=unit_named(analyte, match[2]).name)
    return _Column(title)


def _draws(
    columns: Sequence[_Column], rows: Sequence[_Row], skipped: frozenset[str], systems: Sequence[str]
) -> list[tuple[Done, list[LabValue]]]:
    """The draws of the table, each with its values; oldest first."""
    is_long = {"analyte", "value"} <= {column.role for column in columns}
    if is_long:
        _refuse_unknown_items(rows, skipped)
    draws: dict[date, Done] = {}
    found: dict[tuple[date, str], tuple[LabValue, int]] = {}
    for row in rows:
        on = row.read("date", _day)
        draws[on] = _with(draws.get(on) or Done(on=on, kind=Kind.BLOOD_TEST), row)
        for value in _long(row, on, skipped, systems) if is_long else _wide(row, on, systems):
            before, line = found.get((on, value.code), (None, 0))
            if before is not None:
                raise TrackerError(N_("lines {one} and {other} both have {what} of {on}"), one=line, other=row.line,
                                   what=analytes.named(value.code), on=on)  # fmt: skip
            found[on, value.code] = (value, row.line)
    if not found:
        raise TrackerError(N_("the table has no blood value"))
    of_a_day = {on: [value for (day, _code), (value, _line) in found.items() if day == on] for on in sorted(draws)}
    return [(draws[on], values) for on, values in of_a_day.items() if values]


def _refuse_unknown_items(rows: Sequence[_Row], skipped: frozenset[str]) -> None:
    """Raise TrackerError that names every item that is not known, and how to leave them out."""
    problems: dict[str, tuple[_Row, InputError]] = {}
    for row in rows:
        name = row.text("analyte")
        if row.text("value") and word(name) not in skipped and name not in problems:
            try:
                analyte_named(name)
            except InputError as error:
                problems[name] = (row, error)
    if not problems:
        return
    row, first = next(iter(problems.values()))
    problem = Phrase(first.message, first.values)
    if len(problems) > 1:
        problem = Phrase(N_("these items are not known: {names}"), {"names": Listed(tuple(problems))})
    title = next(column.title for column, _text in row.cells if column.role == "analyte")
    left_out = " ".join(f"--skip {shlex.quote(name)}" for name in problems)
    raise TrackerError(N_("line {line}, {column}: {problem}"), N_("to leave it out: {command}"), line=row.line,
                       column=title, problem=problem,
                       command=Phrase(N_("isotrack import-blood FILE {left_out}"), {"left_out": left_out}))  # fmt: skip


def _with(done: Done, row: _Row) -> Done:
    """A draw with what a line says of it."""
    if row.text("fasting"):
        done = replace(done, fasting=row.read("fasting", _truth))
    return replace(done, note=row.read("note", read_note)) if row.text("note") else done


def _long(row: _Row, on: date, skipped: frozenset[str], systems: Sequence[str]) -> Iterator[LabValue]:
    name, value = row.text("analyte"), row.text("value")
    if not value or word(name) in skipped:
        return
    analyte = analyte_named(name)
    within = row.text("range")
    if row.text("low") or row.text("high"):
        within = f"{row.text('low')}-{row.text('high')}"
    if within and within[0] not in "([（［【":
        within = f"({within})"
    printed = " ".join(filter(None, (row.text("flag"), value, row.text("unit"), within)))
    yield row.read("value", lambda text: value_of(analyte, text, systems, on, grouped=True), printed)


def _wide(row: _Row, on: date, systems: Sequence[str]) -> Iterator[LabValue]:
    for column, text in row.cells:
        if column.analyte is None or not text:
            continue
        try:
            has_a_unit = not column.unit or read_measured(text, grouped=True).unit is not None
            printed = text if has_a_unit else f"{text} {column.unit}"
            yield value_of(column.analyte, printed, systems, on, grouped=True)
        except InputError as error:
            raise TrackerError(N_("line {line}, {column}: {problem}"), line=row.line, column=column.title,
                               problem=Phrase(error.message, error.values)) from None  # fmt: skip


def _day(typed: str) -> date:
    if not _HAS_A_YEAR.search(plain(typed)):
        raise InputError(N_('"{typed}" is no day with its year'), typed=typed)
    on = read_day(typed, flags().day(), code(), Lean.PAST, order_of_days)
    if on > flags().day():
        raise InputError(N_("{on} has not come yet (today is {today})"), on=on, today=flags().day())
    return on


def _truth(typed: str) -> bool:
    try:
        return _TRUTHS[plain(typed).lower()]
    except KeyError:
        raise InputError(N_('"{typed}" is neither yes nor no'), typed=typed) from None
