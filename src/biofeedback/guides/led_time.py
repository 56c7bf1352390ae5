"""Time as a guide counts it: seconds led, pauses left out."""

from __future__ import annotations

from math import inf, isfinite

__all__ = ["LedTime"]


class LedTime:
    """Joins session time and guide time. It stands still until it is started."""

    def __init__(self) -> None:
        self._before_s = 0.0
        self._since_s: float | None = None

    @property
    def is_running(self) -> bool:
        """Whether time counts just now."""
        return self._since_s is not None

    def start(self, t_s: float) -> None:
        """Let time count from a session time on."""
        self._since_s = t_s

    def stop(self, t_s: float) -> None:
        """Let it stand still."""
        self._before_s = self.led_s(t_s)
        self._since_s = None

    def led_s(self, t_s: float) -> float:
        """Return guide time at a session time."""
        running_s = 0.0 if self._since_s is None else t_s - self._since_s
        return self._before_s + max(running_s, 0.0)

    def moment_s(self, g_s: float) -> float:
        """Return the session time at which it will be ``g_s``; ``inf`` if it stands still."""
        if self._since_s is None or not isfinite(g_s):
            return inf
        return self._since_s + max(g_s - self._before_s, 0.0)
