from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from biofeedback.errors import FormatError
from biofeedback.sessions.formats import read
from sessions.formats.reading import series

if TYPE_CHECKING:
    from pathlib import Path

HRM = "[Params]\r\nVersion=106\r\nInterval={}\r\nDate=20080125\r\n\r\n[HRData]\r\n{}"


def test_polar_hrm_files_are_read(tmp_path: Path) -> None:
    file = tmp_path / "x.hrm"
    file.write_text(
        HRM.format(238, "812\r\n790\r\n3496\r\n165\r\n801\r\n812\r\n795\r\n640\r\n777\r\n812\r\n"),
        newline="",
    )
    rr_ms = series(read(file))[1]
    assert rr_ms.tolist() == [812, 790, 3496, 165, 801, 812, 795, 640, 777, 812]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (HRM.format(5, "70\n71\n72\n"), "heart rates"),
        (HRM.format(238, ""), "no RR intervals"),
        (HRM.format(238, "812\nx\n"), "cut off or damaged"),
        ("[Params]\nInterval=238\n", "no RR intervals"),
        ("[Params]", "heart rates"),
    ],
)
def test_polar_files_without_intervals_are_refused_in_words(
    tmp_path: Path, content: str, words: str
) -> None:
    file = tmp_path / "x.hrm"
    file.write_text(content)
    with pytest.raises(FormatError, match=words):
        read(file)
