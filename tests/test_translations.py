"""Two languages, complete: no message is missing, unused, or broken in its placeholders."""

from __future__ import annotations

import re
from gettext import GNUTranslations
from io import BytesIO
from itertools import chain
from pathlib import Path
from string import Formatter

import pytest

from tests.catalogue import (
    MO,
    PO,
    catalogue,
    compiled,
    is_of_click,
    messages_of_click,
    messages_of_the_package,
    updated,
)
from tests.conftest import Isotrack
from tests.test_journeys import START
from tracker import remarks

WRITTEN = [message for message in catalogue() if message.id]


def _names(text: str) -> set[str]:
    return {name for _literal, name, _format, _conversion in Formatter().parse(text) if name}


def _forms(entry: object) -> tuple[str, ...]:
    return (entry,) if isinstance(entry, str) else tuple(entry)  # type: ignore[call-overload]


def _read(octets: bytes) -> dict[object, str]:
    """The texts of a compiled catalogue, without its header."""
    texts = dict(vars(GNUTranslations(BytesIO(octets)))["_catalog"])
    del texts[""]
    return texts


def test_every_message_of_the_package_is_translated_and_no_other() -> None:
    ours = {message.id for message in WRITTEN if not is_of_click(message)}
    assert ours == {message.id for message in messages_of_the_package() if message.id}


def test_what_a_plan_has_to_say_is_written_in_one_place() -> None:
    sources = [re.sub(r'"\s+"', "", file.read_text("utf-8")) for file in Path(remarks.__file__).parent.rglob("*.py")]
    told = (remarks.TO_THE_PATIENT.by_code, *remarks.TO_THE_PATIENT.by_stage.values())
    texts = [*chain.from_iterable(one.values() for one in told), remarks.TO_THE_PATIENT.too_early]
    assert [text for text in texts if sum(source.count(f'"{text}"') for source in sources) != 1] == []


def test_no_message_that_is_written_down_lacks_its_translation() -> None:
    assert [message.id for message in WRITTEN if not all(_forms(message.string)) or message.fuzzy] == []


def test_a_message_that_the_installed_click_has_and_we_have_not_is_named_and_breaks_nothing() -> None:
    """A release of Click or of Babel, which finds them, must not turn this red: a new message is English until then."""
    known = catalogue()
    missing = [message.id for message in messages_of_click() if message.id and message.id not in known]
    if missing:
        pytest.xfail(f"to be taken in with tests/catalogue.py: {missing}")


def test_every_translation_keeps_the_values_of_its_message() -> None:
    for message in WRITTEN:
        original = _forms(message.id)[-1]
        for text in _forms(message.string):
            if "%(" not in original:
                assert _names(text) <= _names(original), original
                assert _names(original) - {"count"} <= _names(text), original
            assert sorted(re.findall(r"%\(\w+\)[sd]", text)) == sorted(re.findall(r"%\(\w+\)[sd]", original))


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    assert _read(MO.read_bytes()) == _read(compiled(catalogue()))


def test_taking_messages_in_changes_nothing_where_there_is_nothing_new() -> None:
    known = {message.id: (message.string, is_of_click(message)) for message in WRITTEN}
    again = {message.id: (message.string, is_of_click(message)) for message in updated(catalogue()) if message.id}
    assert known.items() <= again.items()


@pytest.mark.parametrize("file", [PO, MO], ids=lambda file: file.suffix)
def test_no_catalogue_names_the_tool_that_wrote_it_or_the_moment(file: Path) -> None:
    written = file.read_bytes()
    assert [name for name in (b"Generated-By", b"Babel", b"-Date:") if name in written] == []


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
