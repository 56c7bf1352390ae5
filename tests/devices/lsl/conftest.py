"""Streams of other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from biofeedback.devices.lsl.library import load
from biofeedback.devices.lsl.loopback import Doorman

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


@pytest.fixture(scope="session")
def pylsl() -> Iterator[Any]:
    """The module, kept within this computer; searches are answered at once."""
    module = load(network=False)
    doorman = Doorman()
    yield module
    doorman.close()


@pytest.fixture
def send(pylsl: Any) -> Callable[..., Any]:
    """Open a stream as another program would; its channels are label, unit and type."""

    def opened(
        name: str,
        stream_type: str,
        source_id: str,
        rate_hz: float = 0.0,
        *,
        channels: Sequence[tuple[str, str, str]] = (),
        n_channels: int = 0,
        value_format: str = "float32",
        word: str = "type",
    ) -> Any:
        count = n_channels or len(channels) or 1
        info = pylsl.StreamInfo(name, stream_type, count, rate_hz, value_format, source_id)
        if channels:
            nodes = info.desc().append_child("channels")
            for label, unit, kind in channels:
                node = nodes.append_child("channel")
                for field, text in (("label", label), ("unit", unit), (word, kind)):
                    if text:
                        node.append_child_value(field, text)
        return pylsl.StreamOutlet(info)

    return opened
