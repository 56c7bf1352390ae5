"""What a body did in one stretch of time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from biofeedback.samples import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from biofeedback.simulation.skin import SkinResponse

__all__ = ["Produced", "Stretch"]


@dataclass(frozen=True, slots=True, eq=False)
class Produced:
    """What the body did in one stretch of time: the truth behind every sensor.

    Parameters
    ----------
    beat_t_s, rr_ms
        Each beat and the interval that it ended, shape ``(n_beats,)``. The first beat of a
        life ends no interval and is not among them.
    eda_t_s, eda_microsiemens
        Skin conductance at `EDA_RATE_HZ`, shape ``(n_eda,)``.
    belt_t_s, belt_au
        Pull on a breathing belt (``resp_belt``) at `BELT_RATE_HZ` in arbitrary units, more
        when breathed in, shape ``(n_belt,)``.
    breath_onset_s
        When each in-breath began, shape ``(n_breaths,)``.
    responses
        The skin conductance responses that began.
    volume
        Lung volume about its middle at `belt_t_s`; 1 is the top of a full slow breath, shape
        ``(n_belt,)``.
    arousal
        Arousal, 0 to 1, at `belt_t_s`, shape ``(n_belt,)``.
    heart_rate_bpm
        Heart rate as it drives the beats at `belt_t_s`, shape ``(n_belt,)``.
    shutdown
        Depth of a shutdown, 0 to 1, at `belt_t_s`, shape ``(n_belt,)``.
    co2_mmhg
        End-tidal carbon dioxide at `belt_t_s`, shape ``(n_belt,)``.
    tensing
        How hard a muscle is tensed on purpose, 0 to 1, at `belt_t_s`, shape ``(n_belt,)``.
    """

    beat_t_s: NDArray[np.float64]
    rr_ms: NDArray[np.float64]
    eda_t_s: NDArray[np.float64]
    eda_microsiemens: NDArray[np.float64]
    belt_t_s: NDArray[np.float64]
    belt_au: NDArray[np.float64]
    breath_onset_s: NDArray[np.float64]
    responses: tuple[SkinResponse, ...]
    volume: NDArray[np.float64]
    arousal: NDArray[np.float64]
    heart_rate_bpm: NDArray[np.float64]
    shutdown: NDArray[np.float64]
    co2_mmhg: NDArray[np.float64]
    tensing: NDArray[np.float64]


def _columns(rows: Sequence[tuple[float, ...]], n_columns: int) -> list[NDArray[np.float64]]:
    if not rows:
        return [frozen(()) for _ in range(n_columns)]
    return [frozen(column) for column in zip(*rows, strict=True)]


@dataclass(slots=True)
class Stretch:
    """A stretch while it is lived, in rows; `Stretch.produced` gives it in columns.

    Rows are those of `Produced` in the order of its fields: ``(t_s, rr_ms)``,
    ``(t_s, microsiemens)``, ``(t_s, belt_au)``, and the states from the lung volume on.
    """

    beats: list[tuple[float, float]] = field(default_factory=list)
    eda: list[tuple[float, float]] = field(default_factory=list)
    belt: list[tuple[float, float]] = field(default_factory=list)
    breath_onset_s: list[float] = field(default_factory=list)
    responses: list[SkinResponse] = field(default_factory=list)
    states: list[tuple[float, float, float, float, float, float]] = field(default_factory=list)

    def produced(self) -> Produced:
        """Return it, unchangeable."""
        beat_t_s, rr_ms = _columns(self.beats, 2)
        eda_t_s, eda_microsiemens = _columns(self.eda, 2)
        belt_t_s, belt_au = _columns(self.belt, 2)
        return Produced(
            beat_t_s,
            rr_ms,
            eda_t_s,
            eda_microsiemens,
            belt_t_s,
            belt_au,
            frozen(self.breath_onset_s),
            tuple(self.responses),
            *_columns(self.states, 6),
        )
