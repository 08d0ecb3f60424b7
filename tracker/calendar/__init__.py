"""Plan to entries, entries against what was published before, and both to an ``.ics`` file."""
