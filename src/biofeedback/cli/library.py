"""Which library a command means, and how it is unlocked. Knows no command line."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from biofeedback.errors import LibraryUnavailableError, PassphraseError

if TYPE_CHECKING:
    from pathlib import Path

    from biofeedback.sessions.keys import Key
    from biofeedback.sessions.library import Library

__all__ = ["Common", "data_folder", "library_path", "open_library", "unlock_key"]


@dataclass(frozen=True, slots=True)
class Common:
    """What may stand before a command as well as behind it."""

    library: Path | None = None
    passphrase_file: Path | None = None
    headless: bool = False


def data_folder() -> Path:
    """Where the app keeps what it records."""
    from pathlib import Path

    import platformdirs

    return Path(platformdirs.user_data_dir("biofeedback", appauthor=False))


def library_path(common: Common) -> Path:
    """The library's file: as asked, as preferred, or the usual one."""
    from biofeedback import settings
    from biofeedback.sessions.keys import library_file

    if common.library is not None:
        return library_file(common.library)
    return library_file(settings.library_path(settings.load()))


def unlock_key(common: Common, path: Path) -> Key:
    """Find the key: from a file, from the keychain if that was chosen, or by asking.

    Raises
    ------
    PassphraseError
        If there is nobody to ask, or what was typed twice differs.
    """
    from biofeedback import settings
    from biofeedback.sessions.keys import key_from_file, keychain_key, passphrase_key

    if common.passphrase_file is not None:
        return key_from_file(common.passphrase_file)
    if settings.load().use_keychain:
        return keychain_key(path, create=not path.exists())
    if not sys.stdin.isatty():
        msg = (
            "The library is locked, and there is no terminal to ask for the passphrase. "
            "Give it with --passphrase-file."
        )
        raise PassphraseError(msg)
    import getpass

    try:
        if path.exists():
            return passphrase_key(getpass.getpass("Passphrase: "))
        sys.stderr.write(
            "A new library. Choose a passphrase; without it nobody can read the sessions.\n"
        )
        chosen = getpass.getpass("New passphrase: ")
        if getpass.getpass("Once more: ") != chosen:
            msg = "The two passphrases differ. Nothing was made; please try again."
            raise PassphraseError(msg)
        return passphrase_key(chosen)
    except UnicodeDecodeError as error:
        msg = "What was typed is no text this terminal can send. Please try again."
        raise PassphraseError(msg) from error


def open_library(common: Common, *, create: bool) -> Library:
    """Unlock the library that the options name.

    Raises
    ------
    LibraryError
        If it is not there and not to be made, or cannot be opened.
    """
    from biofeedback.sessions.library import Library

    path = library_path(common)
    if not create and not path.exists():
        # Before anybody is asked for a passphrase to nothing.
        msg = f"There is no library at {path}. It is made when a first session is recorded."
        raise LibraryUnavailableError(msg)
    return Library.open(path, unlock_key(common, path), create=create)
