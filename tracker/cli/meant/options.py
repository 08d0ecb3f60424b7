"""Another option for one that there is not, and words that are moved to the option that takes them."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

import click

from tracker.cli.days import DAY, DayInFrontError
from tracker.cli.kinds import KIND
from tracker.cli.meant.called import CALLED, CALLED_FLAGS, ELSEWHERE
from tracker.cli.meant.line import Line, found_in, place_of, quietly
from tracker.cli.meant.nearness import nearest
from tracker.cli.running import OF_NO_DATABASE, OF_NOBODY, flags
from tracker.cli.typed.clock import split_clock
from tracker.errors import PartlyTakenError

_DASHES = "-\N{MINUS SIGN}\u2010\u2011\u2012\u2013\u2014\u2015\u30fc\uff0d"
_FEWEST_LETTERS = 4
"""Of a word of another script that may be a sentence."""
_MOST_WORDS = 10
"""Of a day, or of two."""
_BEHIND_A_DAY = (("--from", "から"), ("--since", "から"), ("--until", "まで"))
"""What is said behind a day, where the flag is typed before it."""
_WIDE_BLANK = "\N{IDEOGRAPHIC SPACE}"
_DONE = (
    "した", "しました", "済み", "済", "済んだ", "完了", "行った", "行きました", "行ってきた", "受けた", "飲んだ",
    "のんだ", "飲みました", "done", "went", "took", "taken", "yes", "ok",
)  # fmt: skip
"""What says of something no more than that it was done."""
_ALL = ("全部", "すべて", "all", "last", "最後", "さっき", "that", "it", "それ")
"""What is said to a command that needs nothing."""
_WORDS_OF_A_DAY = ("at", "to", "until", "till", "through")
"""What is said between two days, or a day and a time, and typed as an option."""


def other_options(root: click.Group, line: Line, name: str) -> Iterator[Iterator[Line]]:
    typed = next((word for word in line if word.partition("=")[0] == name), None)
    place = quietly(lambda: place_of(root, line))
    command = place.command if place is not None else root
    if typed is None:
        return
    options = options_of(command)
    if place is not None and place.path and place.path[0] in (*OF_NOBODY, *OF_NO_DATABASE):
        options.pop("--patient", None)
    at = line.index(typed)
    value = typed.partition("=")[2]
    behind = ([value] if value else []) + line[at + 1 :]
    days = _count_taken(DAY, behind)
    bare = name.lstrip("-")
    if name in ELSEWHERE and place is not None and place.path:
        elsewhere = ELSEWHERE[name]
        day = behind[:days] if elsewhere[-1] == "--on" else []
        yield (one for one in ([*line[: line.index(place.path[0])], *elsewhere, *day],))
    spoken = [flag for flag, words in CALLED_FLAGS.items() if bare in words and flag in options]
    yield ([*line[:at], flag, *behind] for flag in (*spoken, *_nearest_flags(bare, options)))
    # What is said as an option is an argument: patients delete --name "Mary Smith".
    yield ([*line[:at], *behind] for one in command.params if isinstance(one, click.Argument) and one.name == bare)
    # An option that takes a day stands for another one, or for the argument that is a day.
    yield ([*line[:at], flag, *behind] for flag, kind in options.items() if days and _is_for_days(kind) and
           flag not in ("--today", *line))  # fmt: skip
    yield ([*line[:at], *behind] for one in command.params if (days or _is_a_time(behind))
           and isinstance(one, click.Argument) and _is_for_days(one.type))  # fmt: skip
    # A hyphen before the amount: -20.
    yield ([*line[:at], bare, *line[at + 1 :]] for one in command.params
           if isinstance(one, click.Argument) and bare[:1].isdecimal() and takes(one.type, bare))  # fmt: skip
    if bare in _WORDS_OF_A_DAY:
        yield (one for one in ([*line[:at], bare, *behind],))
    if isinstance(command, click.Group):
        # It may be an option of the command that stands behind it.
        names, words = set(command.list_commands(click.Context(command))), line[at + 1 :]
        yield ([*line[:at], *words[count:], typed, *words[:count]] for count, word in enumerate(words) if word in names)


def moved(root: click.Group, line: Line, text: str) -> Iterator[Iterator[Line]]:
    """Words that cannot stand where they do, as a flag or behind one."""
    found, place = found_in(line, text), quietly(lambda: place_of(root, line))
    if found is None or place is None or found[0] < place.start:
        return
    at, behind = found
    words, rest = line[at:behind], line[behind:]
    options = {flag: kind for flag, kind in options_of(place.command).items() if flag not in line}
    bare = unicodedata.normalize("NFKC", words[0]).lstrip(_DASHES).lower()
    spoken = [flag for flag, called in CALLED_FLAGS.items() if bare in called and flag in options]
    yield ([*line[:at], flag, *words[1:], *rest] for flag in (*spoken, *_nearest_flags(bare, options)))
    # An amount of a kind that is said with an option: until 6 months.
    amounts = {flag: kind for flag, kind in options.items() if kind is not None and not _is_for_days(kind)}
    taking = [flag for flag, kind in amounts.items()
              if _count_taken(kind, line[at:]) == len(words) and _is_shown_by(kind, " ".join(words))]  # fmt: skip
    yield ([*line[:at], flag, *line[at:]] for flag in taking if len(taking) == 1)
    for flag, said in _BEHIND_A_DAY:
        if flag in options and words[-1].endswith(said):
            day = " ".join(words).removesuffix(said).split()
            yield (one for one in ([*line[:at], *rest, flag, *day],) if _count_taken(DAY, day))
    for start in (at, at - 1):
        # The first word of a day may have been taken for another: 8 Mar.
        words = line[start:] if start >= place.start else []
        yield ([*line[:start], *words[count:], flag, *words[:count]]
               for flag, kind in _for_a_day_of_its_own(options, words).items()
               for count in [_count_taken(kind, words)] if count > at - start)  # fmt: skip
        # Of what was done the day is asked alone: yesterday 3pm.
        yield ([*line[:start], *words[count + 1 :], flag, *words[:count]]
               for flag, kind in _for_a_day_of_its_own(options, words).items()
               for count in [_count_taken(kind, words)] if count > at - start and _is_a_time(words[count:])
               and all(one.startswith("-") for one in words[count + 1 : count + 2]))  # fmt: skip


def without_a_day(root: click.Group, line: Line, error: DayInFrontError) -> Iterator[Line]:
    """The line with the day behind its option that is written in one word with what goes on from it."""
    found, place = found_in(line, error.values["typed"]), quietly(lambda: place_of(root, line))
    if found is not None and place is not None:
        flag = next((one for one in ("--since", "--from", "--on") if one in options_of(place.command)), None)
        if flag is not None and flag not in line:
            yield [*line[: found[0]], error.rest, *line[found[1] :], flag, error.day]


def spoken(root: click.Group, line: Line, text: str) -> Iterator[Line]:
    """The line with a word that says a flag without a value as that flag: fasted."""
    found, place = found_in(line, text), quietly(lambda: place_of(root, line))
    if found is not None and place is not None and found[0] >= place.start:
        flags_alone = [flag for flag, kind in options_of(place.command).items() if kind is None and flag not in line]
        yield from ([*line[: found[0]], flag, *line[found[1] :]] for flag in flags_alone
                    if text.lower() in CALLED_FLAGS.get(flag, ()))  # fmt: skip


def with_the_rest(line: Line, error: PartlyTakenError) -> Iterator[Line]:
    """The line with the words alone of which what they say can be taken."""
    left, places = list(line), list[int]()
    for word in error.words:
        at = next((at for at in range(len(left) - 1, -1, -1) if left[at] == word and at not in places), None)
        if at is None:
            return  # it was typed in another form
        places.append(at)
    first, error.is_rest_offered = min(places), True
    yield [*left[:first], *error.kept, *(word for at, word in enumerate(left) if at > first and at not in places)]


def said_already(root: click.Group, line: Line, text: str) -> Iterator[Line]:
    """The line without words that the command says by itself, or at which it takes none at all."""
    found, place = found_in(line, text), quietly(lambda: place_of(root, line))
    if found is None or place is None or found[0] < place.start:
        return
    path, without = " ".join(place.path), [*line[: found[0]], *line[found[1] :]]
    bare = unicodedata.normalize("NFKC", text).strip("。.!").lower()
    if bare in _DONE or bare in CALLED.get(path, ()):
        yield without
    elif path == "undo" and bare.lstrip("#").isdecimal():
        yield [*without[: without.index("undo")], "fix", bare.lstrip("#"), "--remove"]
    elif path == "undo" and KIND.takes(bare):
        yield [*without[: without.index("undo")], "history", "--kind", bare]
    elif not any(isinstance(one, click.Argument) for one in place.command.params) and (
        bare in _ALL or bare.isdecimal()
    ):  # fmt: skip
        yield without


def apart(line: Line, text: str) -> Iterator[Line]:
    """The line with the words apart that are parted by a blank of full width."""
    found = found_in(line, text)
    if found is not None and _WIDE_BLANK in text:
        yield [*line[: found[0]], *text.split(), *line[found[1] :]]


def noted(root: click.Group, line: Line, text: str) -> Iterator[Line]:
    """What is said in own words at the end, as the note of the entry: log cleared visual-change 眼科で異常なし."""
    found, place = found_in(line, text), quietly(lambda: place_of(root, line))
    in_own_words = " " in text.strip() or (not text.isascii() and len(text) >= _FEWEST_LETTERS)
    words = text.split()
    if found is None or place is None or not in_own_words or "--note" in line:
        return
    if any(is_a_day(one) for one in (words[0], words[-1])):
        return  # a day is no note, nor is a time behind one
    before, behind = line[: found[0]], line[found[1] :]
    is_last = not behind or behind[0].startswith("-")
    if is_last and "--note" in options_of(place.command) and found[0] >= place.start:
        yield [*before, *behind, "--note", text]


def _count_taken(kind: Any, words: Line) -> int:
    """How many words in front are one value."""
    most = next(
        (count for count, word in enumerate(words) if word.startswith("-") and not takes(kind, word)), len(words)
    )
    return next((count for count in range(min(most, _MOST_WORDS), 0, -1) if takes(kind, " ".join(words[:count]))), 0)


def _is_shown_by(kind: Any, words: str) -> bool:
    """Whether words say by themselves that such a value is meant; a text of the person's own takes any."""
    shows = getattr(kind, "shows_itself", None)
    return shows is None or bool(quietly(lambda: shows(words)))


def _nearest_flags(bare: str, options: Collection[str]) -> list[str]:
    names = {one.lstrip("-"): one for one in options if one.startswith("--")}
    return [names[near] for near in nearest(bare, names)]


def options_of(command: click.Command) -> dict[str, Any]:
    """The options of a command, each with the kind of its value; None for one that takes none."""
    found: dict[str, Any] = {}
    for param in command.params:
        if isinstance(param, click.Option):
            kind = None if param.is_flag else param.type
            found |= dict.fromkeys((*param.opts, *param.secondary_opts), kind)
    return found


def _for_a_day_of_its_own(options: dict[str, Any], words: Line) -> dict[str, Any]:
    """The options that a day alone is meant for: the day of the entry, where there is one, and no other.

    Of what lasts a day to come is the last one.
    """
    found = {flag: kind for flag, kind in options.items() if _is_for_days(kind) and flag != "--today"}
    if "--on" not in found:
        return found
    only = "--until" if "--until" in found and _lies_ahead(words) else "--on"
    return {only: found[only]}


def _lies_ahead(words: Line) -> bool:
    """Whether the day with which the words begin is still to come."""
    text = " ".join(words[: _count_taken(DAY, words)])
    day = quietly(lambda: DAY.convert(text, None, None)) if text else None
    return isinstance(day, date) and day > flags().day()


def _is_for_days(kind: Any) -> bool:
    return bool(getattr(kind, "is_a_day", False))


def is_a_day(words: str) -> bool:
    return takes(DAY, words)


def _is_a_time(words: Sequence[str]) -> bool:
    return bool(words) and split_clock(f"2026-01-01 {words[0]}") is not None


def takes(kind: Any, word: str) -> bool:
    takes = getattr(kind, "takes", None)
    return takes is not None and bool(quietly(lambda: takes(word)))
