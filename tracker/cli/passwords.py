"""The password of a calendar server in the system's keyring: kept there, read from it, taken out again."""

from __future__ import annotations

from tracker.cli import show
from tracker.cli.running import tell
from tracker.errors import N_
from tracker.i18n import _

SERVICE = "isotrack"
"""Under this name the keyring knows isotrack."""


def name_of(user: str, url: str) -> str:
    """By what the keyring knows an account on a server."""
    from urllib.parse import urlsplit

    return f"{user}@{urlsplit(url).hostname}"


class Keep:
    """The password in the system's keyring; called once the server has taken it, it keeps a new one there."""

    def __init__(self, user: str, url: str) -> None:
        self.name = name_of(user, url)
        self.new: str | None = None

    def kept(self) -> str | None:
        """The password that is kept; None where there is none or no keyring."""
        try:
            import keyring
            from keyring.errors import KeyringError
        except ImportError:
            return None
        try:
            return keyring.get_password(SERVICE, self.name)
        except KeyringError:
            return None

    def __call__(self) -> None:
        """Keep a new password, and say whether that was possible."""
        if self.new is None:
            return
        try:
            import keyring
            from keyring.errors import KeyringError
        except ImportError:
            return
        try:
            keyring.set_password(SERVICE, self.name, self.new)
            # Read back: some keyrings drop what they are given without a word.
            kept = keyring.get_password(SERVICE, self.name) == self.new
        except KeyringError:
            kept = False
        if kept:
            show.say(N_("The password is kept in the keyring, as {name}."), name=self.name)
        else:
            tell("! " + _("There is no keyring to keep the password in; it will be asked for again."))

    def forget(self) -> bool:
        """Take the password out; whether none is there any more, as far as can be seen."""
        try:
            import keyring
            from keyring.errors import KeyringError, NoKeyringError
        except ImportError:
            return True
        try:
            if keyring.get_password(SERVICE, self.name) is not None:
                keyring.delete_password(SERVICE, self.name)
            return keyring.get_password(SERVICE, self.name) is None
        except NoKeyringError:
            return True
        except KeyringError:
            return False

    def forget_aloud(self) -> None:
        """The same, and say so where there was one."""
        was_there = self.kept() is not None
        if not self.forget():
            self.complain()
        elif was_there:
            show.say(N_("The password is out of the keyring: {name}."), name=self.name)

    def complain(self) -> None:
        """Say that it is still there, and how to take it out."""
        tell(show.filled(N_("! The password for {name} is still in the keyring; take it out with: {keyring}"),
                         name=self.name, keyring=f"keyring del {SERVICE} {self.name}"))  # fmt: skip
