# ruff: noqa: INP001 - a script beside the pictures it takes, and no package
"""Takes the pictures of every screen and of every guide anew, from the real app with simulated sensors.

Run ``python docs/images/retake.py [--only NAME]... [--wide] [FOLDER]`` from the root of the
repository; it needs no screen. ``--only`` takes what belongs to one guide, as named in
`guide_moments.MOMENTS`, or to an ordinary ``session``; ``--wide`` takes each in 1920x1080 as
well, to look at and not to keep.

Each picture is of a session that really runs: engine, pipeline, guides, encrypted library and
window are those of the app. Time passes on a clock that is moved, and stands still while pictures
are taken: what is on them does not depend on how fast the computer is.
"""

from __future__ import annotations

import os
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from guide_moments import MOMENTS
from studio import SIZE, Studio, studio, wait

from biofeedback.guides.catalogue import GUIDES
from biofeedback.sessions.keys import passphrase_key
from biofeedback.sessions.library import Library
from biofeedback.ui import theme
from biofeedback.ui.app import application

WIDE = (1920, 1080)
WORN = ("simulated:strap", "simulated:skin", "simulated:belt")
SHOWN_AFTER_S = 190.0
SESSION = "session"


def before_a_session(studio: Studio) -> None:
    """Take what there is to choose from and to read before anything begins."""
    studio.take("guides", studio.pages.guides)
    studio.pages.guide_start.open("grounding")
    studio.take("guide", studio.pages.guide_start)
    studio.take("before-you-begin", studio.pages.safety)
    studio.take("help", studio.pages.help)


def get_to_know(studio: Studio) -> None:
    """Sit quietly until the app knows what is usual, and keep that."""
    studio.shell.show_page(studio.pages.practice)
    studio.pages.practice.usual_offer.begin_button.click()
    studio.pass_until(lambda: studio.is_over, 600.0, "what is usual")
    studio.see_summary()
    summary = studio.pages.summary
    summary.usual_yes.click()
    wait(lambda: not summary.usual_yes.isVisible())
    studio.leave_summary()


def has_looked_around(studio: Studio) -> bool:
    """Whether the last look for sensors has ended."""
    return studio.engine.nearby().state in {"done", "unavailable"}


def a_session(studio: Studio) -> None:
    """Breathe for six minutes and take each screen when there is something on it."""
    pages = studio.pages
    studio.begin("breathing", minutes=6, preset="gentle", ramp="no")
    studio.pass_time(SHOWN_AFTER_S)
    studio.pass_until(lambda: studio.breathes("out"), 30.0, "practice: an out-breath")
    studio.take("practice", pages.practice)
    # While it still looks around: what it finds in the end is of the computer at hand.
    studio.take("sensors", pages.sensors)
    # The folder of the pictures' own library says nothing to anyone: show the usual one.
    pages.settings.tell_library(Path("~/.local/share/biofeedback/library.biofeedback"))
    studio.take("settings", pages.settings)
    studio.shell.show_page(pages.practice)
    studio.pass_until(lambda: studio.is_over, 400.0, "the end of a session")
    studio.see_summary()
    studio.take("summary", pages.summary)
    studio.shell.show_page(pages.sessions)
    wait(lambda: pages.sessions.table.rowCount() > 0)
    pages.sessions.table.setCurrentCell(0, 0)
    studio.take("sessions", pages.sessions)
    pages.replay.set_speed(64.0)
    pages.sessions.replay_button.click()
    wait(lambda: studio.shell.page is pages.replay)
    player = pages.replay.player
    if player is not None:
        wait(lambda: player.now_s() > SHOWN_AFTER_S)
    pages.replay.toggle()
    studio.take("replay", pages.replay)


def take_all(studio: Studio, library: Path, only: list[str]) -> None:
    """Live through everything there is a picture of."""
    if not only:
        studio.take("unlock", studio.pages.unlock)
    studio.shell.use_library(Library.open(library, passphrase_key("for the pictures")))
    for name in WORN:
        studio.put_on(name)
    studio.engine.look(1.0)
    studio.pass_until(lambda: has_looked_around(studio), 30.0, "a look around")
    studio.pass_time(20.0)
    get_to_know(studio)
    if not only:
        before_a_session(studio)
    moments = {**MOMENTS, SESSION: a_session}
    for name in only or moments:
        moments[name](studio)


def main() -> int:
    """Take all pictures. Return 1 if a moment that was waited for never came."""
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("docs/images"))
    parser.add_argument("--only", action="append", default=[], choices=(*MOMENTS, SESSION))
    parser.add_argument("--wide", action="store_true")
    asked = parser.parse_args()
    left_out = set(GUIDES) - MOMENTS.keys()
    assert not left_out, f"no picture of {left_out}"  # noqa: S101 - a script
    theme.apply(application(), "dark", 1.0)
    sizes = (SIZE, WIDE) if asked.wide else (SIZE,)
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "library.biofeedback"
        with studio(asked.folder, path, sizes) as opened:
            take_all(opened, path, asked.only)
    return 1 if opened.missed else 0


if __name__ == "__main__":
    sys.exit(main())
