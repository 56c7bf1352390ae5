"""Reading a recording back as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from biofeedback.samples import StreamKind
from biofeedback.sessions.formats import Recording, read

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def series(recording: Recording) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return all times and intervals."""
    assert all(chunk.stream.kind is StreamKind.RR for chunk in recording.chunks)
    assert all(chunk.stream.channels == ("rr_ms",) for chunk in recording.chunks)
    t_s = np.concatenate([chunk.t_s for chunk in recording.chunks])
    rr_ms = np.concatenate([chunk.values[:, 0] for chunk in recording.chunks])
    return t_s, rr_ms


def read_text(tmp_path: Path, text: str) -> Recording:
    file = tmp_path / "a recording.txt"
    file.write_bytes(text.encode())
    return read(file)
