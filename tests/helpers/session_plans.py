"""What goes wrong in a long session: in five minutes, and in an hour."""

from __future__ import annotations

from typing import Final

from .fault import Plan

__all__ = ["HOUR", "HOUR_S", "SHORT", "SHORT_S"]

ALL: Final = "everyone"
SHORT_S: Final = 300.0
SHORT: Final = (
    Plan("link_lost", 20.0, "h10", 5.0),
    Plan("half_dead", 40.0, "sense"),
    Plan("garbage", 42.0, "belt"),
    Plan("one_silent", 55.0, "h10"),
    Plan("flipped", 60.0, "board"),
    Plan("service_crashed", 85.0, ALL, 10.0),
    Plan("doubled", 112.0, "h10"),
    Plan("stalled", 125.0, "belt", 2.5),
    Plan("truncated", 130.0, "sense"),
    Plan("contact_lost", 136.0, "h10", 6.0),
    Plan("refused", 145.0, "belt", 10.0),
    Plan("pairing", 160.0, "shimmer"),
    Plan("swapped", 165.0, "sense"),
    Plan("asleep", 175.0, ALL, 40.0),
    Plan("rebooted", 228.0, "h10", 5.0),
    Plan("link_cut", 240.0, "board"),
    Plan("clock_jumped", 248.0, "sense"),
    Plan("adapter_pulled", 262.0, ALL, 10.0),
)
HOUR_S: Final = 3600.0
HOUR: Final = (
    Plan("link_lost", 60.0, "h10", 5.0),
    Plan("link_cut", 120.0, "sense"),
    Plan("garbage", 160.0, "h10"),
    Plan("half_dead", 200.0, "belt"),
    Plan("one_silent", 260.0, "h10"),
    Plan("link_lost", 360.0, "shimmer", 30.0),
    Plan("link_lost", 370.0, "board", 60.0),
    Plan("stalled", 500.0, "belt", 2.5),
    Plan("service_crashed", 560.0, ALL, 10.0),
    Plan("truncated", 640.0, "h10"),
    Plan("flipped", 680.0, "belt"),
    Plan("half_dead", 720.0, "h10"),
    Plan("contact_lost", 800.0, "h10", 20.0),
    Plan("refused", 860.0, "sense", 40.0),
    Plan("doubled", 960.0, "sense"),
    Plan("adapter_off", 1020.0, ALL, 25.0),
    Plan("swapped", 1120.0, "h10"),
    Plan("pairing", 1160.0, "h10"),
    Plan("dropped", 1220.0, "board"),
    Plan("rebooted", 1260.0, "h10", 12.0),
    Plan("link_lost", 1340.0, "belt", 90.0),
    Plan("clock_jumped", 1500.0, "h10"),
    Plan("asleep", 1560.0, ALL, 300.0),
    Plan("half_dead", 1960.0, "shimmer"),
    Plan("garbage", 2020.0, "sense"),
    Plan("adapter_pulled", 2060.0, ALL, 20.0),
    Plan("stalled", 2160.0, "sense", 3.0),
    Plan("stream_refused", 2220.0, "h10", 5.0),
    Plan("link_cut", 2340.0, "board"),
    Plan("flipped", 2400.0, "board"),
    Plan("service_stopped", 2460.0, ALL, 15.0),
    Plan("half_dead", 2560.0, "sense"),
    Plan("truncated", 2640.0, "belt"),
    Plan("doubled", 2700.0, "belt"),
    Plan("half_dead", 2760.0, "board"),
    Plan("pairing", 2840.0, "shimmer"),
    Plan("rebooted", 2920.0, "sense", 6.0),
    Plan("dropped", 3000.0, "h10"),
    Plan("link_lost", 3060.0, "sense", 90.0),
    Plan("one_silent", 3260.0, "sense"),
    Plan("refused", 3360.0, "shimmer", 20.0),
    Plan("link_cut", 3440.0, "belt"),
)
