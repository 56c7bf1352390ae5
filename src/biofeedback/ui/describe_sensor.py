"""Describing a new sensor: which device, what it sends, what that means. Three steps, one page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.devices.profiles.drafting import draft_to_profile, try_layout
from biofeedback.devices.profiles.keeping import keep_profile, write_text
from biofeedback.devices.profiles.library import own_folder
from biofeedback.devices.profiles.profile import Match
from biofeedback.devices.profiles.writing import write_profile
from biofeedback.runtime.nearby import Nearby
from biofeedback.ui.describe_device import DeviceStep
from biofeedback.ui.describe_file import FileStep
from biofeedback.ui.describe_meaning import MeaningStep
from biofeedback.ui.describe_sends import SendsStep
from biofeedback.ui.messages import profile_words
from biofeedback.ui.page import Page, label, scrolled
from biofeedback.ui.widgets.controls import button

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from biofeedback.devices.exploring import Exploration
    from biofeedback.devices.profiles.drafting import Draft, Tried
    from biofeedback.devices.profiles.profile import Profile, Source
    from biofeedback.devices.sensor import SensorInfo
    from biofeedback.runtime.snapshot import SessionState, Snapshot
    from biofeedback.ui.worker import Worker

__all__ = ["DescribePage"]

# Packets and values need no more than this many looks a second.
_EVERY_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class _Kept:
    """What became of saving: the path is ``None`` where another is in the way."""

    profile: Profile
    path: Path | None


class DescribePage(Page):
    """From a device that nobody knows to a sensor that is used like any other.

    Signals: ``look_wanted()``, ``explore_wanted(SensorInfo)``, ``let_go_wanted()``,
    ``known_wanted()`` when only sensors that are known are to be looked for again,
    ``drivers_changed()`` when a description was saved, and ``left()``.

    Parameters
    ----------
    worker
        Tests and writes beside the window.
    folder
        Where the person's own descriptions are; the usual place by default.
    """

    title = profile_words.TITLE
    look_wanted = Signal()
    explore_wanted = Signal(object)
    let_go_wanted = Signal()
    known_wanted = Signal()
    drivers_changed = Signal()
    left = Signal()

    def __init__(self, worker: Worker, folder: Path | None = None) -> None:
        super().__init__()
        self._worker = worker
        self._folder = folder or own_folder()
        self._nearby = Nearby()
        self._known: Exploration | None = None
        self._listened_to = ""
        self._drawn: object = None
        self._shown_s = float("-inf")
        self.back_button = button(profile_words.BACK)
        self.device = DeviceStep()
        self.sends = SendsStep()
        self.meaning = MeaningStep()
        self.file = FileStep(worker, self._folder)
        self._lay_out()
        self._connect()

    def entered(self) -> None:
        """Look for whatever is near, known or not."""
        self._shown_s = float("-inf")
        self.look_wanted.emit()

    def leave(self) -> None:
        """Let go of the device, and of what nobody knows: it is not to be listed as a sensor."""
        self.let_go_wanted.emit()
        self.known_wanted.emit()

    def dress(self) -> None:
        """Put on the text size in force."""
        for step in (self.sends, self.meaning, self.file):
            step.dress()

    def tell_nearby(self, nearby: Nearby) -> None:
        """Take what a look around found."""
        self._nearby = nearby

    def tell_exploration(self, known: Exploration | None) -> None:
        """Take what came of the device that is listened to."""
        self._known = known

    def refresh(self, snapshot: Snapshot, now_s: float, state: SessionState) -> None:
        """Show what came, a few times a second."""
        del state
        if 0.0 <= now_s - self._shown_s < _EVERY_S:
            return
        self._shown_s = now_s
        taken = frozenset(snapshot.present_sensors)
        known = self._known
        self.device.tell(self._nearby, known, taken)
        if known is not None and known.info.sensor_id == self._listened_to:
            self.sends.tell(known)
            if self._drawn is not known:
                self._drawn = known
                self._draw()

    # Step by step.

    def _listen(self, info: SensorInfo) -> None:
        # The same once more, after its link was lost: what was picked so far holds.
        if info.sensor_id != self._listened_to:
            self._listened_to = info.sensor_id
            self.sends.begin()
            self.sends.show_content(is_shown=False)
            self.meaning.show_content(is_shown=False)
            self.meaning.forget_tests()
            self.meaning.question.hide()
            self.meaning.name.setText(info.name)
            self.meaning.prefix.setText(info.name)
        self._drawn = None
        self.explore_wanted.emit(info)

    def _take_announced(self, source: Source) -> None:
        self.sends.take_announced(source)

    def _picked(self) -> None:
        self.meaning.forget_tests()
        self._draw()

    def _draw(self) -> None:
        """Show what the packets mean by what is picked."""
        if not self.sends.has_packets:
            return
        self.meaning.show_content(is_shown=True)
        what = profile_words.KIND_WORDS[self.sends.form.kind]
        draft = self.sends.draft()
        if isinstance(draft, str):
            self.meaning.tell(what, "", np.empty(0), np.empty(0), (draft,))
            self.sends.tell_value(self.meaning.value)
            return
        packets, arrival_s = self.sends.kept_packets()
        tried = try_layout(draft, packets)
        unit = profile_words.shown_unit(tried.channel, draft.unit)
        problems = (*tried.problems, *_missing(draft, tried, packets))
        self.meaning.tell(what, unit, _times(tried, arrival_s), tried.values, problems)
        self.sends.tell_value(self.meaning.value)

    def _make(self) -> Callable[[], Profile] | None:
        """Return what makes the profile, ``None`` where something is missing that is said."""
        prefix = self.meaning.prefix.text().strip()
        if not prefix:
            self.meaning.tell_failed(profile_words.NO_PREFIX)
            self.meaning.prefix.setFocus()
            return None
        name = self.meaning.name.text().strip() or prefix
        draft = self.sends.draft(name, Match(name_prefixes=(prefix,)))
        if isinstance(draft, str):
            self.meaning.tell_failed(draft)
            return None
        packets, _ = self.sends.kept_packets()
        return partial(draft_to_profile, draft, packets)

    def _do(self, work: Callable[[], object], then: Callable[..., None]) -> None:
        """Do something beside the window that is not asked for twice."""
        focused = next((b for b in self._busy_buttons() if b.hasFocus()), None)
        self.meaning.tell_busy(is_busy=True)

        def done(outcome: object) -> None:
            self.meaning.tell_busy(is_busy=False)
            if focused is not None:
                focused.setFocus()
            then(outcome)

        def failed(words: str) -> None:
            self.meaning.tell_busy(is_busy=False)
            if focused is not None:
                focused.setFocus()
            self.meaning.tell_failed(words)

        self._worker.do(work, done, failed)

    def _busy_buttons(self) -> Sequence[QWidget]:
        meaning = self.meaning
        return (meaning.test_button, meaning.save_button, meaning.export_button)

    def _test(self) -> None:
        make = self._make()
        if make is not None:
            self._do(make, self.meaning.tell_tested)

    def _save(self, *, replaces: bool = False) -> None:
        make = self._make()
        if make is None:
            return
        folder = self._folder

        def work() -> _Kept:
            profile = make()
            path = keep_profile(profile, write_profile(profile), folder, replaces=replaces)
            return _Kept(profile, path)

        self._do(work, self._saved)

    def _saved(self, kept: _Kept) -> None:
        self.meaning.tell_tested(kept.profile)
        if kept.path is None:
            self.meaning.question.ask(kept.profile.name)
            return
        self.drivers_changed.emit()
        words = profile_words.SAVED.format(name=kept.profile.name)
        self.meaning.tell_outcome(words, is_saved=True)

    def _answered(self, is_yes: bool) -> None:
        if is_yes:
            self._save(replaces=True)
        else:
            self.meaning.save_button.setFocus()

    def _export(self) -> None:
        make = self._make()
        if make is not None:
            self._do(make, self._ask_where)

    def _ask_where(self, profile: Profile) -> None:
        self.meaning.tell_tested(profile)
        name = str(Path.home() / f"{profile.profile_id}.toml")
        chooser = QFileDialog(self.window(), profile_words.EXPORT_TITLE, name)
        chooser.setNameFilter(profile_words.FILES)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix("toml")
        chooser.selectFile(name)
        # The system's own dialog would take the keyboard, and Space with it.
        chooser.setOption(QFileDialog.Option.DontUseNativeDialog)
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.fileSelected.connect(lambda path: self.export_to(profile, Path(path)))
        chooser.open()

    def export_to(self, profile: Profile, path: Path) -> None:
        """Write a description to a file of the person's choice."""
        done = profile_words.EXPORTED.format(path=path)
        self._do(
            partial(write_text, write_profile(profile), path),
            lambda _: self.meaning.tell_outcome(done),
        )

    # How it is made.

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(label(profile_words.LEAD, "muted", wraps=True), 1)
        head.addWidget(self.back_button, 0, Qt.AlignmentFlag.AlignTop)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(24, 18, 24, 22)
        column.setSpacing(14)
        column.addLayout(head)
        for step in (self.device, self.sends, self.meaning, self.file):
            column.addWidget(step)
        column.addStretch(1)
        self._area = scrolled(content)
        self.hold(self._area)

    def _connect(self) -> None:
        self.back_button.clicked.connect(self.left)
        self.device.look_wanted.connect(self.look_wanted)
        self.device.listen_wanted.connect(self._listen)
        self.device.let_go_wanted.connect(self.let_go_wanted)
        self.device.announced_taken.connect(self._take_announced)
        self.sends.changed.connect(self._picked)
        meaning = self.meaning
        meaning.test_wanted.connect(self._test)
        meaning.save_wanted.connect(self._save)
        meaning.export_wanted.connect(self._export)
        meaning.question.answered.connect(self._answered)
        meaning.to_sensors.connect(self.left)
        self.file.kept.connect(self.drivers_changed)


def _missing(draft: Draft, tried: Tried, packets: Sequence[bytes]) -> tuple[str, ...]:
    """Return how many readings are none, and why."""
    total = tried.values.size
    n_missing = int(np.count_nonzero(~np.isfinite(tried.values)))
    if not 0 < n_missing < total:
        return ()
    without = tried
    if draft.valid is not None:
        without = try_layout(replace(draft, valid=None), packets)
    n_not_finite = int(np.count_nonzero(~np.isfinite(without.values)))
    words = []
    if n_missing > n_not_finite:
        n_outside = n_missing - n_not_finite
        words.append(profile_words.OUTSIDE.format(count=n_outside, total=total))
    if n_not_finite:
        words.append(profile_words.NOT_FINITE.format(count=n_not_finite, total=total))
    return tuple(words)


def _times(tried: Tried, arrival_s: Sequence[float]) -> NDArray[np.float64]:
    """Return when each value came: those of one packet lie between it and the one before."""
    if tried.values.size == 0:
        return np.empty(0)
    came_s = np.asarray(arrival_s)[tried.packet]
    _, starts, counts = np.unique(tried.packet, return_index=True, return_counts=True)
    usual_s = float(np.median(np.diff(arrival_s))) if len(arrival_s) > 1 else 0.0
    within = np.arange(tried.values.size) - np.repeat(starts, counts)
    left = np.repeat(counts, counts) - 1 - within
    return came_s - left * usual_s / np.repeat(counts, counts)
