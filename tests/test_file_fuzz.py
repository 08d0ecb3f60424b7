"""Files that were damaged on their way: a record, a diary, a table of blood values come in whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import LONG, faults, image, say
from tests.test_input_fuzz import HOSTILE, PYTHON, Settled, assert_no_tricks, reset
from tests.test_input_fuzz import settled as machine_of_the_fuzz

at = machine_of_the_fuzz
"""A fixture: a machine with a course of all kinds of facts, cut off from the world."""

VALUES = st.one_of(
    st.sampled_from([None, True, False, 0, -1, 1, 10**30, 1e308, 0.1, [], {}, "", "2026-02-30", "9999-12-31", "x"]),
    st.sampled_from([word for word in HOSTILE if max(word, default="a") < "\ud800" or max(word) > "\udfff"]),
    st.recursive(st.none() | st.integers() | st.text(max_size=5), st.lists, max_leaves=3),
)  # fmt: skip
CELLS = st.one_of(
    st.sampled_from(["2026-11-20", "2026/11/21", "22.11.2026", "20", "taken", "missed", "ALT", "TG", "22", "<5",
                     "H 45*", "day", "mg", "note", "date", '"', ",", ";", "\t", "\r\n", "=1+1", "1,020"]),
    st.sampled_from(HOSTILE), st.text(max_size=6),
)  # fmt: skip
EXAMPLES = 5_000 if LONG else 50
fuzzed = settings(max_examples=EXAMPLES, database=None, deadline=None, suppress_health_check=list(HealthCheck))


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _places(one, (*path, key))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _places(one, (*path, number))


def _change(document: Any, path: tuple[Any, ...], act: Callable[[Any, Any], None]) -> None:
    *way, last = path
    for step in way:
        document = document[step]
    act(document, last)


@st.composite
def records(draw: st.DrawFn, text: str) -> bytes:
    """A record with something in it that is another, gone, twice, renamed, or with octets that are."""
    if draw(st.integers(0, 3)) == 0:
        return draw(_damaged(text.encode()))
    document = json.loads(text)
    for _time in range(draw(st.integers(1, 3))):
        places = [path for path in _places(document) if path]
        path = draw(st.sampled_from(places))
        value = draw(VALUES)
        how = draw(st.integers(0, 2))

        def act(inside: Any, key: Any, how: int = how, value: Any = value) -> None:
            if how == 0:
                inside[key] = value
            elif how == 1:
                del inside[key]
            elif isinstance(inside, list):
                inside.append(inside[key])
            else:
                inside[f"{key}x"] = inside[key]

        _change(document, path, act)
    return json.dumps(document).encode()


@st.composite
def _damaged(draw: st.DrawFn, octets: bytes) -> bytes:
    begin = draw(st.integers(0, len(octets)))
    end = min(len(octets), begin + draw(st.integers(0, 50)))
    return octets[:begin] + draw(st.binary(max_size=8)) + octets[end:]


@st.composite
def tables(draw: st.DrawFn, heading: str) -> bytes:
    """A table with lines of a diary or a sheet, and of anything."""
    lines = [heading] if draw(st.integers(0, 9)) else []
    separator = draw(st.sampled_from([",", ",", ",", ";", "\t"]))
    lines += [separator.join(row) for row in draw(st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=4))]
    octets = draw(st.sampled_from(["\n", "\r\n"])).join(lines).encode("utf-8", "surrogatepass")
    return draw(_damaged(octets)) if draw(st.integers(0, 4)) == 0 else octets


def _assert_whole_or_nothing(at: Settled, octets: bytes, *command: str) -> None:
    (at.machine.folder / "coming").write_bytes(octets)
    before = image(at.machine.folder)
    try:
        said = say(*command)
        assert said.code in (0, 1, 2), (octets, said)
        assert "Traceback" not in said.err, (octets, said)
        assert_no_tricks(said)
        if said.code:
            assert image(at.machine.folder) == before, (octets, said)
            assert len(said.complaint) == 1, (octets, said)
            text = octets.decode("utf-8", "replace")
            assert [found[0] for found in PYTHON.finditer(said.err) if found[0] not in text] == [], (octets, said)
        else:
            assert faults(at.machine.db) == []
            for screen in ("plan", "history", "blood"):
                shown = say(screen)
                assert shown.code in (0, 2), (octets, shown)
                assert_no_tricks(shown)
    finally:
        (at.machine.folder / "coming").unlink(missing_ok=True)
        reset(at.machine, at.state)


@pytest.mark.slow
@pytest.mark.long
def test_a_record_that_was_damaged_comes_in_whole_or_not_at_all(at: Settled) -> None:
    text = say("record", "export", "--with-calendar", "-o", "-").out

    @fuzzed
    @given(records(text), st.sampled_from([("--yes",), ("--patient", "new"), ()]))
    def check(octets: bytes, flags: tuple[str, ...]) -> None:
        _assert_whole_or_nothing(at, octets, "record", "import", "coming", *flags)

    check()


@pytest.mark.slow
@pytest.mark.long
def test_a_record_that_was_damaged_opens_no_database_in_part(at: Settled) -> None:
    text = say("record", "export", "--with-calendar", "-o", "-").out

    @fuzzed
    @given(records(text))
    def check(octets: bytes) -> None:
        (at.machine.folder / "coming").write_bytes(octets)
        try:
            said = say("record", "import", "coming", "--db", "other.db")
            assert said.code in (0, 1, 2), (octets, said)
            assert_no_tricks(said)
            if said.code == 0:
                assert faults(at.machine.folder / "other.db") == []
                for screen in ("plan --json", "history --json", "calendar preview"):
                    assert say(*screen.split(), "--db", "other.db").code in (0, 2), (octets, screen)
            else:
                assert not (at.machine.folder / "other.db").exists()
        finally:
            (at.machine.folder / "coming").unlink(missing_ok=True)
            reset(at.machine, at.state)

    check()


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize(
    ("heading", "command"),
    [("day,mg,note", ("record", "import-doses", "coming")), ("date,ALT,TG", ("import-blood", "coming", "--yes")),
     ("date,item,value,low,high", ("import-blood", "coming", "--yes", "--skip", "x"))],
)  # fmt: skip
def test_a_table_comes_in_whole_or_not_at_all(at: Settled, heading: str, command: tuple[str, ...]) -> None:
    @fuzzed
    @given(tables(heading))
    def check(octets: bytes) -> None:
        _assert_whole_or_nothing(at, octets, *command)

    check()
