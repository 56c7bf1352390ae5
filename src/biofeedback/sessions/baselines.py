"""Baselines kept in the library: what is usual for a person, encrypted like all else there.

What the numbers mean is the pipeline's business (`biofeedback.signal.baseline`); here they are
named numbers with a person and a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from biofeedback.errors import LibraryDamagedError
from biofeedback.sessions.kept_rows import KeptRows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.sessions.store import Store

__all__ = ["CLIENT", "BaselineRow", "Baselines"]

# Who it is when nobody has said otherwise.
CLIENT = "client"

_DAMAGED = "A kept baseline is damaged and cannot be read. The others are not touched."


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """One kept baseline.

    Parameters
    ----------
    baseline_no
        Its number in this library, for `Baselines.forget`.
    person
        Whose it is, a free key.
    measured_utc
        When it was taken.
    values
        Named numbers, as the pipeline gave them.
    """

    baseline_no: int
    person: str
    measured_utc: datetime
    values: Mapping[str, float]


class Baselines:
    """The baselines of everybody in one library.

    Parameters
    ----------
    store
        The library's, open.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = KeptRows(store, "baselines")

    def add(
        self, values: Mapping[str, float], measured_utc: datetime, person: str = CLIENT
    ) -> None:
        """Keep a baseline.

        Parameters
        ----------
        values
            Named numbers; ``nan`` for what was not measured.
        measured_utc
            When it was taken, with its time zone.
        person
            Whose it is.

        Raises
        ------
        LibraryUnavailableError
            If nothing can be written just now.
        ValueError
            If the time has no zone.
        """
        numbers = msgspec.msgpack.encode({name: float(values[name]) for name in values})
        self._rows.add(numbers, measured_utc, person)

    def of(self, person: str = CLIENT) -> tuple[BaselineRow, ...]:
        """Return a person's baselines, oldest first.

        Raises
        ------
        LibraryDamagedError
            If one cannot be read.
        """
        return tuple(
            _row(number, person, written_utc, numbers)
            for number, written_utc, numbers in self._rows.of(person)
        )

    def persons(self) -> tuple[str, ...]:
        """Return whose baselines are kept, by name."""
        rows = self._store.rows("SELECT DISTINCT person FROM baselines ORDER BY person")
        return tuple(person for (person,) in rows)

    def forget(self, person: str = CLIENT, baseline_no: int | None = None) -> int:
        """Remove a person's baselines for good, or one of them; return how many there were.

        Raises
        ------
        LibraryUnavailableError
            If the library cannot be written.
        """
        return self._rows.forget(person, baseline_no)


def _row(number: int, person: str, written_utc: str, numbers: bytes) -> BaselineRow:
    try:
        values = msgspec.msgpack.decode(numbers, type=dict[str, float])
        measured_utc = datetime.fromisoformat(written_utc)
    except (msgspec.DecodeError, ValueError) as error:
        raise LibraryDamagedError(_DAMAGED) from error
    return BaselineRow(number, person, measured_utc, MappingProxyType(values))
