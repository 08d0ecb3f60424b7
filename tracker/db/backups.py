"""Copies of the database that nobody has to think of: one a day, one before each new format, in a folder of their own.

A copy is made by SQLite from one consistent state, aside; it is checked, put on the disk and only then given its name.
The newest twelve days stay, then a copy a week for ten weeks, then one a month for nine months. What stood before a new
format, before another copy was put in its place or before damage was accepted stays until a person removes it.
"""

from __future__ import annotations

import errno
import os
import re
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

from msgspec import Struct

from tracker import asides
from tracker.db import elsewhere, journals, knowing
from tracker.db.connecting import Connector
from tracker.db.kept import REPLACED, folder_of, names
from tracker.db.legible import check_pages
from tracker.errors import N_, Phrase, StorageError

DAYS, WEEKS, MONTHS = 12, 10, 9
"""How many copies stay: of days, then of weeks, then of months."""
_OF_A_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})\.db")
_KEPT = re.compile(r"(?:format-\d+|(?:replaced|accepted)-(\d{4}-\d{2}-\d{2}))(?:-\d+)?\.db")
_ACCEPTED = "accepted-"
_ELSEWHERE = "elsewhere"
"""The file with the day on which a copy was last made elsewhere, or reminded of."""
_ASIDE = re.compile(r"\.[a-z0-9-]+\.db\.new-[0-9a-f-]{36}(-journal)?")


class Copy(Struct, frozen=True):
    """A copy: where it lies, and of which day it is if its name says so."""

    path: Path
    day: date | None
    is_of_a_day: bool
    """Whether it was made because a day began; others stay until a person removes them."""

    @property
    def is_as_found(self) -> bool:
        """Whether it holds what was wrong, as it was before a person accepted it."""
        return self.path.name.startswith(_ACCEPTED)

    @property
    def is_replaced(self) -> bool:
        """Whether it was the database before a copy was put in its place."""
        return self.path.name.startswith(REPLACED)


class Backups:
    """The copies of the database at ``path``."""

    def __init__(self, path: Path, connector: Connector) -> None:
        self._path = path
        self._connector = connector
        self.folder = folder_of(path)

    def barred(self) -> Phrase | None:
        """Why nobody can say which copies lie in the folder; None where all() does. Where there is none, none do."""
        if asides.is_laid_there(self.folder):
            return Phrase(N_("{folder} belongs to another account"), {"folder": str(self.folder)})
        if not asides.is_readable(self.folder):
            return Phrase(N_("{folder} cannot be read"), {"folder": str(self.folder)})
        return None

    def require_seen(self) -> None:
        """Raise StorageError where nobody can say which copies there are."""
        if (barred := self.barred()) is not None:
            raise StorageError(N_("which copies there are cannot be said: {reason}"),
                               N_("make that folder readable for this account alone"), reason=barred)  # fmt: skip

    def may_be(self) -> bool:
        """Whether there are copies, or there may be."""
        return bool(self.all()) or self.barred() is not None

    def all(self) -> list[Copy]:
        """Every copy of ours that lies there and can be seen: those of days first, the newest first."""
        names = [] if asides.is_laid_there(self.folder) else _names(self.folder)
        looked_at = (_copy(path) for path in (*names, *self._from_before()))
        found = [copy for copy in looked_at if copy is not None]
        return sorted(found, key=lambda one: (one.is_of_a_day, one.day or date.min, one.path.name), reverse=True)

    def is_made(self, day: date) -> bool:
        """Whether there is one of this day; raise OSError where that cannot be seen."""
        if asides.is_laid_there(self.folder):
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(self.folder))
        return self._of(day).exists()

    def make(self, day: date) -> Path | None:
        """Make the one of this day, in place of one that is there; None where nothing is recorded yet.

        Raise sqlite3.Error for a database that cannot be read, OSError where none can be written.
        """
        with self._connector.opened(self._path) as source:
            if source.execute("SELECT 1 FROM command LIMIT 1").fetchone() is None:
                return None
            check_pages(lambda statement: (source.execute(statement).fetchone() or [None])[0])
        target = self._of(day)
        journals.set_aside(target, self.folder, self._connector.on_aside)
        self._write(lambda aside: self._put(aside, target), target)
        self._thin_out(target)
        return target

    def _put(self, aside: Path, target: Path) -> None:
        """Give a copy the name of a day; what bore it, and has something that is not in this one, is kept.

        So it is where an older file was laid in the database's place since, or where something has rotted in it.
        """
        if target.exists() and not (
            knowing.knows(self._connector, aside, target) and knowing.is_whole(self._connector, aside)
        ):
            self._link(target, f"{REPLACED}{target.stem}")
        aside.replace(target)

    def keep_format(self, version: int) -> None:
        """Keep the database as it is before it is brought to a newer format than ``version``."""
        self._keep(f"format-{version}")

    def keep_replaced(self, day: date) -> Path:
        """Keep the database as it is before another record takes the place of its own."""
        return self._keep(f"{REPLACED}{day.isoformat()}")

    def keep_accepted(self, day: date) -> Path:
        """Keep the database as it is before what is wrong in it is accepted."""
        return self._keep(f"{_ACCEPTED}{day.isoformat()}")

    def keep_file(self, day: date) -> Path:
        """Keep the file itself, of which no copy can be made because it is damaged."""
        asides.make_private(self.folder)
        kept = self._link(self._path, f"{REPLACED}{day.isoformat()}", is_each_kept=True)
        asides.sync_folder(self.folder)
        return kept

    def write(self, target: Path) -> None:
        """Make a copy at a place of a person's choice, in place of what is there; errors as of :meth:`make`.

        It is made among the copies, where nobody else can write; where there is no room, aside of its place, if nobody
        else can write there.
        """
        is_made = False

        def lay(aside: Path) -> None:
            nonlocal is_made
            is_made = True
            elsewhere.lay(aside, target)

        try:
            self._write(lay, self.folder / "elsewhere.db")
        except (OSError, sqlite3.OperationalError):
            if is_made or asides.others_write(target.parent, self._path):
                raise
            with asides.using(target.parent):
                self._made(target.with_name(f".{target.name}.new-{uuid.uuid4()}"), lambda aside: aside.replace(target))

    def days_since_elsewhere(self, day: date) -> int:
        """How many days ago a copy was made elsewhere, or one was reminded of; from the first copy of a day on."""
        try:
            said = date.fromisoformat((self.folder / _ELSEWHERE).read_text("ascii").strip())
        except (OSError, ValueError):
            said = day
            self.remember_elsewhere(day)
        return (day - said).days

    def remember_elsewhere(self, day: date) -> None:
        """Count the days from this one."""
        with suppress(OSError):  # at worst it is said once more
            asides.make_private(self.folder)
            asides.write_private(self.folder / _ELSEWHERE, day.isoformat())

    def _of(self, day: date) -> Path:
        return self.folder / f"{day.isoformat()}.db"

    def _keep(self, name: str) -> Path:
        """Keep a copy under this name, never in place of one of other data: that gets ``-2`` and so on beside it."""
        kept = self.folder / f"{name}.db"

        def place(aside: Path) -> None:
            nonlocal kept
            kept = self._link(aside, name)

        self._write(place, kept)
        return kept

    def _link(self, path: Path, name: str, *, is_each_kept: bool = False) -> Path:
        """Give a file a name among the copies, or one with ``-2`` and so on, unless a copy there is the same."""
        for kept in names(self.folder, name):
            if not is_each_kept and kept.exists() and kept.read_bytes() == path.read_bytes():
                break
            try:
                asides.named_anew(path, kept)
            except FileExistsError:
                continue
            break
        return kept

    def left_over(self) -> list[Path]:
        """Copies that were cut off, or are just being made."""
        return asides.named(self.folder, _ASIDE)

    def clear(self) -> None:
        """Remove copies that were cut off, where nobody makes one."""
        asides.clear(self.folder, _ASIDE, lambda _: True)

    def _write(self, place: Callable[[Path], object], target: Path) -> None:
        asides.make_private(self.folder)
        self.clear()
        with asides.using(self.folder):
            self._made(target.with_name(f".{target.name}.new-{uuid.uuid4()}"), place)

    def _made(self, aside: Path, place: Callable[[Path], object]) -> None:
        """Make a copy aside, for its owner alone, look whether it is whole, and let ``place`` give it its name."""
        try:
            os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            with self._unchanged() as source:
                source.execute("VACUUM INTO ?", (str(aside),))
                if not self._connector.is_whole(aside):
                    raise sqlite3.DatabaseError("malformed")
                asides.sync_file(aside)
                place(aside)
                asides.sync_folder(aside.parent)
        finally:
            aside.unlink(missing_ok=True)

    @contextmanager
    def _unchanged(self) -> Iterator[sqlite3.Connection]:
        """A connection to the database, which nobody changes, turns or deletes until the block ends.

        Until the copy has its name: who encrypts, decrypts, deletes a patient or all of it looks for copies afterwards,
        and would not know of this one.
        """
        before = self._path.stat()
        with (
            self._connector.holding(self._path),
            self._connector.opened(self._path) as reader,  # VACUUM lets go of the file when it is done
            self._connector.opened(self._path) as source,
        ):
            reader.execute("BEGIN")
            reader.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
            if not os.path.samestat(before, self._path.stat()):
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self._path))
            yield source

    def _thin_out(self, newest: Path) -> None:
        """Remove the copies of days that are too many; never the one that was just made, whatever the clock says.

        One of a day to come was made while the clock was wrong. It takes no other one's turn, and stays until as many
        copies of days know as much as it does; from then on it counts as the oldest. Nor is one removed that has
        something which neither that one has nor what was kept when another content took its place.
        """
        copies = self.all()
        days = {copy.day: copy.path for copy in copies if copy.is_of_a_day and copy.day is not None}
        today = date.fromisoformat(newest.stem)
        ahead = {day for day in days if day > today}
        known = {day: knowing.count(self._connector, days[day]) for day in days} if ahead else {}
        overtaken = {day for day in ahead if sum(known[one] >= known[day] for one in days.keys() - ahead) >= DAYS}
        others = (newest, *(copy.path for copy in copies if copy.is_replaced))
        for day in (days.keys() - ahead | overtaken).difference(staying(days.keys() - ahead, overtaken)):
            one = days[day]
            if one != newest and any(knowing.knows(self._connector, other, one) for other in others):
                one.unlink(missing_ok=True)

    def _from_before(self) -> list[Path]:
        """Copies that an isotrack of before this folder laid beside the database."""
        name = re.compile(rf"{re.escape(self._path.name)}\.backup-v\d+(-\d+)?")
        found = [one for one in _names(self._path.parent) if name.fullmatch(one.name)]
        return [one for one in found if not asides.is_laid_there(one)]


def _copy(path: Path) -> Copy | None:
    if path.parent.suffix != ".backups":
        return Copy(path, None, is_of_a_day=False)
    for pattern in (_OF_A_DAY, _KEPT):
        if match := pattern.fullmatch(path.name):
            try:
                day = date.fromisoformat(match[1]) if match[1] else None
            except ValueError:
                return None
            return Copy(path, day, is_of_a_day=pattern is _OF_A_DAY)
    return None


def _names(folder: Path) -> list[Path]:
    """The files of a folder that are files of their own."""
    try:
        with os.scandir(folder) as entries:
            return [folder / one.name for one in entries if one.is_file(follow_symlinks=False)]
    except OSError:
        return []


def staying(days: Iterable[date], oldest: Iterable[date] = ()) -> set[date]:
    """Of the days of copies those that stay: the newest, then the last of each week, then the last of each month.

    ``oldest`` come after all others, whatever day they say.
    """
    newest_first = [*sorted(days, reverse=True), *sorted(oldest, reverse=True)]
    kept = set(newest_first[:DAYS])
    rest = newest_first[DAYS:]
    for period, most in ((lambda day: day.isocalendar()[:2], WEEKS), (lambda day: (day.year, day.month), MONTHS)):
        last_of: dict[tuple[int, ...], date] = {}
        for day in rest:
            last_of.setdefault(period(day), day)
        chosen = list(last_of.values())[:most]
        kept.update(chosen)
        rest = rest[rest.index(chosen[-1]) + 1 :] if chosen else []
    return kept
