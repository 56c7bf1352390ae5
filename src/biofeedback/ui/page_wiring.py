"""What the pages ask for, and who does it: the engine, the library or the window."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from biofeedback.errors import ContentError
from biofeedback.runtime.snapshot import BASELINE
from biofeedback.ui.messages import session_words, summary_words, time_words, usual_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.guides.resonance_result import ResonanceResult
    from biofeedback.runtime.engine import Engine
    from biofeedback.runtime.snapshot import SessionPlan
    from biofeedback.sessions.library import Library, RecordedSession, SessionRow
    from biofeedback.ui.describe_sensor import DescribePage
    from biofeedback.ui.guide_start import GuideStartPage
    from biofeedback.ui.guides_page import GuidesPage
    from biofeedback.ui.help_page import HelpPage
    from biofeedback.ui.lead_page import LeadPage
    from biofeedback.ui.library_desk import LibraryDesk
    from biofeedback.ui.page import Page
    from biofeedback.ui.practice import PracticePage
    from biofeedback.ui.replay import ReplayPage
    from biofeedback.ui.safety_page import SafetyPage
    from biofeedback.ui.sensors import SensorsPage
    from biofeedback.ui.sessions import SessionsPage
    from biofeedback.ui.settings_page import SettingsPage
    from biofeedback.ui.shell import Shell
    from biofeedback.ui.summary import SummaryPage
    from biofeedback.ui.unlock import UnlockPage
    from biofeedback.ui.worker import Worker

__all__ = ["PageWiring"]

# Counted no further: only the first few matter.
_MOST_LED = 1000


class PageWiring:
    """Joins each page that is made to what it acts on.

    Parameters
    ----------
    window
        Shows the pages.
    engine
        Runs the session.
    desk
        Asks the open library.
    worker
        For what is done beside the window.
    """

    def __init__(self, window: Shell, engine: Engine, desk: LibraryDesk, worker: Worker) -> None:
        self._window = window
        self._engine = engine
        self._desk = desk
        self._worker = worker
        # Where the check before first use, and the help lines, lead back to.
        self._before_safety: Page | None = None
        self._before_help: Page | None = None
        # What the person pressed Begin for before they came to the check.
        self._wanted: SessionPlan | None = None

    def wire_practice(self, page: PracticePage) -> None:
        """Let a session begin, change its breath and end."""
        page.begun.connect(self._begin)
        page.ended.connect(self._window.end_session)
        page.paced.connect(self._engine.set_pattern)
        page.asked.connect(self._ask)
        page.preferred.connect(self._window.prefer)
        page.guides_wanted.connect(lambda: self._window.show_page(self._window.pages.guides))
        page.tell_library(is_open=self._desk.library is not None)

    def wire_lead(self, page: LeadPage) -> None:
        """Pass on what is asked of a guide, and its end."""
        page.asked.connect(self._ask)
        page.ended.connect(self._end_guide)

    def wire_summary(self, page: SummaryPage) -> None:
        """Lead on from a session that has ended."""
        page.done.connect(self._once_more)
        page.once_more.connect(self._once_more)
        page.look.connect(self._look_at)
        page.deleted.connect(partial(self._desk.delete, then=self._deleted))
        page.noted.connect(self._keep_note)
        page.answered.connect(partial(self._desk.keep_answers, then=page.after.tell_kept))
        page.pace_used.connect(self._use_pace)
        page.help_wanted.connect(self.show_help)
        page.guides_wanted.connect(self._back_to_guides)
        page.usual_kept.connect(
            partial(self._desk.keep_baseline, then=partial(page.tell_usual, usual_words.USUAL_KEPT))
        )

    def wire_sessions(self, page: SessionsPage) -> None:
        """Give the list what it asks of the library."""
        page.wanted.connect(self._list_sessions)
        page.replay_wanted.connect(self._open_replay)
        page.export_wanted.connect(partial(self._desk.ask_where, self._window))
        page.deleted.connect(partial(self._desk.delete, then=self._deleted))
        page.library_wanted.connect(lambda: self._window.show_page(self._window.pages.unlock))

    def wire_replay(self, page: ReplayPage) -> None:
        """Follow a replay's pauses, and lead back."""
        page.changed.connect(self._window.follow_pause)
        page.left.connect(lambda: self._window.show_page(self._window.pages.sessions))

    def wire_unlock(self, page: UnlockPage) -> None:
        """Take in the library that is opened."""
        page.opened.connect(self._library_opened)
        page.declined.connect(lambda: self._window.show_page(self._window.pages.practice))

    def wire_sensors(self, page: SensorsPage) -> None:
        """Look for sensors, connect them and let go of them."""
        memory = self._window.memory
        page.prefer(self._window.preferences)
        page.look_wanted.connect(partial(self._engine.look))
        page.connect_wanted.connect(memory.connect)
        page.disconnect_wanted.connect(memory.disconnect)
        page.forget_wanted.connect(memory.forget)
        page.role_wanted.connect(memory.give)
        page.check_wanted.connect(self._engine.check)
        page.describe_wanted.connect(lambda: self._window.show_page(self._window.pages.describe))
        page.profiles_wanted.connect(
            lambda: self._worker.do(_own_profiles, page.tell_own_profiles, self._window.notice.say)
        )

    def wire_describe(self, page: DescribePage) -> None:
        """Listen to a device of unknown kind, and know what is described."""
        page.look_wanted.connect(partial(self._engine.look, everything=True))
        page.explore_wanted.connect(self._engine.explore)
        page.let_go_wanted.connect(self._engine.stop_exploring)
        page.known_wanted.connect(partial(self._engine.look))
        page.drivers_changed.connect(self._engine.reload_drivers)
        page.left.connect(lambda: self._window.show_page(self._window.pages.sensors))

    def wire_settings(self, page: SettingsPage) -> None:
        """Put preferences in force."""
        if not self._window.follows_streams:
            page.streams.stand_aside()
        library = self._desk.library
        page.tell_library(None if library is None else library.path)
        page.preferred.connect(self._window.prefer)
        page.library_wanted.connect(lambda: self._window.show_page(self._window.pages.unlock))
        page.baselines_wanted.connect(partial(self._desk.baselines, page.tell_baselines))
        page.usual_forgotten.connect(partial(self._desk.forget_baselines, self._usual_forgotten))
        page.guides.safety_wanted.connect(self._show_safety)
        page.guides.help_wanted.connect(self.show_help)

    def wire_guides(self, page: GuidesPage) -> None:
        """Lead to the page of a guide."""
        page.opened.connect(self._open_guide)

    def wire_guide_start(self, page: GuideStartPage) -> None:
        """Let a guide begin, or lead back to the others."""
        page.begun.connect(self._begin)
        page.left.connect(lambda: self._window.show_page(self._window.pages.guides))

    def wire_safety(self, page: SafetyPage) -> None:
        """Keep that the check was gone through, and lead on."""
        page.passed.connect(self._pass_safety)
        page.left.connect(self._leave_safety)
        page.help_wanted.connect(self.show_help)

    def wire_help(self, page: HelpPage) -> None:
        """Keep place and own lines, and lead back."""
        page.preferred.connect(self._window.prefer)
        page.left.connect(self._leave_help)

    def show_help(self) -> None:
        """Show where to turn when a person is needed; whatever is under way goes on."""
        if not self._window.pages.shows("help"):
            self._before_help = self._window.page
        self._window.show_page(self._window.pages.help)

    def _leave_help(self) -> None:
        self._window.show_page(self._before_help or self._window.pages.practice)

    def _open_guide(self, guide: str) -> None:
        self._window.pages.guide_start.open(guide)
        self._window.show_page(self._window.pages.guide_start)

    def _show_safety(self, wanted: SessionPlan | None = None) -> None:
        """Show the check; ``wanted`` is what was to begin, ``None`` where it is only read."""
        page = self._window.page
        try:
            safety = self._window.pages.safety
        except ContentError as error:
            # Nobody is led who could not read what to know beforehand.
            self._window.notice.say(str(error))
            return
        self._before_safety, self._wanted = page, wanted
        safety.tell_what_follows(begins=wanted is not None)
        self._window.show_page(safety)

    def _pass_safety(self, is_gentle: bool) -> None:
        self._window.prefer(self._window.preferences.changed(is_checked=True, is_gentle=is_gentle))
        wanted = self._wanted
        from biofeedback.ui.guide_plan import can_begin  # noqa: PLC0415 - not for the first picture

        if wanted is not None and can_begin(wanted, self._window.preferences):
            # Begin was pressed, and the button of the check says that it begins.
            self._wanted = None
            self._begin(wanted)
        else:
            self._leave_safety()

    def _leave_safety(self) -> None:
        self._wanted = None
        self._window.show_page(self._before_safety or self._window.pages.practice)

    def _begin(self, plan: SessionPlan) -> None:
        is_led = plan.guide not in {"", BASELINE}
        preferences = self._window.preferences
        if is_led and not preferences.is_checked:
            self._show_safety(plan)
            return
        self._window.pages.summary.show_summary(None)
        if is_led:
            from biofeedback.ui.guide_plan import with_preferences  # noqa: PLC0415 - not for the first picture

            plan = with_preferences(plan, preferences)
        self._window.sounds.expect_guide()
        self._engine.begin(plan)
        if is_led:
            self._window.prefer(preferences.changed(n_led=min(preferences.n_led + 1, _MOST_LED)))
        if not self._window.pages.shows("practice"):
            self._window.show_page(self._window.pages.practice)

    def _ask(self, word: str, arguments: Mapping[str, float | str]) -> None:
        self._engine.ask(word, **arguments)

    def _end_guide(self) -> None:
        """End the session; of one that was begun without a guide, only the guide."""
        plan = self._engine.snapshot().plan
        if plan is not None and not plan.guide:
            self._engine.ask("end")
        else:
            self._window.end_session()

    def _once_more(self) -> None:
        self._engine.reset()
        self._window.show_page(self._window.pages.practice)
        self._window.pages.summary.show_summary(None)

    def _back_to_guides(self) -> None:
        self._engine.reset()
        self._window.show_page(self._window.pages.guides)
        self._window.pages.summary.show_summary(None)

    def _keep_note(self, session_id: str, text: str) -> None:
        summary = self._window.pages.summary
        self._desk.keep_note(
            session_id,
            text,
            partial(summary.tell_note, summary_words.NOTE_KEPT),
            partial(summary.give_back, text),
        )

    def _use_pace(self, result: ResonanceResult) -> None:
        from biofeedback.pacing import BreathPattern  # noqa: PLC0415 - not for the first picture

        self._window.pages.practice.use_pattern(
            BreathPattern.at_rate(round(result.resonance_per_min, 1))
        )
        from biofeedback.guides.resonance_result import facts_of  # noqa: PLC0415 - rarely there

        self._desk.keep_resonance(facts_of(result))
        self._window.pages.summary.result.tell_used()

    def _deleted(self) -> None:
        self._window.notice.say(summary_words.DELETED)
        if self._window.pages.shows("summary"):
            self._once_more()
        elif self._window.pages.shows("sessions"):
            self._list_sessions()

    def _usual_forgotten(self) -> None:
        self._window.notice.say(usual_words.USUAL_FORGOTTEN)
        self._window.pages.settings.tell_baselines(0)
        # What is computed meanwhile leans on it no longer.
        self._engine.use_library(self._desk.library)

    def _list_sessions(self) -> None:
        if self._desk.library is None:
            self._window.pages.sessions.tell_no_library()
        else:
            self._desk.sessions(self._tell_sessions)

    def _tell_sessions(self, rows: tuple[SessionRow, ...]) -> None:
        self._window.pages.sessions.tell_rows(rows, is_recording=self._is_recording())

    def _is_recording(self) -> bool:
        return self._window.pausing.is_under_way and self._engine.snapshot().recorder is not None

    def _open_replay(self, session_id: str) -> None:
        if self._window.pausing.is_under_way:
            self._window.notice.say(session_words.AFTER_THE_SESSION)
        else:
            self._desk.load(session_id, self._show_replay)

    def _show_replay(self, session: RecordedSession) -> None:
        if self._window.is_leaving:
            return
        row = session.row
        name = time_words.day_and_time(row.started_utc.astimezone())
        self._window.pages.replay.open(session, name=name, note=row.note)
        self._window.show_page(self._window.pages.replay)

    def _look_at(self, session_id: str) -> None:
        self._engine.reset()
        self._desk.load(session_id, self._show_looked_at)

    def _show_looked_at(self, session: RecordedSession) -> None:
        self._show_replay(session)
        self._window.pages.summary.show_summary(None)

    def _library_opened(self, library: Library, has_keychain: bool) -> None:
        if self._window.is_leaving:
            self._worker.do(library.close, lambda _: None, lambda _: None)
            return
        self._window.use_library(library)
        if has_keychain != self._window.preferences.use_keychain:
            self._window.prefer(self._window.preferences.changed(use_keychain=has_keychain))
        self._window.show_page(self._window.pages.practice)


def _own_profiles() -> frozenset[str]:
    """Return which drivers are descriptions of the person's own. Reads files: not for Qt's thread."""
    from biofeedback.devices.profiles.library import ProfileLibrary  # noqa: PLC0415 - only who has some

    return frozenset(driver.driver_id for driver in ProfileLibrary().own())
