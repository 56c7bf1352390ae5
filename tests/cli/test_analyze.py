"""``biofeedback analyze`` with several files, good and bad, under any name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cli.conftest import Said

    Command = Callable[..., Said]

RR = "\n".join(["812", "798", "830"] * 20)


def test_a_bad_file_does_not_cost_the_good_ones(biofeedback: Command, tmp_path: Path) -> None:
    good, bad, last = (tmp_path / name for name in ("good.txt", "bad.txt", "last.txt"))
    good.write_text(RR, encoding="utf-8")
    bad.write_text("", encoding="utf-8")
    last.write_text(RR, encoding="utf-8")
    said = biofeedback("analyze", "--json", str(good), str(bad), str(last))
    assert said.code == 1
    assert [one["file"] for one in json.loads(said.out)] == [str(good), str(last)]
    assert "bad.txt" in said.err


def test_a_name_in_brackets_is_shown_as_it_is(biofeedback: Command, tmp_path: Path) -> None:
    file = tmp_path / "rest [red].txt"
    file.write_text(RR, encoding="utf-8")
    said = biofeedback("analyze", str(file))
    assert said.code == 0
    assert "[red]" in "".join(said.out.split("\n"))
