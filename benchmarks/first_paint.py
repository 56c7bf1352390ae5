"""Opens one window, says when its first picture is painted, and ends there.

Run as a program by `benchmarks.first_picture`, with ``ours`` or ``pyqtgraph``.
"""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

PLOT_SECONDS = 60
PLOT_RATE_HZ = 50


class FirstPaint(QObject):
    """Waits for the first paint of one widget and says so once its whole window is painted.

    It looks at one widget alone: seeing every event of the application would cost the side
    with more widgets more.
    """

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Look out for the paint, let everything pass."""
        if event.type() == QEvent.Type.Paint:
            # A window paints all its widgets before the loop comes round again.
            QTimer.singleShot(0, self._say)
        return False

    @staticmethod
    def _say() -> None:
        print("painted", flush=True)
        os._exit(0)


def ours() -> None:
    """Start the app as its command does."""
    from biofeedback.cli import run, window
    from biofeedback.ui import app
    from biofeedback.ui.shell import Shell

    class Watched(Shell):
        """The app's window, watched from the moment it is shown."""

        def show(self) -> None:
            """Show it."""
            FirstPaint(self)
            super().show()

    app.Shell = Watched  # type: ignore[attr-defined]  # where the app looks it up
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        # Offscreen the command would go on in the terminal, as it should.
        window.has_display = lambda: True  # type: ignore[attr-defined]  # where it looks it up
    sys.exit(run([]))


def three_plots() -> None:
    """Open a window with three pyqtgraph plots of a minute each."""
    import numpy as np
    import pyqtgraph as pg

    app = pg.mkQApp()
    window = pg.GraphicsLayoutWidget(show=False)
    window.resize(1280, 800)
    t_s = np.arange(0, PLOT_SECONDS, 1 / PLOT_RATE_HZ)
    for row, frequency_hz in enumerate((0.1, 0.25, 1.2)):
        plot = window.addPlot(row=row, col=0)
        plot.plot(t_s, np.sin(2 * np.pi * frequency_hz * t_s))
    FirstPaint(window.viewport())
    window.show()
    app.exec()


if __name__ == "__main__":
    {"ours": ours, "pyqtgraph": three_plots}[sys.argv[1]]()
