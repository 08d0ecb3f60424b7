"""Values that are said apart from the command: a dash stands for a line of standard input, in every command alike."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import click
import pytest

from tests.support import START, Machine, Said, begun_in, image, say
from tests.test_documents import commands
from tracker.cli.apart import Apart, Parser, marked
from tracker.cli.main import cli, run


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return begun_in(tmp_path, monkeypatch)


def piped(text: str, *command: str) -> Said:
    """A command whose standard input is a pipe with this in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.StringIO(text))
        return say(*command)


class Terminal(io.StringIO):
    """Somebody who answers."""

    def isatty(self) -> bool:
        return True


def entries() -> list[dict[str, Any]]:
    """All that was recorded after the start, in the order of recording."""
    found = json.loads(say("history", "--json").out)
    recorded = [one for command in reversed(found) if command["command"] != "start" for one in command["recorded"]]
    return sorted(recorded, key=lambda one: int(one["id"]))


def same(left: tuple[str, tuple[str, ...]], right: tuple[str, ...]) -> None:
    """What is piped into a command records what the other one does."""
    text, command = left
    said = piped(text, *command)
    assert said.code == 0, said
    kept = [{**one, "id": 0} for one in entries()]
    assert say("undo").code == 0
    assert say(*right).code == 0
    assert [{**one, "id": 0} for one in entries()] == kept


APART = {
    "a note": ("so it was\n", "log visit --note -", ("log", "visit", "--note", "so it was")),
    "a note in Japanese": ("少し 頭痛\n", "log visit --note=-", ("log", "visit", "--note", "少し 頭痛")),
    "a question": ("May I go - or not?\n", "ask -", ("ask", "May I go - or not?")),
    "a weight": ("53.5 kg\n", "log weight -", ("log", "weight", "53.5kg")),
    "blood values": ("ALT 22 TG=H 145*\n", "log blood -", ("log", "blood", "ALT", "22", "TG=H 145*")),
    "a symptom": ("headache 2\n", "log symptom -", ("log", "symptom", "headache", "2")),
    "the check of mood": ("spirits=1 harm=0\n", "log mood -", ("log", "mood", "spirits=1", "harm=0")),
    "a result": ("positive\n", "log pregnancy-test -", ("log", "pregnancy-test", "positive")),
    "a negative result": ("-\n", "log pregnancy-test -", ("log", "pregnancy-test", "negative")),
    "a medicine": ("vitamin A\n", "log substance -", ("log", "substance", "vitamin A")),
    "an allergy": ("peanuts\n", "log background allergy -", ("log", "background", "allergy", "peanuts")),
    "about and text": ("illness\nasthma\n", "log background - -", ("log", "background", "illness", "asthma")),
    "a day": ("24 Nov\n", "log visit --on -", ("log", "visit", "--on", "2026-11-24")),
    "in the order of typing": ("a\n56\n", "log weight --note - -", ("log", "weight", "56", "--note", "a")),
    "whatever looks like an option": ("--yes\n", "log visit --note -", ("log", "visit", "--note", "--yes")),
    "without an end of the line": ("so", "log visit --note -", ("log", "visit", "--note", "so")),
    "of Windows": ("\ufeffso\r\n", "log visit --note -", ("log", "visit", "--note", "so")),
    "a dose": ("20 every other day\n", "dose -", ("dose", "20 every other day")),
    "a correction": ("57\n", "fix 2 --value -", ("fix", "2", "--value", "57")),
    "an item and a time": ("2026-12-21 15:30\n", "book visit/1 -", ("book", "visit/1", "2026-12-21", "15:30")),
}


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize("name", APART)
def test_what_is_piped_is_recorded_as_what_is_typed(name: str) -> None:
    text, command, typed = APART[name]
    same((text, tuple(command.split())), typed)


@pytest.mark.usefixtures("course")
def test_a_name_is_read_for_all_commands_of_a_patient() -> None:
    said = piped("佐藤 花子\n", *START, "--patient", "-")
    assert (said.code, "[佐藤 花子]" in said.out) == (0, True)
    assert piped("佐藤 花子\nso\n", "--patient", "-", "log", "visit", "--note", "-").code == 0
    assert piped("佐藤 花子\n", "next", "--patient", "-").out.startswith("佐藤 花子, ")


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize(
    ("text", "command", "code", "words"),
    [
        ("", "log visit --note -", 1, ("nothing was saved", "何も保存していません")),
        ("one\n", "log weight - --note -", 1, ("nothing was saved", "何も保存していません")),
        ("one\ntwo\n", "log visit --note -", 2, ("more lines", "標準入力の行数")),
        ("\n", "log visit --note -", 2, ("the text is empty", "文字が入力されていません")),
        ("x" * 4001, "ask -", 2, ("4000", "4000")),
        ("fifty\n", "log weight -", 2, ("54.5kg", "54.5kg")),
    ],
)
def test_what_cannot_be_read_saves_nothing(
    course: Machine, lang: str, text: str, command: str, code: int, words: tuple[str, str]
) -> None:
    before = image(course.folder)
    said = piped(text, "--lang", lang, *command.split())
    assert (said.code, len(said.complaint), words[lang == "ja"] in said.err) == (code, 1, True), said
    assert image(course.folder) == before


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize(
    ("typed", "kept"),
    [(("ask", "May I go - or not?"), "May I go - or not?"), (("ask", "one", "-", "two"), "one - two"),
     (("ask", "--", "-"), None)],
)  # fmt: skip
def test_a_dash_among_words_is_a_word(typed: tuple[str, ...], kept: str | None) -> None:
    said = piped("not read\n", *typed)
    if kept is not None:
        assert said.code == 0, said
        assert entries()[-1]["text"] == kept
    assert "not read" not in said.out


@pytest.mark.usefixtures("course")
def test_days_with_a_dash_between_them_are_days() -> None:
    assert say("log", "dose", "--missed", "--on", "20", "Nov", "-", "22", "Nov", "--today", "2026-11-30").code in (0, 2)
    assert piped("x", "calendar", "export", "-o", "-").out.startswith("BEGIN:VCALENDAR")


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_at_a_terminal_it_is_asked_for_by_its_name(monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    for command, name in (
        ("log visit --note -", {"en": "--note: ", "ja": "--note："}),
        ("ask -", {"en": "QUESTION: ", "ja": "質問："}),
    ):
        monkeypatch.setattr(sys, "stdin", Terminal("so\n"))
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        with redirect_stdout(out), redirect_stderr(err):
            assert run(["--lang", lang, *command.split()]) == 0
        # The output is a pipe here: what is asked does not stand in it.
        assert err.buffer.getvalue().decode().startswith(name[lang])  # type: ignore[attr-defined]
        assert not out.buffer.getvalue().decode().startswith(name[lang])  # type: ignore[attr-defined]


@pytest.mark.usefixtures("course")
def test_help_asks_for_nothing() -> None:
    said = piped("so\n", "log", "visit", "--note", "-", "--help")
    assert (said.code, said.err) == (0, "")


def _values() -> Iterator[tuple[str, click.Command, click.Parameter]]:
    for name, command in commands(cli, click.Context(cli)):
        for param in command.params:
            if not (isinstance(param, click.Option) and (param.is_flag or param.hidden)):
                yield name, command, param


def test_every_value_of_every_command_can_be_said_apart_and_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, command, param in _values():
        ctx = click.Context(command, info_name=name)
        monkeypatch.setattr(sys, "stdin", io.StringIO("of the pipe"))
        line = [max(param.opts, key=len), "-"] if isinstance(param, click.Option) else ["-"]
        before = 0
        if isinstance(param, click.Argument):
            arguments = [one for one in command.params if isinstance(one, click.Argument)]
            before = arguments.index(param)
        plain = click.Command.make_parser(command, ctx)
        found, _left, _order = Parser(plain, ctx, command.params).parse_args(marked(["x"] * before + line))
        value = found[param.name or ""]
        is_a_file = any(word in str(param.metavar or param.name).upper() for word in ("FILE", "FOLDER", "PATH"))
        first = value[0] if isinstance(value, list | tuple) else value
        assert isinstance(first, Apart) == is_a_file, (name, param.name)
        assert is_a_file or str(first).startswith("of"), (name, param.name)
