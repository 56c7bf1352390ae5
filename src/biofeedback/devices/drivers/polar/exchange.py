"""Questions to the control point of a Polar sensor, and waiting for what it answers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from biofeedback.clock import until
from biofeedback.devices.driver import DecodeError
from biofeedback.devices.drivers.polar.control_point import (
    CONTROL_POINT,
    Answer,
    Measurement,
    Operation,
    decode_answer,
    request,
)

if TYPE_CHECKING:
    from biofeedback.clock import Clock
    from biofeedback.devices.driver import Peer

__all__ = ["ANSWER_S", "Exchange"]

# As long as Polar's own library waits.
ANSWER_S: Final = 30.0
# More than all settings of any sensor.
_MAX_PARAMETERS_N: Final = 1024


class _Question:
    """One that waits for its answer, and the parts of it that came."""

    def __init__(self, operation: Operation, measurement: Measurement) -> None:
        self.operation = operation
        self.measurement = measurement
        self.parameters = b""
        self.answer: Answer | None = None
        self.is_answered = asyncio.Event()


class Exchange:
    """Asks one thing after another over one connection.

    Parameters
    ----------
    peer, clock
        Of the connection.
    """

    def __init__(self, peer: Peer, clock: Clock) -> None:
        self._peer = peer
        self._clock = clock
        self._question: _Question | None = None

    async def ask(
        self,
        operation: Operation,
        measurement: Measurement,
        settings: bytes = b"",
        *,
        wait_s: float = ANSWER_S,
    ) -> Answer | None:
        """Ask, and wait for the whole answer.

        Parameters
        ----------
        operation, measurement, settings
            The request.
        wait_s
            How long at most.

        Returns
        -------
        Answer or None
            ``None`` if none came.

        Raises
        ------
        SensorError
            If the request cannot be written.
        """
        question = _Question(operation, measurement)
        self._question = question
        try:
            await self._peer.write(CONTROL_POINT, request(operation, measurement, settings))
            await until(self._clock, self._clock.now_s() + wait_s, question.is_answered)
        finally:
            # One that is cancelled may end only when the next has begun.
            if self._question is question:
                self._question = None
        return question.answer

    def take(self, indication: bytes) -> Answer | None:
        """Take an indication, and return the answer if it is now whole.

        One that answers nothing that was asked, such as one that comes too late, is left out.

        Raises
        ------
        DecodeError
            If it is no answer, or one that does not end. Nothing has changed then.
        """
        part = decode_answer(indication)
        question = self._question
        if (
            question is None
            or question.answer is not None
            or (part.operation, part.measurement) != (question.operation, question.measurement)
        ):
            return None
        parameters = question.parameters + part.parameters
        if len(parameters) > _MAX_PARAMETERS_N:
            msg = "an answer does not end"
            raise DecodeError(msg)
        question.parameters = parameters
        if part.has_more:
            return None
        question.answer = Answer(
            part.operation, part.measurement, part.status, parameters=parameters
        )
        question.is_answered.set()
        return question.answer

    async def pause(self, seconds: float) -> None:
        """Give the sensor a moment."""
        await self._clock.sleep_until(self._clock.now_s() + seconds)
