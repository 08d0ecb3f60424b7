"""``isotrack list``: every vocabulary there is, with what may be typed for each of its words.

The families of coded observations come by themselves: a new one is listed as soon as it is a kind of fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import click
from msgspec import Struct

from tracker.cli import as_json as contract
from tracker.cli import show, terms
from tracker.cli.base import Command, as_json_option, code
from tracker.cli.kinds import ALSO
from tracker.cli.names import Completed, Known
from tracker.cli.tables import Column, table
from tracker.cli.typed import plain
from tracker.errors import N_, Listed, NoSuchError, Phrase
from tracker.facts import kinds_of
from tracker.facts.observation import Observation
from tracker.i18n import _
from tracker.lexicon import Level, Word
from tracker.pharmacy import Statement
from tracker.rules import Text

_LEVELS = {
    Level.RECORD: N_("kept for your doctor"), Level.EXPECTED: N_("expected during a course"),
    Level.TELL: N_("contact your clinic"), Level.TELL_NOW: N_("contact your clinic today"),
    Level.RED_FLAG: N_("red flag"),
}  # fmt: skip
"""What a symptom asks for, in a few words: gettext message ids."""

_MOST_WORDS = 15
"""Of what may be typed for one code those that are shown; JSON has them all."""


class Entry(Struct, frozen=True):
    """A word of a vocabulary."""

    code: str
    name: Text
    typed: tuple[str, ...]
    """What may be typed for it beside its code and its names."""
    about: Text | None = None
    """A unit, or what a value of it is."""
    said: tuple[Statement, ...] = ()
    """What the sources say of it."""
    asks: tuple[tuple[int, Level], ...] = ()
    """Of a symptom what it asks for, each from a grade on."""


class Vocabulary(Struct, frozen=True):
    """A vocabulary: by which names it is asked for, and its words."""

    name: str
    also: tuple[str, ...]
    title: str
    """A gettext message id."""
    entries: Callable[[], list[Entry]]


def _vocabularies() -> list[Vocabulary]:
    found = [
        Vocabulary("analytes", ("analyte", "検査項目", "項目", "採血"), N_("what is measured in blood"), _analytes),
        Vocabulary("substances", ("substance", "medicines", "併用", "薬", "サプリ"),
                   N_("what may be taken beside the capsules"), _substances),
        Vocabulary("conditions", ("condition", "allergies", "illnesses", "background", "既往", "病気", "アレルギー"),
                   N_("allergies and illnesses that speak against the capsules"), _conditions),
        Vocabulary("procedures", ("procedure", "施術"), N_("what a clinic does to the skin"), _procedures),
    ]  # fmt: skip
    for kind in kinds_of(Observation):
        said = kind.log.names if kind.log is not None else ()
        names = (kind.name, f"{kind.name}s", *said, *ALSO.get(kind.name, ()))
        found.append(Vocabulary(kind.name, names, kind.name, _codes_of(kind.name)))
    return found


def _analytes() -> list[Entry]:
    from tracker.analytes import laboratory

    return [
        Entry(one.code, one.name, tuple(dict.fromkeys((one.label.en, one.label.ja, *one.aliases))),
              Text(*[", ".join(unit.name for unit in one.units)] * 2))
        for one in laboratory().analytes
    ]  # fmt: skip


def _substances() -> list[Entry]:
    from tracker.substances import pharmacy

    return [Entry(one.code, one.name, (*one.aliases, *one.unconfirmed), said=one.statements)
            for one in pharmacy().substances]  # fmt: skip


def _conditions() -> list[Entry]:
    from tracker.conditions import conditions

    return [Entry(one.code, one.name, (*one.aliases, *one.unconfirmed), said=(one.statement,))
            for one in conditions().conditions]  # fmt: skip


def _procedures() -> list[Entry]:
    from tracker.procedures import catalogue

    return [Entry(one.code, one.name, (*one.aliases, *one.unconfirmed)) for one in catalogue().procedures.values()]


def _codes_of(family: str) -> Callable[[], list[Entry]]:
    def codes() -> list[Entry]:
        from tracker.vocabulary import vocabulary

        words = vocabulary(family)
        return [Entry(one.code, one.name, one.aliases, _measure_of(one), asks=_asked(one))
                for one in (*words.codes, *words.data.flags, *words.sites)]  # fmt: skip

    return codes


def _measure_of(word: Word) -> Text | None:
    """The words of its grades, from nothing on, or its unit; None where it is counted or a yes or no."""
    if not word.has_own_words:
        return word.unit
    names = ([word.zero.name] if word.zero is not None else []) + list(word.grades)
    return Text(" / ".join(one.en for one in names), "・".join(one.ja for one in names))


def _asked(word: Word) -> tuple[tuple[int, Level], ...]:
    """What a symptom asks for from which grade on, of each grade the most pressing."""
    found: dict[int, Level] = {}
    for one in (advice for advice in word.advice if advice.longer is None):
        found[one.least] = max(found.get(one.least, one.level), one.level, key=lambda level: level.rank)
    return tuple(sorted(found.items()))


def _in_words(grade: int, level: Level) -> Phrase:
    if grade == 1:
        return Phrase(_LEVELS[level])
    return Phrase(N_("from {grade} on: {level}"), {"grade": grade, "level": Phrase(_LEVELS[level])})


def names() -> Iterator[Known]:
    """The names of the vocabularies, for completion."""
    for one in _vocabularies():
        yield Known(one.name, one.also, _(one.title))


@click.command(
    "list", cls=Command, help=N_("List the words that isotrack knows: analytes, substances, skin and others.")
)
@click.argument("name", required=False, type=Completed(names))
@as_json_option()
@click.pass_context
def listing(ctx: click.Context, name: str | None, as_json: bool) -> None:
    """Vocabularies."""
    for_programs = as_json or bool(ctx.find_root().meta.get("as_json"))
    if name is None:
        _all(for_programs=for_programs)
        return
    found = _named(name)
    entries = found.entries()
    if for_programs:
        contract.show({"list": found.name, "words": [_contract(one) for one in entries]})
        return
    _show(entries)


def _all(*, for_programs: bool) -> None:
    found = _vocabularies()
    if for_programs:
        contract.show({"list": None, "lists": [one.name for one in found]})
        return
    table([Column(N_("List")), Column(N_("What"), prose=True, is_name=True), Column(N_("Command"))],
          [[one.name, _(one.title), f"isotrack list {one.name}"] for one in found])  # fmt: skip


def _named(typed: str) -> Vocabulary:
    wanted = plain(typed).lower()
    known = _vocabularies()
    found = next((one for one in known if wanted in (one.name, *one.also)), None)
    if found is None:
        raise NoSuchError(N_('there is no list "{typed}"'), N_("there are: {codes}"), word=typed,
                          among=[one.name for one in known], typed=typed,
                          codes=Listed(tuple(one.name for one in known)))  # fmt: skip
    return found


def _show(entries: list[Entry]) -> None:
    """A word a line, and below it what may be typed for it."""
    lang = code()
    for one in entries:
        name = one.name.in_language(lang)
        parts: list[Any] = [] if name == one.code else [name]
        parts += map(terms.said, one.said)
        parts += [_in_words(*asked) for asked in one.asks]
        parts += [one.about] if one.about is not None else []
        show.say(N_("{code}: {about}") if parts else "{code}", code=one.code, about=Listed(tuple(parts)))
        if words := _typed(one, lang):
            more = len(words) - _MOST_WORDS
            message = N_("  also: {words}") if more <= 0 else N_("  also: {words}, and {more} more")
            show.say(message, words=Listed(words[:_MOST_WORDS]), more=more)


def _typed(one: Entry, lang: str) -> tuple[str, ...]:
    """What may be typed beside the code and the name that is shown; first in the language of the screen."""
    shown = {plain(one.code).lower(), plain(one.name.in_language(lang)).lower()}
    others = [word for word in (one.name.ja, one.name.en, *one.typed) if plain(word).lower() not in shown]
    return tuple(sorted(others, key=lambda word: word.isascii() != (lang == "en")))


def _contract(one: Entry) -> dict[str, Any]:
    return {
        "code": one.code, "name": {"en": one.name.en, "ja": one.name.ja}, "typed": list(one.typed),
        "levels": [contract.level(said) for said in one.said],
        "asks": [{"from_grade": grade, "level": level.value} for grade, level in one.asks],
    }  # fmt: skip
