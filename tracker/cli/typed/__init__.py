"""What people type, read with care: days and times in many forms, never guessed.

Full-width forms are taken for their plain ones (NFKC). What has two readings is refused with both, unless the language
settles it (in Japanese 3/4 is the 4th of March) or the command does (what was logged has happened).
"""

from tracker.cli.typed.days import read_day
from tracker.cli.typed.ranges import read_days, read_several
from tracker.cli.typed.refusals import NotADayError, SeveralDaysError, SeveralTimesError, a_comma_in
from tracker.cli.typed.text import plain, read_name, read_note
from tracker.cli.typed.when import combined, read_when
from tracker.cli.typed.years import Begun, Lean, Order

__all__ = [
    "Begun", "Lean", "NotADayError", "Order", "SeveralDaysError", "SeveralTimesError", "a_comma_in", "combined",
    "plain", "read_day", "read_days", "read_name", "read_note", "read_several", "read_when",
]  # fmt: skip
