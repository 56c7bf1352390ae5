"""A picture of the summary needs no screen."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QImage

from biofeedback.errors import BiofeedbackError
from biofeedback.settings import ThemeName
from biofeedback.ui import theme
from biofeedback.ui.picture import save_summary_picture
from ui.engine_double import a_summary

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["dark", "light"])
def test_picture_has_the_size_and_the_colors_asked_for(tmp_path: Path, name: ThemeName) -> None:
    path = save_summary_picture(a_summary(), tmp_path / "p.png", size=(1280, 800), theme=name)

    image = QImage(str(path))
    assert (image.width(), image.height()) == (1280, 800)
    c = theme.colors_for(name)
    assert image.pixelColor(2, 2).name().upper() == c.background
    colors = {
        image.pixelColor(x, y).name().upper() for x in range(0, 1280, 2) for y in range(250, 650, 2)
    }
    assert c.panel in colors
    assert c.heart in colors, "the curve is there"


def test_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(BiofeedbackError, match="could not be written"):
        save_summary_picture(a_summary(), tmp_path / "missing" / "p.png")


def test_it_works_in_a_program_without_a_window(tmp_path: Path) -> None:
    """No application, no screen, no platform chosen: as from the command line."""
    code = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from pathlib import Path\n"
        "from ui.engine_double import a_summary\n"
        "from biofeedback.ui.picture import save_summary_picture\n"
        f"print(save_summary_picture(a_summary(), Path({str(tmp_path / 'p.png')!r})))\n"
    )
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == str(tmp_path / "p.png")
    assert "Traceback" not in done.stderr
    assert (tmp_path / "p.png").stat().st_size > 10_000
