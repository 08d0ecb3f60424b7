"""What is said with options of ``start`` and, of a course that is open already, by commands of its own."""

from __future__ import annotations

from datetime import date

from tracker.errors import N_, InputError, Listed
from tracker.rules import Sex


def stop(sex: Sex | None, born: date | None, enrolled: date | None, *, can_become_pregnant: bool | None) -> None:
    """Raise InputError where only what can be said of a course that runs was said: it names the commands that do."""
    commands = []
    if can_become_pregnant is not None:
        commands.append(f"isotrack log can-become-pregnant {'yes' if can_become_pregnant else 'no'}")
    if enrolled is not None:
        commands.append(f"isotrack log enrolment --on {enrolled.isoformat()}")
    if sex is not None or born is not None:
        said = [one for one in (sex.value if sex else "", f"--born {born.isoformat()}" if born else "") if one]
        commands.append(" ".join(("isotrack log person", *said)))
    if commands:
        raise InputError(
            N_("the day of the first capsule is missing"), N_("for a course that is open already: {commands}"),
            commands=Listed(tuple(commands)),
        )  # fmt: skip
