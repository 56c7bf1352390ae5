"""Keys to the library: from a passphrase, a file, or the computer's keychain.

A passphrase becomes the library's key by PBKDF2-HMAC-SHA512 with 256 000 rounds and the
file's own salt, the defaults of SQLCipher 4 (https://www.zetetic.net/sqlcipher/design/), so
any SQLCipher 4 tool opens the file with the same passphrase. A key from the keychain is
32 random bytes already and is used as it is.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from biofeedback.errors import PassphraseError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Key", "has_keychain", "key_from_file", "keychain_key", "library_file", "passphrase_key"]

KEY_BYTES = 32
_ROUNDS = 256_000
_SERVICE = "biofeedback"
_FILE_NAME = "library.biofeedback"


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """What opens a library. Its text form never shows it.

    Parameters
    ----------
    secret
        The passphrase in UTF-8, or the key itself.
    is_raw
        True when ``secret`` is the 32-byte key itself and needs no stretching.

    Raises
    ------
    ValueError
        If a raw key does not have 32 bytes.
    """

    secret: bytes
    is_raw: bool = False

    def __post_init__(self) -> None:
        if self.is_raw and len(self.secret) != KEY_BYTES:
            msg = f"a raw key has {KEY_BYTES} bytes"
            raise ValueError(msg)

    def __repr__(self) -> str:
        return "Key(hidden)"

    def derived(self, salt: bytes) -> bytes:
        """Return the 32-byte key for a file with this 16-byte salt; takes about 0.2 s."""
        if self.is_raw:
            return self.secret
        import hashlib  # noqa: PLC0415 - the window asks for paths first, for keys later

        return hashlib.pbkdf2_hmac("sha512", self.secret, salt, _ROUNDS, KEY_BYTES)


def library_file(path: Path) -> Path:
    """Return the library's file: ``path`` itself, or the usual name within that folder."""
    path = path.expanduser().absolute()
    return path / _FILE_NAME if path.is_dir() else path


def passphrase_key(passphrase: str) -> Key:
    """Return the key for a passphrase.

    Composed and decomposed accents count as the same (Unicode NFC), because keyboards of
    different systems send one or the other.

    Raises
    ------
    PassphraseError
        If it is empty.
    """
    if not passphrase:
        msg = "A passphrase needs at least one character. Please type one."
        raise PassphraseError(msg)
    try:
        return Key(unicodedata.normalize("NFC", passphrase).encode())
    except UnicodeEncodeError as error:
        msg = "This passphrase has a character that cannot be stored. Please choose another."
        raise PassphraseError(msg) from error


def key_from_file(path: Path) -> Key:
    """Return the key for the passphrase in the first line of a text file.

    The end of the line is no part of it; spaces are.

    Raises
    ------
    PassphraseError
        If the file cannot be read, is no text, or its first line is empty.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            line = file.readline()
    except OSError as error:
        msg = f"The passphrase file {path} cannot be read: {error.strerror or 'unknown reason'}."
        raise PassphraseError(msg) from error
    except UnicodeDecodeError as error:
        msg = f"The passphrase file {path} is no text in UTF-8. Please save it as plain text."
        raise PassphraseError(msg) from error
    passphrase = line.removesuffix("\n")
    if not passphrase:
        msg = f"The first line of the passphrase file {path} is empty. The passphrase goes there."
        raise PassphraseError(msg)
    return passphrase_key(passphrase)


def has_keychain() -> bool:
    """Whether this computer has a keychain that could keep a library's key."""
    import keyring  # noqa: PLC0415, TID251 - this is the one door to the keychain
    from keyring.core import recommended  # noqa: PLC0415, TID251 - as above

    # A keychain that is not recommended is none at all, or a readable text file.
    return bool(recommended(keyring.get_keyring()))


def keychain_key(library_path: Path, *, create: bool) -> Key:
    """Return the random key that this computer's keychain keeps for a library.

    Parameters
    ----------
    library_path
        The library; its full path is the name under which the keychain knows the key.
    create
        Make and keep a new key when there is none and the library does not exist yet.

    Raises
    ------
    PassphraseError
        If there is no keychain, it is locked, it does not keep the key, or it has none for
        this library.
    """
    # Imported here because it looks for every installed backend, and few libraries need it.
    import secrets  # noqa: PLC0415 - as `hashlib`

    import keyring  # noqa: PLC0415, TID251 - this is the one door to the keychain
    from keyring.errors import KeyringError  # noqa: PLC0415, TID251 - as above

    file = library_file(library_path)
    if not has_keychain():
        msg = (
            "This computer has no keychain that could keep the library's key. "
            "Please use a passphrase instead."
        )
        raise PassphraseError(msg)
    try:
        kept = keyring.get_password(_SERVICE, str(file))
        if kept is None and create:
            if file.exists() and file.stat().st_size > 0:
                msg = (
                    "The keychain of this computer has no key for this library. It was made "
                    "with a passphrase, or on another computer; please open it with that."
                )
                raise PassphraseError(msg)
            keyring.set_password(_SERVICE, str(file), secrets.token_hex(KEY_BYTES))
            # Read back: a key that was not kept would lock the library for good.
            kept = keyring.get_password(_SERVICE, str(file))
    except KeyringError as error:
        msg = (
            "The computer's keychain is locked or refused. "
            "Please unlock it and try again, or use a passphrase."
        )
        raise PassphraseError(msg) from error
    if kept is None:
        msg = (
            "The computer's keychain did not keep the library's key. Please use a passphrase."
            if create
            else "The keychain of this computer has no key for this library."
        )
        raise PassphraseError(msg)
    try:
        return Key(bytes.fromhex(kept), is_raw=True)
    except ValueError as error:
        msg = "The key in the computer's keychain is not one of this app's. It was left as it is."
        raise PassphraseError(msg) from error
