"""Photos of the skin: which area, on which day, and by which file the copy is known."""

from __future__ import annotations

from tracker.errors import N_, Phrase
from tracker.facts.kind import CODE, TEXT, Column, Fact, FactKind, Term

WORDS_OF = "skin"
"""The family whose areas a photo may show."""


class Photo(Fact, frozen=True, kw_only=True):
    """A photo of an area of the skin, of which a copy is kept beside the database."""

    area: str
    file: str
    """The name of the copy in the folder of the photos."""
    sha256: str
    """Of the copy."""
    source: str
    """The same of the file that it was made of: by this a photo is known again."""


KINDS = (
    FactKind(
        name="photo",
        cls=Photo,
        since=7,
        table="photo",
        words_of=WORDS_OF,
        columns=(
            Column(name="area", sort=CODE, required=True, flag="--area",
                   help=N_("Where on the body, such as forehead.")),
            Column(name="file", sort=TEXT, required=True),
            Column(name="sha256", sort=TEXT, kept_as="digest", required=True),
            Column(name="source", sort=TEXT, kept_as="source_digest", required=True),
        ),
        say=lambda fact: Phrase(N_("photo, {site}"), {"site": Term(WORDS_OF, fact.area)}),
    ),
)  # fmt: skip
