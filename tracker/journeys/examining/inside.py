"""The inside of the database: pages, references, layout, seals, the clock."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tracker.db import layout, migrations, seals, texts
from tracker.db.connecting import Speaking
from tracker.db.engine import Database
from tracker.db.seals import Ask, Flaw, Problem
from tracker.errors import N_, Listed, Phrase, StorageError, counted
from tracker.facts import by_name
from tracker.journeys.context import SELF, Context
from tracker.journeys.examining.finding import Finding, Found, Level

_MOST_FAULTS = 100
_COULD_DIFFER = timedelta(minutes=5)
"""So much may a clock be set right without a word."""


def look(context: Context, copy: str | None, *, mend: bool) -> Generator[Finding, None, Found]:
    """What is inside; ``copy`` names the newest copy that is whole."""
    database, found = context.database, Found()
    if not database.path.is_file():
        said = N_("There is no database at {path}, but copies of one.")
        if not database.backups.may_be():
            said = N_("There is no database at {path}.")
        yield Finding(check="file", level=Level.WRONG, advice=back(copy), file=str(database.path),
                      text=Phrase(said, {"path": str(database.path)}))  # fmt: skip
        return found
    if (cut_off := _cut_off(database)) is not None:
        yield cut_off
        if not mend:
            return found
    try:
        with database.named():
            if not database.is_encrypted:
                migrations.check_identity(database.connector.head(database.path), str(database.path))
            speaking = database.connector.speaking(database.path)
            with database.connector.opened(database.path, writable=False) as connection:
                connection.execute("PRAGMA query_only = ON")
                connection.execute("BEGIN")
                ask = seals.asking_of_a_file(connection)
                yield from _each(database, speaking, ask, copy, found, context.now)
    except StorageError as error:
        yield _refused(error, str(database.path), copy)
    return found


def _cut_off(database: Database) -> Finding | None:
    """Whether a command was killed in the middle of its writing: whoever opens the file next takes it back."""
    journal = database.path.with_name(f"{database.path.name}-journal")
    if not journal.exists():
        return None
    try:
        with database.named(), database.connector.opened(database.path, writable=False) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except StorageError:
        pass
    else:
        return None

    def take_back() -> bool:
        try:
            with database.named(), database.connector.opened(database.path) as connection:
                connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        except StorageError:
            return False
        return True

    return Finding(
        check="cut-off", level=Level.WARNING, file=str(journal), mend=take_back,
        text=Phrase(N_("A command was cut off while it was writing: nothing more could be looked at in the file.")),
        advice=Phrase(N_("the next command takes back what is half written, and so does {command}"),
                      {"command": "isotrack doctor --mend"}),
    )  # fmt: skip


def _each(
    database: Database, speaking: Speaking, ask: Ask, copy: str | None, found: Found, now: datetime
) -> Iterator[Finding]:
    checks: dict[str, Callable[[], Iterator[Finding]]] = {
        "structure": lambda: _pages(ask, copy), "references": lambda: _references(ask, copy),
        "layout": lambda: _layout(ask, copy, found), "texts": lambda: _texts(ask, copy, found),
        "seals": lambda: _sealed(ask, copy, found), "accepted": lambda: _accepted(ask, found),
        "clock": lambda: _clock(ask, found, now),
    }  # fmt: skip
    found.is_sound = True
    for name, check in checks.items():
        try:
            with database.named(), speaking():
                said = list(check())
        except StorageError as error:
            said = [_refused(error, str(database.path), copy, name)]
        found.is_sound &= all(one.level is not Level.WRONG for one in said)
        yield from said


def _refused(error: StorageError, path: str, copy: str | None, check: str = "file") -> Finding:
    """What cannot be read, in the words of any command that meets it."""
    hint = Phrase(error.hint, error.values) if error.hint else None
    return Finding(check=check, level=Level.WRONG, text=Phrase(error.message, error.values), file=path,
                   advice=back(copy) if copy is not None else hint)  # fmt: skip


def back(copy: str | None) -> Phrase | None:
    """How a copy comes back that is whole."""
    if copy is None:
        return None
    return Phrase(N_("the newest copy that is whole: {command} (it shows first what would be lost)"),
                  {"command": f"isotrack restore {copy}"})  # fmt: skip


def _pages(ask: Ask, copy: str | None) -> Iterator[Finding]:
    faults = [str(row[0]) for row in ask(f"PRAGMA integrity_check({_MOST_FAULTS})", ())[1]]
    if faults == ["ok"]:
        yield Finding(check="structure", level=Level.OK, text=Phrase(N_("Structure: every page is whole.")))
        return
    text = Phrase(N_("The file is damaged: {faults} in its pages."), {"faults": _faults(len(faults))})
    yield Finding(check="structure", level=Level.WRONG, advice=back(copy) or _NO_COPY, text=text)


def _faults(count: int) -> Phrase:
    return counted("{count} fault", "{count} faults", count=count)


_NO_COPY = Phrase(N_("no copy beside it is whole; one that you made elsewhere comes back with: {command} FILE"),
                  {"command": "isotrack restore"})  # fmt: skip


_ACCEPT = Phrase(N_("no copy beside it is whole: look at what is there ({history}), then take it as it is: {accept}"),
                 {"history": "isotrack history", "accept": "isotrack doctor --accept"})  # fmt: skip
_TORN = Phrase(N_("no copy beside it is whole: {accept} shows it, and makes the rest of it readable again"),
               {"accept": "isotrack doctor --accept"})  # fmt: skip


def _references(ask: Ask, copy: str | None) -> Iterator[Finding]:
    broken = ask("PRAGMA foreign_key_check", ())[1]
    if not broken:
        yield Finding(check="references", level=Level.OK, text=Phrase(N_("References: all lead somewhere.")))
    for table in dict.fromkeys(str(row[0]) for row in broken):
        values = {"rows": counted("{count} row", "{count} rows", count=sum(row[0] == table for row in broken))}
        yield Finding(check="references", level=Level.WRONG, advice=back(copy) or _NO_COPY,
                      text=Phrase(N_("In the table {table} something refers to what is not there: {rows}."),
                                  values | {"table": table}))  # fmt: skip


def _layout(ask: Ask, copy: str | None, found: Found) -> Iterator[Finding]:
    ((found.version,),) = ask("PRAGMA user_version", ())[1]
    if found.version != migrations.HEAD and not layout.differences(ask):
        yield Finding(check="layout", level=Level.WRONG, advice=back(copy) or _NO_COPY, text=Phrase(
            N_("The file says that it is of format {version}, and is laid out as one of format {head}."),
            {"version": found.version, "head": migrations.HEAD},
        ))  # fmt: skip
        return
    if found.version != migrations.HEAD:
        yield Finding(check="layout", level=Level.OK, text=Phrase(
            N_("Layout: format {version}; the next command brings the file to format {head}, and keeps a copy before."),
            {"version": found.version, "head": migrations.HEAD},
        ))  # fmt: skip
        return
    others = layout.differences(ask)
    if not others:
        as_new = N_("Layout: as in a new database of format {version}.")
        yield Finding(check="layout", level=Level.OK, text=Phrase(as_new, {"version": found.version}))
    for name in others:
        yield Finding(check="layout", level=Level.WRONG, advice=back(copy) or _NO_COPY,
                      text=Phrase(N_("The layout is not that of a new database: {name}."), {"name": name}))  # fmt: skip


def _texts(ask: Ask, copy: str | None, found: Found) -> Iterator[Finding]:
    found.torn = tuple(texts.torn(ask))
    if found.torn:
        count = counted("{count} text", "{count} texts", count=len(found.torn))
        yield Finding(check="texts", level=Level.WRONG, advice=back(copy) or _TORN, text=Phrase(
            N_("{texts} can no longer be read, and commands that meet them fail."), {"texts": count},
        ))  # fmt: skip


def _sealed(ask: Ask, copy: str | None, found: Found) -> Iterator[Finding]:
    if (found.version or 0) < seals.SEALED:
        none_yet = N_("Seals: none yet in this format; the next command seals what is there.")
        yield Finding(check="seals", level=Level.OK, text=Phrase(none_yet))
        return
    labels = {number: str(label) for number, label in ask("SELECT id, label FROM patient", ())[1]}
    found.flaws = tuple(seals.flaws(ask))
    for flaw in found.flaws:
        yield _of_flaw(flaw, labels.get(flaw.patient), back(copy) or (_TORN if found.torn else None))
    if not found.flaws:
        ((count,),) = ask("SELECT count(*) FROM fact", ())[1]
        text = N_("Seals: every entry is as it was recorded ({entries}).")
        if any(seals.accepted(ask)):
            text = N_("Seals: every entry is as it was recorded, or accepted ({entries}).")
        values = {"entries": counted("{count} entry", "{count} entries", count=count)}
        yield Finding(check="seals", level=Level.OK, text=Phrase(text, values))


def _accepted(ask: Ask, found: Found) -> Iterator[Finding]:
    """What somebody has looked at and taken as it is: never silence."""
    if (found.version or 0) < seals.SEALED:
        return
    labels = {number: str(label) for number, label in ask("SELECT id, label FROM patient", ())[1]}
    for one in seals.accepted(ask):
        label = labels.get(one.patient)
        facts = tuple(number for what, number in one.rows if what == seals.FACT)
        values = {
            "rows": counted("{count} row", "{count} rows", count=len(one.rows)), "patient": _named(one.patient, label),
            "day": _moment(one.at), "entries": Listed(facts),
        }  # fmt: skip
        text = (N_("Accepted as found on {day}: {rows} of {patient} (entries: {entries}).") if facts else
                N_("Accepted as found on {day}: {rows} of {patient}."))  # fmt: skip
        yield Finding(check="accepted", level=Level.OK, text=Phrase(text, values), patient=label)


def _moment(kept: str) -> Any:
    """The day of a moment, by the clock of this machine."""
    try:
        return datetime.fromisoformat(kept).astimezone().date()
    except ValueError:
        return kept or Phrase(N_("unknown day"))


def _named(number: int, label: str | None) -> Any:
    if label is None:
        return Phrase(N_("patient {id}"), {"id": number})
    return Phrase(N_("me (no name)")) if label == SELF else label


_SAID: dict[tuple[Problem, str], str] = {
    (Problem.CHANGED, seals.FACT): N_("Entry {id} of {patient} ({kind}, {day}) is not what was recorded."),
    (Problem.CHANGED, seals.COMMAND): N_("Command {id} of {patient} ({kind}) is not what was recorded."),
    (Problem.CHANGED, seals.COURSE): N_("The course {id} of {patient} ({day}) is not what was recorded."),
    (Problem.CHANGED, seals.PATIENT): N_("The name of {patient}, or when the record began, is not what was recorded."),
    (Problem.MISSING, seals.FACT): N_("Entry {id} of {patient} ({kind}, {day}) is gone from the record."),
    (Problem.MISSING, seals.COMMAND): N_("Command {id} of {patient} ({kind}) is gone from the record."),
    (Problem.MISSING, seals.COURSE): N_("The course {id} of {patient} ({day}) is gone from the record."),
    (Problem.MISSING, seals.PATIENT): N_("The patient with the number {id} is gone."),
    (Problem.UNSEALED, seals.FACT): N_("Entry {id} of {patient} ({kind}, {day}) was not recorded by isotrack."),
    (Problem.UNSEALED, seals.COMMAND): N_("Command {id} of {patient} ({kind}) was not recorded by isotrack."),
    (Problem.UNSEALED, seals.COURSE): N_("The course {id} of {patient} ({day}) was not recorded by isotrack."),
    (Problem.UNSEALED, seals.PATIENT): N_("The patient {patient} was not recorded by isotrack."),
    (Problem.BROKEN, ""): N_("The chain of seals of {patient} is broken at seal {id}."),
}


def _of_flaw(flaw: Flaw, label: str | None, advice: Phrase | None) -> Finding:
    values = {
        "id": flaw.id, "patient": _named(flaw.patient, label),
        "kind": by_name().get(flaw.name) or flaw.name or Phrase(N_("unknown kind")),
        "day": _day(flaw.day),
    }  # fmt: skip
    is_fact = flaw.what == seals.FACT
    return Finding(
        check="seals", level=Level.WRONG, text=Phrase(_SAID[flaw.problem, flaw.what], values), patient=label,
        entry=flaw.id if is_fact else None, kind=flaw.name or None,
        advice=advice or (_correct(flaw.id) if is_fact and flaw.problem is Problem.CHANGED else _ACCEPT),
    )  # fmt: skip


def _day(kept: str) -> Any:
    """A day as it is kept: a flipped bit may have made none of it."""
    try:
        return date.fromisoformat(kept)
    except ValueError:
        return kept or Phrase(N_("unknown day"))


def _correct(number: int) -> Phrase:
    """How an entry is put right by hand: what takes its place is sealed."""
    return Phrase(
        N_("no copy beside it is whole; compare it with your papers, then: {command}, or take it as it is: {accept}"),
        {"command": f"isotrack fix {number}", "accept": "isotrack doctor --accept"},
    )


def _clock(ask: Ask, found: Found, now: datetime) -> Iterator[Finding]:
    ((found.first, last),) = ask("SELECT min(recorded_at), max(recorded_at) FROM command", ())[1]
    # What was typed while the clock was ahead says nothing of when something was typed last.
    until_now = ask("SELECT max(recorded_at) FROM command WHERE recorded_at <= ?", ((now + _COULD_DIFFER).astimezone(
        UTC).isoformat(),))[1]  # fmt: skip
    found.newest = until_now[0][0] or last
    try:
        newest = datetime.fromisoformat(last) if last else None
    except ValueError:
        return  # the seals say which
    if newest is not None and newest.tzinfo is not None and newest > now + _COULD_DIFFER:
        yield Finding(
            check="clock", level=Level.WARNING,
            text=Phrase(N_("The clock of this machine stands before the newest entry, which was recorded at {moment}."),
                        {"moment": newest}),
            advice=Phrase(N_("look whether date and time are right: every day that is said hangs on them")),
        )  # fmt: skip
