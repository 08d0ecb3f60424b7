"""The one file that a page becomes: nothing in it is fetched, nothing in it runs, and every text in it is a text."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from tracker.errors import N_
from tracker.files import Ours
from tracker.report.document import Document
from tracker.visible import visible

BEGINNING = b"<!DOCTYPE html>\n<!-- isotrack:report -->\n"
OURS = Ours(b"<!-- isotrack:report -->", BEGINNING, N_("{file} exists and is not a page that isotrack wrote"))
"""By what a page of ours is known."""
_COURSES = re.compile(rb'^<meta name="isotrack-course" content="([0-9a-f -]+)">$', re.MULTILINE)
_TEMPLATE = Path(__file__).with_name("page.html")


def rendered(page: Document, courses: Collection[str]) -> bytes:
    """The page as the octets of a file, which says by random identities, that name nobody, of which courses it is."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    # A drawing has escaped its own texts.
    text = template.render(page=page, courses=" ".join(courses), drawn=lambda drawing: Markup(str(drawing)))  # noqa: S704 - see above
    return BEGINNING + visible(text).encode()


def courses_in(octets: bytes) -> frozenset[str]:
    """The courses of which a page says that it is; none of one that an older isotrack wrote."""
    said = _COURSES.search(octets)
    return frozenset(said[1].decode().split()) if said else frozenset()
