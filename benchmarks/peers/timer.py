"""A process that times one peer's calls, seen from this side of the pipe."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from types import TracebackType

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Timer"]

# The first call of a peer imports it, and systole compiles.
PATIENCE_S = 300.0


class Timer:
    """A worker in a Python of its own; between two questions it waits and costs nothing.

    Parameters
    ----------
    python
        Interpreter that has the peers.
    """

    def __init__(self, python: Path | str) -> None:
        # Open as long as the process is.
        self._said = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - see above
        self._process = subprocess.Popen(
            [str(python), str(Path(__file__).with_name("worker.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
            encoding="utf-8",
            env=os.environ | {"MPLBACKEND": "agg"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()
        self._said.close()

    def ask(self, call: str, values: NDArray[np.float64], rate_hz: float) -> dict[str, Any]:
        """Let one call be timed; return ``us`` and what it found, or its ``problem``.

        Raises
        ------
        RuntimeError
            If the worker ended instead of answering.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        patience = threading.Timer(PATIENCE_S, self._process.kill)
        patience.start()
        try:
            request = {"call": call, "values": values.tolist(), "rate_hz": rate_hz}
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        finally:
            patience.cancel()
        if not line:
            self._process.wait()
            self._said.seek(0)
            msg = f"{call}: the worker ended: {self._said.read()[-1000:]}"
            raise RuntimeError(msg)
        answer: dict[str, Any] = json.loads(line)
        return answer
