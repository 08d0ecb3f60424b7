"""What a sync last put on a calendar server, and what it sent but did not see there yet: by the calendar and UID.

No version (ETag) is kept between runs. Each run reads the whole calendar, compares what a person would see, and
makes every change conditional on the version that it has just read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, delete, insert, select

from tracker.db.tables import remote
from tracker.publication import Known, Seen


def load(connection: Connection, calendar: str) -> dict[str, Known]:
    """What is known of a calendar on a server, by UID."""
    rows = connection.execute(select(remote).where(remote.c.calendar == calendar))
    return {row.uid: Known(digest=row.digest, seen=_seen(row.seen), sent=_sent(row.sent)) for row in rows}


def digests(connection: Connection, calendar: str) -> dict[str, str]:
    """The digest of what was last put there, by UID; empty where nothing is settled."""
    rows = connection.execute(select(remote.c.uid, remote.c.digest, remote.c.sent).where(remote.c.calendar == calendar))
    return {row.uid: row.digest if row.sent is None else "" for row in rows}


def save(connection: Connection, calendar: str, patient_id: int, known: Mapping[str, Known]) -> None:
    """Remember these in place of what was remembered of them."""
    rows = [
        {
            "calendar": calendar,
            "uid": uid,
            "patient_id": patient_id,
            "digest": one.digest,
            "seen": one.seen.to_json() if one.seen is not None else None,
            "sent": f"[{','.join(sent.to_json() for sent in one.sent)}]" if one.sent else None,
        }
        for uid, one in known.items()
    ]
    forget(connection, calendar, known)
    if rows:
        connection.execute(insert(remote), rows)


def forget(connection: Connection, calendar: str, uids: Iterable[str]) -> None:
    """Remember nothing of these any more."""
    connection.execute(delete(remote).where(remote.c.calendar == calendar, remote.c.uid.in_(list(uids))))


def forget_all(connection: Connection, calendar: str) -> None:
    """Remember nothing of a calendar that is no longer there."""
    connection.execute(delete(remote).where(remote.c.calendar == calendar))


def _sent(text: str | None) -> tuple[Seen, ...]:
    return Seen.several(text) if text is not None else ()


def _seen(text: str | None) -> Seen | None:
    return Seen.from_json(text) if text is not None else None
