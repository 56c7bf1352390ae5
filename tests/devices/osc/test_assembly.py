"""Columns that come one by one become rows; nothing that came is lost, and nothing is made up."""

from __future__ import annotations

import numpy as np

from biofeedback.devices.driver import Frame, Stamp
from biofeedback.devices.osc.assembly import Arrived, Assembly, Values, assembly_of
from biofeedback.kinds import StreamKind
from biofeedback.samples import Chunk

AXES = ("acc_x_g", "acc_y_g", "acc_z_g")
LIGHTS = ("ppg_green_au", "ppg_infrared_au", "ppg_red_au")


def values(channel: str, arrival_s: float, *numbers: float, stamp: Stamp | None = None) -> Values:
    return Values((channel,), np.array(numbers)[:, None], arrival_s, stamp)


def movement() -> Assembly:
    return assembly_of("osc", StreamKind.ACCELERATION, AXES, 25.0)


def lights() -> Assembly:
    return assembly_of("osc", StreamKind.PPG, LIGHTS, 25.0)


def rows(told: list[Arrived]) -> list[list[float]]:
    return [row for each in told for row in each.delivery.values.tolist()]


def test_three_axes_become_one_frame_with_the_stamp_of_the_last() -> None:
    made = movement()
    told = [
        *made.push(values("acc_x_g", 1.0, 0.1, 0.2)),
        *made.push(values("acc_y_g", 1.01, 0.3, 0.4)),
        *made.push(values("acc_z_g", 1.02, 0.5, 0.6, stamp=Stamp(7.0))),
    ]
    assert len(told) == 1
    frame, arrival_s = told[0]
    assert isinstance(frame, Frame)
    assert (frame.stream.channels, frame.stream.rate_hz) == (AXES, 25.0)
    assert frame.values.tolist() == [[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]]
    assert frame.stamp == Stamp(7.0)
    assert arrival_s == 1.02


def test_an_axis_that_was_lost_is_no_reading_and_the_next_round_fits_again() -> None:
    made = movement()
    told = [*made.push(values("acc_x_g", 1.0, 1.0)), *made.push(values("acc_z_g", 1.0, 3.0))]
    assert told == []
    told = made.push(values("acc_x_g", 1.1, 10.0))
    np.testing.assert_array_equal(rows(told), [[1.0, np.nan, 3.0]])
    made.push(values("acc_y_g", 1.1, 20.0))
    assert rows(made.push(values("acc_z_g", 1.1, 30.0))) == [[10.0, 20.0, 30.0]]


def test_columns_of_different_length_end_together() -> None:
    made = movement()
    made.push(values("acc_x_g", 1.0, 1.0, 2.0, 3.0))
    made.push(values("acc_y_g", 1.0, 5.0))
    told = made.push(values("acc_z_g", 1.0, 8.0, 9.0))
    np.testing.assert_array_equal(
        rows(told), [[1.0, np.nan, np.nan], [2.0, np.nan, 8.0], [3.0, 5.0, 9.0]]
    )


def test_the_lights_that_come_are_the_columns_and_the_first_rounds_are_kept() -> None:
    made = lights()
    told: list[Arrived] = []
    for i in range(20):
        told += made.push(values("ppg_red_au", 0.1 * i, float(i)))
        told += made.push(values("ppg_infrared_au", 0.1 * i, 100.0 + i))
    told += made.flush()
    assert {each.delivery.stream.channels for each in told} == {("ppg_infrared_au", "ppg_red_au")}
    assert rows(told) == [[100.0 + i, float(i)] for i in range(20)]


def test_a_single_light_is_the_only_column() -> None:
    made = lights()
    told: list[Arrived] = []
    for i in range(20):
        told += made.push(values("ppg_red_au", 0.1 * i, float(i)))
    assert told[0].delivery.stream.channels == ("ppg_red_au",)
    told += made.flush()
    assert rows(told) == [[float(i)] for i in range(20)]
    assert not made.takes(("ppg_green_au",))


def test_what_is_held_comes_at_the_end() -> None:
    made = lights()
    assert made.push(values("ppg_red_au", 0.0, 1.0)) == []
    assert rows(made.flush()) == [[1.0]]
    assert made.flush() == []


def test_values_without_a_rate_are_a_frame_without_one() -> None:
    made = assembly_of("osc", StreamKind.HEART_RATE, ("sensor_heart_rate_bpm",), None)
    (told,) = made.push(values("sensor_heart_rate_bpm", 3.0, 70.0, 71.0, stamp=Stamp(7.0)))
    assert isinstance(told.delivery, Frame)
    assert told.delivery.stream.rate_hz is None
    assert told.delivery.stamp == Stamp(7.0)
    assert rows([told]) == [[70.0], [71.0]]


def test_another_column_of_an_irregular_stream_is_no_reading() -> None:
    columns = ("scr_amplitude_microsiemens", "scr_rise_s")
    made = assembly_of("osc", StreamKind.OTHER, columns, None)
    (told,) = made.push(values("scr_rise_s", 3.0, 1.5))
    np.testing.assert_array_equal(told.delivery.values, [[np.nan, 1.5]])


def test_intervals_are_laid_end_to_end_and_stay_exact() -> None:
    made = assembly_of("osc", StreamKind.RR, ("rr_ms",), None)
    sent = [811.3 + 17.7 * (i % 5) for i in range(60)]
    told: list[Arrived] = []
    arrival_s = 0.0
    for interval_ms in sent:
        arrival_s += interval_ms / 1000
        told += made.push(values("rr_ms", arrival_s, interval_ms))
    told += made.flush()
    assert [row[0] for row in rows(told)] == sent
    t_s = np.concatenate([e.delivery.t_s for e in told if isinstance(e.delivery, Chunk)])
    np.testing.assert_allclose(np.diff(t_s), np.array(sent[1:]) / 1000, rtol=0.05)


def test_an_interval_of_nothing_is_refused_and_leaves_a_gap() -> None:
    made = assembly_of("osc", StreamKind.PP, ("pp_ms",), None)
    told: list[Arrived] = []
    for i in range(30):
        interval_ms = [800.0, 0.0, -5.0, 1e9, np.nan][i - 10] if 10 <= i < 15 else 800.0
        told += made.push(values("pp_ms", 0.8 * (i + 1), interval_ms))
    told += made.flush()
    assert [row[0] for row in rows(told)] == [800.0] * 26
    assert made.n_refused == 3, "nan says itself that it is no reading"
    t_s = np.concatenate([e.delivery.t_s for e in told if isinstance(e.delivery, Chunk)])
    assert np.diff(t_s).max() > 2.0
