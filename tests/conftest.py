"""Fixtures: the program run in this process on a database of its own, on a day of the test's choice."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import tzlocal
from hypothesis import settings

import tracker
from tests import network, readers, support
from tracker import i18n
from tracker.calendar import ics
from tracker.cli.main import run
from tracker.db import connecting, store
from tracker.engine.view import View
from tracker.facts import KINDS, PLANNING, Fact, kind_of
from tracker.journeys import writing
from tracker.journeys.context import seen


def pytest_configure(config: pytest.Config) -> None:
    """``-m long`` asks for the long forms, with dice of their own; every other run throws the same dice each time."""
    support.LONG = re.search(r"(?<!not )\blong\b", config.option.markexpr) is not None
    settings.register_profile("isotrack", deadline=None, derandomize=not support.LONG, print_blob=True)
    settings.load_profile("isotrack")
    network.install()
    # Hundreds of commands run as processes of their own: none of them has to compile the whole program anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


_WHOLE = 5000
"""Tests from which on a run is the whole one."""
_WIDE, _WIDEST = 8, 24
"""Cases beyond which of a table that takes each third, and each fourth."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In the whole run a part of wide tables will do: a file by itself and the long form have them all."""
    if support.LONG or len(items) < _WHOLE:
        return
    tables = Counter(item.nodeid.partition("[")[0] for item in items)
    seen = Counter[str]()
    left_out = []
    for item in items:
        table = item.nodeid.partition("[")[0]
        seen[table] += 1
        each = 4 if tables[table] > _WIDEST else 3 if tables[table] > _WIDE else 1
        if (seen[table] - 1) % each:
            left_out.append(item)
    config.hook.pytest_deselected(items=left_out)
    gone = set(left_out)
    items[:] = [item for item in items if item not in gone]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """No test speaks to another machine, and to this one only with the marker; its fixtures are of the test."""
    with network.WATCH.of_a_test(is_local_allowed=item.get_closest_marker(network.LOOPBACK) is not None):
        return (yield)


def pytest_collection_finish() -> None:
    """Import the whole program: hypothesis draws from the constants of what is imported, whichever test came first."""
    for module in pkgutil.walk_packages(tracker.__path__, "tracker."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


@dataclass(frozen=True)
class Ran:
    """What a command printed and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def items(self) -> dict[str, dict[str, Any]]:
        return {item["key"]: item for item in self.json["items"]}

    def spans(self) -> dict[str, dict[str, Any]]:
        return {span["key"]: span for span in self.json["spans"]}


Isotrack = Callable[..., Ran]


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    """What SQLAlchemy has compiled for one command of this process serves the next: an eighth of the run's time."""
    makes, first = connecting.create_engine, dict[Any, Any]()

    def create_engine(*what: Any, **how: Any) -> Any:
        engine: Any = makes(*what, **how)
        same = first.setdefault(how.get("module"), engine)
        engine.dialect = engine.pool._dialect = same.dialect
        engine._compiled_cache = same._compiled_cache
        return engine

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(connecting, "create_engine", create_engine)
        yield


@pytest.fixture(autouse=True)
def _nobody_is_spoken_to() -> Iterator[None]:
    """Nor is it tried, even where the program takes a refusal for an answer."""
    yield
    assert network.WATCH.refused == []


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    yield
    i18n.activate("en")


@pytest.fixture(autouse=True)
def _this_process_is_in_tokyo(monkeypatch: pytest.MonkeyPatch) -> None:
    """tzlocal asks the machine once a process: which test came first would decide on the zone of all others."""
    monkeypatch.setattr(tzlocal, "get_localzone_name", lambda: "Asia/Tokyo")


@pytest.fixture(autouse=True)
def _every_export_is_read_by_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever calendar a test of this process writes, independent readers agree on it."""
    write = ics.calendar

    def written(*arguments: Any, **options: Any) -> bytes:
        octets = write(*arguments, **options)
        if octets not in _READ:
            readers.check(octets, readers.READERS if support.LONG else readers.drawn(octets))
            _READ.add(octets)
        return octets

    monkeypatch.setattr(ics, "calendar", written)


_READ: set[bytes] = set()


@pytest.fixture(autouse=True)
def _every_course_after_a_command_is_as_it_would_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a command says of the course after it is what the next reading of the database says."""
    outcome = writing.outcome

    def checked(work: writing.UnitOfWork, reason: Any) -> writing.Outcome:
        done = outcome(work, reason)
        history = store.load(work.connection, work.view.course, KINDS)
        read = seen(work.view.programmes.started, history, work.view.plan.today, lambda: done.view.before)
        assert _planning(read) == _planning(done.view)
        assert (read.plan, read.protocol) == (done.view.plan, done.view.protocol)
        return done

    monkeypatch.setattr(writing, "outcome", checked)


def _planning(view: View) -> dict[int, Fact]:
    """The facts that the plan stands on: every command has read those."""
    return {one.id: one for one in view.history.facts if kind_of(one) in PLANNING}


_DOUBLED = ("。。", "。、", "、。", "、、", "：：", "：。")  # noqa: RUF001
"""What a sentence ends with inside another one: no Japanese output has it."""


@pytest.fixture
def isotrack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Isotrack:
    """Run ``isotrack ARGUMENTS`` on ``today`` with a database in ``tmp_path``; ``ok`` None: it may be refused."""
    monkeypatch.setenv("ISOTRACK_DB", str(tmp_path / "data" / "isotrack.db"))
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "ISOTRACK_LANG", "ISOTRACK_PATIENT", "ISOTRACK_TODAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", support.WIDE)
    monkeypatch.chdir(tmp_path)

    def isotrack(*arguments: str, today: str = "2026-11-23", ok: bool | None = True) -> Ran:
        monkeypatch.setenv("ISOTRACK_TODAY", today)
        capfd.readouterr()
        code = run(list(arguments))
        out, err = capfd.readouterr()
        ran = Ran(code, out, err)
        assert "Traceback" not in err
        assert [one for one in _DOUBLED if one in out + err and not any(one in typed for typed in arguments)] == [], ran
        if ok is None:
            assert len(err.strip().splitlines()) == (code != 0), ran
        elif ok:
            assert (code, err) == (0, ""), ran
        else:
            assert code != 0, ran
            assert len(err.strip().splitlines()) == 1, err
        return ran

    return isotrack
