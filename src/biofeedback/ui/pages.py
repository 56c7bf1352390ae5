"""The pages of the window: each made when it is first needed, one shown at a time.

The first picture shows one page; what the others are made of is imported with them.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar

from PySide6.QtWidgets import QStackedWidget

from biofeedback.ui.messages import window_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from biofeedback.pacing import PacerSegment
    from biofeedback.settings import Preferences
    from biofeedback.ui.describe_sensor import DescribePage
    from biofeedback.ui.guide_start import GuideStartPage
    from biofeedback.ui.guides_page import GuidesPage
    from biofeedback.ui.help_page import HelpPage
    from biofeedback.ui.lead_page import LeadPage
    from biofeedback.ui.page import Page
    from biofeedback.ui.practice import PracticePage
    from biofeedback.ui.replay import ReplayPage
    from biofeedback.ui.safety_page import SafetyPage
    from biofeedback.ui.sensors import SensorsPage
    from biofeedback.ui.sessions import SessionsPage
    from biofeedback.ui.settings_page import SettingsPage
    from biofeedback.ui.summary import SummaryPage
    from biofeedback.ui.unlock import UnlockPage
    from biofeedback.ui.worker import Worker

__all__ = ["Pages", "Wiring"]

_NAMES = (
    "practice",
    "lead",
    "unlock",
    "help",
    "sensors",
    "settings",
    "sessions",
    "summary",
    "replay",
    "describe",
    "guides",
    "guide_start",
    "safety",
)
# The button of the rail that stands for each.
_PLACES = {
    "practice": window_words.PRACTICE,
    "lead": window_words.PRACTICE,
    "summary": window_words.PRACTICE,
    "guides": window_words.GUIDES,
    "guide_start": window_words.GUIDES,
    "safety": window_words.GUIDES,
    "sessions": window_words.SESSIONS,
    "replay": window_words.SESSIONS,
    "unlock": window_words.SESSIONS,
    "sensors": window_words.SENSORS,
    "describe": window_words.SENSORS,
    "settings": window_words.SETTINGS,
    "help": window_words.HELP,
}

_P = TypeVar("_P", bound="Page")


class Wiring(Protocol):
    """Who joins each page, once it is made, to what it acts on."""

    def wire_practice(self, page: PracticePage) -> None:
        """Let a session begin, change its breath and end."""

    def wire_lead(self, page: LeadPage) -> None:
        """Pass on what is asked of a guide, and its end."""

    def wire_summary(self, page: SummaryPage) -> None:
        """Lead on from a session that has ended."""

    def wire_sessions(self, page: SessionsPage) -> None:
        """Give the list what it asks of the library."""

    def wire_replay(self, page: ReplayPage) -> None:
        """Follow a replay's pauses, and lead back."""

    def wire_unlock(self, page: UnlockPage) -> None:
        """Take in the library that is opened."""

    def wire_sensors(self, page: SensorsPage) -> None:
        """Look for sensors, connect them and let go of them."""

    def wire_describe(self, page: DescribePage) -> None:
        """Listen to a device of unknown kind, and know what is described."""

    def wire_settings(self, page: SettingsPage) -> None:
        """Put preferences in force."""

    def wire_guides(self, page: GuidesPage) -> None:
        """Lead to the page of a guide."""

    def wire_guide_start(self, page: GuideStartPage) -> None:
        """Let a guide begin, or lead back to the others."""

    def wire_safety(self, page: SafetyPage) -> None:
        """Keep that the check was gone through, and lead on."""

    def wire_help(self, page: HelpPage) -> None:
        """Keep place and own lines, and lead back."""


class Pages(QStackedWidget):
    """Every page of the window.

    Parameters
    ----------
    wiring
        Joins each page to the rest.
    preferences
        Gives the preferences in force.
    pacer
        Gives the pacer to follow now.
    library_path
        Where the library is, or is to be.
    worker
        For what a page does beside the window.
    """

    def __init__(
        self,
        wiring: Wiring,
        preferences: Callable[[], Preferences],
        pacer: Callable[[], PacerSegment | None],
        library_path: Path,
        worker: Worker,
    ) -> None:
        super().__init__()
        self._wiring = wiring
        self._preferences = preferences
        self._pacer = pacer
        self._library_path = library_path
        self._worker = worker
        # Each page that is made, by its name.
        self._names: dict[Page, str] = {}

    @property
    def shown(self) -> Page:
        """The page that is shown."""
        current = self.currentWidget()
        return next(page for page in self._names if page is current)

    @property
    def made(self) -> tuple[Page, ...]:
        """The pages that were needed so far."""
        return tuple(self._names)

    def all(self) -> tuple[Page, ...]:
        """Return every page there is; those that were not needed yet are made."""
        return tuple(getattr(self, name) for name in _NAMES)

    def has(self, name: str) -> bool:
        """Return whether a page was made already."""
        return name in self._names.values()

    def shows(self, name: str) -> bool:
        """Return whether a page is the one that is shown."""
        return self._names.get(self.shown) == name

    def first_at(self, place: str) -> Page | None:
        """Return the page to which a button of the rail leads, ``None`` for that of the session."""
        match place:
            case window_words.SESSIONS:
                return self.sessions
            case window_words.SENSORS:
                return self.sensors
            case window_words.SETTINGS:
                return self.settings
            case window_words.GUIDES:
                return self.guides
            case _:
                return None

    def place(self, page: Page) -> str:
        """Return the name of the rail's button that stands for a page."""
        return _PLACES[self._names[page]]

    def prefer(self, preferences: Preferences) -> None:
        """Let the pages that are made follow preferences; the others begin with them."""
        for page in self._names:
            page.prefer(preferences)

    def tell_library(self, path: Path | None) -> None:
        """Tell the pages that are made where sessions are recorded, or that none is."""
        if self.has("practice"):
            self.practice.tell_library(is_open=path is not None)
        if self.has("settings"):
            self.settings.tell_library(path)
        if self.has("sessions") and path is None:
            self.sessions.tell_no_library()

    def make_next(self) -> bool:
        """Make one of the pages that were not needed yet. Return False when all are made."""
        for name in _NAMES:
            if not self.has(name):
                getattr(self, name)
                return True
        return False

    @cached_property
    def practice(self) -> PracticePage:
        """Where a session is led."""
        from biofeedback.ui.practice import PracticePage  # noqa: PLC0415 - see the top

        page = self._take_in("practice", PracticePage(self._preferences(), self._pacer))
        page.prefer(self._preferences())
        self._wiring.wire_practice(page)
        return page

    @cached_property
    def lead(self) -> LeadPage:
        """Where a guide leads by words, step by step."""
        from biofeedback.ui.lead_page import LeadPage  # noqa: PLC0415 - see the top

        page = self._take_in("lead", LeadPage(self._preferences()))
        self._wiring.wire_lead(page)
        return page

    @cached_property
    def summary(self) -> SummaryPage:
        """What a session came to."""
        from biofeedback.ui.summary import SummaryPage  # noqa: PLC0415 - see the top

        page = self._take_in("summary", SummaryPage())
        page.prefer(self._preferences())
        self._wiring.wire_summary(page)
        return page

    @cached_property
    def sessions(self) -> SessionsPage:
        """What was recorded."""
        from biofeedback.ui.sessions import SessionsPage  # noqa: PLC0415 - see the top

        page = self._take_in("sessions", SessionsPage())
        self._wiring.wire_sessions(page)
        return page

    @cached_property
    def replay(self) -> ReplayPage:
        """A recorded session again."""
        from biofeedback.ui.replay import ReplayPage  # noqa: PLC0415 - see the top

        page = self._take_in("replay", ReplayPage())
        page.prefer(self._preferences())
        self._wiring.wire_replay(page)
        return page

    @cached_property
    def unlock(self) -> UnlockPage:
        """Where the library is opened or made."""
        from biofeedback.ui.unlock import UnlockPage  # noqa: PLC0415 - see the top

        page = self._take_in("unlock", UnlockPage(self._library_path, self._worker))
        self._wiring.wire_unlock(page)
        return page

    @cached_property
    def sensors(self) -> SensorsPage:
        """Which sensors are on, and which are near."""
        from biofeedback.ui.sensors import SensorsPage  # noqa: PLC0415 - see the top

        page = self._take_in("sensors", SensorsPage())
        self._wiring.wire_sensors(page)
        return page

    @cached_property
    def describe(self) -> DescribePage:
        """Where a sensor is described that no driver knows."""
        from biofeedback.ui.describe_sensor import DescribePage  # noqa: PLC0415 - see the top

        page = self._take_in("describe", DescribePage(self._worker))
        self._wiring.wire_describe(page)
        return page

    @cached_property
    def settings(self) -> SettingsPage:
        """Look, sound and keys."""
        from biofeedback.ui.settings_page import SettingsPage  # noqa: PLC0415 - see the top

        page = self._take_in("settings", SettingsPage(self._preferences()))
        self._wiring.wire_settings(page)
        return page

    @cached_property
    def guides(self) -> GuidesPage:
        """Every guide there is."""
        from biofeedback.ui.guides_page import GuidesPage  # noqa: PLC0415 - see the top

        page = self._take_in("guides", GuidesPage(self._preferences()))
        self._wiring.wire_guides(page)
        return page

    @cached_property
    def guide_start(self) -> GuideStartPage:
        """Where one guide is begun."""
        from biofeedback.ui.guide_start import GuideStartPage  # noqa: PLC0415 - see the top

        page = self._take_in("guide_start", GuideStartPage(self._preferences()))
        self._wiring.wire_guide_start(page)
        return page

    @cached_property
    def safety(self) -> SafetyPage:
        """The check before the first guide begins."""
        from biofeedback.ui.safety_page import SafetyPage  # noqa: PLC0415 - see the top

        page = self._take_in("safety", SafetyPage(self._preferences()))
        self._wiring.wire_safety(page)
        return page

    @cached_property
    def help(self) -> HelpPage:
        """Where to turn when a person is needed."""
        from biofeedback.ui.help_page import HelpPage, place_here  # noqa: PLC0415 - see the top

        page = self._take_in("help", HelpPage(self._preferences(), place_here()))
        self._wiring.wire_help(page)
        return page

    def _take_in(self, name: str, page: _P) -> _P:
        self._names[page] = name
        self.addWidget(page)
        return page
