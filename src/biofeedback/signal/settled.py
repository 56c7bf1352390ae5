"""What other streams said a little while ago: settled, so that all of them have said it.

A node that asks what another sensor measured gets the answer of some seconds before: by then
every stream has passed that moment, and which of two came first leaves no trace.
"""

from __future__ import annotations

from collections import deque
from math import isnan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from biofeedback.samples import Metric

__all__ = ["SETTLE_S", "TOGETHER", "BreathRates", "Movements"]

SETTLE_S = 5.0

_KEPT = 64
# A rate older than this says nothing of the breath now.
_RATE_HOLDS_S = 30.0
_MIN_QUALITY = 0.5
TOGETHER = "together"

# From this mean acceleration on, electrodes, optics and muscles feel the movement too.
MUCH_MOVING_G = 0.2
_MOVED_FOR_S = 10.0


class BreathRates:
    """The measured breathing rate, from whatever tells it best."""

    def __init__(self) -> None:
        self._rates: dict[str, deque[tuple[float, float]]] = {}

    def take(self, metric: Metric) -> None:
        """Keep a breathing rate; any other measure is passed over."""
        if metric.name != "breaths_per_min" or isnan(metric.value):
            return
        if metric.quality >= _MIN_QUALITY:
            kept = self._rates.setdefault(metric.source, deque(maxlen=_KEPT))
            kept.append((metric.t_s, metric.value))

    def at(self, t_s: float) -> float | None:
        """Return the breaths a minute that had settled by a time, ``None`` if none had."""
        # What several sensors say together is the best; else the first that speaks.
        for source in sorted(self._rates, key=lambda source: source != TOGETHER):
            for at_s, rate in reversed(self._rates[source]):
                if at_s <= t_s - SETTLE_S:
                    if at_s > t_s - SETTLE_S - _RATE_HOLDS_S:
                        return rate
                    break
        return None


class Movements:
    """When the person moved much."""

    def __init__(self) -> None:
        self._moved_s: deque[float] = deque(maxlen=_KEPT)

    def take(self, metric: Metric) -> None:
        """Keep the time of a movement; any other measure is passed over."""
        if metric.name == "movement_g" and metric.value >= MUCH_MOVING_G:
            self._moved_s.append(metric.t_s)

    @property
    def are_any(self) -> bool:
        """True once there was much movement."""
        return bool(self._moved_s)

    def had_moved(self, t_s: float) -> bool:
        """Tell whether there was much movement shortly before a time."""
        settled_s = t_s - SETTLE_S
        return any(settled_s - _MOVED_FOR_S < at_s <= settled_s for at_s in self._moved_s)
