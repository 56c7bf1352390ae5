# ruff: noqa: INP001 - beside the pictures it makes small, and no package
"""Pictures of few colors, for small files: each keeps the 256 colors that suit it best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["with_palette"]

_N_COLORS = 256
_N_ROUNDS = 4


def with_palette(picture: QImage) -> QImage:
    """Return a picture with a palette of its own.

    It is found by median cut (Heckbert 1982, SIGGRAPH 16:297) and some rounds of means (Lloyd
    1982, IEEE Trans. Inf. Theory 28:129). Nothing is dithered: areas of one color stay so, which
    is what makes the file small.
    """
    picture = picture.convertToFormat(QImage.Format.Format_RGB32)
    width, height = picture.width(), picture.height()
    pixels = np.frombuffer(picture.constBits(), np.uint32).reshape(height, -1)[:, :width]
    found, places, counts = np.unique(pixels & 0xFFFFFF, return_inverse=True, return_counts=True)
    rgb = np.stack([found >> 16, found >> 8 & 0xFF, found & 0xFF], axis=1).astype(np.float64)
    box_of = _boxes(rgb, counts)
    for _ in range(_N_ROUNDS):
        # A rare color may share its box with what only lies beside it: each goes to the nearest.
        means = _means(rgb, counts, box_of)
        box_of = np.argmin((means**2).sum(axis=1) - 2.0 * (rgb @ means.T), axis=1)
        box_of = np.unique(box_of, return_inverse=True)[1]
    total, means = np.bincount(box_of, counts), _means(rgb, counts, box_of)
    # Large areas keep their very color: a mean of them and their edges would be another.
    for box, color in enumerate(_heaviest(box_of, counts)):
        if counts[color] > 0.5 * total[box]:
            means[box] = rgb[color]
    small = QImage(width, height, QImage.Format.Format_Indexed8)
    small.setColorTable([_word(color) for color in np.rint(means).astype(int)])
    rows = np.frombuffer(small.bits(), np.uint8).reshape(height, -1)
    rows[:, :width] = box_of[places].reshape(height, width)
    return small


def _means(
    rgb: NDArray[np.float64], counts: NDArray[np.int64], box_of: NDArray[np.int64]
) -> NDArray[np.float64]:
    total = np.bincount(box_of, counts)
    return np.stack([np.bincount(box_of, counts * part) / total for part in rgb.T], axis=1)


def _boxes(rgb: NDArray[np.float64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the box of each color; at first all are in one, and the worst is cut in two."""
    boxes = [np.arange(len(rgb))]
    spread = [_spread(rgb[boxes[0]], counts[boxes[0]])]
    while len(boxes) < _N_COLORS and max(spread) > 0.0:
        worst = int(np.argmax(spread))
        box = boxes[worst]
        axis = int(np.argmax(np.ptp(rgb[box], axis=0)))
        box = box[np.argsort(rgb[box, axis], kind="stable")]
        # Rare colors count as well: a thin line is as much of a picture as what is behind it.
        weight = np.cumsum(np.sqrt(counts[box]))
        cut = int(np.clip(np.searchsorted(weight, weight[-1] / 2), 1, len(box) - 1))
        boxes[worst : worst + 1] = [box[:cut], box[cut:]]
        spread[worst : worst + 1] = [
            _spread(rgb[part], counts[part]) for part in boxes[worst : worst + 2]
        ]
    box_of = np.empty(len(rgb), np.int64)
    for number, box in enumerate(boxes):
        box_of[box] = number
    return box_of


def _spread(rgb: NDArray[np.float64], counts: NDArray[np.int64]) -> float:
    """Return how badly one color stands for a box: its longest side, times its pixels."""
    return float(np.ptp(rgb, axis=0).max() * counts.sum())


def _heaviest(box_of: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the most frequent color of each box."""
    order = np.lexsort((-counts, box_of))
    return order[np.searchsorted(box_of[order], np.arange(box_of.max() + 1))]


def _word(color: NDArray[np.int64]) -> int:
    red, green, blue = (int(part) for part in color)
    return 0xFF000000 | red << 16 | green << 8 | blue
