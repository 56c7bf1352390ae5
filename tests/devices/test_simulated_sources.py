from __future__ import annotations

import numpy as np
import pytest

from biofeedback.devices.simulated import simulated_from_name, simulated_sensors
from biofeedback.samples import LinkState, StreamKind
from biofeedback.simulation.acceleration import AccelerationSensing
from biofeedback.simulation.client import VirtualClient
from biofeedback.simulation.ecg import EcgSensing
from biofeedback.simulation.muscle import EmgSensing
from biofeedback.simulation.options import DEFAULT_SEED, Faults
from biofeedback.simulation.pulse import PulseSensing
from helpers.simulated_sensors import run_for

STREAMS: dict[str, dict[StreamKind, tuple[tuple[str, ...], float, int]]] = {
    "chest": {
        StreamKind.ECG: (("ecg_microvolts",), 130.0, 73),
        StreamKind.ACCELERATION: (("acc_x_g", "acc_y_g", "acc_z_g"), 50.0, 36),
    },
    "pulse": {StreamKind.PPG: (("ppg_au",), 55.0, 14)},
    "muscle": {StreamKind.EMG: (("emg_microvolts",), 10.0, 2)},
}
KINDS = [(word, kind) for word, streams in STREAMS.items() for kind in streams]


def truth(kind: StreamKind, faults: Faults) -> tuple[list[float], list[list[float]]]:
    """What the sensing alone makes of the body alone."""
    body = VirtualClient.from_seed(DEFAULT_SEED).advance(60.0)
    if kind is StreamKind.ECG:
        ecg = EcgSensing(DEFAULT_SEED, faults).sense(body)
        return ecg.t_s.tolist(), ecg.microvolts[:, np.newaxis].tolist()
    if kind is StreamKind.ACCELERATION:
        acceleration = AccelerationSensing(DEFAULT_SEED, faults).sense(body)
        return acceleration.t_s.tolist(), acceleration.g.tolist()
    if kind is StreamKind.PPG:
        pulse = PulseSensing(DEFAULT_SEED, faults).sense(body)
        return pulse.t_s.tolist(), pulse.ppg_au[:, np.newaxis].tolist()
    emg = EmgSensing(DEFAULT_SEED, faults, 10.0, is_envelope=True).sense(body)
    return emg.t_s.tolist(), emg.microvolts[:, np.newaxis].tolist()


@pytest.mark.parametrize(("word", "kind"), KINDS)
def test_a_waveform_arrives_as_it_was_sensed(word: str, kind: StreamKind) -> None:
    """Every sample once, in packets of one size, less than two seconds after it was."""
    text = "?motion_per_min=2&ectopic_pct=2&lead_off_per_min=1&postures_per_min=1"
    (sensor,) = run_for(60.0, f"simulated:{word}{text}")
    faults = Faults(ectopic_pct=2, motion_per_min=2, lead_off_per_min=1, postures_per_min=1)
    channels, rate_hz, n_in_packet = STREAMS[word][kind]
    t_s, values = sensor.joined(kind)
    true_t_s, true_values = truth(kind, faults)

    assert t_s == true_t_s[: len(t_s)]
    assert values == true_values[: len(t_s)]
    assert t_s[-1] > 58.0
    for chunk in sensor.of(kind):
        assert chunk.t_s.size == n_in_packet
        assert (chunk.stream.channels, chunk.stream.rate_hz) == (channels, rate_hz)
    # At first the body must have had two beats; from then on all comes promptly.
    late_s = [chunk.arrival_s - chunk.t_s[-1] for chunk in sensor.of(kind)[4:]]
    assert min(late_s) > 0.0
    assert max(late_s) < 1.3


def test_waveform_sensors_are_there_by_name() -> None:
    """By address, id and name, and in every list."""
    for name in ("simulated:chest", "simulated-chest", "Simulated chest strap with ECG"):
        info = simulated_from_name(name)
        assert info is not None
        assert info.sensor_id == "simulated-chest"
        assert info.kinds == (StreamKind.ECG, StreamKind.ACCELERATION)
    assert {"simulated-chest", "simulated-pulse"} < {one.sensor_id for one in simulated_sensors()}


def test_the_same_seed_gives_the_same_chunks() -> None:
    """In whatever strides the clock goes, several sensors on one body."""
    names = ("simulated:chest?motion_per_min=1&late_ms=400", "simulated:pulse", "simulated:muscle")
    first = run_for(30.0, *names)
    again = run_for(30.0, *names, hop_s=0.1)

    for one, other in zip(first, again, strict=True):
        assert one.chunks == other.chunks
        assert one.statuses == other.statuses


def test_others_on_the_body_change_nothing_in_a_waveform() -> None:
    """The chest strap says the same at the same times with a belt and a strap beside it."""
    (alone,) = run_for(60.0, "simulated:chest")
    beside, _, _ = run_for(60.0, "simulated:chest", "simulated:belt", "simulated")

    for kind in STREAMS["chest"]:
        assert alone.joined(kind) == beside.joined(kind)
        assert [chunk.arrival_s for chunk in alone.of(kind)[4:]] == [
            chunk.arrival_s for chunk in beside.of(kind)[4:]
        ]


@pytest.mark.parametrize("word", STREAMS)
def test_a_lost_link_leaves_a_hole_in_a_waveform(word: str) -> None:
    """What was measured meanwhile is gone; what comes after is as if nothing had been."""
    (sensor,) = run_for(50.0, f"simulated:{word}?dropout_every_s=20&dropout_s=5")
    (whole,) = run_for(50.0, f"simulated:{word}")
    states = [status.state for status in sensor.statuses]

    assert states.count(LinkState.RECONNECTING) == 2
    for kind, (_, rate_hz, _) in STREAMS[word].items():
        t_s, values = sensor.joined(kind)
        true = dict(zip(*whole.joined(kind), strict=True))
        steps_s = np.diff(t_s)
        assert np.sum(steps_s > 1.5 / rate_hz) == 2
        assert sorted(steps_s)[-2:] == pytest.approx([5.0, 5.0], abs=0.8)
        assert all(
            true[one_s] == value for one_s, value in zip(t_s, values, strict=True) if one_s in true
        )


def test_beats_of_the_strap_are_in_the_ecg() -> None:
    """Intervals of the strap are those between the highest places of the ECG, to 15 ms."""
    strap, chest = run_for(60.0, "simulated", "simulated:chest")
    t_s, values = chest.joined(StreamKind.ECG)
    microvolts = np.array(values)[:, 0]
    is_top = (microvolts[1:-1] > microvolts[:-2]) & (microvolts[1:-1] >= microvolts[2:])
    is_top &= microvolts[1:-1] > 0.6 * microvolts.max()
    found_ms = np.diff(np.array(t_s)[1:-1][is_top]) * 1000
    sent_ms = np.concatenate([chunk.values[:, 0] for chunk in strap.of(StreamKind.RR)])

    assert found_ms[: sent_ms.size] == pytest.approx(sent_ms[: found_ms.size], abs=15.0)
    assert found_ms.size > 50


def test_coupled_people_share_a_drive_through_their_sensors() -> None:
    """The option reaches the body: intervals are others than without it."""
    coupled, alone = (
        run_for(60.0, name)[0] for name in ("simulated?seed=7&coupled_bpm=3", "simulated?seed=7")
    )

    assert coupled.joined(StreamKind.RR)[1] != alone.joined(StreamKind.RR)[1]
