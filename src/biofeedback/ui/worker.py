"""Work that would hold up the window, done beside it and answered in Qt's own thread."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from biofeedback.errors import BiofeedbackError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import ThreadPoolExecutor

__all__ = ["Worker"]

_T = TypeVar("_T")


class Worker(QObject):
    """One thread that does one thing after the other.

    Its order is the order of asking, so that what was written is there when it is read.
    """

    # What to call with the answer. The one signal that crosses the threads: Qt queues it.
    _answered = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._pool: ThreadPoolExecutor | None = None
        self._answered.connect(self._hand_over)
        self._n_waiting = 0
        self._is_closed = False

    @property
    def is_idle(self) -> bool:
        """Whether everything asked for is done and handed over."""
        return self._n_waiting == 0

    def do(
        self,
        work: Callable[[], _T],
        then: Callable[[_T], None],
        failed: Callable[[str], None],
    ) -> None:
        """Do something beside the window.

        Parameters
        ----------
        work
            What to do; it must touch no widget.
        then
            Called in Qt's thread with its result.
        failed
            Called in Qt's thread with a sentence for the person when the world refused. A bug
            of ours is raised there instead.
        """
        self._n_waiting += 1
        if self._pool is None:
            from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - not for the first picture

            self._pool = ThreadPoolExecutor(1, thread_name_prefix="biofeedback-window")
        self._pool.submit(self._work, work, then, failed)

    def close(self) -> None:
        """Finish what was asked and let go of the thread. Answers come no more."""
        self._is_closed = True
        if self._pool is not None:
            self._pool.shutdown(wait=True)

    def _work(
        self,
        work: Callable[[], _T],
        then: Callable[[_T], None],
        failed: Callable[[str], None],
    ) -> None:
        answer: Callable[[], None]
        try:
            answer = partial(then, work())
        except BiofeedbackError as error:
            answer = partial(failed, str(error))
        except BaseException as error:  # noqa: BLE001 - raised again, in Qt's thread
            answer = partial(_raise, error)
        self._answered.emit(answer)

    def _hand_over(self, answer: Callable[[], None]) -> None:
        self._n_waiting -= 1
        # An answer may have been on its way when the window was closed.
        if not self._is_closed:
            answer()


def _raise(error: BaseException) -> None:
    raise error
