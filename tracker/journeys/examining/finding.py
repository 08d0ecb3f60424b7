"""What the examination says: one thing that is well, that might be better, or that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from msgspec import Struct

from tracker.db.seals import Flaw
from tracker.db.texts import Torn
from tracker.errors import Phrase


class Level(Enum):
    """How much it matters."""

    OK = "ok"
    WARNING = "warning"
    """Nothing is lost; something might be."""
    WRONG = "wrong"


class Finding(Struct, frozen=True, kw_only=True):
    """What was looked at, and what there is to say of it."""

    check: str
    """What was looked at, as programs read it."""
    level: Level
    text: Phrase
    advice: Phrase | None = None
    """What to do about it."""
    file: str | None = None
    patient: str | None = None
    entry: int | None = None
    """The number of an entry."""
    kind: str | None = None
    """Of an entry its kind, of a command its verb."""
    mend: Callable[[], bool] | None = None
    """Mends it, where that loses nothing; whether it could."""
    is_mended: bool = False


class Found(Struct):
    """What the inside of the database has said, for whoever looks at what lies around it."""

    is_sound: bool = False
    """Whether all of it can be read, and is what was recorded."""
    version: int | None = None
    newest: str | None = None
    """When the newest command was recorded."""
    first: str | None = None
    flaws: tuple[Flaw, ...] = ()
    """Whatever is not what was recorded."""
    torn: tuple[Torn, ...] = ()
    """Texts that cannot be read."""
