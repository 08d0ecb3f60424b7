"""``isotrack import-blood``: the values of a table, shown before any of them is saved; all of them or none."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

import click
from msgspec.structs import replace

from tracker import analytes
from tracker.analytes import analyte_named
from tracker.cli import beside_findings, findings, hcg, notices, planned, show, whose
from tracker.cli.base import Command, confirm, context, flags, is_asked, option
from tracker.cli.blood import value_of
from tracker.cli.blood_table import Column, Row, read_day_with_year, table_of, text_of, without
from tracker.cli.describe import describe
from tracker.cli.tables import table
from tracker.cli.typed import plain, read_note
from tracker.cli.typed.measures import read_measured
from tracker.engine.view import View
from tracker.errors import N_, InputError, Listed, Phrase, TrackerError
from tracker.facts import Done, TestResult
from tracker.facts.lab import LabValue
from tracker.i18n import _
from tracker.journeys.course import measuring
from tracker.laboratory import Elsewhere
from tracker.rules import Kind
from tracker.vocabulary import plain as word

_TRUTHS = dict.fromkeys(
    ("y", "yes", "true", "1", "fasting", "○", "〇", "はい", "有", "空腹", "空腹時"), True
) | dict.fromkeys(("n", "no", "false", "0", "×", "x", "いいえ", "無", "食後", "非空腹"), False)
"""What a column on fasting says."""


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
    before = measuring.sheet(context())
    columns, lines = table_of(text_of(file))
    _name_tests_for_pregnancy(lines, before.views)
    skipped = frozenset(map(word, skip))
    rows = without(skipped, columns, lines)
    draws = _draws(columns, rows, skipped, systems)
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


def _name_tests_for_pregnancy(rows: Sequence[Row], views: Sequence[View]) -> None:
    """Say of what is no blood value here how it is recorded, before a column is refused or left out; a positive first.

    What is recorded by now is not said again.
    """
    known = {(one.on, one.result) for view in views for one in view.history.done if one.kind is Kind.PREGNANCY_TEST}
    found = [one for row in rows for one in _tests_of(row) if one[:2] not in known]
    for _on, result, _said, _other in found:
        hcg.warn_of(result)
    for on, result, said, other in found:
        command = hcg.command_for(other, result, on or flags().day())
        message = N_("! {what} on {on} is not recorded with the blood values. Record it with: {command}")
        if on is None:
            message = N_("! {what} is not recorded with the blood values. Record it with: {command} --on DATE")
        show.say(message, what=said, on=on, command=command)


def _tests_of(row: Row) -> Iterator[tuple[date | None, TestResult | None, str, Elsewhere]]:
    on = None
    with suppress(TrackerError):
        on = row.read("date", read_day_with_year)
    for column, text in row.cells:
        other = analytes.recorded_elsewhere(column.title) if not column.is_known and text else None
        if other is not None:
            yield on, hcg.result_of(text), f"{column.title} {text}", other[0]
    value = row.text("value")
    if value and (other := analytes.recorded_elsewhere(row.text("analyte"))) is not None:
        result = hcg.in_words(value) or hcg.result_of(row.printed)
        yield on, result, f"{row.text('analyte')} {row.printed}", other[0]


def _before(new: LabValue, known: LabValue | None) -> str:
    if known is None:
        return ""
    same = replace(new, id=known.id, number=known.number) == known
    return _("there already") if same else describe(known)


def _draws(
    columns: Sequence[Column], rows: Sequence[Row], skipped: frozenset[str], systems: Sequence[str]
) -> list[tuple[Done, list[LabValue]]]:
    """The draws of the table, each with its values; oldest first."""
    is_long = {"analyte", "value"} <= {column.role for column in columns}
    if is_long:
        _refuse_unknown_items(rows, skipped)
    draws: dict[date, Done] = {}
    found: dict[tuple[date, str], tuple[LabValue, int]] = {}
    for row in rows:
        on = row.read("date", read_day_with_year)
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


def _refuse_unknown_items(rows: Sequence[Row], skipped: frozenset[str]) -> None:
    """Raise TrackerError that names every item that is not known, and how to leave them out."""
    problems: dict[str, tuple[Row, InputError]] = {}
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


def _with(done: Done, row: Row) -> Done:
    """A draw with what a line says of it."""
    if row.text("fasting"):
        done = replace(done, fasting=row.read("fasting", _truth))
    return replace(done, note=row.read("note", read_note)) if row.text("note") else done


def _long(row: Row, on: date, skipped: frozenset[str], systems: Sequence[str]) -> Iterator[LabValue]:
    name, value = row.text("analyte"), row.text("value")
    if not value or word(name) in skipped:
        return
    analyte = analyte_named(name)
    yield row.read("value", lambda text: value_of(analyte, text, systems, on, grouped=True), row.printed)


def _wide(row: Row, on: date, systems: Sequence[str]) -> Iterator[LabValue]:
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


def _truth(typed: str) -> bool:
    try:
        return _TRUTHS[plain(typed).lower()]
    except KeyError:
        raise InputError(N_('"{typed}" is neither yes nor no'), typed=typed) from None
