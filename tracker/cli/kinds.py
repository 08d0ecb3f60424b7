"""What the kinds of entries are called, where a person asks for those of a kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from tracker.cli.names import Completed, Known
from tracker.cli.typed import plain
from tracker.errors import N_, InputError, Listed, NoSuchError
from tracker.facts import KINDS, FactKind, by_name
from tracker.rules import Text

ALSO: Mapping[str, tuple[str, ...]] = {
    "first-dose": ("start", "開始", "服用開始日"),
    "projection": ("until", "予定", "最終服用日の予定"),
    "prescription": ("prescribed", "処方"),
    "dose": ("doses", "capsule", "capsules", "服用", "内服", "カプセル"),
    "appointment": ("booking", "予約"),
    "pause": ("休薬",),
    "resume": ("再開",),
    "stop": ("last-dose", "終了", "最終服用日"),
    "override": ("own-value", "クリニックの値", "クリニック独自の値"),
    "procedure-series": ("series", "施術計画", "施術の計画"),
    "procedure-end": ("series-end", "施術の中止"),
    "procedure-profile": ("times", "施術の基準"),
    "programme": ("protocol", "プロトコル"),
    "called-off": ("cancellation", "取り消し", "予約の取り消し"),
    "symptom": ("symptoms", "症状", "副作用"),
    "mood": ("気分",),
    "photo": ("写真",),
    "question": ("questions", "ask", "質問"),
    "red-flag": ("red-flags", "danger", "危険な症状"),
    "lab": ("values", "value", "検査値", "採血", "blood"),
}
"""Of kinds that ``log`` has no names for, or not all: what people call them in both languages."""
_COMMA = re.compile(r"\s*[,、，;；]\s*")  # noqa: RUF001


@cache
def _by_words() -> Mapping[str, tuple[str, ...]]:
    """The kinds that each word stands for: what is called blood is a draw and its values."""
    found: dict[str, tuple[str, ...]] = {}
    for kind in KINDS:
        logged = kind.log.names if kind.log is not None else ()
        for word in {_form(one) for one in (kind.name, f"{kind.name}s", *logged, *ALSO.get(kind.name, ()))}:
            found[word] = (*found.get(word, ()), kind.name)
    return found


def _form(word: str) -> str:
    return plain(word).lower().replace(" ", "-")


def named(typed: Sequence[str]) -> frozenset[str]:
    """The kinds that were asked for by name; raise InputError for a word that is the name of none."""
    words = [part for one in typed for part in _COMMA.split(plain(one)) if part]
    if typed and not words:
        raise InputError(N_("the kind is missing"))
    return frozenset(kind for word in words for kind in _kinds(word))


def _kinds(word: str) -> tuple[str, ...]:
    found = _by_words().get(_form(word))
    if found is None:
        raise NoSuchError(
            N_('"{typed}" is no kind of entry'), N_("kinds of entries: {codes}"), word=word, among=list(by_name()),
            typed=word, codes=Listed(tuple(map(name, KINDS))),
        )  # fmt: skip
    return found


def name(kind: FactKind[Any]) -> Text:
    """What a kind of entry is called."""
    return Text(kind.name, _called(kind))


def _called(kind: FactKind[Any]) -> str:
    """What is typed for a kind in Japanese."""
    names = (*(kind.log.names if kind.log is not None else ()), *ALSO.get(kind.name, ()))
    return next((one for one in names if not one.isascii()), kind.name)


class KindName(Completed):
    """The name of a kind of entries, or of several with commas."""

    def takes(self, words: str) -> bool:
        """Whether words that were typed side by side are the name of one."""
        return _form(words) in _by_words()


def known() -> Iterator[Known]:
    """The kinds, for completion."""
    for word in _by_words():
        if word in by_name():
            logged = by_name()[word].log
            yield Known(word, (*(logged.names if logged is not None else ()), *ALSO.get(word, ())))


KIND = KindName(known)
