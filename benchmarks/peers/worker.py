"""Times one peer's calls on request: a JSON line in, a JSON line out, until the input ends.

Started with the peers' own Python, as a script: it needs nothing but NumPy and the peer.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import statistics
import sys
import warnings
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

# As a script it stands in its own folder; the package is found two above.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from benchmarks.peers.calls import CALLS
from benchmarks.result import Stopwatch

# One request repeats a call that is as short as a hiccup of the machine.
AIM_S = 0.05
MOST = 25


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Run what is asked for; return its median cost and what it found, or what went wrong."""
    call = CALLS[request["call"]]
    values = np.array(request["values"], dtype=np.float64)
    rate_hz = float(request["rate_hz"])
    given = call.prepare(values, rate_hz) if call.prepare else values
    costs_s: list[float] = []
    found: Any = None
    # Several peers print, and several warn of what they do with every call.
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            while not costs_s or (sum(costs_s) < AIM_S and len(costs_s) < MOST):
                watch = Stopwatch()
                found = call.run(given, rate_hz)
                costs_s.append(watch.seconds())
            read = call.read(found)
        except Exception as problem:  # noqa: BLE001 - whatever a peer fails with is told, not raised
            return {"problem": f"{type(problem).__name__}: {problem}".splitlines()[0]}
    return {
        "us": statistics.median(costs_s) * 1e6,
        "version": version(call.package),
        "numpy": np.__version__,
        **asdict(read),
    }


def main() -> None:
    """Answer until the input ends."""
    # Nothing but answers may reach the pipe, whatever a peer's compiled parts write.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as pipe:
        os.dup2(2, 1)
        for line in sys.stdin:
            pipe.write(json.dumps(answer(json.loads(line))) + "\n")
            pipe.flush()


if __name__ == "__main__":
    main()
