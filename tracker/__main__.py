"""``python -m tracker`` is ``isotrack``."""

from tracker.cli.main import main

main()
