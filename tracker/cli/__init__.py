"""The command line: parses what was typed, calls one journey, prints what came of it."""
