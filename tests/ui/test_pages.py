"""Pages are made when they are first needed, and then they stay."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from biofeedback.ui.messages import window_words
from biofeedback.ui.pages import _NAMES
from ui.conftest import until

if TYPE_CHECKING:
    from biofeedback.ui.shell import Shell


def test_pages_that_were_not_needed_are_made_after_the_first_picture(shell: Shell) -> None:
    """The window begins with one; soon all are there, so that no click waits for its page."""
    assert len(shell.pages.made) == 1
    shell.begin_frames()
    until(lambda: len(shell.pages.made) == len(_NAMES))
    until(lambda: not shell._makings.isActive())
    assert shell.page is shell.pages.practice


def test_first_picture_needs_nothing_of_galleries_checks_and_help() -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from biofeedback.runtime.engine import Engine\n"
        "from biofeedback.settings import Preferences\n"
        "from biofeedback.ui.app import application\n"
        "from biofeedback.ui.shell import Shell\n"
        "app = application()\n"
        "shell = Shell(Engine(), Preferences(), Path('none.biofeedback'), keep=lambda _: True)\n"
        "shell.show()\n"
        "late = ('guides_page', 'guide_start', 'guide_plan', 'safety_page', 'help_page',\n"
        "        'settings_guides')\n"
        "print(*(name for name in late if 'biofeedback.ui.' + name in sys.modules))\n"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""


def test_page_is_made_once_and_joined_to_the_rest(shell: Shell) -> None:
    """The page that is asked for again is the same one, and what it asks for is heard."""
    assert not shell.pages.has("sensors")
    page = shell.pages.sensors
    assert shell.pages.has("sensors")
    assert shell.pages.sensors is page
    assert not shell.pages.shows("sensors")
    shell.show_page(page)
    assert shell.pages.shows("sensors")
    assert shell.pages.shown is page


def test_each_page_has_its_place_on_the_rail(shell: Shell) -> None:
    places = [shell.pages.place(page) for page in shell.pages.all()]
    assert set(places) == set(shell.rail.buttons)
    for place in set(places) - {window_words.PRACTICE, window_words.HELP}:
        page = shell.pages.first_at(place)
        assert page is not None
        assert shell.pages.place(page) == place
    # Where the session is depends on what it is at.
    assert shell.pages.first_at(window_words.PRACTICE) is None
    assert shell.pages.place(shell.pages.replay) == window_words.SESSIONS
    assert shell.pages.place(shell.pages.summary) == window_words.PRACTICE
