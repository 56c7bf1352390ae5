"""The measures of one moment gathered into one sample of a stream."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite, nan
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from biofeedback.samples import Metric

__all__ = ["MeasureRow", "MeasureRows"]

# The measures of a moment are told within milliseconds; one that is later than this begins a
# row of its own. Nobody sees the wait: a row is stamped with its moment.
HOLD_S: Final = 0.25


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A sample of the measures of one source.

    Attributes
    ----------
    source
        Of whom or by which sensor.
    stamp_s
        LSL time of its moment.
    values
        The measures, then their qualities, in the order of the columns; nan for none.
    """

    source: str
    stamp_s: float
    values: list[float]


@dataclass(slots=True)
class _Open:
    t_s: float
    until_s: float
    row: MeasureRow


class MeasureRows:
    """Gathers measures by source and moment.

    Parameters
    ----------
    names
        Of the measures, in the order of the columns.
    hold_s
        How long a row waits for the rest of its moment.
    """

    def __init__(self, names: Iterable[str], hold_s: float = HOLD_S) -> None:
        self.columns = {name: place for place, name in enumerate(names)}
        self._hold_s = hold_s
        self._open: dict[str, _Open] = {}

    @property
    def due_s(self) -> float:
        """When the next row has waited long enough; ``inf`` for none."""
        return min((each.until_s for each in self._open.values()), default=inf)

    def is_one(self, metric: Metric) -> bool:
        """Whether a measure has a place in a row."""
        return metric.name in self.columns and isfinite(metric.value)

    def take(self, metric: Metric, offset_s: float, now_s: float) -> MeasureRow | None:
        """Put a measure into the row of its moment.

        Parameters
        ----------
        metric
            The measure.
        offset_s
            Session time less LSL time: that of its first measure stamps the row.
        now_s
            Now, in the time of `due_s`.

        Returns
        -------
        MeasureRow or None
            The row of the moment before, if this one ends it.
        """
        if not self.is_one(metric):
            return None
        ended = None
        waiting = self._open.get(metric.source)
        if waiting is not None and waiting.t_s != metric.t_s:
            ended, waiting = waiting.row, None
        if waiting is None:
            row = MeasureRow(metric.source, metric.t_s - offset_s, [nan] * (2 * len(self.columns)))
            waiting = _Open(metric.t_s, now_s + self._hold_s, row)
            self._open[metric.source] = waiting
        column = self.columns[metric.name]
        waiting.row.values[column] = metric.value
        waiting.row.values[column + len(self.columns)] = metric.quality
        return ended

    def due(self, now_s: float = inf) -> Iterator[MeasureRow]:
        """Give out the rows that have waited long enough by now, or all."""
        for source, each in tuple(self._open.items()):
            if each.until_s <= now_s:
                del self._open[source]
                yield each.row
