from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from biofeedback.sessions.library import Library
from sessions.made_up import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library in a folder of its own."""
    with Library.open(tmp_path / "own" / "test.biofeedback", KEY) as opened:
        yield opened
