"""The record as a FHIR R4 bundle: dictionaries made by hand, of what a program for patients' records may take in.

Nothing is said more strongly than the record has it:

- A capsule is ``completed`` only where its day was logged, ``not-taken`` where it was logged as missed. What is assumed
  taken is ``unknown``, and says so. What was prescribed is an activity of the plan, and no statement that it was taken.
- What is planned is an activity of the ``CarePlan``: ``scheduled`` where it is booked, ``completed`` where it was
  recorded as done. Only what is booked is an ``Appointment``, only what was done is a ``Procedure``.
- What a person said has that person as its performer, source or asserter, and the security label ``PATAST`` (asserted
  by the patient). What isotrack derived has neither.
- An allergy, an illness or another medicine of the background is an ``Observation`` in the person's own words: such
  words may deny what they name.
- The sex that was said for the ranges of blood values is an ``Observation`` of that, and no administrative gender.
- No profile is claimed: JP Core asks for an identifier of the clinic in a patient, and for a specimen in a laboratory's
  result; the record has neither.

What no longer stands is left out. Of the kinds in :data:`LEFT_OUT` nothing is said.
"""

from __future__ import annotations

LEFT_OUT = frozenset(("stock", "lost", "cost", "budget", "photo", "question", "called-off"))
"""Kinds of facts that have no place in these resources: capsules at hand, money, pictures, questions, mail."""
