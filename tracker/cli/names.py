"""What shells complete words to: the codes and names of the catalogues, none of which needs the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import click
from click.shell_completion import CompletionItem
from msgspec import Struct

from tracker.i18n import active


class Known(Struct, frozen=True):
    """A word that may be typed, with what else is typed for it and what it is called."""

    code: str
    words: tuple[str, ...] = ()
    called: str = ""


Source = Callable[[], Iterable[Known]]


def substances() -> Iterable[Known]:
    """The substances, brands among them."""
    from tracker.substances import pharmacy

    for one in pharmacy().substances:
        words = (one.name.en, one.name.ja, *one.aliases, *one.unconfirmed)
        yield Known(one.code, words, one.name.in_language(active().code))


def procedures() -> Iterable[Known]:
    """The procedures, brands among them."""
    from tracker.procedures import catalogue

    for one in catalogue().procedures.values():
        yield Known(one.code, one.words, one.name.in_language(active().code))


def may_be_asked() -> Iterable[Known]:
    """What ``isotrack can`` answers."""
    from tracker.activities import ACTIVITIES

    for one in ACTIVITIES:
        yield Known(one.code, one.aliases, str(active().value(one.said)))
    yield from procedures()
    yield from substances()


def analytes() -> Iterable[Known]:
    """What is measured in blood."""
    from tracker.analytes import laboratory

    for one in laboratory().analytes:
        words = (one.name.en, one.name.ja, one.label.en, one.label.ja, *one.aliases)
        yield Known(one.code, words, one.name.in_language(active().code))


def codes_of(family: str) -> Source:
    """The codes of a family of observations."""

    def codes() -> Iterable[Known]:
        from tracker.vocabulary import vocabulary

        return _of(vocabulary(family).codes)

    return codes


def areas_of(family: str) -> Source:
    """The areas of a family of observations."""

    def areas() -> Iterable[Known]:
        from tracker.vocabulary import vocabulary

        return _of(vocabulary(family).sites)

    return areas


def _of(words: Iterable[Any]) -> Iterable[Known]:
    for one in words:
        yield Known(one.code, (one.name.en, one.name.ja, *one.aliases), one.name.in_language(active().code))


def items() -> Iterable[Known]:
    """The items that programmes plan, by the ids of their rules: of one the next open item is meant."""
    from tracker import protocols
    from tracker.rules import During

    for protocol in protocols.shipped():
        for rule in protocol.rules:
            if not isinstance(rule.timing, During):
                yield Known(rule.id, (), rule.title.in_language(active().code))


class AFile(click.types.StringParamType):
    """A text that names a file: shells complete it as they complete files."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """A word to the shell that it knows better."""
        del ctx, param
        return [CompletionItem(incomplete, type="file")]


A_FILE = AFile()


class Completed(click.ParamType[str]):
    """A text that shells complete to what is known of it."""

    name = "text"

    def __init__(self, known: Source, refuse: Callable[[tuple[str, ...]], None] | None = None) -> None:
        self._known = known
        self.refuse = refuse
        """Raises what is wrong with all that was typed, where that can be told without carrying it out."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The codes that begin so, or the words that do."""
        del ctx, param
        return completions(self._known(), incomplete)


def completions(known: Iterable[Known], incomplete: str) -> list[CompletionItem]:
    """Each thing once: by its code where that begins as was typed, else by the first of its words that does."""
    from tracker.vocabulary import plain

    begun = plain(incomplete)
    found: dict[str, str] = {}
    for one in known:
        word = next((word for word in (one.code, *one.words) if plain(word).startswith(begun)), None)
        if word is not None:
            found.setdefault(word, one.called)
    return [CompletionItem(word, help=called) for word, called in found.items()]
