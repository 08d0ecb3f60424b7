"""Takes a database from any older version to the newest: ordered steps, each one transaction with its bookkeeping.

The version is SQLite's ``user_version``; ``application_id`` marks the file as ours. A copy is laid beside the file
before the first step. A newer file is refused untouched.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, Engine

from tracker.db.tables import metadata
from tracker.errors import N_, StorageError

APPLICATION_ID = 0x49534F54
"""The letters ISOT."""

STEPS: tuple[Callable[[Connection], None], ...] = ()
"""Step n (from 0) takes version n + 1 to n + 2; a step is frozen once it is released."""

HEAD = 1 + len(STEPS)


def create(engine: Engine) -> None:
    """Lay out an empty database of the newest version, in one transaction."""
    with engine.connect() as connection, connection.begin():
        metadata.create_all(connection)
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version = {HEAD}")


def version_of(engine: Engine) -> int:
    """The version of a database of ours; raise StorageError for another program's or a newer one."""
    path = str(engine.url.database)
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None  # noqa: S101 - a connection that is open has a driver
        (application_id,) = driver.execute("PRAGMA application_id").fetchone()
        (version,) = driver.execute("PRAGMA user_version").fetchone()
    if application_id != APPLICATION_ID or version < 1:
        raise StorageError(
            N_("{path} is not an isotrack database; it was left as it is"),
            N_("name another file with --db or ISOTRACK_DB"),
            path=path,
        )
    if version > HEAD:
        raise StorageError(
            N_("{path} was written by a newer isotrack (format {version}, this one knows {head})"),
            N_("update isotrack; the file was left as it is"),
            path=path,
            version=version,
            head=HEAD,
        )
    return int(version)


def upgrade(engine: Engine, path: Path) -> None:
    """Run the steps that are missing, each in its own transaction, after a copy was laid beside the file."""
    _back_up(engine, path)
    for number, step in enumerate(STEPS, start=1):
        with engine.connect() as connection, connection.begin():
            # Read again inside the lock: another command may have just done this step.
            if connection.exec_driver_sql("PRAGMA user_version").scalar() == number:
                step(connection)
                connection.exec_driver_sql(f"PRAGMA user_version = {number + 1}")


def _back_up(engine: Engine, path: Path) -> None:
    version = version_of(engine)
    copy = path.with_name(f"{path.name}.backup-v{version}")
    if version == HEAD or copy.exists():
        return
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None  # noqa: S101 - a connection that is open has a driver
        driver.execute("VACUUM INTO ?", (str(copy),))
