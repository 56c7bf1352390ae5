"""The table of measures."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from math import isnan
from pathlib import Path

import pytest

from biofeedback.samples import BeatOrigin, Metric
from biofeedback.signal.measures import MEASURES, measured, metric, missing


def test_name_and_unit_agree() -> None:
    """The unit at the end of a name is the unit of the measure."""
    endings = {
        "bpm": "bpm",
        "ms": "ms",
        "pct": "%",
        "deg": "°",
        "microsiemens": "µS",
        "min": "/min",
        "ms2": "ms²",
        "microvolts": "µV",
        "g": "g",
        "s": "s",
    }
    for name, spec in MEASURES.items():
        assert spec.name == name
        assert spec.unit == endings.get(name.rsplit("_", 1)[-1], "")
        assert spec.window_s > 0
        assert spec.label


def test_measured_and_missing_carry_the_table() -> None:
    """Unit and window need not be said again; a missing one says how long or why."""
    value = measured(10.0, "rmssd_ms", 42.0, "strap", quality=0.9, reason="so")
    none = missing(10.0, "rmssd_ms", "strap", wait_s=12.0)

    assert (value.unit, value.window_s, value.wait_s) == ("ms", 60.0, 0.0)
    assert isnan(none.value)
    assert (none.quality, none.wait_s, none.source) == (0.0, 12.0, "strap")


def test_unknown_name_is_a_bug() -> None:
    """No measure can be published that the table does not know."""
    with pytest.raises(KeyError):
        measured(0.0, "mood", 1.0, "strap")


def test_a_metric_made_fast_is_a_metric() -> None:
    """Field for field, and as unchangeable."""
    fields = (3.0, "rmssd_ms", 41.5, "ms", 60.0, 0.9, 2.0, "why", "strap", BeatOrigin.STRAP)
    fast = metric(*fields)
    assert fast == Metric(*fields)
    assert repr(fast) == repr(Metric(*fields))
    with pytest.raises(FrozenInstanceError):
        fast.value = 1.0  # type: ignore[misc]  # what must not be possible


def test_every_measure_is_explained() -> None:
    """docs/measures.md has a row for each, with meaning, formula, window, quality and source."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "measures.md").read_text("utf-8")
    # A bar within a formula is escaped, so that it does not end the cell.
    rows = [line.replace("\\|", "") for line in page.splitlines() if line.startswith("| `")]
    cells = {
        row.split("`")[1]: [cell.strip() for cell in row.strip("|").split("|")] for row in rows
    }

    assert cells.keys() == MEASURES.keys()
    for name, row in cells.items():
        assert len(row) == 6, name
        assert all(row), name
