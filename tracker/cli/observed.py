"""``isotrack observed``, and ``isotrack log`` by the codes of a family."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import click

from tracker.cli import as_json as contract
from tracker.cli import coded, planned, show, whose
from tracker.cli.base import Command, as_json_option, code, context
from tracker.cli.describe import describe
from tracker.cli.tables import Column, Row, table
from tracker.cli.typed import plain
from tracker.errors import N_, InputError, Listed
from tracker.facts.observation import Observation
from tracker.i18n import _, active
from tracker.lexicon import as_typed
from tracker.vocabulary import Word, graded, measured, vocabulary


def log_codes(family: str, typed: Sequence[str], common: dict[str, Any]) -> None:
    """Record ``CODE=VALUE ...`` of a family and print each."""
    from tracker.journeys.course import observing

    words = vocabulary(family)
    like = Observation(code="", **common)
    said = coded.read(typed, words, like.site)
    for one in said:
        if _lacks_its_value(one):
            site = next((site for site in words.sites if site.code == one.site), None)
            named = (site, one.word) if site is not None else (one.word,)
            command = f"isotrack log {family}{' {}' * (site is not None)} {{}}={_an_example(one.word)}"
            raise InputError(N_("{what}: the value is missing"), N_("for example: {command}"), what=one.word.name,
                             command=as_typed(command, *named))  # fmt: skip
    facts = [observing.observation(family, one.word, like, _value(one), one.site) for one in said]
    if not facts:
        first = words.codes[0]
        raise InputError(N_("what was observed is missing"), N_("for example: {command}"),
                         command=as_typed(f"isotrack log {family} {{}}={_an_example(first)}", first))  # fmt: skip
    done = observing.log(context(), facts)
    for fact in done.recorded:
        if done.already_there:
            whose.saved(N_("Already there: {text} (number {id}). Nothing changed."), text=describe(fact), id=fact.id)
        else:
            text = show.filled(N_("{what} on {on}"), what=describe(fact), on=fact.on)
            whose.saved(N_("Saved: {text} (number {id})."), text=text, id=fact.id)
    show.outcome(done, context())


def refuse(family: str, typed: Sequence[str]) -> None:
    """Raise what is wrong with ``CODE=VALUE ...``, without asking anybody; Click's own error where a value lacks."""
    from tracker.journeys.course import observing

    said = coded.read(typed, vocabulary(family), asks=False)
    if not said or any(map(_lacks_its_value, said)):
        raise click.MissingParameter
    for one in said:
        if (value := _value(one)) is not None:
            observing.measure_of(one.word, value)


def _lacks_its_value(one: coded.Said) -> bool:
    return one.value is None and not one.word.may_be_bare


def _value(one: coded.Said) -> Decimal | None:
    return Decimal(1) if one.value is None and one.word.is_truth else one.value


def _an_example(word: Word) -> str:
    if word.has_own_words:
        return word.scale[0][0] if active().code == "en" else word.grades[0].ja
    if word.unit is not None:
        return str(word.goal.least) if word.goal is not None and word.goal.least is not None else "7"
    return _("yes") if word.is_truth else "1" if word.is_graded else "3"


def corrected(fact: Observation, typed: str) -> dict[str, Any] | None:
    """The right value of an observation as it was typed, by the fields of the fact; None where its code is not known.

    Raise InputError for what its code cannot have.
    """
    from tracker.journeys.course import observing

    word = vocabulary(fact.family).word(fact.code)
    if word is None:
        return None
    value = coded.value_of(word, typed)
    if value is None:
        raise observing.not_meant(word, int(word.is_graded and word.zero is None))
    return observing.measure_of(word, value)


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
            words.named(one.site).in_language(lang) if one.site else "", measure(one), one.note or "",
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


def measure(fact: Observation) -> str:
    """How many or how much of it there was, in words."""
    word = vocabulary(fact.family).word(fact.code)
    if fact.grade is not None:
        return str(active().value(graded(word, fact.grade)))
    return str(active().value(measured(word, fact.value))) if fact.value is not None else ""


def _listed(word: Word, lang: str) -> str:
    name = word.name.in_language(lang)
    return word.code if name == word.code else show.filled(N_("{code} ({name})"), code=word.code, name=name)
