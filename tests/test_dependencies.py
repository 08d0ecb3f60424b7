"""What the program brings along: each library named in the documents, under a known licence, and loaded when needed."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from tests.conftest import Isotrack
from tests.distributions import asked_for, missing, needed
from tests.support import START
from tests.test_start_up import imported_by
from tests.versions import ADDED, PROJECT, ROOT, name_of

DOCUMENTS = ("README.md", "README.ja.md")
_TABLE = re.compile(r"<!-- libraries -->\n+(?P<rows>(?:\|.*\n)+)")
_PROGRAM = "isotrack"
"""The row of what is always installed; the others are those of an extra."""
ELSEWHERE = {
    "colorama", "pywin32-ctypes", "backports-tarfile", "importlib-metadata", "zipp", "jeepney", "secretstorage", "six",
}  # fmt: skip
"""Needed on another system, or with another version of Python or of a library that is allowed."""


def named(document: str) -> dict[str, dict[str, str]]:
    """By extra, the libraries that a document names, each with its licence."""
    table = _TABLE.search((ROOT / document).read_text(encoding="utf-8"))
    assert table is not None
    found: dict[str, dict[str, str]] = {}
    for row in table["rows"].splitlines()[2:]:
        libraries, extra, _for, licence = (cell.strip() for cell in row.strip("|").split("|"))
        found.setdefault(extra.strip("`"), {}).update(dict.fromkeys(re.findall(r"`([^`]+)`", libraries), licence))
    return found


def installed(extra: str) -> dict[str, Distribution]:
    """What an extra adds to the program; the test is skipped where it is not installed."""
    if extra == _PROGRAM:
        return needed()
    if (absent := missing(extra)) is not None:
        pytest.skip(f"{absent} of [{extra}] is not installed")
    return {name: one for name, one in needed(extra).items() if name not in needed()}


EXTRAS = (_PROGRAM, *(extra for extra in PROJECT["project"]["optional-dependencies"] if extra != "test"))


@pytest.mark.parametrize("extra", EXTRAS)
@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_documents_name_every_library_that_is_needed_and_no_other(document: str, extra: str) -> None:
    needs, names = set(installed(extra)), set(named(document)[extra])
    assert needs - names == set()
    assert names - needs - ELSEWHERE == set()
    direct = {name_of(one.name) for one in asked_for(*([] if extra == _PROGRAM else [extra]))}
    assert direct <= names | set(named(document)[_PROGRAM])


def test_both_documents_name_the_same_libraries_with_the_same_licences() -> None:
    english, japanese = map(named, DOCUMENTS)
    assert english == japanese


def test_every_extra_is_tried_with_its_lowest_versions() -> None:
    assert set(ADDED) == set(EXTRAS) - {_PROGRAM}


# --- licences ---------------------------------------------------------------------------------------------------

PERMISSIVE = {"MIT", "MIT-0", "MIT-CMU", "BSD-2-Clause", "BSD-3-Clause", "BSD", "Apache-2.0", "PSF-2.0", "ISC", "Zlib"}
ALLOWED = {_PROGRAM: PERMISSIVE, "sync": PERMISSIVE | {"LGPL-3.0-or-later"}}
"""A library under the LGPL is installed by whoever asks for it, beside the program and never in its one file."""
_CLASSIFIERS = {
    "MIT License": "MIT", "BSD License": "BSD", "Apache Software License": "Apache-2.0", "ISC License (ISCL)": "ISC",
    "GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later", "zlib/libpng License": "Zlib",
}  # fmt: skip
_TEXTS = {
    "Zlib": "This software is provided 'as-is', without any express or implied warranty",
    "MIT": "Permission is hereby granted, free of charge, to any person obtaining a copy",
}


def licences(one: Distribution) -> list[str]:
    """Those among which one may choose, by what the distribution says itself; empty where nothing is understood."""
    if expression := one.metadata.get("License-Expression"):
        return [part.strip(" ()") for part in expression.split(" OR ")]
    known = [_CLASSIFIERS.get(line.rpartition(" :: ")[2]) for line in one.metadata.get_all("Classifier") or []]
    said = [*filter(None, known), *([one.metadata["License"]] if "License" in one.metadata else []), *_of_text(one)]
    return said[: max(len([*filter(None, known)]), 1)]


def _of_text(one: Distribution) -> Iterator[str]:
    for file in one.files or []:
        if file.name.upper().startswith(("LICENSE", "LICENCE", "COPYING")):
            text = " ".join(Path(str(file.locate())).read_text(encoding="utf-8").split())
            yield from (name for name, words in _TEXTS.items() if words in text)


@pytest.mark.parametrize("extra", EXTRAS)
def test_what_is_shipped_is_under_a_licence_that_allows_it(extra: str) -> None:
    allowed = ALLOWED.get(extra, PERMISSIVE)
    found = {name: licences(one) for name, one in installed(extra).items()}
    assert {name: said for name, said in found.items() if not set(said) & allowed} == {}


@pytest.mark.parametrize("extra", EXTRAS)
def test_the_documents_say_the_licence_of_each(extra: str) -> None:
    says = named("README.md")[extra]
    found = {name: licences(one) for name, one in installed(extra).items()}
    wrong = {name: said for name, said in found.items() if not any(part in says[name] for part in said)}
    assert wrong == {}


# --- the environment, and what is loaded --------------------------------------------------------------------------


def test_the_installed_versions_go_together() -> None:
    if importlib.util.find_spec("pip") is None:
        pytest.skip("pip is not installed")
    checked = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, "No broken requirements found.\n")


def loaded_by(program: str) -> set[str]:
    """The modules that stand in a process of its own after that, without those of its beginning."""
    wrapped = f"import sys; before = set(sys.modules)\n{program}\nprint(*sorted(set(sys.modules) - before))"
    ran = subprocess.run([sys.executable, "-c", wrapped], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


def test_the_command_line_loads_click_and_msgspec_and_no_other_library() -> None:
    loaded = loaded_by("import tracker.__main__, tracker.cli.main")
    libraries = {name.partition(".")[0] for name in loaded} - sys.stdlib_module_names
    assert libraries - {"tracker", "click", "msgspec", "typing_extensions"} == set()
    assert loaded & SPEAKING == set()


SPEAKING = {
    "socket", "ssl", "_ssl", "asyncio", "http", "http.client", "http.server", "http.cookiejar", "urllib.request",
    "ftplib", "smtplib", "poplib", "imaplib", "xmlrpc", "xmlrpc.client", "socketserver", "requests", "urllib3",
    "urllib3_future", "niquests", "httpx", "aiohttp", "caldav", "keyring", "secretstorage", "jeepney", "dns",
}  # fmt: skip
"""What a program speaks to other machines with."""
LOCAL = {
    ("log", "dose"): "sqlalchemy", (): "sqlalchemy", ("plan",): "sqlalchemy", ("next",): "sqlalchemy",
    ("history",): "sqlalchemy", ("calendar", "export", "-o", "-"): "sqlalchemy, icalendar",
}  # fmt: skip
"""Commands, each with the libraries that it stands on."""


@pytest.mark.slow
def test_no_command_loads_what_speaks_to_other_machines(isotrack: Isotrack, tmp_path: Path) -> None:
    """SQLAlchemy itself loads asyncio, and with it sockets that nobody opens: nothing is loaded beyond that."""
    isotrack(*START)
    environment = {"ISOTRACK_DB": str(tmp_path / "data" / "isotrack.db"), "ISOTRACK_TODAY": "2026-12-20"}
    for arguments, libraries in LOCAL.items():
        with_them = loaded_by(f"import click, {libraries}") & SPEAKING
        assert (imported_by(*arguments, **environment) & SPEAKING) - with_them == set(), arguments
        assert with_them <= {"socket", "ssl", "_ssl", "asyncio"}
