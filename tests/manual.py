"""The manual pages, written from the command tree: run it after a command, a flag or a text has changed.

    .venv/bin/python tests/manual.py

It writes ``man/isotrack.1`` and ``man/ja/isotrack.1``, which the wheel puts where ``man`` finds them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import click

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # where it is run as a program

from tracker import __version__  # noqa: E402
from tracker.cli.lines import cells  # noqa: E402
from tracker.cli.main import cli  # noqa: E402
from tracker.i18n import activate  # noqa: E402

PAGES = {"en": ROOT / "man" / "isotrack.1", "ja": ROOT / "man" / "ja" / "isotrack.1"}
_AS_OF = "2026-11-28"
"""The date of the page; a page that changes takes no other by itself, so that the same program gives the same page."""

_WORDS = {
    "en": {
        "title": "isotrack manual",
        "name": "NAME", "synopsis": "SYNOPSIS", "description": "DESCRIPTION", "options": "OPTIONS",
        "commands": "COMMANDS", "environment": "ENVIRONMENT", "files": "FILES", "status": "EXIT STATUS",
        "also": "Also:", "what": "the dates of an isotretinoin course",
        "any": "The common options stand before or behind any command, and --help (-h) behind each.",
        "ISOTRACK_DB": "The database file, as --db.", "ISOTRACK_PATIENT": "Whose course, as --patient.",
        "ISOTRACK_TODAY": "The day that is taken for today, as --today.",
        "ISOTRACK_LANG": "The language, en or ja; else that of LANGUAGE, LC_ALL, LC_MESSAGES or LANG.",
        "COLUMNS": "How wide the output is.", "NO_COLOR": "No colours.",
        "database": "The database: one file, readable by you alone; below XDG_DATA_HOME where that is set.",
        "0": "Done.", "1": "The machine or isotrack failed.", "2": "What was typed cannot be; nothing was recorded.",
        "130": "Stopped with Ctrl-C.",
    },
    "ja": {
        "title": "isotrackのマニュアル",
        "name": "名前", "synopsis": "書式", "description": "説明", "options": "オプション", "commands": "コマンド",
        "environment": "環境変数", "files": "ファイル", "status": "終了コード",
        "also": "別の書き方：", "what": "イソトレチノイン治療の日程",
        "any": "共通のオプションは、どのコマンドの前にも後にも書けます。--help（-h）はどのコマンドの後にも書けます。",
        "ISOTRACK_DB": "データベースのファイル。--db と同じです。",
        "ISOTRACK_PATIENT": "患者の名前。--patient と同じです。",
        "ISOTRACK_TODAY": "今日とみなす日。--today と同じです。",
        "ISOTRACK_LANG": "言語（enかja）。なければLANGUAGE、LC_ALL、LC_MESSAGES、LANGに従います。",
        "COLUMNS": "出力の幅。", "NO_COLOR": "色をつけません。",
        "database": "データベース。本人だけが読み取れる1つのファイルです。"
        "XDG_DATA_HOMEの指定があれば、その下に置きます。",
        "0": "終わりました。", "1": "パソコンまたはisotrackの失敗です。",
        "2": "入力の誤りです。何も記録されていません。",
        "130": "Ctrl-Cで中断されました。",
    },
}  # fmt: skip
_DASH = re.compile(r"(?<![^\s(（])-+(?=[a-z])|(?<=[a-z0-9])-(?=[a-z0-9])")
"""Those of flags and names: they are searched for, and copied."""
_NOT_FIRST = frozenset("、。，．・：；？！ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ）」』】〕%\\")
_NOT_LAST = frozenset("（「『【〔\\")
_ENVIRONMENT = ("ISOTRACK_DB", "ISOTRACK_PATIENT", "ISOTRACK_TODAY", "ISOTRACK_LANG", "COLUMNS", "NO_COLOR")
_CODES = ("0", "1", "2", "130")
_DATABASE = "~/.local/share/isotrack/isotrack.db"


def page(lang: str) -> str:
    """The manual in one language."""
    activate(lang)
    try:
        return "\n".join(_lines(_WORDS[lang])) + "\n"
    finally:
        activate("en")


def _lines(words: dict[str, str]) -> Iterator[str]:
    root = click.Context(cli, info_name="isotrack")
    yield r".\" Written by tests/manual.py: change the texts of the program, not this file."
    yield f'.TH ISOTRACK 1 "{_AS_OF}" "isotrack {__version__}" "{text(words["title"])}"'
    yield from (".ad l", ".nh")
    yield from _section(words["name"], rf"isotrack \- {text(words['what'])}")
    yield from _section(words["synopsis"], *_usage(cli, root))
    yield from _section(words["description"], text(cli.help or ""), ".PP", text(words["any"]))
    yield from _section(words["options"], *_options(cli, root))
    yield from _section(words["commands"])
    for context, others in _commands(cli, root):
        yield f'.SS "{typed(context.command_path)}"'
        yield from _usage(context.command, context)
        yield ".PP"
        yield text(context.command.help or "")
        if others:
            yield from (".PP", f"{text(words['also'])} {', '.join(map(typed, others))}")
        yield from _options(context.command, context)
    yield from _section(words["environment"], *(line for name in _ENVIRONMENT for line in _entry(name, words[name])))
    yield from _section(words["files"], *_entry(_DATABASE, words["database"]))
    yield from _section(words["status"], *(line for code in _CODES for line in _entry(code, words[code])))


def _commands(group: click.Group, above: click.Context) -> Iterator[tuple[click.Context, list[str]]]:
    """Each command below a group, with its other names: they follow it in the list, and say the same."""
    found: list[tuple[click.Context, list[str]]] = []
    for name in group.list_commands(above):
        command = group.get_command(above, name)
        if command is None or command.hidden:
            continue
        before = found[-1] if found else None
        if before is not None and _same(before[0].command, command):
            before[1].append(name)
        else:
            found.append((click.Context(command, parent=above, info_name=name), []))
    for context, others in found:
        yield context, others
        if isinstance(context.command, click.Group):
            yield from _commands(context.command, context)


def _same(one: click.Command, other: click.Command) -> bool:
    return (one.help, [param.opts for param in one.params]) == (other.help, [param.opts for param in other.params])


def _usage(command: click.Command, context: click.Context) -> Iterator[str]:
    pieces = " ".join(typed(piece) for piece in command.collect_usage_pieces(context))
    yield rf"\fB{typed(context.command_path)}\fR {pieces}".rstrip()


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for param in command.params:  # without --help, which is that of all
        record = param.get_help_record(context) if isinstance(param, click.Option) else None
        if record is not None:
            yield from _entry(*record)


def _section(title: str, *lines: str) -> Iterator[str]:
    yield f'.SH "{text(title)}"'
    yield from lines


def _entry(name: str, said: str) -> Iterator[str]:
    yield ".TP"
    yield rf"\fB{typed(name)}\fR"
    yield text(said)


def typed(word: str) -> str:
    """What is typed, letter by letter."""
    return _bare(word.replace("\\", r"\e").replace("-", r"\-"))


def text(said: str) -> str:
    r"""A paragraph; ``\:`` stands where Japanese may be broken, as roff breaks at blanks alone."""
    dashed = _DASH.sub(lambda dash: r"\-" * len(dash[0]), " ".join(said.split()).replace("\\", r"\e"))
    parts = [one + r"\:" * _may_be_broken(one, other) for one, other in pairwise(dashed)]
    return _bare("".join([*parts, dashed[-1:]]))


def _may_be_broken(one: str, other: str) -> bool:
    is_japanese = cells(one) + cells(other) > 2  # noqa: PLR2004 - each of them is one cell wide in Latin
    return is_japanese and " " not in (one, other) and one not in _NOT_LAST and other not in _NOT_FIRST


def _bare(said: str) -> str:
    """Nothing in it is taken for a command of roff."""
    return r"\&" + said if said[:1] in (".", "'") else said


def main() -> None:
    """Write both pages."""
    for lang, file in PAGES.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page(lang), encoding="utf-8")


if __name__ == "__main__":
    main()
