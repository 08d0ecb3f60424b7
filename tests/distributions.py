"""What is installed for the program: its libraries and theirs, with and without what may be added to it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement

from tests.versions import PROJECT, name_of


def asked_for(*extras: str) -> list[Requirement]:
    """What the project itself asks for, with these extras."""
    project = PROJECT["project"]
    lines = [*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra])]
    return [Requirement(line) for line in lines]


def needed(*extras: str) -> dict[str, Distribution]:
    """By its name every distribution that the program needs here with these extras."""
    found: dict[str, Distribution] = {}
    asked = [one for one in asked_for(*extras) if _holds(one, "")]
    while asked:
        one = asked.pop()
        name = name_of(one.name)
        if name in found and not one.extras:
            continue
        found[name] = distribution(name)
        asked += _asks_for(found[name], one.extras)
    return found


def missing(*extras: str) -> str | None:
    """The name of a distribution that is not installed here, if there is one."""
    try:
        needed(*extras)
    except PackageNotFoundError as error:
        return str(error.name)
    return None


def _asks_for(found: Distribution, extras: set[str]) -> Iterator[Requirement]:
    for line in found.requires or []:
        one = Requirement(line)
        if any(_holds(one, extra) for extra in ("", *extras)):
            yield one


def _holds(one: Requirement, extra: str) -> bool:
    """Whether it is asked for on this machine."""
    return one.marker is None or one.marker.evaluate({"extra": extra})
