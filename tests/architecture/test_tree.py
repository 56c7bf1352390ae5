"""What must be nowhere in the tree: reminders, stubs, names of machines and of package hosts."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("src", "tests", "benchmarks", "docs", "examples", "requirements", ".ci")
SOURCES = sorted((ROOT / "src").rglob("*.py"))

# Put together from parts, so that this file does not hold what it looks for.
REMINDER = re.compile(r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
PACKAGE_HOST = re.compile(
    "|".join(
        (
            r"py" + r"pi\.(?:org|io|python)",
            "python" + r"hosted\.org",
            r"\b(?:deb|ftp|security|archive)\." + r"(?:debian|ubuntu)\.",
            "npm" + r"js\.",
            "--(?:extra-)?index" + "-url",
            "--find" + "-links",
            "--trusted" + "-host",
        )
    )
)
# Where machines keep what is theirs alone; /usr, /dev, /proc and the like are everywhere.
MACHINE_PATH = re.compile(
    r"(?<![\w.~*}>)/-])/(?:home|root|Users|opt|srv|mnt|media|work|workspace|builds?)/\w"
)


def texts() -> Iterator[tuple[Path, str]]:
    """Every file of the project that holds text."""
    files = [path for path in ROOT.iterdir() if path.is_file() and path.name != ".git"]
    for folder in FOLDERS:
        files += [path for path in (ROOT / folder).rglob("*") if path.is_file()]
    for path in files:
        if {"__pycache__", ".hypothesis", ".pytest_cache"} & set(path.parts):
            continue
        try:
            yield path.relative_to(ROOT), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a recording


def found(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()[:100]}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_reminders_stand_in_the_tree() -> None:
    assert found(REMINDER) == []


def test_no_package_host_is_named() -> None:
    assert found(PACKAGE_HOST) == []


def test_no_path_of_one_machine_is_named() -> None:
    assert found(MACHINE_PATH) == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (REMINDER, "# TO" + "DO: later"),
        (PACKAGE_HOST, "https://files.python" + "hosted.org/packages"),
        (PACKAGE_HOST, "pip install --index" + "-url x"),
        (MACHINE_PATH, "path = '/ho" + "me/someone/data'"),
    ],
)
def test_each_pattern_finds_what_it_is_for(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)


def stubs(tree: ast.AST) -> Iterator[str]:
    """Names of functions that do nothing; protocols, abstract methods and overloads do not count."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            bases = {ast.unparse(base).split("[")[0] for base in node.bases}
            if bases & {"Protocol", "typing.Protocol"}:
                node.body = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        marks = {ast.unparse(mark) for mark in node.decorator_list}
        if marks & {"abstractmethod", "overload"}:
            continue
        body = node.body
        if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            body = body[1:] if isinstance(body[0].value.value, str) else body
        for statement in body[:1]:
            text = ast.unparse(statement)
            if text in {"pass", "..."} or text.startswith("raise NotImplementedError"):
                yield node.name


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_function_is_a_stub(path: Path) -> None:
    assert list(stubs(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("body", ["pass", "...", "raise NotImplementedError", "'Words.'\n    pass"])
def test_stub_is_seen_as_one(body: str) -> None:
    assert list(stubs(ast.parse(f"def later():\n    {body}"))) == ["later"]


# --- Requirements -------------------------------------------------------------------------------


def pins(name: str) -> dict[str, set[str]]:
    """Name and pinned versions of each requirement; one may have a version for each Python."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    result: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", text, re.MULTILINE):
        result.setdefault(package.lower().replace("_", "-"), set()).add(version)
    return result


def wanted(group: str | None) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = project["dependency-groups"][group] if group else project["project"]["dependencies"]
    return {re.split(r"[<>=!; \[]", line)[0].lower().replace("_", "-") for line in lines}


def test_everything_asked_for_is_pinned() -> None:
    assert wanted(None) | wanted("build") <= set(pins("run"))
    assert wanted("dev") <= set(pins("dev"))


def test_tests_run_with_the_versions_that_the_app_runs_with() -> None:
    run, dev = pins("run"), pins("dev")
    assert {name: dev.get(name) for name in run} == run


@pytest.mark.parametrize("name", ["run", "dev"])
def test_every_pin_has_a_hash(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(entries) > 20
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
