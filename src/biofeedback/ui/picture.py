"""Pictures of screens without a screen: for the demo that runs without a window."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from biofeedback.errors import LibraryUnavailableError

if TYPE_CHECKING:
    from pathlib import Path

    from biofeedback.runtime.summary import Summary
    from biofeedback.settings import ThemeName

__all__ = ["save_summary_picture"]


def save_summary_picture(
    summary: Summary,
    path: Path,
    *,
    size: tuple[int, int] = (1280, 800),
    theme: ThemeName = "dark",
) -> Path:
    """Paint the end screen of a session into a PNG file. No screen is needed.

    Parameters
    ----------
    summary
        What the session came to.
    path
        The file; its folder must exist.
    size
        Width and height in pixels.
    theme
        Its colors.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    LibraryUnavailableError
        If the file cannot be written.
    """
    from biofeedback.ui.app import application, has_display  # noqa: PLC0415 - see below

    # Before there is an application, and only then, its platform can still be chosen.
    if not has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = application()
    from biofeedback.ui import theme as themes  # noqa: PLC0415 - Qt is only loaded here
    from biofeedback.ui.summary import SummaryPage  # noqa: PLC0415 - as above

    themes.apply(app, theme, 1.0)
    page = SummaryPage()
    page.resize(*size)
    page.show_for_picture(summary)
    is_saved = page.grab().save(str(path), "PNG")
    page.deleteLater()
    if not is_saved:
        msg = f"The picture could not be written to {path}. Is there room, and may you write there?"
        raise LibraryUnavailableError(msg)
    return path
