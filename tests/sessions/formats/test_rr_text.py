from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.errors import FormatError
from biofeedback.sessions.formats.rr_text import notes_on, parse_rr_text


@given(
    st.lists(st.integers(300, 2000), min_size=2, max_size=40),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_milliseconds_are_never_altered(values: list[int], end: str, has_header: bool) -> None:
    text = ("rr" + end if has_header else "") + end.join(map(str, values)) + end
    rr_ms, t_s = parse_rr_text(text)
    assert rr_ms.tolist() == [float(value) for value in values]
    assert t_s is None


@given(st.lists(st.integers(300, 2000), min_size=2, max_size=40))
def test_seconds_become_the_milliseconds_they_say(values: list[int]) -> None:
    """0.807 s is 807 ms, though 0.807 * 1000 is not 807 in binary for every such number."""
    rr_ms, _ = parse_rr_text("\n".join(f"{value / 1000:.3f}" for value in values))
    assert rr_ms.tolist() == [float(value) for value in values]


@given(st.lists(st.floats(300.0, 2000.0), min_size=3, max_size=40))
def test_every_bit_of_an_interval_is_kept(values: list[float]) -> None:
    assert parse_rr_text("\n".join(map(repr, values)))[0].tolist() == values


@given(st.text(alphabet='0123456789.,;:-+eErR \t\n#[]="', max_size=120))
def test_no_text_leads_to_anything_but_intervals_or_words(text: str) -> None:
    try:
        rr_ms, t_s = parse_rr_text(text)
    except FormatError:
        return
    assert np.isfinite(rr_ms).all()
    assert t_s is None or t_s.shape == rr_ms.shape


def test_of_several_hearts_in_one_table_one_is_read() -> None:
    """The beats.csv of an export holds the hearts of all sensors, by the time of each beat."""
    rows = ["t_s,rr_ms,corrected_rr_ms,flag,source"]
    rows += [
        line
        for n in range(1, 20)
        for line in (f"{0.8 * n},800.0,800.0,normal,strap", f"{0.9 * n},900.0,900.0,normal,other")
    ]
    rows += ["16.0,800.0,800.0,normal,strap"]

    rr_ms, t_s = parse_rr_text("\n".join(rows))

    assert rr_ms.tolist() == [800.0] * 20
    assert t_s is not None
    assert notes_on("\n".join(rows)) == (
        "This table holds the hearts of several sensors; that of “strap” was read.",
    )
    assert notes_on("\n".join(row for row in rows if "other" not in row)) == ()
    assert notes_on("800\n810\n") == ()
