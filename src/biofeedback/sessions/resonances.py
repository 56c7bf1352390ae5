"""Results of resonance assessments kept in the library, encrypted like all else there.

What the facts mean is the guides' business (`biofeedback.guides.resonance_result`); here they are
named numbers and words with a person and a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from biofeedback.errors import LibraryDamagedError
from biofeedback.sessions.baselines import CLIENT
from biofeedback.sessions.kept_rows import KeptRows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.sessions.store import Store

__all__ = ["ResonanceRow", "Resonances"]

_DAMAGED = "A kept resonance result is damaged and cannot be read. The others are not touched."


@dataclass(frozen=True, slots=True)
class ResonanceRow:
    """One kept result.

    Parameters
    ----------
    resonance_no
        Its number in this library, for `Resonances.forget`.
    person
        Whose it is, a free key.
    measured_utc
        When it was found.
    facts
        Named numbers and words, as the guide gave them.
    """

    resonance_no: int
    person: str
    measured_utc: datetime
    facts: Mapping[str, float | str]


class Resonances:
    """The resonance results of everybody in one library.

    Parameters
    ----------
    store
        The library's, open.
    """

    def __init__(self, store: Store) -> None:
        self._rows = KeptRows(store, "resonances")

    def add(
        self, facts: Mapping[str, float | str], measured_utc: datetime, person: str = CLIENT
    ) -> None:
        """Keep a result.

        Parameters
        ----------
        facts
            Named numbers and words.
        measured_utc
            When it was found, with its time zone.
        person
            Whose it is.

        Raises
        ------
        LibraryUnavailableError
            If nothing can be written just now.
        ValueError
            If the time has no zone.
        """
        numbers = msgspec.msgpack.encode(
            {
                name: value if isinstance(value, str) else float(value)
                for name, value in facts.items()
            }
        )
        self._rows.add(numbers, measured_utc, person)

    def of(self, person: str = CLIENT) -> tuple[ResonanceRow, ...]:
        """Return a person's results, oldest first.

        Raises
        ------
        LibraryDamagedError
            If one cannot be read.
        """
        return tuple(
            _row(number, person, written_utc, numbers)
            for number, written_utc, numbers in self._rows.of(person)
        )

    def latest(self, person: str = CLIENT) -> ResonanceRow | None:
        """Return a person's newest result, ``None`` if there is none; errors as for `of`."""
        rows = self.of(person)
        return rows[-1] if rows else None

    def forget(self, person: str = CLIENT, resonance_no: int | None = None) -> int:
        """Remove a person's results for good, or one of them; return how many there were.

        Raises
        ------
        LibraryUnavailableError
            If the library cannot be written.
        """
        return self._rows.forget(person, resonance_no)


def _row(number: int, person: str, written_utc: str, numbers: bytes) -> ResonanceRow:
    try:
        facts = msgspec.msgpack.decode(numbers, type=dict[str, float | str])
        measured_utc = datetime.fromisoformat(written_utc)
    except (msgspec.DecodeError, ValueError) as error:
        raise LibraryDamagedError(_DAMAGED) from error
    return ResonanceRow(number, person, measured_utc, MappingProxyType(facts))
