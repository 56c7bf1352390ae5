"""Work is done beside the window and answered within it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from biofeedback.errors import LibraryUnavailableError
from biofeedback.ui.worker import Worker
from ui.conftest import until

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    made.close()


def test_work_is_done_elsewhere_and_answered_here(worker: Worker) -> None:
    seen: list[tuple[int, int]] = []
    worker.do(
        threading.get_ident,
        lambda there: seen.append((there, threading.get_ident())),
        pytest.fail,
    )
    assert not worker.is_idle
    until(lambda: worker.is_idle)

    (there, here), *_ = seen
    assert here == threading.get_ident()
    assert there != here


def test_order_is_kept(worker: Worker) -> None:
    seen: list[int] = []
    for number in range(20):
        worker.do(lambda number=number: number, seen.append, pytest.fail)  # type: ignore[misc]  # bound in the loop
    until(lambda: worker.is_idle)

    assert seen == list(range(20))


def test_refusal_of_the_world_comes_as_a_sentence(worker: Worker) -> None:
    def refuse() -> None:
        msg = "The disk is full."
        raise LibraryUnavailableError(msg)

    said: list[str] = []
    worker.do(refuse, lambda _: pytest.fail("it was refused"), said.append)
    until(lambda: worker.is_idle)

    assert said == ["The disk is full."]


def test_closing_waits_for_what_was_asked(worker: Worker) -> None:
    done: list[int] = []
    for number in range(5):
        worker.do(lambda number=number: done.append(number), pytest.fail, pytest.fail)  # type: ignore[misc]  # bound in the loop
    worker.close()

    assert done == [0, 1, 2, 3, 4]
    assert not [t for t in threading.enumerate() if t.name.startswith("biofeedback-window")]
