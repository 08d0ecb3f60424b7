"""The process: ``isotrack`` and ``python -m tracker``.

Start-up is part of the product. A command lives for a fraction of a second: collecting cyclic garbage while its
libraries load, and taking the interpreter apart at its end, cost a fifth of that and serve nobody.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn

_OBJECTS_BEFORE_COLLECTING = 200_000


def main() -> NoReturn:
    """Run one command and leave with its exit code."""
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTING)
    from tracker.cli.main import run

    os.umask(0o077)
    if not os.environ.get("ISOTRACK_DEBUG"):
        # What fails while Python tidies up would be printed with its values.
        sys.unraisablehook = lambda _: None
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            # A console that cannot show a character shows another in its place; what was saved stays saved.
            stream.reconfigure(errors="replace")
    code = run(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # run() has flushed, and what it could not print is in its exit code
            if stream is not None:
                stream.flush()
    # Everything is on the disk and every file is closed: nothing is left for the interpreter to do.
    os._exit(code)


if __name__ == "__main__":
    main()
