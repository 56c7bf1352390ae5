"""A session in the terminal: the pacer as a bar, the sensors in words, live numbers."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from math import isfinite, isinf
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from biofeedback.cli.terminal_words import baseline_words, clock_words
from biofeedback.guides.words import answer_words, reason_sentence, stage_words
from biofeedback.runtime.snapshot import SessionState, hides_bodies
from biofeedback.samples import BeatOrigin, LinkState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from biofeedback.runtime.engine import SessionView
    from biofeedback.runtime.snapshot import Snapshot
    from biofeedback.runtime.summary import Summary

__all__ = ["print_summary", "show_live"]

# Names, in the order of the screen, and how many digits after the point.
_SHOWN = (
    ("heart_rate_bpm", "Heart rate", 0),
    ("rmssd_ms", "RMSSD", 0),
    ("sdnn_ms", "SDNN", 0),
    ("rsa_bpm", "Swing per breath", 1),
    ("coherence", "Coherence", 2),
    ("breaths_per_min", "Breathing", 1),
    ("adherence", "With the pacer", 2),
    ("scl_microsiemens", "Skin conductance", 2),
    ("scr_per_min", "Skin responses", 0),
    ("tension_pct", "Muscle tension, 100 % at rest", 0),
    ("pacing_together", "Pacing together", 2),
    ("heart_synchrony", "Moving together", 2),
    ("arousal_zone", "Body state", 0),
    ("corrected_pct", "Beats corrected", 1),
)
# That is of both; before two who keep their bodies to themselves nothing else is shown.
_OF_BOTH = frozenset({"pacing_together"})
_STEP_WORDS = {
    "in": "Breathe in",
    "hold-in": "Hold softly",
    "out": "Breathe out",
    "hold-out": "Rest",
    "paused": "Paused",
    "ended": "Done",
}
# Between pulses it is another variability, and named so.
_OF_PULSE = {
    "heart_rate_bpm": "Heart rate, from the pulse",
    "rmssd_ms": "Pulse variability",
    "sdnn_ms": "Overall pulse variability",
}
# Words where a number would mislead.
_STATE_WORDS = {
    0.0: "within your window",
    1.0: "above your window",
    -1.0: "lower than usual for you; how is it for you just now?",
}
_STALE_S = 5.0
_BAR_CELLS = 24
_FRAMES_PER_S = 10
# Without a terminal to paint on, a line this often.
_LINE_EVERY_S = 10.0


def _measure_words(snapshot: Snapshot, name: str, digits: int) -> tuple[str, str]:
    """Return the number with its unit, and a remark."""
    metric = snapshot.metrics[name]
    if not isfinite(metric.value):
        if metric.wait_s > 0 and not metric.reason:
            return "–", f"not yet, {metric.wait_s:.0f} s to go"
        return "–", metric.reason
    last_s = snapshot.last_heard_s(metric.source)
    if last_s is not None and snapshot.t_s - last_s > _STALE_S:
        return "–", f"no signal for {snapshot.t_s - last_s:.0f} s"
    if name == "arousal_zone":
        arousal = snapshot.metrics.get("arousal")
        return _STATE_WORDS[metric.value], "" if arousal is None else arousal.reason
    if name == "heart_synchrony":
        return metric.reason or "more alike than chance gives", ""
    window = f"last {metric.window_s:.0f} s" if metric.window_s else ""
    quality = "" if metric.quality >= 0.85 else f"quality {100 * metric.quality:.0f} %"
    return (
        f"{metric.value:.{digits}f} {metric.unit}".strip(),
        " · ".join(part for part in (window, quality) if part),
    )


def _shown_of(snapshot: Snapshot) -> tuple[tuple[str, str, int], ...]:
    if hides_bodies(snapshot.plan):
        return tuple(one for one in _SHOWN if one[0] in _OF_BOTH)
    return _SHOWN


def _label_of(snapshot: Snapshot, name: str, label: str) -> str:
    is_pulse = snapshot.metrics[name].origin is BeatOrigin.PULSE
    return _OF_PULSE.get(name, label) if is_pulse else label


def _painted(snapshot: Snapshot, now_s: float, end_words: str) -> Group:
    table = Table.grid(padding=(0, 2))
    for name, label, digits in _shown_of(snapshot):
        if name in snapshot.metrics:
            number, remark = _measure_words(snapshot, name, digits)
            shown = _label_of(snapshot, name, label)
            table.add_row(shown, Text(number, style="bold"), Text(remark, style="dim"))
    return Group(
        Text(_headline(snapshot, now_s, end_words)),
        *(Text("  " + line, style="dim") for line in _sensor_lines(snapshot)),
        Text(_pacer_bar(snapshot, now_s), style="green"),
        *(Text(line) for line in _guide_lines(snapshot)),
        table,
    )


def _headline(snapshot: Snapshot, now_s: float, end_words: str) -> str:
    words = clock_words(max(now_s, 0.0))
    if not isinf(snapshot.left_s) and snapshot.plan is not None and snapshot.plan.guide:
        words += f" · {clock_words(snapshot.left_s)} to go"
    if snapshot.baseline is not None:
        words += f" · {baseline_words(snapshot.baseline)}"
    if snapshot.recorder is not None:
        status = snapshot.recorder
        words += (
            " · recording, encrypted" if status.is_saving else f" · not saved: {status.message}"
        )
    if snapshot.state is SessionState.ENDED and snapshot.recorder is not None:
        return f"{words} · saving the last of it"
    if snapshot.state is SessionState.PAUSED:
        words += " · paused"
    return f"{words} · {end_words}"


def _sensor_lines(snapshot: Snapshot) -> list[str]:
    lines = []
    for status in snapshot.sensors.values():
        words = status.message or status.state.value
        if status.state is LinkState.STREAMING and not status.message:
            words = "signal comes in"
        battery = "" if status.battery_pct is None else f" · battery {status.battery_pct} %"
        lines.append(f"{status.name}: {words}{battery}")
    return lines


def _pacer_bar(snapshot: Snapshot, now_s: float) -> str:
    guide = snapshot.guide
    if guide is None:
        return ""
    word = _STEP_WORDS.get(guide.step, "")
    if snapshot.pacer is None:
        return word
    position = snapshot.pacer.at(now_s)
    filled = round(position.depth * _BAR_CELLS)
    word = _STEP_WORDS[position.step.word]
    return f"{word:<12} {'█' * filled}{'·' * (_BAR_CELLS - filled)}"


def _guide_lines(snapshot: Snapshot) -> list[str]:
    """Return what the guide says now, and why it last decided something."""
    is_private = hides_bodies(snapshot.plan)
    lines = []
    if snapshot.guide is not None:
        title, text, _ = stage_words(snapshot.guide)
        lines += [line for line in (title, text) if line]
        question = answer_words(snapshot.guide, is_private=is_private)
        if question is not None:
            lines.append(question.text)
    if snapshot.decisions:
        lines.append(reason_sentence(snapshot.decisions[-1], is_private=is_private))
    return [line for line in lines if line]


def _plain_line(snapshot: Snapshot) -> str:
    parts = [clock_words(snapshot.t_s)]
    if snapshot.guide is not None and snapshot.guide.stage:
        parts.append(stage_words(snapshot.guide)[0])
    if snapshot.baseline is not None:
        parts.append(baseline_words(snapshot.baseline))
    for name, label, digits in _shown_of(snapshot):
        if name in snapshot.metrics:
            number, remark = _measure_words(snapshot, name, digits)
            shown = number if number != "–" else f"– ({remark})"
            parts.append(f"{_label_of(snapshot, name, label)} {shown}")
    parts += [
        f"{status.name}: {status.message or status.state.value}"
        for status in snapshot.sensors.values()
        if status.message or status.state is not LinkState.STREAMING
    ]
    if snapshot.recorder is not None and not snapshot.recorder.is_saving:
        parts.append(f"not saved: {snapshot.recorder.message}")
    return " · ".join(parts)


class _Console(Console):
    """Tells of a reader who went away by an error; rich would end the program."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


@contextmanager
def show_live(
    view: SessionView, *, to_stderr: bool, end_words: str
) -> Iterator[Callable[[], None]]:
    """Show a session; give a function that paints it anew.

    A terminal that was closed or a pipe nobody reads is painted on no more: the session goes on.

    Parameters
    ----------
    view
        The session.
    to_stderr
        Whether standard output is taken by events.
    end_words
        How to end, as shown in the head line.
    """
    console = _Console(stderr=to_stderr, highlight=False)
    if not console.is_terminal:
        yield _while_it_can_be_seen(_line_printer(console, view))
        return
    live = Live(console=console, auto_refresh=False, transient=True)

    def paint() -> None:
        live.update(_painted(view.snapshot(), view.now_s(), end_words), refresh=True)

    with suppress(OSError):
        live.start()
    try:
        yield _while_it_can_be_seen(paint)
    finally:
        with suppress(OSError):
            live.stop()


def _line_printer(console: Console, view: SessionView) -> Callable[[], None]:
    next_s = 0.0

    def print_line() -> None:
        nonlocal next_s
        snapshot = view.snapshot()
        if snapshot.t_s >= next_s and (snapshot.sensors or snapshot.metrics):
            next_s = snapshot.t_s - snapshot.t_s % _LINE_EVERY_S + _LINE_EVERY_S
            console.print(_plain_line(snapshot), soft_wrap=True, markup=False)

    return print_line


def _while_it_can_be_seen(paint: Callable[[], None]) -> Callable[[], None]:
    is_seen = True

    def paint_or_not() -> None:
        nonlocal is_seen
        if is_seen:
            try:
                paint()
            except OSError:
                is_seen = False

    return paint_or_not


def print_summary(summary: Summary, *, to_stderr: bool) -> None:
    """Print what a session came to."""
    console = _Console(stderr=to_stderr, highlight=False)
    console.print()
    console.print(Text(summary.headline, style="bold"), soft_wrap=True)
    table = Table.grid(padding=(0, 2))
    for card in summary.cards:
        table.add_row(card.label, Text(card.value, style="bold"), Text(card.note, style="dim"))
    console.print(table)
    for note in summary.notes:
        console.print(Text(note), soft_wrap=True)
