from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlcipher3 import dbapi2

from biofeedback.sessions.pages import any_page_fits

if TYPE_CHECKING:
    from pathlib import Path

KEY = bytes(range(32))
PAGE_BYTES = 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of several pages, made by SQLCipher itself."""
    connection = dbapi2.connect(tmp_path / "db")
    connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    connection.execute("CREATE TABLE t (a)")
    connection.execute("INSERT INTO t VALUES (zeroblob(20000))")
    connection.commit()
    connection.close()
    return tmp_path / "db"


def test_the_key_of_a_file_fits(path: Path) -> None:
    assert any_page_fits(path, KEY)


def test_another_key_fits_no_page(path: Path) -> None:
    assert not any_page_fits(path, bytes(32))


def test_one_sound_page_is_enough(path: Path) -> None:
    """All pages but one have a bit changed."""
    whole = path.read_bytes()
    n_pages = len(whole) // PAGE_BYTES
    assert n_pages > 4
    for sound in range(n_pages):
        content = bytearray(whole)
        for page in range(n_pages):
            content[page * PAGE_BYTES + 100] ^= page != sound
        path.write_bytes(content)
        assert any_page_fits(path, KEY)


def test_a_changed_page_does_not_fit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for at in range(100, len(content), PAGE_BYTES):
        content[at] ^= 1
    path.write_bytes(content)
    assert not any_page_fits(path, KEY)


def test_a_page_in_another_place_does_not_fit(path: Path) -> None:
    """Its number is part of the seal: pages cannot be swapped unseen."""
    whole = path.read_bytes()
    path.write_bytes(bytes(PAGE_BYTES) + whole[2 * PAGE_BYTES : 3 * PAGE_BYTES])
    assert not any_page_fits(path, KEY)


@pytest.mark.parametrize("content", [b"", b"short", bytes(PAGE_BYTES - 1)])
def test_less_than_a_page_fits_no_key(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    assert not any_page_fits(tmp_path / "x", KEY)
