"""The whole record of one patient as one JSON document, and parts of it as tables for a spreadsheet.

The document has every command and every fact, also those that no longer stand, in the form in which the database keeps
them: it is read back without loss. ``schemas/record.schema.json`` explains it.
"""

from __future__ import annotations

from collections.abc import Sequence

from tracker.errors import N_, InputError
from tracker.facts import Fact
from tracker.protocols.faults import Fault

FORMAT, VERSION = "isotrack-record", 1
"""By what a document is known, and the newest form of it that can be read."""


class Disagreement(Fault, frozen=True, kw_only=True):
    """A fact of a document beside which one that is here cannot stand."""

    there: Fact | None
    """What the document says; None where it was removed there."""
    here: Fact | None
    """What stands here; None where it was removed here."""
    is_apart: bool = False
    """Whether each was entered by itself; else one entry was corrected in two ways."""


class FaultyError(InputError):
    """A document of a record has mistakes, each with its place in it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(N_("the record has mistakes; nothing was saved"))
        self.faults = tuple(faults)
