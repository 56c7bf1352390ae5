"""Two people side by side, coupled by a slow drive they share, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.simulation.client import VirtualClient
from biofeedback.simulation.drive import SharedDrive
from biofeedback.simulation.parameters import ClientParameters

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.pacing import PacerSegment
    from biofeedback.simulation.client import Produced
    from biofeedback.simulation.episodes import Episode
    from biofeedback.simulation.temperament import Temperament

    Pacer = Callable[[float], PacerSegment | None]

__all__ = ["Couple"]


class Couple:
    """Two virtual clients, each otherwise the same person as alone.

    Parameters
    ----------
    seeds
        The two people.
    coupled_bpm
        Standard deviation of the slow drive (0.01 to 0.05 Hz) that both hearts share; 0 for
        two people who have nothing to do with each other.
    coupled_microsiemens
        The same in the skin; 0.05 for each beat a minute if not given.
    drive_seed
        Of the drive.
    parameters
        The two bodies; `ClientParameters.drawn` of each seed if not given.
    temperaments
        The two manners; if not given, each lives as their body alone would.
    episodes
        What befalls each.
    start_s
        Session time at which both begin.

    Attributes
    ----------
    people : tuple of VirtualClient
        The two.
    drive : SharedDrive
        What they share, the truth for measures of two people.
    """

    def __init__(
        self,
        seeds: tuple[int, int],
        *,
        coupled_bpm: float = 0.0,
        coupled_microsiemens: float | None = None,
        drive_seed: int = 0,
        parameters: tuple[ClientParameters, ClientParameters] | None = None,
        temperaments: tuple[Temperament | None, Temperament | None] = (None, None),
        episodes: tuple[tuple[Episode, ...], tuple[Episode, ...]] = ((), ()),
        start_s: float = 0.0,
    ) -> None:
        if parameters is None:
            parameters = (ClientParameters.drawn(seeds[0]), ClientParameters.drawn(seeds[1]))
        self.drive = SharedDrive(drive_seed, coupled_bpm, coupled_microsiemens)
        one, other = (
            VirtualClient(
                body,
                seed,
                start_s=start_s,
                drive=self.drive,
                temperament=temperament,
                episodes=befalls,
            )
            for body, seed, temperament, befalls in zip(
                parameters, seeds, temperaments, episodes, strict=True
            )
        )
        self.people = (one, other)

    def advance(
        self, until_s: float, pacers: tuple[Pacer | None, Pacer | None] = (None, None)
    ) -> tuple[Produced, Produced]:
        """Let both live on until a time and return what happened to each.

        Parameters
        ----------
        until_s
            Session time.
        pacers
            Whom each breathes with, as for `VirtualClient.advance`; the same one twice for
            two people with one pacer.
        """
        one, other = self.people
        return one.advance(until_s, pacers[0]), other.advance(until_s, pacers[1])
