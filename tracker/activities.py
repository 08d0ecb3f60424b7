"""What a person may ask about that the spans of programmes are about: giving blood, becoming pregnant ..."""

from __future__ import annotations

from msgspec import Struct

from tracker.errors import N_, Phrase
from tracker.rules import Kind


class Activity(Struct, frozen=True):
    """Something that a programme's spans are about."""

    code: str
    kind: Kind
    name: str
    """A gettext message id."""
    aliases: tuple[str, ...]
    needs_a_negative_test: bool = False
    """Whether it has to wait for a closing test that lies ahead, too."""

    @property
    def said(self) -> Phrase:
        """Its name."""
        return Phrase(self.name)


ACTIVITIES = (
    Activity("give-blood", Kind.BLOOD_DONATION, N_("giving blood"), (
        "blood-donation", "donate-blood", "donate", "献血", "献血する",
    )),
    Activity("breast-feed", Kind.BREAST_FEEDING, N_("breast-feeding"), (
        "breast-feeding", "breastfeed", "breastfeeding", "nurse", "授乳", "母乳", "授乳する",
    )),
    Activity("become-pregnant", Kind.CONTRACEPTION, N_("becoming pregnant"), (
        "get-pregnant", "be-pregnant", "pregnancy", "pregnant", "conceive", "have-a-baby",
        "妊娠", "妊娠する", "妊活", "子作り",
    ), needs_a_negative_test=True),
    Activity("new-course", Kind.DOSE, N_("another course"), (
        "another-course", "second-course", "next-course", "restart",
        "再治療", "次の治療", "2回目", "2クール目", "新しい治療",
    )),
)  # fmt: skip


WORDS: dict[Kind, tuple[str, ...]] = {
    Kind.CONTRACEPTION: ("避妊", "確実な避妊", "birth control"),
    Kind.VISIT: ("診察", "通院", "再診", "受診", "clinic", "appointment"),
    Kind.BLOOD_TEST: ("採血", "血液検査", "blood", "bloods"),
    Kind.PREGNANCY_TEST: ("妊娠検査", "妊娠反応検査", "test"),
    Kind.PROCEDURE: ("施術", "procedures", "laser", "peel", "レーザー", "ピーリング"),
    Kind.ATTESTATION: ("同意書", "consent", "同意"),
    Kind.PICK_UP: ("受け取り", "薬局", "pharmacy"),
}
"""What else people call what a programme asks for."""
