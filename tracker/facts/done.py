"""Things that the plan asks for: done, or booked."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum

from msgspec.structs import replace

from tracker.errors import N_, Phrase
from tracker.facts.invitations import IDENTITY, UID, CalledOff, Copy
from tracker.facts.kind import CLOCK, KEY, TRUTH, Column, Fact, FactKind, Log, When, choice
from tracker.rules import KIND_NAMES, Kind


class TestResult(StrEnum):
    """What a pregnancy test said; never negative by default."""

    __test__ = False

    NEGATIVE = "negative"
    POSITIVE = "positive"
    UNCLEAR = "unclear"


class Done(Fact, frozen=True, kw_only=True):
    """A thing that the plan asks for was done: a visit, a blood test, a pregnancy test, a consent ...

    Which item it counts for is derived from its day, see :mod:`tracker.engine.assigner`.
    """

    kind: Kind
    pin: str | None = None
    """Key of the item that a person named for it; None where none was named."""
    clinic_confirmed: bool = False
    """Whether the clinic itself counts it for that item, outside the item's days."""
    result: TestResult | None = None
    fasting: bool | None = None
    """Whether blood was drawn fasting; None where nobody said."""

    @property
    def awaits_result(self) -> bool:
        """Whether it is a test whose result is not known yet."""
        return self.kind is Kind.PREGNANCY_TEST and self.result is None


class Standing(StrEnum):
    """On whose word a booking stands that came of an invitation."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    """It was sent, and is not confirmed yet."""
    OWN = "own"
    """A person has said since when it is, or had booked it before the invitation came."""


class Appointment(Fact, frozen=True, kw_only=True):
    """An appointment for the item ``key``, on a day or at a local time of the course's zone.

    What came of an invitation remembers which copy of it said so.
    """

    key: str
    at: time | None = None
    uid: str | None = None
    """None where no invitation is known of it."""
    recurrence_id: str | None = None
    sequence: int | None = None
    stamp: datetime | None = None
    standing: Standing | None = None

    @property
    def copy(self) -> Copy | None:
        """The copy of the invitation that it is by."""
        if self.uid is None:
            return None
        return Copy(uid=self.uid, recurrence_id=self.recurrence_id, sequence=self.sequence or 0, stamp=self.stamp)

    def by(self, copy: Copy | None, standing: Standing) -> Appointment:
        """The same appointment, by that copy of its invitation."""
        if copy is None:
            return self
        return replace(
            self, uid=copy.uid, recurrence_id=copy.recurrence_id, sequence=copy.sequence, stamp=copy.stamp,
            standing=standing,
        )  # fmt: skip

    def called_off(self, on: date) -> CalledOff | None:
        """Word of that day that it does not take place; None where no invitation could bring it back."""
        if self.uid is None:
            return None
        return CalledOff(
            on=on, note=self.note, uid=self.uid, recurrence_id=self.recurrence_id, sequence=self.sequence or 0,
            stamp=self.stamp,
        )  # fmt: skip


_RESULT = choice("result", TestResult, {
    "neg": TestResult.NEGATIVE, "陰性": TestResult.NEGATIVE, "-": TestResult.NEGATIVE,
    "pos": TestResult.POSITIVE, "陽性": TestResult.POSITIVE, "+": TestResult.POSITIVE,
    **{f"{word}{ending}": result for result, words in {
        TestResult.NEGATIVE: (
            "(-)", "−", "(−)", "ー", "(ー)", "minus", "マイナス", "陰性(-)", "陰せい", "いんせい", "インセイ",
            "negative(-)", "ネガティブ", "陰性反応", "陰性",
        ),
        TestResult.POSITIVE: (
            "(+)", "plus", "プラス", "陽性(+)", "陽せい", "ようせい", "ヨウセイ",
            "positive(+)", "ポジティブ", "陽性反応", "陽性",
        ),
    }.items() for word in words for ending in ("", "です", "でした", "だった")},
    "invalid": TestResult.UNCLEAR, "判定不能": TestResult.UNCLEAR, "不明": TestResult.UNCLEAR,
}, N_('"{typed}" is not a result; expected negative, positive or unclear'))  # fmt: skip
_STANDING = choice("standing", Standing, {}, "")
RESULT_NAMES = {
    TestResult.NEGATIVE: N_("negative"),
    TestResult.POSITIVE: N_("positive"),
    TestResult.UNCLEAR: N_("unclear"),
}
"""What a result is called: gettext message ids."""

_PIN = Column(name="pin", sort=KEY, written_as="named_for",
              flag="--for", help=N_("The planned item that it counts for, such as visit/2."))  # fmt: skip
_CONFIRMED = Column(name="clinic_confirmed", sort=TRUTH, required=True,
                    flag="--clinic-confirmed", help=N_("The clinic itself counts it for that item."))  # fmt: skip
_OF_A_TEST = Column(name="result", sort=_RESULT, condition="result IN ('negative', 'positive', 'unclear')",
                    flag="--result", help=N_("The right result of a test."))  # fmt: skip
_OF_NO_TEST = replace(_OF_A_TEST, flag=None)
_FASTING = Column(name="fasting", sort=TRUTH, flag="--fasting/--not-fasting", help=N_("Whether it was drawn fasting."))
_NOT_DRAWN = replace(_FASTING, flag=None)


def _done(fact: Done) -> Phrase:
    what = Phrase(KIND_NAMES[fact.kind])
    if fact.fasting is not None:
        how = N_("{what} (fasting)") if fact.fasting else N_("{what} (not fasting)")
        return Phrase(how, {"what": what})
    if fact.kind is not Kind.PREGNANCY_TEST:
        return what
    result = RESULT_NAMES[fact.result] if fact.result is not None else N_("result not known")
    return Phrase(N_("{what} ({result})"), {"what": what, "result": Phrase(result)})


def _booked(fact: Appointment) -> Phrase:
    said = N_("appointment for {key}{at}")
    if fact.standing is Standing.TENTATIVE:
        said = N_("tentative appointment for {key}{at}")
    return Phrase(said, {"key": fact.key, "at": f" {fact.at:%H:%M}" if fact.at else ""})


_DAY_IT_WAS_DONE = N_("The day it was done; today unless said.")


def _kind(kind: Kind, help_: str, *names: str, on: str = _DAY_IT_WAS_DONE) -> FactKind[Done]:
    is_test, is_drawn = kind is Kind.PREGNANCY_TEST, kind is Kind.BLOOD_TEST
    return FactKind(
        name=kind.value,
        cls=Done,
        table="done",
        columns=(_PIN, _CONFIRMED, _OF_A_TEST if is_test else _OF_NO_TEST, _FASTING if is_drawn else _NOT_DRAWN),
        fixed={"kind": kind},
        say=_done,
        log=Log(
            names=names,
            help=help_,
            on_help=on,
            arguments=("result",) if is_test else (),
            options=("pin", "clinic_confirmed", "fasting") if is_drawn else ("pin", "clinic_confirmed"),
            measured=is_drawn,
            journey=f"tracker.journeys.course.{'measuring:log_blood' if is_drawn else 'recording:log_done'}",
        ),
    )


KINDS = (
    _kind(Kind.VISIT, N_("A visit to the clinic."), "visit", "通院", "診察", "受診", "再診"),
    _kind(Kind.BLOOD_TEST, N_("Blood was drawn, with its values where they are known: ALT=22 TG=145."),
          "blood", "blood-test", "採血", "血液検査"),
    _kind(Kind.ATTESTATION, N_("A consent or the programme's questions were signed."),
          "consent", "attestation", "同意", "同意書"),
    _kind(Kind.REVIEW, N_("A review of mood and well-being."), "review", "問診"),
    _kind(Kind.PICK_UP, N_("Capsules were picked up at the pharmacy."), "pick-up", "pickup", "受け取り", "受取"),
    _kind(Kind.PREGNANCY_TEST, N_("A pregnancy test, with its result if it is known: negative, positive, unclear."),
          "pregnancy-test", "妊娠検査", on=N_("The day of the specimen; today unless said.")),
    FactKind(
        name="appointment",
        cls=Appointment,
        table="appointment",
        columns=(Column(name="key", sort=KEY, kept_as="item_key", required=True),
                 Column(name="at", sort=CLOCK, kept_as="at_time"),
                 replace(UID, required=False), *IDENTITY,
                 Column(name="standing", sort=_STANDING,
                        condition="standing IN ('confirmed', 'tentative', 'own')")),
        when=When.COMING,
        say=_booked,
    ),
)  # fmt: skip
