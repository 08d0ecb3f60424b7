"""What can be drawn, and by which words a person asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct

from tracker.cli.chart import blood, doses, mood, symptoms, weight
from tracker.cli.chart.shape import Asked, Found
from tracker.cli.names import Known, analytes
from tracker.cli.typed import plain
from tracker.errors import N_, InputError, Listed, NoSuchError
from tracker.i18n import active
from tracker.laboratory import Analyte
from tracker.lexicon import plain as bare
from tracker.rules import Text

if TYPE_CHECKING:
    from tracker.journeys.course.charting import Drawable


class Subject(Struct, frozen=True):
    """Something that can be drawn."""

    code: str
    name: Text
    also: tuple[str, ...] = ()
    analyte: Analyte | None = None

    def of(self, drawable: Drawable, asked: Asked) -> Found:
        """Its charts."""
        if self.analyte is not None:
            return blood.of(self.analyte, drawable.sheet(), asked)
        match self.code:
            case "dose":
                return doses.of(drawable.growth(), asked)
            case "weight":
                return weight.of(drawable.weighed(), asked)
            case "symptoms":
                return symptoms.of(drawable.felt(), asked)
        return mood.of(drawable.answers(), asked)


SUBJECTS = (
    Subject("dose", doses.NAME, ("doses", "cumulative", "cumulative-dose", "mg", "用量", "投与量", "服用量", "累積")),
    Subject("weight", weight.NAME, ("weights", "kg", "たいじゅう")),
    Subject("symptoms", symptoms.NAME, ("symptom", "side-effects", "副作用", "しょうじょう")),
    Subject("mood", mood.NAME, ("moods", "きぶん", "気持ち")),
)
BLOOD = ("blood", "bloods", "labs", "採血", "血液検査", "検査値")
"""What is said for all blood values together: they are drawn one by one."""


def names() -> Iterator[Known]:
    """What can be drawn, for completion."""
    for one in SUBJECTS:
        yield Known(one.code, (one.name.en, one.name.ja, *one.also), one.name.in_language(active().code))
    yield from analytes()


def subject(typed: str) -> Subject:
    """What was asked for; raise InputError where that cannot be drawn, with what is near it or all that can be."""
    found = _known(typed)
    if found is not None:
        return found
    from tracker.analytes import analyte_named, laboratory

    instead: list[str] = []
    try:
        analyte_named(typed)
    except NoSuchError as error:
        instead = list(error.instead)
    except InputError:
        pass
    known = [_listed(one.code, one.name) for one in SUBJECTS]
    known += [_listed(one.code, one.name) for one in laboratory().analytes]
    words = [word for one in SUBJECTS for word in (one.code, one.name.ja, *one.also)]
    several = [found.code for word in plain(typed).split() if (found := _known(word)) is not None]
    if len(several) > 1:
        raise InputError(N_('"{typed}" is more than one chart: each is drawn by itself'), N_("for example: {command}"),
                         typed=typed, command=f"isotrack chart {several[0]}")  # fmt: skip
    raise NoSuchError(N_('"{typed}" is nothing that can be drawn'), N_("there are: {codes}"), word=typed, among=words,
                      instead=instead, typed=typed, codes=Listed(tuple(known)))  # fmt: skip


def _listed(code: str, name: Text) -> Text:
    """What is typed for something: its code, in Japanese its name with the code where it is not in it."""
    return Text(code, name.ja if code in bare(name.ja) else f"{name.ja}（{code}）")  # noqa: RUF001 - as it is printed


def _known(typed: str) -> Subject | None:
    wanted = bare(plain(typed))
    own = next((one for one in SUBJECTS if wanted in map(bare, (one.code, one.name.en, one.name.ja, *one.also))), None)
    if own is not None:
        return own
    from tracker.analytes import analyte_named  # only where it is none of the few above

    with suppress(InputError):
        analyte = analyte_named(typed)
        return Subject(analyte.code, analyte.name, analyte=analyte)
    return None


def is_blood(typed: str) -> bool:
    """Whether all blood values together are meant."""
    return bare(plain(typed)) in map(bare, BLOOD)
