"""Another command for a word that names none: one near by, one that is called so, one that takes such a word."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Sequence

import click

from tracker.cli import names
from tracker.cli.days import day_in_front
from tracker.cli.meant.called import CALLED
from tracker.cli.meant.line import Line, quietly, without
from tracker.cli.meant.nearness import MOST_OFFERED, SHORTEST, nearest
from tracker.cli.meant.options import is_a_day, takes
from tracker.cli.risks import is_a_risk
from tracker.cli.running import Flags
from tracker.facts.kind import CAPSULES
from tracker.lexicon import plain

_BLOOD = "blood"
_MOST_WORDS = 5
"""Of one name."""
_HELP = ("help", "man", "usage", "ヘルプ", "使い方")
"""What is asked for the help of a command, or of all."""
_THE_CAPSULE = frozenset(
    (
        "my",
        "a",
        "an",
        "the",
        "it",
        "them",
        "today's",
        "dose",
        "pill",
        "pills",
        "tablet",
        "tablets",
        "capsule",
        "capsules",
    )
)
"""What is said beside "took" or "missed" and says no more than that."""


_ABOUT_A_RISK = ("risk", "risks", "リスク", "避妊", "contraception", "ピル", "pill", "the")
"""What is said before the words of a risk of pregnancy and says no more than they do."""
_LONGEST_RISK = 7
"""Words of one."""


def other_commands(root: click.Group, line: Line, error: click.exceptions.NoSuchCommand) -> Iterator[Iterator[Line]]:
    word, ctx = error.command_name, error.ctx
    if ctx is None or word not in line:
        return
    place = line.index(word)
    path = ctx.command_path.split()[1:]
    flags, rest = without(line[:place], path), line[place + 1 :]
    group = ctx.command
    assert isinstance(group, click.Group)  # noqa: S101 - commands are looked for in groups
    everywhere = _paths(root)

    def to(*paths: str, words: Sequence[str] = rest) -> Iterator[Line]:
        return ([*flags, *found.split(), *words] for found in paths)

    if unicodedata.normalize("NFKC", word).lower() in _HELP:
        for most in range(len(rest), -1, -1):
            yield (one for one in ([*flags, *path, *rest[:most], "--help"],))
    if path in ([], ["log"]) and (front := quietly(lambda: day_in_front(word))) is not None:
        day, what = front
        yield (one for one in ([*flags, *path, what, *rest, "--on", day],))
    parts = unicodedata.normalize("NFKC", word).split()
    if path in ([], ["log"]):
        yield _of_a_risk(flags, [word, *rest])
    yield (one for one in ([*line[:place], *parts, *rest],) if len(parts) > 1)
    yield ([*line[:place], "-".join((word, *rest[:count])), *rest[count:]] for count in range(1, len(rest) + 1)
           if group.get_command(ctx, "-".join((word, *rest[:count]))) is not None)  # fmt: skip
    here = [" ".join((*path, name)) for name in group.list_commands(ctx)]
    spoken = {name: called for called, words in CALLED.items() for name in words}
    yield to(*(one for one in everywhere if word in (one.split()[-1], one.replace(" ", ""))))
    yield to(*([spoken[word]] if word in spoken else []))
    if spoken.get(word, "").startswith("log dose"):
        on = [one for one in rest if (one if one == "A" else one.lower().strip(".,!")) not in _THE_CAPSULE]
        yield to(spoken[word], words=["--on", *on] if on else [])
        yield _naming(on[0], flags, on[1:]) if on else iter(())
        yield to(*(["log substance"] if on and spoken[word] == "log dose" and on[0][:1].isalpha() else []), words=on)
    if path in ([], ["log"]):
        yield _naming(word, flags, rest)
    yield to(*_nearest_paths(word, here))
    yield to(*_nearest_paths(word, everywhere))
    yield to(*dict.fromkeys(spoken[near] for near in nearest(word, spoken)))
    yield _taking(root, word, flags, rest)
    yield ([*flags, *path, *rest, "--on", word] for _one in rest[:1] if is_a_day(word))
    yield to(*_whose_help_has(root, word), words=_whose(rest))


def _whose(rest: Line) -> Line:
    """Of words that may not be for another command, whose record they are about."""
    return [one for at, one in enumerate(rest)
            if one.partition("=")[0] == "--patient" or rest[max(at - 1, 0)] == "--patient"]  # fmt: skip


def _nearest_paths(word: str, paths: Collection[str]) -> list[str]:
    names: dict[str, list[str]] = {}
    for path in paths:
        names.setdefault(path.split()[-1], []).append(path)
    return [path for near in nearest(word, names) for path in names[near]]


def _paths(root: click.Group) -> list[str]:
    """Every command, as it is typed behind ``isotrack``."""
    ctx = click.Context(root, info_name="isotrack", obj=Flags())
    found = []
    for name in root.list_commands(ctx):
        found.append(name)
        command = root.get_command(ctx, name)
        if isinstance(command, click.Group):
            found += [f"{name} {one}" for one in command.list_commands(ctx)]
    return found


def _commands(root: click.Group) -> Iterator[tuple[str, click.Command]]:
    ctx = click.Context(root, info_name="isotrack", obj=Flags())
    for path in _paths(root):
        command: click.Command | None = root
        for name in path.split():
            command = command.get_command(ctx, name) if isinstance(command, click.Group) else None
        if command is not None and not command.hidden:
            yield path, command


def _taking(root: click.Group, word: str, flags: Line, rest: Line) -> Iterator[Line]:
    """The commands of ``log`` whose first argument is such a word: a number is a dose or a weight, and no capsules."""
    for path, command in _commands(root):
        first = next((one for one in command.params if isinstance(one, click.Argument)), None)
        if not path.startswith("log ") or first is None or first.nargs != 1 or first.type.name == CAPSULES.name:
            continue
        shows_itself = getattr(first.type, "shows_itself", None)
        if takes(first.type, word) and (shows_itself is None or shows_itself(word)):
            yield [*flags, *path.split(), word, *rest]


def _of_a_risk(flags: Line, words: Line) -> Iterator[Line]:
    """The command that records how a pregnancy may have come about, said in the words of people: condom broke.

    A symptom of the same name would be taken for it as well, and what clears it says the opposite.
    """
    end = next((at for at, word in enumerate(words) if word.startswith("-")), len(words))
    if {"my", "pill"} <= set(words[:end]):
        return  # of the pill it may be the capsule that is meant
    for begin in range(2 if words[0].lower() in _ABOUT_A_RISK else 1):
        if any(is_a_risk(" ".join(words[begin:until])) for until in range(min(end, begin + _LONGEST_RISK), begin, -1)):
            yield [*flags, "log", "risk", *words[begin:]]
            return
    yield from ([*flags, "log", "risk", *words[1:]] for _one in words[:1] if words[0].lower() in ("risks", "リスク"))


def _naming(word: str, flags: Line, rest: Line) -> Iterator[Line]:
    """The commands of ``log`` that record what is called so: a symptom, an area of the skin, a habit, a medicine."""
    for name, known in _recorded():
        words = {plain(one) for each in known() for one in (each.code, *each.words)}
        begins = [plain(" ".join((word.partition("=")[0], *rest)[:count])) for count in range(1, _MOST_WORDS + 1)]
        if any(_begins_with(typed, words) for typed in begins) and (
            name != _BLOOD or any(map(str.isdecimal, "".join((word, *rest))))
        ):  # fmt: skip
            yield [*flags, "log", name, word, *rest]


def _begins_with(typed: str, words: Collection[str]) -> bool:
    """Whether it is one of these words; in Japanese, and before a number, something may be written right behind it."""
    return typed in words or any(typed.startswith(one) and (typed[len(one) :].isdecimal() or not one.isascii())
                                 for one in words if len(one) > 1)  # fmt: skip


def _recorded() -> Iterator[tuple[str, names.Source]]:
    """The commands of ``log`` that take such words, with the words."""
    for family in ("symptom", "skin", "habit", "mood", "counselling"):
        yield family, names.codes_of(family)
        yield family, names.areas_of(family)
    yield from ((_BLOOD, names.analytes), ("substance", names.substances), ("procedure", names.procedures))


def _whose_help_has(root: click.Group, word: str) -> list[str]:
    """The commands whose help has the word, where they are few."""
    text = unicodedata.normalize("NFKC", word).lower()
    if len(text) < SHORTEST[text.isascii()]:
        return []
    found = [path for path, command in _commands(root)
             if text in (command.help or "").lower() and not isinstance(command, click.Group)]  # fmt: skip
    return found if len(found) <= MOST_OFFERED else []
