"""The record: opening a course, logging, correcting, ending."""
