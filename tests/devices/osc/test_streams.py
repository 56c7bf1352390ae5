"""What comes to a port becomes the streams of one body, and what does not fit is counted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.devices.driver import DecodeError, Frame
from biofeedback.devices.osc.assembly import Arrived
from biofeedback.devices.osc.datagram import read_datagram
from biofeedback.devices.osc.mapping import RuleBook, read_rules
from biofeedback.devices.osc.streams import CLAIM_S, OscStreams
from biofeedback.kinds import StreamKind
from helpers.osc_messages import bundle, message

WALL_S = 1_780_000_000.0


def streams(own: str = "") -> OscStreams:
    return OscStreams("osc-1", RuleBook(read_rules(own) if own else ()))


def values(told: list[Arrived]) -> list[list[float]]:
    return [row for each in told for row in each.delivery.values.tolist()]


def test_several_values_of_a_message_are_samples_the_newest_last() -> None:
    (told,) = streams().take(message("/EmotiBit/0/EDA", 3.0, 3.25, 3.5), 10.0)
    assert isinstance(told.delivery, Frame)
    assert told.delivery.values.tolist() == [[3.0], [3.25], [3.5]]
    assert told.delivery.stream.stream_id == "osc-1/eda"
    assert told.delivery.stream.rate_hz == 15.0
    assert told.delivery.stamp is None


def test_messages_of_one_address_in_a_bundle_are_one_packet() -> None:
    payload = bundle(
        0, message("/EmotiBit/0/EDA", 1.0), message("/x", 9.0), message("/EmotiBit/0/EDA", 2.0)
    )
    (told,) = streams().take(payload, 10.0)
    assert told.delivery.values.tolist() == [[1.0], [2.0]]


def test_units_are_converted_as_the_person_wrote() -> None:
    own = '[[osc]]\naddress = "/gsr"\nkind = "eda"\nunit = "kOhm"\nrate_hz = 5'
    (told,) = streams(own).take(message("/gsr", 200.0), 10.0)
    assert told.delivery.values.tolist() == [[5.0]]


def test_arguments_may_be_channels_or_one_of_many() -> None:
    own = (
        '[[osc]]\naddress = "/acc"\nkind = ["acc_x", "acc_y", "acc_z"]\nunit = "mg"\nrate_hz = 50\n'
        '[[osc]]\naddress = "/belt"\nkind = "resp"\nunit = "au"\nargument = 2'
    )
    taken = streams(own)
    told = [
        *taken.take(message("/acc", 10.0, 20.0, 1000.0), 1.0),
        *taken.take(message("/belt", "chest", 7.5, "ok"), 1.0),
    ]
    np.testing.assert_allclose(told[0].delivery.values, [[0.01, 0.02, 1.0]])
    assert told[1].delivery.values.tolist() == [[7.5]]


@pytest.mark.parametrize(
    "payload",
    [
        message("/EmotiBit/0/EDA"),
        message("/EmotiBit/0/EDA", "words"),
        message("/EmotiBit/0/EDA", 1.0, True),
    ],
)
def test_a_message_that_does_not_hold_numbers_is_counted(payload: bytes) -> None:
    taken = streams()
    assert taken.take(payload, 1.0) == []
    assert (taken.n_bad, taken.n_taken) == (1, 0)


def test_no_number_is_no_reading() -> None:
    (told,) = streams().take(message("/EmotiBit/0/EDA", np.nan, 2.0), 1.0)
    np.testing.assert_array_equal(told.delivery.values, [[np.nan], [2.0]])


def test_unknown_addresses_are_named_a_few_and_short() -> None:
    taken = streams()
    for address in ("/a", "/a", "/b", "/" + "c" * 200, "/d"):
        assert taken.take(message(address, 1.0), 1.0) == []
    assert taken.unknown[:2] == ("/a", "/b")
    assert [len(name) for name in taken.unknown] == [2, 2, 41]
    assert taken.n_bad == 0


def test_a_second_sensor_on_the_port_is_left_out_until_the_first_is_silent() -> None:
    taken = streams()
    first, second = message("/EmotiBit/0/EDA", 1.0), message("/EmotiBit/1/EDA", 2.0)
    assert values(taken.take(first, 0.0)) == [[1.0]]
    assert taken.take(second, 0.1) == []
    assert taken.take(message("/EmotiBit/1/HR", 70.0), 0.1) == [], (
        "nor what the first does not send"
    )
    assert taken.n_left_out == 2
    assert taken.hears_several(0.2)
    assert taken.take(first, 1.0, "another computer") == []
    assert values(taken.take(second, CLAIM_S + 0.5)) == [[2.0]]
    assert not taken.hears_several(3 * CLAIM_S)


def test_two_addresses_of_the_same_are_not_mixed() -> None:
    taken = streams()
    assert values(taken.take(message("/EmotiBit/0/THERM", 33.0), 0.0)) == [[33.0]]
    assert taken.take(message("/EmotiBit/0/T1", 28.0), 0.1) == []
    assert taken.take(message("/biofeedback/temp", 28.0), 0.1) == []


def test_programs_that_send_different_things_make_one_body() -> None:
    taken = streams()
    told = [
        *taken.take(message("/biofeedback/eda", 2.0), 0.0, "phone"),
        *taken.take(message("/biofeedback/resp:10", 0.5), 0.0, "computer"),
    ]
    assert [each.delivery.stream.kind for each in told] == [
        StreamKind.EDA, StreamKind.RESPIRATION
    ]  # fmt: skip


def tagged(i: int, value: float, tag_s: float | None = None) -> bytes:
    at_s = WALL_S + 0.1 * i if tag_s is None else tag_s
    return bundle(at_s, message("/EmotiBit/0/EDA", value))


def test_time_tags_that_go_on_become_stamps_from_the_first_on() -> None:
    taken = streams()
    told = [each for i in range(30) for each in taken.take(tagged(i, float(i)), 5.0 + 0.1 * i, "h")]
    assert values(told) == [[float(i)] for i in range(30)]
    stamps = [each.delivery.stamp for each in told if isinstance(each.delivery, Frame)]
    times_s = [stamp.t_s for stamp in stamps if stamp is not None]
    assert len(times_s) == 30
    np.testing.assert_allclose(np.diff(times_s), 0.1, atol=1e-5)
    assert {stamp.clock for stamp in stamps if stamp is not None} == {"osc h"}
    assert [each.arrival_s for each in told] == pytest.approx([5.0 + 0.1 * i for i in range(30)])


def test_time_tags_that_stand_still_are_left_aside_and_no_value_with_them() -> None:
    taken = streams()
    told = []
    for i in range(30):
        told += taken.take(tagged(i, float(i), WALL_S), 5.0 + 0.1 * i)
    assert values(told) == [[float(i)] for i in range(30)]
    assert {each.delivery.stamp for each in told if isinstance(each.delivery, Frame)} == {None}


def test_what_waits_for_a_verdict_comes_when_nothing_follows() -> None:
    taken = streams()
    assert taken.take(tagged(0, 1.0), 5.0) == []
    assert taken.take(message("/EmotiBit/0/EDA", 2.0), 5.1) == [], "in its order"
    due_s = taken.due_s()
    assert due_s is not None
    assert taken.release(due_s - 0.1) == []
    assert values(taken.release(due_s)) == [[1.0], [2.0]]
    assert taken.due_s() is None


def test_what_waits_comes_at_the_end() -> None:
    taken = streams()
    taken.take(tagged(0, 1.0), 5.0)
    assert values(taken.ended()) == [[1.0]]


def test_what_waits_is_bounded() -> None:
    taken = streams()
    told = []
    for i in range(1000):
        told += taken.take(tagged(0, float(i), WALL_S + 1e-3 * i), 5.0 + 1e-3 * i)
    assert len(told) > 700
    assert values([*told, *taken.ended()]) == [[float(i)] for i in range(1000)]


ADDRESSES = [
    "/EmotiBit/0/EDA", "/EmotiBit/1/EDA", "/EmotiBit/0/PPG:RED", "/EmotiBit/0/ACC:X",
    "/EmotiBit/0/BI", "/biofeedback/rr", "/biofeedback/eda:4", "/biofeedback/hr", "/x",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=60),
            st.builds(
                message, st.sampled_from(ADDRESSES), st.floats(width=32), st.floats(width=32)
            ),
            st.builds(
                bundle,
                st.floats(0.0, 2e9),
                st.builds(message, st.sampled_from(ADDRESSES), st.integers(-9, 2000)),
            ),
        ),
        max_size=40,
    ),
    st.integers(0, 10_000),
)
def test_whatever_comes_no_value_is_made_up(payloads: list[bytes], seed: int) -> None:
    """And nothing but a refusal leaves `take`, with each datagram read or refused whole."""
    rng = np.random.default_rng(seed)
    taken = streams()
    sent: set[float] = set()
    told = []
    arrival_s = 0.0
    for payload in payloads:
        arrival_s += float(rng.exponential(0.3))
        before = (taken.n_bad, taken.n_taken, taken.n_left_out)
        mutated = bytearray(payload)
        if mutated and rng.random() < 0.3:
            mutated[int(rng.integers(len(mutated)))] ^= int(rng.integers(1, 256))
        try:
            told += taken.take(bytes(mutated), arrival_s)
        except DecodeError:
            assert (taken.n_bad, taken.n_taken, taken.n_left_out) == before
            continue
        for read in read_datagram(bytes(mutated)):
            sent |= {number for number in read.arguments if number is not None}
    told += taken.ended()
    for each in told:
        numbers = each.delivery.values[np.isfinite(each.delivery.values)].tolist()
        assert set(numbers) <= sent
