"""What the chip of a sensor says in the bar at the top."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from biofeedback.kinds import LinkState
from biofeedback.samples import sensor_of
from biofeedback.ui import theme
from biofeedback.ui.messages import reading_words, sensor_words
from biofeedback.ui.sensor_facts import silence_s

if TYPE_CHECKING:
    from biofeedback.runtime.snapshot import Snapshot
    from biofeedback.samples import SensorStatus
    from biofeedback.ui.widgets.chip import Chip

__all__ = ["signal_quality", "tell_chip"]


def signal_quality(snapshot: Snapshot, sensor_id: str) -> float | None:
    """Return how good a sensor's signal is, 0 to 1; ``None`` while nothing is known.

    That is the pipeline's own word on it. A sensor for which it has none is as good as the best
    of its measures: one over a long window may still suffer from what is long over.
    """
    if (said := snapshot.qualities.get(sensor_id)) is not None:
        return said.value
    own = [m for m in snapshot.metrics.values() if sensor_of(m.source) == sensor_id]
    return max((metric.quality for metric in own if isfinite(metric.value)), default=None)


def _skin_words(snapshot: Snapshot, sensor_id: str) -> str:
    """Return ``4.2 µS`` for a sensor of skin conductance, nothing for any other."""
    level = snapshot.metrics.get("scl_microsiemens")
    if level is None or sensor_of(level.source) != sensor_id or not isfinite(level.value):
        return ""
    return f"{level.value:.1f} {level.unit}"


def tell_chip(chip: Chip, status: SensorStatus, snapshot: Snapshot) -> None:
    """Say on a chip how a sensor is doing."""
    c = theme.colors()
    quality = signal_quality(snapshot, status.sensor_id)
    words = sensor_words.link(status, quality)
    is_streaming = status.state is LinkState.STREAMING
    if is_streaming and silence_s(status, snapshot, snapshot.t_s):
        # As on its card: what it was like while it sent is no word on it any more.
        words, is_streaming = sensor_words.SILENT.lower(), False
    is_weak = quality is not None and quality < reading_words.GOOD_QUALITY
    color = c.breath if is_streaming and not is_weak else c.warm
    extra = _skin_words(snapshot, status.sensor_id) if is_streaming and not is_weak else ""
    if status.sensor_id in snapshot.partner_sensors:
        extra = sensor_words.ON_PARTNER
    if status.state is LinkState.RECONNECTING:
        # Which try it is gives way before the word that it is away.
        words, _, extra = words.partition(", ")
    said = snapshot.qualities.get(status.sensor_id)
    chip.tell(
        status.name,
        words,
        color,
        extra=extra or sensor_words.battery(status),
        hint=said.reason if said is not None and is_streaming else "",
        is_hollow=not is_streaming,
    )
    chip.is_trouble = is_weak or not is_streaming
