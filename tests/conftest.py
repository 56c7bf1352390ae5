"""What every test shares: no screen, no real library, and noise that fails."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

# Before any Qt import, and never the person's own folders or keychain.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"


# The same examples in every run, so that a change is judged by what it changes; new ones are
# looked for with HYPOTHESIS_PROFILE=default.
settings.register_profile("steady", derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

# All programs of a computer share the lab network's ports: these tests take turns.
ON_THE_LAB_NETWORK = (
    "lsl",
    "test_streams_options.py",
    "test_outputs.py",
    "test_settings_streams.py",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have tests that cannot run beside each other run in one process."""
    for item in items:
        if set(ON_THE_LAB_NETWORK) & set(item.path.parts):
            item.add_marker(pytest.mark.xdist_group("lab-network"))


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test its own home, so that nothing is read from or left in the real one."""
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))


@pytest.fixture(autouse=True)
def no_thread_left_behind() -> Iterator[None]:
    """A test that leaves one of our threads running fails."""
    before = set(threading.enumerate())
    yield
    left = [
        thread.name
        for thread in threading.enumerate()
        if thread not in before and thread.is_alive() and thread.name.startswith("biofeedback")
    ]
    assert not left, f"threads left running: {left}"


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of real recordings; tests that need one skip where it is missing."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the folder of real recordings is not on this machine")
    return folder
