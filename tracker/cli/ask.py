"""``isotrack ask``: the questions for the doctor, kept and ticked off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import click

from tracker.cli import as_json as contract
from tracker.cli import planned, show, whose
from tracker.cli.base import LOGGED, Command, as_json_option, context, flags, note_option, option
from tracker.cli.choices import EntryNumber
from tracker.cli.describe import describe
from tracker.cli.tables import Column, Row, table
from tracker.cli.typed import plain
from tracker.cli.values import read_value
from tracker.errors import N_, InputError
from tracker.facts.kind import WORDS
from tracker.facts.questions import Question
from tracker.i18n import _

_DONE = frozenset((
    "done", "answered", "asked", "ticked", "tick", "tick off", "ticked off", "済", "済み", "完了", "回答済み", "解決",
    "解決済み", "聞いた", "聞きました",
))  # fmt: skip
"""What is said beside the number of a question that was answered."""


@click.command(
    cls=Command,
    short_help=N_("Keep questions for the doctor, and tick them off."),
    help=N_("Keep a QUESTION for the doctor: isotrack report prints it as a box to tick. Without one: the questions."
            " --done NUMBER ticks one off, with --note and what was answered."),
)  # fmt: skip
@click.argument("question", nargs=-1, metavar="[QUESTION]")
@option("--done", type=EntryNumber(), metavar="NUMBER", help=N_("The number of a question that was answered."))
@option("--on", type=LOGGED, metavar="DATE", help=N_("The day it came up, or was answered; today unless said."))
@note_option()
@as_json_option()
@click.pass_context
def ask(
    ctx: click.Context, question: tuple[str, ...], done: int | None, on: date | None, note: str | None, as_json: bool
) -> None:
    """Questions for the doctor."""
    from tracker.journeys.course import wondering

    if done is None and (meant := _number_in(question)) is not None:
        done, question = meant, ()
    if done is not None:
        if question:
            raise InputError(N_("a question and --done say different things"))
        outcome = wondering.tick(context(), done, on or flags().day(), note)
    elif question:
        text = read_value(WORDS, " ".join(question), "question")
        outcome = wondering.ask(context(), Question(on=on or flags().day(), text=text, note=note))
    else:
        if on is not None or note is not None:
            raise InputError(N_("the question is missing"), N_("for example: {command}"), command=_example())
        found = wondering.questions(context())
        if as_json or ctx.find_root().meta.get("as_json"):
            contract.show(_contract(found))
        else:
            _list(found)
        return
    fact = outcome.recorded[-1]
    message = N_("Saved: {text} (number {id}).")
    if outcome.already_there:
        message = N_("Already there: {text} (number {id}). Nothing changed.")
    whose.saved(message, text=describe(fact), id=fact.id)
    show.outcome(outcome, context())


def _number_in(words: Sequence[str]) -> int | None:
    """The number that is said to be done: ``done 94``, ``94 済み``; raise InputError for a number alone."""
    typed = plain(" ".join(words)).casefold()
    number = re.search(r"(?:番号|no\.? ?|#)?([0-9]{1,9})番?", typed)
    rest = typed.replace(number[0], " ").strip(" :.,、。：は") if number is not None else None
    if number is None or (rest and rest not in _DONE):
        return None
    if not rest:
        raise InputError(N_('"{typed}" is no question'), N_("to tick one off: {command}"), typed=" ".join(words),
                         command=f"isotrack ask --done {number[1]}")  # fmt: skip
    return int(number[1])


def _example() -> str:
    question = _("May I go to the hot spring?")
    return f'isotrack ask "{question}"'


def _list(found: tuple[Question, ...]) -> None:
    whose.heading()
    if not found:
        show.say(N_("No question was recorded yet. For example: {command}"), command=_example())
        return
    rows: list[Row] = [
        [str(one.id), planned.day(one.on), one.text, planned.day(one.answered) if one.answered else "", one.note or ""]
        for one in found
    ]  # fmt: skip
    columns = [Column(N_("Number")), Column(N_("Day"), drops=2), Column(N_("Question"), prose=True, is_name=True),
               Column(N_("Answered")), Column(N_("Note"), prose=True, drops=1)]  # fmt: skip
    used = [at for at in range(len(columns)) if any(row[at] for row in rows)]
    table([columns[at] for at in used], [[row[at] for at in used] for row in rows])
    first = next((one for one in found if one.answered is None), None)
    if first is not None:
        show.say(N_("To tick one off: {command}"), command=f"isotrack ask --done {first.id}")


def _contract(found: tuple[Question, ...]) -> dict[str, Any]:
    """As in ``schemas/questions.schema.json``."""
    return {
        "patient": whose.label(), "today": context().today.isoformat(),
        "questions": [
            {"id": one.id, "on": one.on.isoformat(), "text": one.text, "answered": contract.day(one.answered),
             "note": one.note}
            for one in found
        ],
    }  # fmt: skip
