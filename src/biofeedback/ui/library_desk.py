"""What the pages ask of the library, done beside the window and answered in words."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from biofeedback.clock import utc_now
from biofeedback.ui.messages import session_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtWidgets import QWidget

    from biofeedback.sessions.library import Library, RecordedSession, SessionRow
    from biofeedback.signal.baseline import Baseline
    from biofeedback.ui.worker import Worker

__all__ = ["LibraryDesk"]


class LibraryDesk:
    """Hands what the person wants to the open library; without one, nothing happens.

    Parameters
    ----------
    worker
        Does the work, one thing after the other.
    say
        Shows a line to the person.
    """

    def __init__(self, worker: Worker, say: Callable[[str], None]) -> None:
        self._worker = worker
        self._say = say
        self.library: Library | None = None

    def sessions(self, then: Callable[[tuple[SessionRow, ...]], None]) -> None:
        """Read the list of sessions."""
        if self.library is not None:
            self._worker.do(self.library.sessions, then, self._say)

    def load(self, session_id: str, then: Callable[[RecordedSession], None]) -> None:
        """Read one session."""
        if self.library is not None and session_id:
            self._worker.do(partial(self.library.load, session_id), then, self._say)

    def delete(self, session_id: str, then: Callable[[], None]) -> None:
        """Delete a session for good."""
        if self.library is not None:
            self._worker.do(partial(self.library.delete, session_id), lambda _: then(), self._say)

    def keep_note(
        self,
        session_id: str,
        text: str,
        then: Callable[[], None],
        failed: Callable[[], None],
    ) -> None:
        """Add words to a session; ``failed`` is called when they could not be kept."""
        if self.library is None:
            failed()
            return

        def refused(words: str) -> None:
            failed()
            self._say(words)

        work = partial(self.library.add_note, session_id, text)
        self._worker.do(work, lambda _: then(), refused)

    def keep_answers(
        self, session_id: str, answers: Mapping[str, float | str], then: Callable[[], None]
    ) -> None:
        """Keep what a person said after a session."""
        if self.library is not None and session_id:
            work = partial(self.library.keep_answers, session_id, dict(answers))
            self._worker.do(work, lambda _: then(), self._say)

    def keep_resonance(self, facts: Mapping[str, float | str]) -> None:
        """Keep what an assessment found: later guides begin from it."""
        if self.library is not None:
            work = partial(self.library.resonances.add, dict(facts), utc_now())
            self._worker.do(work, lambda _: None, self._say)

    def baselines(self, then: Callable[[int, int], None]) -> None:
        """Count the baselines that are kept, and the paces that were found."""
        if self.library is not None:
            library = self.library
            self._worker.do(
                lambda: (len(library.baselines.of()), len(library.resonances.of())),
                lambda kept: then(*kept),
                self._say,
            )

    def keep_baseline(self, baseline: Baseline, then: Callable[[], None]) -> None:
        """Keep what was found to be usual."""
        if self.library is not None:
            work = partial(self.library.baselines.add, baseline.to_values(), utc_now())
            self._worker.do(work, lambda _: then(), self._say)

    def forget_baselines(self, then: Callable[[], None]) -> None:
        """Remove what is usual for good, and the pace that was found."""
        if self.library is None:
            return
        library = self.library

        def forget() -> None:
            library.baselines.forget()
            library.resonances.forget()

        self._worker.do(forget, lambda _: then(), self._say)

    def ask_where(self, window: QWidget, session_id: str) -> None:
        """Ask for a folder, and export a session there."""
        if self.library is None or not session_id:
            return
        from PySide6.QtWidgets import QFileDialog  # noqa: PLC0415 - not for the first picture

        chooser = QFileDialog(window, session_words.EXPORT_TITLE, str(Path.home()))
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.setOption(QFileDialog.Option.ShowDirsOnly)
        # The system's own dialog would take the keyboard, and Space with it.
        chooser.setOption(QFileDialog.Option.DontUseNativeDialog)
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.fileSelected.connect(lambda folder: self.export(session_id, Path(folder)))
        chooser.open()

    def export(self, session_id: str, folder: Path) -> None:
        """Write a session as plain files into a new folder of its own within ``folder``."""
        if self.library is not None:
            self._worker.do(
                partial(_export, self.library, session_id, folder),
                lambda target: self._say(session_words.EXPORT_PLAIN.format(folder=target)),
                self._say,
            )


def _export(library: Library, session_id: str, folder: Path) -> Path:
    """Write the files, beside an earlier export and not over it. Return where they are."""
    from biofeedback.sessions.formats.csv_export import export_csv  # noqa: PLC0415 - when used

    session = library.load(session_id)
    name = f"session-{session_id}"
    target, count = folder / name, 1
    while target.exists():
        count += 1
        target = folder / f"{name}-{count}"
    export_csv(session, target, answers=library.answers(session_id))
    return target
