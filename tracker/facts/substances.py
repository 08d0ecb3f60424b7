"""What is taken, or put on the skin, beside the capsules.

The name is kept as it was typed; what it means is looked up whenever it is read (:mod:`tracker.substances`), so that a
substance that comes into the list later is found in what was recorded before.
"""

from __future__ import annotations

from datetime import date

from tracker.errors import N_, Phrase
from tracker.facts.kind import LAST_DAY, WORDS, Column, Fact, FactKind, Log, choice
from tracker.pharmacy import FORM_NAMES, Form


class Taken(Fact, frozen=True, kw_only=True):
    """Something was taken from this day on."""

    name: str
    form: Form | None = None
    """None where nobody said it: the name may."""
    until: date | None = None
    """The last day; None where it goes on."""


_FORM = choice("use", Form, {
    "mouth": Form.BY_MOUTH, "oral": Form.BY_MOUTH, "tablet": Form.BY_MOUTH, "tablets": Form.BY_MOUTH,
    "内服": Form.BY_MOUTH, "飲み薬": Form.BY_MOUTH,
    "skin": Form.ON_SKIN, "cream": Form.ON_SKIN, "topical": Form.ON_SKIN,
    "外用": Form.ON_SKIN, "塗り薬": Form.ON_SKIN,
}, N_('"{typed}" is not a form; expected by-mouth or on-skin'))  # fmt: skip
UNTIL = Column(name="until", sort=LAST_DAY, kept_as="until_date", flag="--until",
               help=N_("The last day of it; it goes on unless said."))  # fmt: skip


def say(fact: Taken) -> Phrase:
    """What is taken, with its form and its last day where they were said."""
    what = Phrase("{name}", {"name": fact.name})
    if fact.form is not None:
        what = Phrase(N_("{name} {form}"), {"name": fact.name, "form": Phrase(FORM_NAMES[fact.form])})
    values = {"what": what, "until": fact.until}
    message = N_("beside the capsules: {what}")
    if fact.until is not None:
        message = N_("beside the capsules: {what} (until {until})")
    return Phrase(message, values)


KINDS = (
    FactKind(
        name="substance",
        cls=Taken,
        since=6,
        table="substance",
        columns=(
            Column(name="name", sort=WORDS, required=True),
            Column(name="form", sort=_FORM, condition="form IN ('by-mouth', 'on-skin')",
                   flag="--form", help=N_("How it is used, where that is not in its name: by-mouth or on-skin.")),
            UNTIL,
        ),
        value="name",
        say=say,
        log=Log(
            names=("substance", "併用", "薬", "サプリ"),
            help=N_("What is taken beside the capsules, such as minocycline --since -3d; with --until what has ended."),
            on_help=N_("The first day of it; today unless said."),
            arguments=("name",),
            options=("form", "until"),
            saved=N_("{what}, since {on}"),
            journey="tracker.journeys.course.taking:log",
        ),
    ),
)  # fmt: skip
