"""The Japanese texts are those of one careful writer: one term for one thing, one way of setting them.

Each fault is named by its message (or file and place), so that a new text can be mended where it stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.catalogue import catalogue
from tracker.errors import REASONS

ROOT = Path(__file__).parent.parent
GLOSSARY = json.loads((ROOT / "tracker/locale/ja/glossary.json").read_text())["terms"]
_KANA_OR_KANJI = "ぁ-んァ-ヶー一-龯々〆"
_JAPANESE = re.compile(f"[{_KANA_OR_KANJI}]")
_TYPED = re.compile(
    r"""`[^`]*`                                           # code in a document
      | \bisotrack\ [a-z-][^、。：（）「」\n]*               # a command with what follows it
      | (?<![\w-])--?[a-z][a-z-]*(?:[= ][A-Za-z0-9][\w.]*)?             # a flag
      | \bISOTRACK_[A-Z_]+(?:=\w+)?                       # a variable of the environment
      | \{(?:command|accept|history|file|filename|folder|path|key|flag|url|host|server)\}
    """,
    re.VERBOSE,
)
"""What is typed or copied as it stands: it is set off by blanks. Nothing else is."""
_PREDICATE = re.compile(r"(?:ます|ません|です|ました|でした|ください|ましょう|ありませんか)$")
_SETTING = {
    "a blank between Japanese and what is not typed": re.compile(
        f"[{_KANA_OR_KANJI}] (?=[A-Za-z0-9{{])|(?<=[A-Za-z0-9}}%]) [{_KANA_OR_KANJI}]"
    ),
    "no blank beside what is typed": re.compile(f"[{_KANA_OR_KANJI}]\ufffc|\ufffc[{_KANA_OR_KANJI}]"),
    "a blank behind a Japanese sign": re.compile(r"[、。：！？」』）] (?=[^|\s])"),
    "a half-width bracket": re.compile(f"[{_KANA_OR_KANJI}]\\((?![月火水木金土日yn]\\))|\\([{_KANA_OR_KANJI}]{{2,}}"),
    "a half-width colon": re.compile(f"[{_KANA_OR_KANJI}](?<!使い方):(?= |$)"),
    "a half-width comma": re.compile(f"[{_KANA_OR_KANJI}], "),
    "a full-width letter, digit or exclamation mark": re.compile("[\uff21-\uff3a\uff41-\uff5a\uff10-\uff19！]"),
}


def messages() -> Iterator[tuple[str, str]]:
    """Every Japanese text of the catalogue, with its message."""
    for message in catalogue():
        if message.id:
            of = message.id if isinstance(message.id, str) else message.id[0]
            for text in [message.string] if isinstance(message.string, str) else message.string:
                yield f"message {of!r}", str(text)


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for key, one in value.items():
                name = value.get("id") or value.get("code") or ""
                if key == "ja":
                    yield place, one
                else:
                    yield from _texts(one, f"{place} {name}".rstrip() + f" {key}")
        case list():
            for one in value:
                yield from _texts(one, place)


def data() -> Iterator[tuple[str, str]]:
    """Every Japanese text of the data that rules the program, with its file and place."""
    for path in sorted(path for path in (ROOT / "schemas").rglob("*.json") if ".schema." not in path.name):
        yield from _texts(json.loads(path.read_text()), str(path.relative_to(ROOT)))


def document() -> Iterator[tuple[str, str]]:
    """The lines of the Japanese README, and of what is said of privacy."""
    for name in ("README.ja.md", "PRIVACY.ja.md"):
        for number, line in enumerate((ROOT / name).read_text().splitlines(), 1):
            yield f"{name}:{number}", line


TEXTS = {"messages": messages, "data": data, "document": document}


def _of_prose() -> Iterator[tuple[str, str]]:
    """The texts whose setting is held; sessions of the document are held by what prints them."""
    yield from messages()
    yield from data()
    inside = False
    for place, line in document():
        if line.startswith("```"):
            inside = not inside
        elif not inside:
            yield place, line


@pytest.mark.parametrize("source", TEXTS)
@pytest.mark.parametrize("term", GLOSSARY, ids=lambda term: term["en"])
def test_one_term_stands_for_one_thing(term: dict[str, Any], source: str) -> None:
    found = []
    for place, text in TEXTS[source]():
        bare = text
        for longer in term.get("but", ()):
            bare = bare.replace(longer, "")
        found += [f'{place}: "{word}" in "{text}"; write {term["ja"]}' for word in term["not"] if word in bare]
    assert found == [], "\n".join(found)


def test_the_glossary_is_no_contradiction() -> None:
    """What one term is called is not what another must not be called."""
    allowed = [term["ja"] for term in GLOSSARY] + [word for term in GLOSSARY for word in term.get("but", ())]
    for term in GLOSSARY:
        assert set(term) <= {"en", "ja", "not", "but"}, term
        own = {term["ja"], *term.get("but", ())}
        assert [one for one in allowed if one not in own and any(word in one for word in term["not"])] == [], term
    assert len({term["en"] for term in GLOSSARY}) == len(GLOSSARY)


@pytest.mark.parametrize("fault", _SETTING)
def test_japanese_is_set_in_one_way(fault: str) -> None:
    found = []
    for place, text in _of_prose():
        bare = _TYPED.sub(lambda typed: "\ufffc" + " " * (len(typed[0]) - len(typed[0].rstrip())), text)
        if _JAPANESE.search(text):
            found += [f'{place}: "{text}"' for _ in _SETTING[fault].finditer(bare)]
    assert found == [], "\n".join(dict.fromkeys(found))


def test_a_sentence_ends_with_its_stop() -> None:
    in_brackets = {f"message {reason!r}" for reason in REASONS.values()}
    found = []
    for place, text in (*messages(), *data()):
        for line in text.split("\n"):
            parts = re.sub(r"（[^（）]*）", "", line).strip()
            if _PREDICATE.search(parts) and place not in in_brackets:
                found.append(f'{place}: "{line}"')
    assert found == [], "\n".join(found)
