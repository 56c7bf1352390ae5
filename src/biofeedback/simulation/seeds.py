"""Independent streams of chance from one seed."""

from __future__ import annotations

from zlib import crc32

import numpy as np

__all__ = ["rng_for"]


def rng_for(seed: int, purpose: str) -> np.random.Generator:
    """Return the generator for one purpose.

    Each purpose has a stream of its own, so that drawing more often for one (an extra beat,
    another skin response) never changes what the others get.

    Parameters
    ----------
    seed
        0 or above; the same seed gives the same person.
    purpose
        A word such as ``"breathing"``; its letters choose the stream.
    """
    # Not hash(): that differs from one run of Python to the next.
    sequence = np.random.SeedSequence(seed, spawn_key=(crc32(purpose.encode()),))
    return np.random.default_rng(sequence)
