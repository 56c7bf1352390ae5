from __future__ import annotations

import numpy as np
import pytest

from biofeedback.simulation.drive import SharedDrive

TIMES_S = np.arange(0.0, 7200.0, 0.5)


@pytest.mark.parametrize("sd_bpm", [1.0, 2.0, 3.0])
def test_drive_has_its_size_and_band(sd_bpm: float) -> None:
    """Over two hours, all of it between 0.01 and 0.05 Hz."""
    drive_bpm = SharedDrive(1, sd_bpm).heart_bpm_at(TIMES_S)
    frequency_hz = np.fft.rfftfreq(TIMES_S.size, 0.5)
    power = np.abs(np.fft.rfft(drive_bpm)) ** 2

    assert np.std(drive_bpm) == pytest.approx(sd_bpm, rel=0.05)
    assert power[(frequency_hz > 0.0099) & (frequency_hz < 0.0501)].sum() > 0.99 * power.sum()


def test_everyone_given_it_has_the_same() -> None:
    """At the same time, in whatever order it is read; another seed is another drive."""
    one, other = SharedDrive(1, 2.0), SharedDrive(1, 2.0)
    forwards = [one.heart_bpm(t_s) for t_s in (0.0, 0.33, 127.9, 128.0, 4000.0)]
    backwards = [other.heart_bpm(t_s) for t_s in (4000.0, 128.0, 127.9, 0.33, 0.0)]

    assert forwards == backwards[::-1]
    assert SharedDrive(2, 2.0).heart_bpm(4000.0) != forwards[-1]


def test_heart_and_skin_have_drives_of_their_own() -> None:
    """Skin 0.05 µS for each beat a minute unless told otherwise; the two do not go together."""
    drive = SharedDrive(1, 2.0)
    skin = np.array([drive.skin_microsiemens(t_s) for t_s in TIMES_S.tolist()])
    wide = SharedDrive(1, 2.0, 0.4)

    assert np.std(skin) == pytest.approx(0.1, rel=0.05)
    assert abs(np.corrcoef(skin, drive.heart_bpm_at(TIMES_S))[0, 1]) < 0.3
    assert wide.skin_microsiemens(10.0) == pytest.approx(4.0 * drive.skin_microsiemens(10.0))
