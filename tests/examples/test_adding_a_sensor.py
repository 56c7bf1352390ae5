"""What docs/adding-a-sensor.md shows is the example's own text, and names all there is to do."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from biofeedback.devices.driver import Conversation, Driver
from biofeedback.samples import StreamKind

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "adding-a-sensor.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "examples" / "breath_strap_plugin"
TEXTS = [
    path.read_text(encoding="utf-8")
    for path in sorted(EXAMPLE.rglob("*"))
    if path.suffix in {".py", ".toml", ".txt", ".md"}
]
BLOCKS = re.findall(r"^```\w+\n(.*?)\n```$", DOCUMENT, re.MULTILINE | re.DOTALL)


def members(protocol: type) -> list[str]:
    return [name for name, _ in inspect.getmembers(protocol) if not name.startswith("_")]


def test_there_are_blocks_to_look_at() -> None:
    assert len(BLOCKS) > 10
    assert len(BLOCKS) == DOCUMENT.count("```") / 2


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.strip().splitlines()[0])
def test_each_block_stands_in_the_example_word_for_word(block: str) -> None:
    assert any(f"{block}\n" in text for text in TEXTS)


@pytest.mark.parametrize("name", [*members(Conversation), *members(Driver), "configured"])
def test_each_part_of_the_protocol_is_told(name: str) -> None:
    assert re.search(rf"`(\w+, )?{name}\b|{name}\(|def {name}\b", DOCUMENT)


@pytest.mark.parametrize("kind", [*StreamKind][:-2])
def test_each_kind_has_its_channels(kind: StreamKind) -> None:
    assert f"`{kind.name}`" in DOCUMENT
