"""A page as other programs see it: its elements one by one, and a real browser where there is one."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

VOID = {"meta", "img", "br", "hr", "link", "input"}
BROWSER = next((found for name in ("chromium", "chromium-browser", "google-chrome", "chrome")
                if (found := shutil.which(name))), None)  # fmt: skip
needs_browser = pytest.mark.skipif(
    BROWSER is None, reason="no chromium: pages are looked at where the packages of the README are installed"
)
needs_pdftotext = pytest.mark.skipif(
    shutil.which("pdftotext") is None,
    reason="no pdftotext: printed pages are read where the packages of the README are installed",
)
AXE = Path(__file__).parent / "node" / "node_modules" / "axe-core" / "axe.min.js"
needs_axe = pytest.mark.skipif(
    not AXE.is_file(), reason="no axe-core: pages are checked where the packages of the README are installed"
)


@dataclass
class Element:
    """An element with what stands in it."""

    tag: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """Of it and all in it, in the order of reading."""

    def every(self, *tags: str) -> Iterator[Element]:
        for child in self.children:
            if child.tag in tags or not tags:
                yield child
            yield from child.every(*tags)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())


class Reader(HTMLParser):
    """Reads a page, and refuses what is not closed in the order in which it was opened."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.top = Element("", {})
        self._open = [self.top]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _value in attrs}) == len(attrs), (tag, attrs)
        new = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(new)
        if tag not in VOID:
            self._open.append(new)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1].tag == tag, f"{tag} closes {self._open[-1].tag}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for one in self._open:
            one.texts.append(data)


def read(octets: bytes) -> Element:
    """The page."""
    reader = Reader()
    reader.feed(octets.decode())
    reader.close()
    assert len(reader._open) == 1
    return reader.top


def rows(page: Element, title: str) -> list[list[str]]:
    """The rows of the tables under a heading."""
    [section] = [one for one in page.every("section") if next(one.every("h2")).text == title]
    found = (row for body in section.every("tbody") for row in body.every("tr"))
    return [[cell.text for cell in row.every("th", "td")] for row in found]


def browse(folder: Path, *arguments: str) -> str:
    """What chromium prints."""
    assert BROWSER is not None
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-extensions",
               f"--user-data-dir={folder / 'browser'}", *arguments]  # fmt: skip
    ran = subprocess.run(command, capture_output=True, timeout=120, check=True)
    return ran.stdout.decode("utf-8", "replace")


def measured(folder: Path, octets: bytes, width: int) -> dict[str, Any]:
    """A page laid out so wide: how wide its contents are, and what axe-core finds wrong with it, where that is there.

    It stands in a frame of another page, which looks into it: there is no script in the page, and none may run in it.
    """
    # The checker has to run in the frame: a copy of the page that lets it is looked at, its own policy apart.
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", octets.decode())
    checker = AXE.read_text(encoding="utf-8") if AXE.is_file() else ""
    looks = """
      addEventListener("load", async () => {
        const frame = document.getElementById("page").contentWindow, root = frame.document.documentElement
        const found = {width: root.scrollWidth, problems: []}
        if (CHECKER) {
          const script = frame.document.createElement("script")
          script.textContent = CHECKER
          frame.document.head.append(script)
          const result = await frame.axe.run(frame.document)
          found.problems = result.violations.map((one) => one.id + ": " + one.nodes.map((node) => node.html).join(" "))
        }
        const said = document.createElement("pre")
        said.id = "found"
        said.textContent = JSON.stringify(found)
        document.body.append(said)
      })"""
    frame = f'<iframe id="page" width="{width}" height="3000" style="border:0" srcdoc="{html.escape(page)}"></iframe>'
    known = json.dumps(checker).replace("</", "<\\/")
    outside = folder / f"outside-{width}.html"
    outside.write_text(f'<!DOCTYPE html><meta charset="utf-8"><script>const CHECKER = {known};{looks}</script>{frame}')
    shown = browse(folder, "--virtual-time-budget=20000", f"--window-size={width + 40},3100", "--dump-dom",
                   outside.as_uri())  # fmt: skip
    found = re.search(r'<pre id="found">(.*?)</pre>', shown, re.DOTALL)
    assert found is not None, shown[-300:]
    result: dict[str, Any] = json.loads(html.unescape(found[1]))
    return result


def printed(folder: Path, file: Path) -> Path:
    """The page as a PDF."""
    pdf = folder / f"{file.stem}.pdf"
    browse(folder, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", file.as_uri())
    return pdf
