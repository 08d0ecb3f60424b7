"""What of the copies stays where a patient is deleted: records of that name, and journals of which nobody can say."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tracker.cli import show
from tracker.errors import N_


def say(copies: Iterable[Path], journals: Iterable[Path]) -> None:
    """Name them: a name alone takes nothing away, and out of a journal nothing can be taken."""
    for file in copies:
        show.say(N_("! {file} holds a record of that name that is not of this database's patient: it stays. To remove"
                    " it: delete the file."), file=str(file))  # fmt: skip
    for file in journals:
        show.say(N_("! {file} was kept of a database that is gone, and may hold this record: it stays. If nobody needs"
                    " that database any more: delete the file."), file=str(file))  # fmt: skip
