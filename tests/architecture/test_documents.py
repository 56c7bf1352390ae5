"""Documents hold together: what they link to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    *ROOT.glob("*.md"),
    *(ROOT / "docs").rglob("*.md"),
    *(ROOT / "examples").glob("*/*.md"),
]
LINK = re.compile(r"\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)


def anchor(heading: str) -> str:
    """As hosts of repositories make it."""
    return re.sub(r"[^\w\- ]", "", heading.casefold()).strip().replace(" ", "-")


def targets(document: Path) -> list[str]:
    found = [first or second for first, second in LINK.findall(document.read_text("utf-8"))]
    return [target for target in found if "://" not in target]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(document: Path) -> None:
    lost = []
    for target in targets(document):
        name, _, place = target.partition("#")
        path = document.parent / name if name else document
        if not path.exists():
            lost.append(target)
        elif place:
            headings = map(anchor, HEADING.findall(path.read_text("utf-8")))
            lost += [] if place in headings else [target]
    assert lost == []


def test_every_document_is_reached_from_the_readme_or_from_one_that_is() -> None:
    reached, ahead = set(), [ROOT / "README.md"]
    while ahead:
        document = ahead.pop().resolve()
        if document in reached or document.suffix != ".md":
            continue
        reached.add(document)
        ahead += [document.parent / target.partition("#")[0] for target in targets(document)]
    assert {path.resolve() for path in (ROOT / "docs").rglob("*.md")} <= reached
