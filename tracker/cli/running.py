"""The running command: what was said to it, in which context it works, what it has saved, and where it is heard."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from tracker.cli import paper
from tracker.errors import N_, InputError, TrackerError, reason_of
from tracker.i18n import _, active
from tracker.names import folded
from tracker.visible import visible

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tracker.db.engine import Database
    from tracker.engine.view import View
    from tracker.journeys.context import Context

OF_NOBODY = ("backup", "decrypt", "doctor", "encrypt", "list", "passwd", "patients", "restore", "settings")
"""Commands that are about no one's record."""
OF_NO_DATABASE = ("completion", "crisis", "list", "protocols")
ALWAYS_NAMED = ("log", "fix", "undo", "redo")
"""Commands that are suggested with the patient's name also where the environment gives it: in another window it gives
another, and they would clear or take back what is another's."""


class Flags(Struct):
    """The flags that stand before or after any command (the last one said holds), and what they come to."""

    db: str | None = None
    today: date | None = None
    is_today_typed: bool = False
    """Whether it is the command that says so, and not the environment."""
    patient: str | None = None
    lang: str | None = None
    passphrase_fd: int | None = None
    passphrase_file: Path | None = None
    read_of_fd: str | None = None
    """What stood in the open file: it can be read once."""
    is_passphrase_new: bool = False
    """Whether the passphrase that is given is one to encrypt with."""
    is_of_a_copy: bool = False
    """Whether the passphrase may be that of another file than the database."""
    is_looked_at: bool = False
    """Whether it is only read what a command would be: nothing is asked for, nothing read from standard input."""
    dry_run: bool = False
    """Whether the command only shows what it would do."""
    line: tuple[str, ...] = ()
    """The whole command, as it was typed."""
    alarmed: bool = False
    """Whether the alarms that every command repeats have been said."""
    warned: tuple[str, ...] = ()
    """The red flags whose text the command has said by itself."""
    called: tuple[str, ...] | None = None
    """The countries whose crisis lines the command has shown by itself; None where it has shown none."""
    capsules_stopped: bool = False
    """Whether capsule reminders end with this command in the file that calendars subscribe to."""
    for_programs: bool = False
    """Whether the output is for a program, or nobody can take it: nothing more is to be printed."""
    is_at_work: bool = False
    """Whether the command is for more than what it has saved by now: see :func:`tracker.cli.base.at_work`."""
    _context: Context | None = None

    def context(self) -> Context:
        """The database, the patient and the clock of the command: one for all that it does."""
        if self._context is None:
            from tracker.db.engine import Database  # start-up: only commands that read the database pay for it
            from tracker.journeys.context import Context

            database = Database(
                _database_path(self.db), on_wait=lambda: tell(_("waiting for another command ...")),
                settle=self._settle, today=machine_day(), passphrase=self._passphrase,
            )  # fmt: skip
            database.connector.on_kept = _say_what_is_kept
            database.connector.on_aside = _say_what_is_set_aside
            self._warn_of_a_plain_file(database)
            if self.dry_run:
                from tracker.db.rehearsal import Rehearsal

                database = Rehearsal(database)
            patient = self.patient or patient_of_the_environment()
            self._context = Context(database, patient, self.day(), self.moment(), active().code)
        return self._context

    def rehearse(self) -> None:
        """Only show what the command would do; what was read of the real record by now is read from the copy."""
        if not self.dry_run:
            self.dry_run, self._context = True, None

    def _warn_of_a_plain_file(self, database: Database) -> None:
        """Where a passphrase was given, and the file needs none: somebody takes it for encrypted."""
        given = (self.passphrase_fd, self.passphrase_file, os.environ.get("ISOTRACK_PASSPHRASE") or None)
        is_meant = self.is_passphrase_new or self.is_looked_at or self.is_of_a_copy
        if is_meant or given == (None, None, None) or not database.path.is_file():
            return
        with suppress(TrackerError):
            if database.connector.head(database.path).startswith(b"SQLite format 3\0"):
                tell("! " + active().fill(N_("{file} is not encrypted: the passphrase was not used."),
                                          {"file": str(database.path)}))  # fmt: skip

    def _passphrase(self, path: Path, before: int) -> str | None:
        from tracker.cli import passphrase  # only for an encrypted file

        return passphrase.opening(path, before, self)

    def _settle(self, connection: Connection) -> None:
        from tracker.journeys.course.settling import settle  # only a file of an older format is brought over

        for phrase in settle(connection, self.moment()):
            tell("! " + active().value(phrase))

    def agree(self, name: str, value: str) -> None:
        """Raise an error where ``--patient`` or ``--db`` was said before and named another: neither is taken."""
        before = getattr(self, name)
        if before is not None and _SAME[name](before) != _SAME[name](value):
            raise InputError(N_("{flag} is said twice, and differently: {first} and {second}"), N_("say one of them"),
                             flag=f"--{name}", first=before, second=value)  # fmt: skip

    def given(self) -> tuple[str, str, str]:
        """The flags that say which database, whose record and which day it is, as they were typed; else empty."""
        import shlex  # start-up: only where one was typed

        return (
            f"--db {shlex.quote(self.db)}" if self.db is not None else "",
            f"--patient {shlex.quote(self.patient)}" if self.patient is not None else "",
            f"--today {self.today.isoformat()}" if self.today is not None and self.is_today_typed else "",
        )  # fmt: skip

    @property
    def view(self) -> View | None:
        """The course as the command has read it; None where it has read none."""
        return self._context.read.current if self._context is not None else None

    @property
    def has_saved(self) -> bool:
        """Whether something is on the disk that no error takes back."""
        return self._context is not None and self._context.database.commits > 0

    @property
    def has_tried_to_save(self) -> bool:
        """Whether the command is one that saves, even where all was there already."""
        return self._context is not None and self._context.database.is_written_to

    def day(self) -> date:
        """The day that it is."""
        return self.today or machine_day()

    def moment(self) -> datetime:
        """The moment that it is, on the day that it is taken to be."""
        now = datetime.now(UTC).replace(microsecond=0)
        return now if self.today is None else datetime.combine(self.today, now.timetz())


_SAME: dict[str, Callable[[str], object]] = {"patient": folded, "db": lambda path: _database_path(path).absolute()}
"""What of the value of a flag says that another names the same."""


class ExtraWordsError(click.UsageError):
    """Words stand behind a command that takes no more."""

    def __init__(self, message: str, ctx: click.Context, words: Sequence[str], hint: str | None = None) -> None:
        super().__init__(message, ctx)
        self.words = words
        self.hint = hint
        """What is to be typed instead, where that is known: no option is looked for that takes the words."""


def flags(ctx: click.Context | None = None) -> Flags:
    """The flags of the running command."""
    context = ctx or click.get_current_context()
    found: Flags = context.find_root().ensure_object(Flags)
    return found


def machine_day() -> date:
    """The day by the machine's clock, whatever day is taken for today."""
    return date.today()  # noqa: DTZ011 - the patient's local calendar date is meant


def machine_zone() -> str | None:
    """The time zone of this machine; None where it names none."""
    import warnings

    import tzlocal  # only where a zone is asked for

    try:
        with warnings.catch_warnings(action="ignore"):  # of a machine that names no zone
            return tzlocal.get_localzone_name()
    except (LookupError, ValueError, OSError):
        return None


def closed() -> OSError:
    """The error of an output that there is not."""
    return OSError(errno.EBADF, os.strerror(errno.EBADF))


def target_of(typed: str) -> Path | None:
    """The file that is named for an output; None for the output itself."""
    if not typed.strip():
        raise InputError(N_("the name of the file is empty"))
    return None if typed == "-" else Path(typed)


def octets_of(file: Path, most: int) -> bytes:
    """What a file holds that was named, one octet more than ``most`` where it is too large."""
    from tracker.files import require_own_way  # start-up: only where a file is read

    require_own_way(file)
    try:
        with file.open("rb") as opened:
            return opened.read(most + 1)
    except OSError as error:
        problem = N_("{file}: cannot be read ({reason})")
        raise TrackerError(problem, file=str(file), reason=reason_of(error)) from None


def print_octets(octets: bytes) -> None:
    """Print a file instead of writing it; raise OSError where there is no output to print it to."""
    if sys.stdout is None:
        raise closed()
    flags().for_programs = True
    if sys.stdout.isatty():
        # A file for programs, and a person looks at it.
        click.echo(visible(octets.decode("utf-8", "replace").replace("\r\n", "\n")), nl=False)
    else:
        click.echo(octets, nl=False)


def tell(text: str) -> None:
    """Say something beside the output, on stderr; where nobody can hear it, it is not said."""
    with suppress(OSError):
        paper.put(text, err=True)


def _say_what_is_kept(path: Path, kept: Path) -> None:
    """Another file lay in the place of the one that a command had begun to encrypt, or to decrypt."""
    tell("! " + active().fill(
        N_("A command was cut off while it turned {file}, and another file lay in its place since. It is finished; that"
           " other file is kept as {kept}. To look at it, and put it back: {command}"),
        {"file": str(path), "kept": str(kept), "command": f"isotrack restore {kept.stem}"},
    ))  # fmt: skip


def _say_what_is_set_aside(journal: Path, kept: Path) -> None:
    """The journal of a file that is there no more would have been written into the one that gets its name."""
    tell("! " + active().fill(
        N_("{file} was left by another file of that name, which is not there any more, and would have damaged the"
           " new one: it is kept as {path}. Who still has that other file needs it beside that."),
        {"file": str(journal), "path": str(kept)},
    ))  # fmt: skip


def patient_of_the_environment() -> str | None:
    """The name that ISOTRACK_PATIENT gives."""
    said = os.environ.get("ISOTRACK_PATIENT")
    if not said:
        return None
    from tracker.cli.typed import read_name

    return read_name(said)


def flag_of_the_environment() -> str:
    """The flag that says the same as ISOTRACK_PATIENT; empty where that says nothing that can be read."""
    try:
        name = patient_of_the_environment()
    except InputError:
        name = None
    if name is None:
        return ""
    import shlex  # start-up: only where it is set

    return f"--patient {shlex.quote(name)}"


def _database_path(said: str | None) -> Path:
    where = said if said is not None else os.environ.get("ISOTRACK_DB")
    if where is None:
        import platformdirs  # only where the default folder is needed

        try:
            return platformdirs.user_data_path("isotrack", appauthor=False) / "isotrack.db"
        except RuntimeError:
            raise InputError(N_("nothing says which folder is your own: HOME is not set"),
                             N_("name the database with --db or ISOTRACK_DB")) from None  # fmt: skip
    for prefix in ("sqlite:///", "sqlite+pysqlite:///"):
        where = where.removeprefix(prefix)
    if "://" in where:
        raise InputError(N_('"{value}" is not a database that isotrack can use; expected a path or sqlite:///PATH'),
                         value=where.partition("://")[0] + "://")  # fmt: skip
    if not where.strip() or where == ":memory:":
        raise InputError(N_("the database needs the path of a file"))
    return path_of(where)


def path_of(where: str) -> Path:
    """A path as it was typed, also from where no shell has read it."""
    try:
        return Path(where).expanduser()
    except RuntimeError:
        raise InputError(N_('"{value}" begins with ~, and nothing says which folder that is'), value=where) from None
