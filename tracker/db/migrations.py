"""Takes a database from any older version to the newest: ordered steps, in one transaction with their bookkeeping.

The version is SQLite's ``user_version``; ``application_id`` marks the file as ours. A copy is kept before the first
step (:mod:`tracker.db.backups`). A newer file is refused untouched.

A step from format 9 on that changes what is sealed (a value of a fact, the table of a kind) seals it anew: it calls
``seals.begin``. A new column that is empty, and a new kind, need nothing.

The transaction runs with foreign keys off, so that a step can rebuild a table that others refer to (SQLite cannot alter
a CHECK); every reference is checked before the commit.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, create_mock_engine, insert
from sqlalchemy.dialects import sqlite

from tracker.db import connecting, seals
from tracker.db.connecting import HEADER, Connector
from tracker.db.tables import all_tables, details, fact_kind
from tracker.errors import N_, StorageError
from tracker.facts import KINDS

APPLICATION_ID = connecting.APPLICATION_ID


class ForeignError(StorageError):
    """The file is another program's, by the mark that it bears."""


class NewerError(StorageError):
    """The file is ours, and of a format that this isotrack does not know."""


def _remote(connection: Connection) -> None:
    """Version 2: what was last put on a calendar server, and the way to one patient among thousands."""
    connection.exec_driver_sql("CREATE INDEX command_of_patient ON command (patient_id)")
    connection.exec_driver_sql("CREATE INDEX undone_command ON command (id) WHERE undone_at IS NOT NULL")
    connection.exec_driver_sql("CREATE INDEX course_of_patient ON course (patient_id)")
    connection.exec_driver_sql(
        "\nCREATE TABLE remote (\n\tcalendar TEXT NOT NULL, \n\tuid TEXT NOT NULL, \n\tpatient_id INTEGER NOT NULL, "
        "\n\tdigest TEXT NOT NULL, \n\tseen TEXT, \n\tsent TEXT, \n\tPRIMARY KEY (calendar, uid), "
        "\n\tFOREIGN KEY(patient_id) REFERENCES patient (id)\n)\n STRICT\n\n"
    )


_DERIVED = """
CREATE TABLE fact_kind (name TEXT NOT NULL, PRIMARY KEY (name)) STRICT;
INSERT INTO fact_kind (name) VALUES ('attestation'), ('visit'), ('blood-test'), ('pregnancy-test'), ('pick-up'),
  ('review'), ('first-dose'), ('projection'), ('prescription'), ('dose'), ('weight'), ('appointment'), ('pause'),
  ('resume'), ('stop'), ('override'), ('risk'), ('cleared');
CREATE TABLE new_fact (
  id INTEGER NOT NULL, course_id INTEGER NOT NULL, command_id INTEGER NOT NULL, kind TEXT NOT NULL,
  on_date TEXT NOT NULL, number INTEGER NOT NULL, note TEXT, voided_by INTEGER, PRIMARY KEY (id),
  CHECK (number >= 1), CHECK (on_date IS date(on_date, '+0 days')),
  FOREIGN KEY(course_id) REFERENCES course (id), FOREIGN KEY(command_id) REFERENCES command (id),
  FOREIGN KEY(kind) REFERENCES fact_kind (name), FOREIGN KEY(voided_by) REFERENCES command (id)
) STRICT;
INSERT INTO new_fact (id, course_id, command_id, kind, on_date, number, note, voided_by)
  SELECT id, course_id, command_id, kind, on_date, number, note, voided_by FROM fact;
CREATE TABLE done (
  fact_id INTEGER NOT NULL, pin TEXT, clinic_confirmed INTEGER NOT NULL, result TEXT, PRIMARY KEY (fact_id),
  CHECK (result IN ('negative', 'positive', 'unclear')), CHECK (clinic_confirmed IN (0, 1)),
  FOREIGN KEY(fact_id) REFERENCES fact (id)
) STRICT;
INSERT INTO done (fact_id, pin, clinic_confirmed, result)
  SELECT fact.id, fact.fills, 0, pregnancy_test.result
  FROM fact LEFT JOIN pregnancy_test ON pregnancy_test.fact_id = fact.id
  WHERE fact.kind IN ('attestation', 'visit', 'blood-test', 'pregnancy-test', 'pick-up', 'review');
CREATE TABLE risk (
  fact_id INTEGER NOT NULL, what TEXT NOT NULL, PRIMARY KEY (fact_id),
  CHECK (what IN ('unprotected', 'missed-period')), FOREIGN KEY(fact_id) REFERENCES fact (id)
) STRICT;
DROP TABLE pregnancy_test;
DROP TABLE fact;
ALTER TABLE new_fact RENAME TO fact;
CREATE INDEX fact_of_course ON fact (course_id)
"""


def _derived(connection: Connection) -> None:
    """Version 3: kinds of facts are rows, what a thing done counts for is derived, a risk of pregnancy is a fact.

    What was stored as assigned stands as if it had been named; :mod:`tracker.journeys.course.settling` lets go of what
    the days give all the same.
    """
    for statement in _DERIVED.split(";"):
        connection.exec_driver_sql(statement)


def _order_of_undoing(connection: Connection) -> None:
    """Version 5: in which order commands were taken back, so that the last of them can be brought back."""
    connection.exec_driver_sql("ALTER TABLE command ADD COLUMN undone_order INTEGER")


def _preferences(connection: Connection) -> None:
    """Version 5: what whoever types here prefers, for all patients."""
    connection.exec_driver_sql(
        "CREATE TABLE preference (name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (name)) STRICT"
    )


_FROM_INVITATIONS = (
    "uid TEXT", "recurrence_id TEXT", "sequence INTEGER CHECK (sequence >= 0)", "stamp TEXT",
    "standing TEXT CHECK (standing IN ('confirmed', 'tentative', 'own'))",
)  # fmt: skip


def _invitations(connection: Connection) -> None:
    """Version 5: a booking remembers which copy of which invitation it came of."""
    for column in _FROM_INVITATIONS:
        connection.exec_driver_sql(f"ALTER TABLE appointment ADD COLUMN {column}")


def _patterns(connection: Connection) -> None:
    """Version 5: a prescription may be other than the same every day."""
    check = "length(pattern) BETWEEN 3 AND 500"
    connection.exec_driver_sql(f"ALTER TABLE prescription ADD COLUMN pattern TEXT CHECK ({check})")


def _fasting(connection: Connection) -> None:
    """Version 5: whether blood was drawn fasting."""
    connection.exec_driver_sql("ALTER TABLE done ADD COLUMN fasting INTEGER CHECK (fasting IN (0, 1))")


def _format_5(connection: Connection) -> None:
    for step in (_order_of_undoing, _preferences, _invitations, _patterns, _fasting):
        step(connection)


def _products(connection: Connection) -> None:
    """Version 6: of which kind capsules are; until then all were conventional ones."""
    check = "product IN ('conventional', 'micronised')"
    for table in ("prescription", "stock"):
        there = {row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")}
        if "product" not in there:  # a table that an earlier version brought is made as it is now
            connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN product TEXT CHECK ({check})")
        connection.exec_driver_sql(f"UPDATE {table} SET product = 'conventional'")  # noqa: S608 - names of our own


def _cleared_codes(connection: Connection) -> None:
    """Version 6: the clinic's word may be about a red flag."""
    connection.exec_driver_sql(
        "\nCREATE TABLE cleared (\n\tfact_id INTEGER NOT NULL, \n\tcode TEXT, \n\tPRIMARY KEY (fact_id), "
        "\n\tFOREIGN KEY(fact_id) REFERENCES fact (id)\n)\n STRICT\n\n"
    )
    connection.exec_driver_sql("INSERT INTO cleared (fact_id) SELECT id FROM fact WHERE kind = 'cleared'")


def _format_6(connection: Connection) -> None:
    for step in (_products, _cleared_codes):
        step(connection)


def _seals(connection: Connection) -> None:
    """Version 8: what was recorded is sealed, so that a value which silently became another one is found."""
    connection.exec_driver_sql(
        "\nCREATE TABLE seal (\n\tpatient_id INTEGER NOT NULL, \n\tposition INTEGER NOT NULL, \n\tlink TEXT NOT NULL, "
        "\n\tmarks TEXT NOT NULL, \n\tPRIMARY KEY (patient_id, position), "
        "\n\tFOREIGN KEY(patient_id) REFERENCES patient (id)\n)\n WITHOUT ROWID, \n STRICT\n\n"
    )


STEPS: dict[int, Callable[[Connection], None]] = {
    2: _remote, 3: _derived, 5: _format_5, 6: _format_6, seals.SEALED: _seals,
}  # fmt: skip
"""What takes a file to a version, by that version; a step is frozen once it is released."""
ASSIGNED_BY_DAYS = 3
"""The version from which on what a thing done counts for is derived."""

HEAD = max(*STEPS, *(kind.since for kind in KINDS))
"""The newest version. A kind of fact makes one by saying ``since``: its table and its row need no step."""


@cache
def _layout() -> tuple[str, ...]:
    """What lays out an empty database, table by table; put into words once for all the files of a process."""
    found: list[str] = []
    dialect = sqlite.dialect()
    engine = create_mock_engine("sqlite://", lambda ddl, *_: found.append(str(ddl.compile(dialect=dialect))))
    all_tables().create_all(engine, checkfirst=False)
    return tuple(found)


def create(engine: Engine) -> None:
    """Lay out an empty database of the newest version, in one transaction."""
    with engine.connect() as connection, connection.begin():
        for statement in _layout():
            connection.exec_driver_sql(statement)
        connection.execute(insert(fact_kind), [{"name": kind.name} for kind in KINDS])
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version = {HEAD}")


def check_identity(header: bytes, path: str) -> None:
    """Look at a file's first octets before SQLite touches it.

    Raise StorageError for one of another program or a newer isotrack, sqlite3.DatabaseError for no database at all.
    """
    if not header:
        raise sqlite3.DatabaseError("file is empty")
    if not header.startswith(b"SQLite format 3\0") or len(header) < HEADER:
        raise sqlite3.DatabaseError("file is not a database")
    version, application_id = (int.from_bytes(header[place : place + 4], "big") for place in (60, 68))
    _refuse_foreign(application_id, version, path)


def check(connection: sqlite3.Connection, path: Path, connector: Connector) -> None:
    """The same of a file that is open, and may be encrypted."""
    if connector.key_of(path) is None:
        check_identity(connector.head(path), str(path))
        return
    application_id, version = (int(connection.execute(f"PRAGMA {name}").fetchone()[0])
                               for name in ("application_id", "user_version"))  # fmt: skip
    _refuse_foreign(application_id, version, str(path))


def _refuse_foreign(application_id: int, version: int, path: str) -> None:
    if application_id != APPLICATION_ID or version < 1:
        raise ForeignError(
            N_("{path} is not an isotrack database; it was left as it is"),
            N_("name another file with --db or ISOTRACK_DB"),
            path=path,
        )
    if version > HEAD:
        raise NewerError(
            N_("{path} was written by a newer isotrack (format {version}, this one knows {head})"),
            N_("update isotrack; the file was left as it is"),
            path=path,
            version=version,
            head=HEAD,
        )


def version_of(connection: Connection) -> int:
    """The version of a database of ours; raise StorageError for another program's or a newer one."""
    application_id = int(connection.exec_driver_sql("PRAGMA application_id").scalar_one())
    version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    _refuse_foreign(application_id, version, str(connection.engine.url.database))
    return version


def bring_up(engine: Engine, settle: Callable[[Connection], None]) -> None:
    """Run the steps that are missing in one transaction.

    ``engine`` keeps no foreign keys. ``settle`` goes over the records of a file from before version 3.
    """
    with engine.connect() as connection, connection.begin():
        # Read again inside the lock: another command may have just done it.
        version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
        if version >= HEAD:
            return
        for newer in range(version + 1, HEAD + 1):
            if newer in STEPS:
                STEPS[newer](connection)
            _add_kinds(connection, newer)
        if version < ASSIGNED_BY_DAYS:
            settle(connection)
        if version < seals.SEALED:
            seals.begin(connection)
        if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
            raise sqlite3.DatabaseError("malformed")
        connection.exec_driver_sql(f"PRAGMA user_version = {HEAD}")


def _add_kinds(connection: Connection, version: int) -> None:
    """The tables and names of the kinds of facts that came with a version; up to the third a step brought them."""
    new = [kind for kind in KINDS if kind.since == version > ASSIGNED_BY_DAYS]
    there = {kind.table for kind in KINDS if kind.since < version}
    for table in dict.fromkeys(kind.table for kind in new if kind.table is not None and kind.table not in there):
        details(table).create(connection)
    if new:
        connection.execute(insert(fact_kind), [{"name": kind.name} for kind in new])
