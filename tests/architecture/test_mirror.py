"""Tests mirror `src` path for path, so that the tests of a file are found without a search."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "biofeedback"
TESTS = ROOT / "tests"

# Files whose behaviour shows through others only, and the tests that drive it.
SHOWN_ELSEWHERE = {
    # The package itself: what its import costs and gives.
    "__init__.py": "architecture/test_start_up.py",
    "__main__.py": "architecture/test_start_up.py",
    "devices/name_search.py": "devices/test_registry.py",
    "sessions/kept_rows.py": "sessions/test_baselines.py",  # of baselines and results alike
    # Commands are driven as a person drives them, several in one test.
    "cli/__init__.py": "cli/test_cli.py",
    "cli/app.py": "cli/test_cli.py",
    "cli/display.py": "cli/test_cli.py",
    "cli/options.py": "cli/test_cli.py",
    "cli/sensors.py": "cli/test_cli.py",
    "cli/window.py": "cli/test_cli.py",
    "cli/events.py": "cli/test_demo.py",
    "cli/lead.py": "cli/test_demo.py",
    "cli/terminal.py": "cli/test_demo.py",
    "cli/terminal_words.py": "cli/test_demo.py",
    "cli/analyze.py": "cli/test_sessions.py",
    "cli/replay.py": "cli/test_sessions.py",
    # The parts of a session are tested as the one session they are.
    "signal/body.py": "signal/test_pipeline.py",
    "runtime/bugs.py": "runtime/test_engine.py",
    "runtime/connected.py": "runtime/test_engine_sensors.py",
    "runtime/engine_room.py": "runtime/test_engine.py",
    "runtime/live.py": "runtime/test_engine.py",
    "runtime/surroundings.py": "runtime/test_engine_exploring.py",
    "runtime/view.py": "runtime/test_engine.py",
    "runtime/session.py": "runtime/test_replay.py",
    "runtime/verify.py": "runtime/test_replay.py",
    "ui/bar_news.py": "ui/test_shell.py",
    "ui/pause_key.py": "ui/test_pausing.py",
    "ui/notice_bar.py": "ui/test_library_desk.py",
    "ui/sensor_chip.py": "ui/test_topbar.py",
    "sessions/recorded_session.py": "runtime/test_replay.py",
    "sessions/formats/__init__.py": "sessions/formats/test_read.py",
    "sessions/formats/recording.py": "analysis/test_analysis.py",
    "sessions/formats/rr_units.py": "sessions/formats/test_rr_text.py",
}


def has_behaviour(path: Path) -> bool:
    """Whether a file does anything: has a function of its own that is not only declared."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and ast.unparse(node.body[-1]) != "..."
    ]
    # A property or two on a frozen value are not a behaviour to be tested apart.
    return any(
        not any(ast.unparse(mark) == "property" for mark in node.decorator_list)
        for node in functions
    )


SOURCES = [
    path.relative_to(PACKAGE).as_posix()
    for path in sorted(PACKAGE.rglob("*.py"))
    if has_behaviour(path)
]


@pytest.mark.parametrize("source", SOURCES)
def test_source_has_its_tests_beside_it(source: str) -> None:
    path = Path(source)
    # The tests of a package's own module are named after the package.
    name = path.parent.name or "biofeedback" if path.stem == "__init__" else path.stem
    mirrored = list((TESTS / path.parent).glob(f"test_{name.strip('_')}*.py"))
    assert mirrored or source in SHOWN_ELSEWHERE


@pytest.mark.parametrize(("source", "test"), sorted(SHOWN_ELSEWHERE.items()))
def test_exceptions_are_still_true(source: str, test: str) -> None:
    assert (PACKAGE / source).is_file()
    assert (TESTS / test).is_file()
