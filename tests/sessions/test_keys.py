from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from biofeedback.errors import PassphraseError
from biofeedback.sessions.keys import Key, has_keychain, key_from_file, keychain_key, passphrase_key
from biofeedback.sessions.library import Library

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = "korrekt Pferd"


class Keychain(KeyringBackend):
    """A keychain in memory; ``priority`` 5 is that of a real one."""

    priority = 5
    is_locked = False
    forgets = False

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # of the library
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        if self.is_locked:
            raise KeyringLocked
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if not self.forgets:
            self.kept[service, username] = password


@pytest.fixture
def keychain() -> Iterator[Keychain]:
    before = keyring.get_keyring()
    mine = Keychain()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(before)


def test_a_key_never_shows_itself() -> None:
    key = passphrase_key(SECRET)
    assert "Pferd" not in f"{key} {key!r}"
    assert "Pferd" not in str(Key(b"Pferd" + bytes(27), is_raw=True))


def test_an_empty_passphrase_is_refused() -> None:
    with pytest.raises(PassphraseError, match="at least one"):
        passphrase_key("")


def test_a_passphrase_is_stretched_as_sqlcipher_4_does() -> None:
    """PBKDF2-HMAC-SHA512, 256 000 rounds, 32 bytes: the defaults of SQLCipher 4."""
    salt = bytes(range(16))
    expected = hashlib.pbkdf2_hmac("sha512", SECRET.encode(), salt, 256_000, 32)
    assert passphrase_key(SECRET).derived(salt) == expected


def test_composed_and_decomposed_accents_are_one_passphrase() -> None:
    assert passphrase_key("Grüße") == passphrase_key("Gru\u0308ße")


def test_a_lone_surrogate_is_refused_in_words() -> None:
    with pytest.raises(PassphraseError, match="cannot be stored"):
        passphrase_key("\ud800")


@pytest.mark.parametrize("content", ["geheim\n", "geheim", "geheim\r\nmore\n", "\ufeffgeheim\n"])
def test_the_first_line_of_a_file_is_the_passphrase(tmp_path: Path, content: str) -> None:
    file = tmp_path / "p"
    file.write_bytes(content.encode())
    assert key_from_file(file) == passphrase_key("geheim")


def test_spaces_belong_to_the_passphrase(tmp_path: Path) -> None:
    file = tmp_path / "p"
    file.write_text(" a b \n")
    assert key_from_file(file) == passphrase_key(" a b ")


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "empty"), (b"\nsecond\n", "empty"), (b"\xff\xfe\x00", "UTF-8")]
)
def test_a_file_without_a_passphrase_is_refused_in_words(
    tmp_path: Path, content: bytes, words: str
) -> None:
    file = tmp_path / "p"
    file.write_bytes(content)
    with pytest.raises(PassphraseError, match=words):
        key_from_file(file)


def test_a_missing_passphrase_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(PassphraseError, match="cannot be read"):
        key_from_file(tmp_path / "none")


def test_the_keychain_gives_the_same_key_again(tmp_path: Path, keychain: Keychain) -> None:
    path = tmp_path / "a.biofeedback"
    key = keychain_key(path, create=True)
    assert len(key.secret) == 32
    Library.open(path, key).close()
    assert keychain_key(path, create=True) == key
    assert keychain_key(path, create=False) == key
    assert keychain_key(tmp_path / "b", create=True) != key
    assert len(keychain.kept) == 2


def test_no_new_key_for_a_library_that_has_one(tmp_path: Path, keychain: Keychain) -> None:
    """A new key would not open it, and would look as if the passphrase were lost."""
    path = tmp_path / "a"
    Library.open(path, passphrase_key(SECRET)).close()
    with pytest.raises(PassphraseError, match="has no key for this library"):
        keychain_key(path, create=True)
    assert not keychain.kept


def test_a_key_that_was_not_asked_for_is_not_made(tmp_path: Path, keychain: Keychain) -> None:
    with pytest.raises(PassphraseError, match="no key"):
        keychain_key(tmp_path / "a", create=False)
    assert not keychain.kept


def test_a_keychain_is_found_when_there_is_one(keychain: Keychain) -> None:
    assert keychain is keyring.get_keyring()
    assert has_keychain()


def test_a_computer_without_keychain_is_told(tmp_path: Path) -> None:
    """The tests run with keyring's null backend, which takes a key and forgets it."""
    assert not has_keychain()
    with pytest.raises(PassphraseError, match="no keychain"):
        keychain_key(tmp_path / "a", create=True)


def test_a_keychain_that_forgets_is_noticed_before_anything_is_locked(
    tmp_path: Path, keychain: Keychain
) -> None:
    keychain.forgets = True
    with pytest.raises(PassphraseError, match="did not keep"):
        keychain_key(tmp_path / "a", create=True)


def test_a_locked_keychain_is_told(tmp_path: Path, keychain: Keychain) -> None:
    keychain.is_locked = True
    with pytest.raises(PassphraseError, match="unlock"):
        keychain_key(tmp_path / "a", create=True)


@pytest.mark.parametrize("kept", ["not hexadecimal", "abcd"])
def test_a_strange_key_in_the_keychain_is_told(
    tmp_path: Path, keychain: Keychain, kept: str
) -> None:
    keychain.kept["biofeedback", str(tmp_path / "a")] = kept
    with pytest.raises(PassphraseError, match="not one of this app"):
        keychain_key(tmp_path / "a", create=False)
