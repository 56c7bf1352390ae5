"""The seal on each page of a library, to tell a wrong passphrase from a damaged file.

SQLCipher itself says the same of both. The layout of its version 4: pages of 4096 bytes, the
first 16 of the file are the salt, and the last 80 of each page are a 16-byte initialisation
vector and an HMAC-SHA512 over all before it and the page's number. The HMAC's key is derived
from the page key with two rounds and a masked salt
(https://www.zetetic.net/sqlcipher/design/).
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["SALT_BYTES", "any_page_fits"]

SALT_BYTES = 16
_PAGE_BYTES = 4096
_SEAL_BYTES = 64
_SALT_MASK = 0x3A
_ROUNDS = 2
# Damage rarely hits this many pages spread over the file and leaves anything to open.
_MAX_TRIED = 64


def any_page_fits(path: Path, key: bytes) -> bool:
    """Say whether the key fits at least one page of the file, the first before others.

    Parameters
    ----------
    path
        A SQLCipher 4 file.
    key
        The 32-byte page key.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        salt = file.read(SALT_BYTES)
        masked = bytes(byte ^ _SALT_MASK for byte in salt)
        seal_key = hashlib.pbkdf2_hmac("sha512", key, masked, _ROUNDS, len(key))
        n_pages = size // _PAGE_BYTES
        step = max(n_pages // _MAX_TRIED, 1)
        for number in range(1, n_pages + 1, step):
            file.seek((number - 1) * _PAGE_BYTES)
            page = file.read(_PAGE_BYTES)
            body = page[SALT_BYTES if number == 1 else 0 : -_SEAL_BYTES]
            seal = hmac.digest(seal_key, body + number.to_bytes(4, "little"), "sha512")
            if hmac.compare_digest(seal, page[-_SEAL_BYTES:]):
                return True
    return False
