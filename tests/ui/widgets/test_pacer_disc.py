"""The disc is where the breath is."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage

from biofeedback.pacing import BreathPattern, PacerSegment
from biofeedback.ui.messages import practice_words
from biofeedback.ui.widgets.pacer_disc import PacerDisc

BOX = PacerSegment(0.0, BreathPattern(4.0, 4.0, 4.0, 4.0))


@pytest.fixture
def disc() -> PacerDisc:
    made = PacerDisc()
    made.resize(400, 400)
    return made


def disc_px(disc: PacerDisc) -> int:
    """Return how many pixels of the middle row are as bright as the disc's face."""
    image = disc.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    gray = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)[:, :400]
    # Above the words, which would cut the row.
    return int((gray[110, 60:340] > 60).sum())


@pytest.mark.parametrize(
    ("t_s", "word"),
    [(1.0, "Breathe in"), (5.0, "Hold"), (9.0, "Breathe out"), (13.0, "Hold")],
)
def test_word_says_the_step(disc: PacerDisc, t_s: float, word: str) -> None:
    disc.lead(BOX, t_s)

    assert disc.word == word
    assert disc.accessibleDescription() == word


def test_disc_grows_on_the_in_breath_and_shrinks_on_the_out_breath(disc: PacerDisc) -> None:
    sizes = []
    for t_s in (0.0, 2.0, 4.0, 7.9, 10.0, 12.0):
        disc.lead(BOX, t_s)
        sizes.append(disc_px(disc))

    assert sizes[0] < sizes[1] < sizes[2]
    assert sizes[2] == sizes[3]
    assert sizes[3] > sizes[4] > sizes[5]


def test_depth_is_the_pacers_own(disc: PacerDisc) -> None:
    """One function of session time for screen, sound and record."""
    for t_s in np.linspace(0.0, 40.0, 101):
        disc.lead(BOX, float(t_s))
        assert disc.breath_depth == BOX.at(float(t_s)).depth


def test_rest_keeps_the_disc_as_it_is(disc: PacerDisc) -> None:
    disc.lead(BOX, 3.0)
    depth, size = disc.breath_depth, disc_px(disc)
    disc.rest(practice_words.PAUSED, practice_words.PAUSED_HINT)

    assert disc.is_still
    assert disc.breath_depth == depth
    assert disc_px(disc) == pytest.approx(size, abs=2)
    assert disc.word == "Paused"


def test_reduced_motion_changes_brightness_not_size(disc: PacerDisc) -> None:
    disc.set_reduced_motion(True)
    sizes, brightness = [], []
    for t_s in (0.0, 2.0, 4.0):
        disc.lead(BOX, t_s)
        sizes.append(disc_px(disc))
        image = disc.grab().toImage()
        brightness.append(image.pixelColor(200, 110).lightness())

    assert max(sizes) - min(sizes) <= 2
    assert brightness[0] < brightness[1] < brightness[2]


def test_nothing_jumps_from_frame_to_frame(disc: PacerDisc) -> None:
    """Over two breaths at 60 frames a second no pixel of the face changes by a flash.

    WCAG 2.3.1 calls a flash a change of 10 % of the relative luminance; ours stay below.
    """
    before = None
    for frame in range(0, 32 * 60, 7):
        disc.lead(BOX, frame / 60)
        image = disc.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        gray = np.frombuffer(image.constBits(), np.uint8).astype(int)
        if before is not None:
            assert abs(gray.mean() - before) < 0.1 * 255
        before = gray.mean()
