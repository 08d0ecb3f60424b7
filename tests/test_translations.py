"""Two languages, complete: no message is missing, unused, or broken in its placeholders."""

from __future__ import annotations

import re
from string import Formatter

from tests.catalogue import MO, catalogue, compiled, messages_in_the_source
from tests.conftest import Isotrack
from tests.test_journeys import START


def _names(text: str) -> set[str]:
    return {name for _literal, name, _format, _conversion in Formatter().parse(text) if name}


def _forms(entry: object) -> tuple[str, ...]:
    return (entry,) if isinstance(entry, str) else tuple(entry)  # type: ignore[call-overload]


def test_every_message_of_the_source_is_translated_and_no_other() -> None:
    written = {message.id for message in catalogue() if message.id}
    assert written == {message.id for message in messages_in_the_source() if message.id}
    assert [message.id for message in catalogue() if message.id and not all(_forms(message.string))] == []
    assert [message.id for message in catalogue() if message.fuzzy and message.id] == []


def test_every_translation_keeps_the_values_of_its_message() -> None:
    for message in catalogue():
        if not message.id:
            continue
        original = _forms(message.id)[-1]
        for text in _forms(message.string):
            if "%(" not in original:
                assert _names(text) <= _names(original), original
                assert _names(original) - {"count"} <= _names(text), original
            assert re.findall(r"%\(\w+\)[sd]", original).sort() == re.findall(r"%\(\w+\)[sd]", text).sort()


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    assert MO.read_bytes() == compiled(catalogue())


def test_a_japanese_session_has_no_english_line(isotrack: Isotrack) -> None:
    for arguments in (
        START, (), ("plan",), ("log", "visit", "--help"), ("--help",), ("log", "consent"), ("history",), ("protocols",),
        ("calendar", "export", "-o", "a.ics"), ("undo",), ("book", "visit/1", "12/24"), ("stop", "today"), ("undo",),
    ):  # fmt: skip
        for line in isotrack("--lang", "ja", *arguments, today="2026-11-24").out.splitlines():
            # The titles of sources stand as they were published; commands are typed as they are.
            if re.match(r"\s+([A-Z][A-Za-z0-9-]*:|isotrack)", line):
                continue
            assert len(re.findall(r"[A-Za-z]{2,}", line)) < 4 or not line.isascii(), line
