"""Titles that give nothing away on a lock screen, and what they mean, which is told on the screen only."""

from __future__ import annotations

from tracker.errors import N_
from tracker.rules import Kind

DISCREET = {
    Kind.ATTESTATION: N_("Paperwork"),
    Kind.VISIT: N_("Clinic"),
    Kind.BLOOD_TEST: N_("Check A"),
    Kind.PREGNANCY_TEST: N_("Check B"),
    Kind.CONTRACEPTION: N_("Note C"),
    Kind.BLOOD_DONATION: N_("Note D"),
    Kind.BREAST_FEEDING: N_("Note E"),
    Kind.PROCEDURE: N_("Note F"),
    Kind.PICK_UP: N_("Errand"),
    Kind.SUPPLY: N_("Stock"),
    Kind.DOSE: N_("Note G"),
    Kind.REVIEW: N_("Questions"),
}
DISCREET_CAPSULE = N_("Reminder")

LEGEND = {
    Kind.BLOOD_TEST: N_("Check A = blood test"),
    Kind.PREGNANCY_TEST: N_("Check B = pregnancy test"),
    Kind.CONTRACEPTION: N_("Note C = contraception"),
    Kind.BLOOD_DONATION: N_("Note D = blood donation"),
    Kind.BREAST_FEEDING: N_("Note E = breast-feeding"),
    Kind.PROCEDURE: N_("Note F = procedures"),
    Kind.DOSE: N_("Note G = capsules"),
    Kind.PICK_UP: N_("Errand = pharmacy"),
    Kind.SUPPLY: N_("Stock = capsules run out"),
    Kind.REVIEW: N_("Questions = mood and well-being"),
}
