"""``isotrack observed``, and ``isotrack log`` by the codes of a family."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import click

from tracker.cli import as_json as contract
from tracker.cli import planned, show, whose
from tracker.cli.base import Command, as_json_option, code, context, read_answer
from tracker.cli.describe import describe
from tracker.cli.tables import Column, Row, table
from tracker.cli.typed import plain
from tracker.cli.values import READERS
from tracker.errors import N_, InputError, Listed
from tracker.facts.kind import WHOLE
from tracker.facts.observation import Observation
from tracker.i18n import active
from tracker.lexicon import as_typed
from tracker.vocabulary import Word, measured, vocabulary


def log_codes(family: str, typed: Sequence[str], common: dict[str, Any]) -> None:
    """Record ``CODE=VALUE ...`` of a family and print each."""
    from tracker.journeys.course import observing

    words = vocabulary(family)
    like = Observation(code="", **common)
    facts = []
    for name, value in _pairs(typed):
        word = words.code(name)
        if value is None and not word.may_be_bare:
            raise InputError(
                N_("{what}: the value is missing"), N_("for example: {command}"), what=word.name,
                command=as_typed(f"isotrack log {family} {{}}={_an_example(word)}", word),
            )  # fmt: skip
        facts.append(observing.observation(family, word, like, _read(word, value) if value is not None else None))
    done = observing.log(context(), facts)
    for fact in done.recorded:
        if done.already_there:
            whose.saved(N_("Already there: {text} (number {id}). Nothing changed."), text=describe(fact), id=fact.id)
        else:
            text = show.filled(N_("{what} on {on}"), what=describe(fact), on=fact.on)
            whose.saved(N_("Saved: {text} (number {id})."), text=text, id=fact.id)
    show.outcome(done, context())


def _an_example(word: Word) -> str:
    return "yes" if word.is_truth else "1" if word.is_graded else "3"


def _pairs(typed: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """``red=12``, or ``red 12``: each code with its value, None where none was typed."""
    words = re.sub(r"\s*[=＝]\s*", "=", "\n".join(typed)).split("\n")
    while words:
        name, equals, value = plain(words.pop(0)).partition("=")
        if not equals and words and _is_a_value(words[0]):
            value = plain(words.pop(0))
        yield name, value or None


def _is_a_value(word: str) -> bool:
    return bool(re.fullmatch(r"[-+]?[0-9].*", plain(word))) or read_answer(word) is not None


def _read(word: Word, typed: str) -> int:
    """The value of a code as it was typed: a number, or yes or no."""
    if not word.is_truth:
        value: int = READERS[WHOLE.name](typed)
        return value
    answer = {"1": True, "0": False}.get(plain(typed), read_answer(typed))
    if answer is None:
        raise InputError(N_("{what}: yes or no is expected"), what=word.name)
    return int(answer)


def in_numbers(fact: Observation, typed: str) -> str:
    """The right value of an observation as it was typed, a yes or a no of a code that has those as it is kept."""
    word = vocabulary(fact.family).word(fact.code)
    return str(_read(word, typed)) if word is not None and word.is_truth else typed


@click.command(cls=Command, help=N_("Show what was observed of a family, such as skin, and the words that log takes."))
@click.argument("family")
@as_json_option()
@click.pass_context
def observed(ctx: click.Context, family: str, as_json: bool) -> None:
    """Coded observations."""
    from tracker.journeys.course import observing

    name = observing.family_named(plain(family).lower())
    found = observing.observed(context(), name)
    if as_json or ctx.find_root().meta.get("as_json"):
        contract.show([{"patient": whose.label()} | contract.fact(one) for one in found])
        return
    whose.heading()
    words = vocabulary(name)
    lang = code()
    rows: list[Row] = [
        [
            str(one.id), planned.day(one.on), words.named(one.code).in_language(lang),
            words.named(one.site).in_language(lang) if one.site else "", _measure(one), one.note or "",
        ]
        for one in found
    ]  # fmt: skip
    what = Column(N_("What"), prose=True, is_name=True)
    note = Column(N_("Note"), prose=True, drops=1)
    table([N_("Number"), N_("Day"), what, N_("Area"), N_("Measure"), note], rows)
    if not rows:
        show.say(N_("Nothing was recorded yet."))
    show.say(N_("Words: {words}"), words=Listed(tuple(_listed(word, lang) for word in words.codes)))
    if words.data.flags:
        show.say(N_("Red flags: {words}"), words=Listed(tuple(_listed(word, lang) for word in words.data.flags)))
    if words.sites:
        show.say(N_("Areas (--area): {words}"), words=Listed(tuple(_listed(word, lang) for word in words.sites)))


def _measure(fact: Observation) -> str:
    if fact.grade is not None:
        return show.filled(N_("grade {grade}"), grade=fact.grade)
    if fact.value is None:
        return ""
    return str(active().value(measured(vocabulary(fact.family).word(fact.code), fact.value)))


def _listed(word: Word, lang: str) -> str:
    name = word.name.in_language(lang)
    return word.code if name == word.code else show.filled(N_("{code} ({name})"), code=word.code, name=name)
