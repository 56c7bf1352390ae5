"""A press of the mouse is for what stood there when the hand set out for it.

A guide asks, offers and goes on by itself: what is pressed may have come under the mouse a moment
before. Who has a control in mind takes about a fifth of a second from seeing it to moving at all,
and some tenths more to get there, so that a press within half a second of its coming was meant for
what stood there until then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QComboBox, QWidget

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["GUARDED_S", "PressGuard", "act_at_once"]

GUARDED_S = 0.5
"""For this long a control that is new, or elsewhere, takes no press of the mouse."""

_AT_ONCE = "acts-at-once"
_PRESSES = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick})
_CONTROLS = (QAbstractButton, QComboBox)


def act_at_once(control: QWidget) -> None:
    """Let a control be pressed wherever it has just come from: what ends, or stops."""
    control.setProperty(_AT_ONCE, True)


class PressGuard(QObject):
    """Keeps presses of the mouse from the controls of a page that have just come or moved.

    Keys are not its business: the key of an answer is nobody's before the question, and one that
    is held down is no press of it.

    Parameters
    ----------
    page
        Whose buttons and lists it minds.
    others
        What else on it can be pressed.
    """

    def __init__(self, page: QWidget, *others: QWidget) -> None:
        super().__init__(page)
        self._page = page
        self._others = others
        self._now_s = 0.0
        # Where each is and what it says, and since when.
        self._seen: dict[QWidget, tuple[QRect, str, float]] = {}

    def note(self, now_s: float) -> None:
        """Look where everything is. Called for each frame.

        Parameters
        ----------
        now_s
            Session time now; one that goes back is that of another session.
        """
        self._now_s = now_s
        before, self._seen = self._seen, {}
        for control in self._controls():
            place, words = _place(control, self._page), _words(control)
            seen = before.get(control)
            if seen is None:
                control.installEventFilter(self)
            is_still = seen is not None and seen[:2] == (place, words) and seen[2] <= now_s
            since_s = seen[2] if seen is not None and is_still else now_s
            self._seen[control] = (place, words, since_s)

    def forget(self) -> None:
        """Guard nothing until the next look, as between sessions, when nothing moves by itself."""
        self._seen.clear()

    def takes(self, control: QWidget) -> bool:
        """Whether a control takes a press at the moment of the last look."""
        if not self._seen or control.property(_AT_ONCE):
            return True
        seen = self._seen.get(control)
        if seen is None:
            return False
        # What moved since the last look did so just now.
        is_still = seen[:2] == (_place(control, self._page), _words(control))
        return is_still and self._now_s - seen[2] >= GUARDED_S

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Swallow a press that was meant for something else."""
        is_press = event.type() in _PRESSES and isinstance(watched, QWidget)
        return is_press and isinstance(watched, QWidget) and not self.takes(watched)

    def _controls(self) -> Iterator[QWidget]:
        for kind in _CONTROLS:
            # Once for each kind: together they would be every widget there is.
            yield from (each for each in self._page.findChildren(kind) if each.isVisible())
        yield from (each for each in self._others if each.isVisible())


def _place(control: QWidget, page: QWidget) -> QRect:
    return QRect(control.mapTo(page, QPoint(0, 0)), control.size())


def _words(control: QWidget) -> str:
    # A list says another thing by being pressed.
    return control.text() if isinstance(control, QAbstractButton) else ""
