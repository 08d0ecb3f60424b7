"""Keeps the Japanese catalogue in step with the source: run it after a message has changed."""

from __future__ import annotations

import io
from pathlib import Path

import click
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).parent.parent / "tracker"
PO = PACKAGE / "locale" / "ja" / "LC_MESSAGES" / "isotrack.po"
MO = PO.with_suffix(".mo")
_KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}


def messages_in_the_source() -> Catalog:
    """Every message of the package, and of Click, whose messages people meet as well."""
    found = Catalog(project="isotrack", charset="utf-8")
    for folder in (PACKAGE, Path(str(click.__file__)).parent):
        for message in extract_from_dir(folder, [("**.py", "python")], keywords=_KEYWORDS):
            found.add(message[2])
    return found


def catalogue() -> Catalog:
    """The catalogue as it is written down."""
    with PO.open("rb") as file:
        return read_po(file, locale="ja")


def compiled(of: Catalog) -> bytes:
    """The binary form that the program reads."""
    buffer = io.BytesIO()
    write_mo(buffer, of)
    return buffer.getvalue()


def main() -> None:
    """Take new messages in, drop unused ones, and write both files."""
    found = catalogue()
    found.update(messages_in_the_source(), no_fuzzy_matching=True)
    found.obsolete.clear()
    with PO.open("wb") as file:
        write_po(file, found, sort_output=True, no_location=True, ignore_obsolete=True, width=120)
    MO.write_bytes(compiled(found))


if __name__ == "__main__":
    main()
