"""The programme that a course follows: one that was adopted, or the clinic's own that it was started under."""

from __future__ import annotations

from tracker.errors import N_, Phrase
from tracker.facts.kind import TEXT, Column, Fact, FactKind


class Programme(Fact, frozen=True, kw_only=True):
    """From this day on the course follows this programme, in this version.

    A course that was started under a clinic's own file has one of its first day too: where the file lay, and in what
    the clinic's word makes it laxer.
    """

    protocol: str
    version: str
    text: str | None = None
    """An own file as it was read; None for a programme of isotrack."""
    path: str | None = None
    """Where that file lay."""
    laxer_than: str | None = None
    """The programme (``id@version``) than which it is laxer on the clinic's word; None where it is laxer in nothing."""

    @property
    def reference(self) -> str:
        """Id and version in one."""
        return f"{self.protocol}@{self.version}"


def _programme(fact: Programme) -> Phrase:
    if fact.laxer_than is None:
        return Phrase(N_("programme {protocol}"), {"protocol": fact.reference})
    return Phrase(
        N_("programme {protocol}, laxer than {than} on the clinic's word"),
        {"protocol": fact.reference, "than": fact.laxer_than},
    )


KINDS = (
    FactKind(
        name="programme",
        cls=Programme,
        since=5,
        table="programme",
        columns=(
            Column(name="protocol", sort=TEXT, required=True),
            Column(name="version", sort=TEXT, required=True),
            Column(name="text", sort=TEXT),
            Column(name="path", sort=TEXT),
            Column(name="laxer_than", sort=TEXT),
        ),
        say=_programme,
    ),
)
