"""Readings: what follows from the facts beside the plan, one derivation a file; none imports another."""
