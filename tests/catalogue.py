"""Keeps the Japanese catalogue in step with the source: run it after a message has changed."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import click
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).parent.parent / "tracker"
PO = PACKAGE / "locale" / "ja" / "LC_MESSAGES" / "isotrack.po"
MO = PO.with_suffix(".mo")
OF_CLICK = "A message of Click's."
"""Stands at each message that is Click's alone; releases of Click and of Babel differ in what there is of them."""
_KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "counted": (1, 2)}
_HEADER = ("Language", "Plural-Forms", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")


class Plain(Catalog):
    """A catalogue whose header says what its readers need, and names neither a tool nor a moment."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:  # type: ignore[override]
        """The lines of the header."""
        return [(name, value) for name, value in super().mime_headers if name in _HEADER]


def messages_of_the_package() -> Catalog:
    """Every message of the package itself."""
    return _messages_in(PACKAGE)


def messages_of_click() -> Catalog:
    """The messages of the installed Click, as far as they can be found: people meet those as well."""
    return _messages_in(Path(str(click.__file__)).parent)


def _messages_in(folder: Path) -> Catalog:
    found = Catalog(charset="utf-8")
    for message in extract_from_dir(folder, [("**.py", "python")], keywords=_KEYWORDS):
        found.add(message[2])
    return found


def catalogue() -> Catalog:
    """The catalogue as it is written down."""
    with PO.open("rb") as file:
        return read_po(file, locale="ja")


def is_of_click(message: Message) -> bool:
    """Whether a message of the catalogue is there for Click alone."""
    return OF_CLICK in message.auto_comments


def updated(written: Catalog) -> Plain:
    """The catalogue with what is new and without what the package uses no more; no message of Click's is dropped."""
    found = Plain(locale="ja", header_comment=written.header_comment, charset="utf-8", fuzzy=False)

    def take(messages: Iterable[Message], *comments: str) -> None:
        for message in messages:
            if message.id and message.id not in found:
                old = written.get(message.id)
                found.add(message.id, old.string if old else None, auto_comments=comments)

    take(messages_of_the_package())
    take((*messages_of_click(), *filter(is_of_click, written)), OF_CLICK)
    return found


def compiled(of: Catalog) -> bytes:
    """The binary form that the program reads."""
    buffer = io.BytesIO()
    write_mo(buffer, of)
    return buffer.getvalue()


def main() -> None:
    """Take new messages in, drop unused ones, and write both files; then the manual, which is made of them."""
    found = updated(catalogue())
    with PO.open("wb") as file:
        write_po(file, found, sort_output=True, no_location=True, width=120)
    MO.write_bytes(compiled(found))
    # A process of its own reads the catalogue as it is now.
    subprocess.run([sys.executable, str(Path(__file__).with_name("manual.py"))], check=True)


if __name__ == "__main__":
    main()
