"""``biofeedback record`` with a strap, through real bleak and a stand-in for BlueZ."""

from __future__ import annotations

import shutil
import threading
from typing import TYPE_CHECKING

import pytest

from biofeedback.cli import lead, record, run
from biofeedback.clock import FakeClock, SystemClock
from biofeedback.runtime.engine import Engine
from biofeedback.runtime.snapshot import SessionState
from biofeedback.runtime.verify import replay_findings
from biofeedback.samples import Beat, Chunk, Packet, RRFlag, SensorStatus, StreamKind
from biofeedback.sessions.keys import passphrase_key
from biofeedback.sessions.library import Library
from helpers.bluez import BluezStandIn
from helpers.scripted import advance
from helpers.strap_recording import StrapPacket, read_recording

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from biofeedback.clock import Clock
    from helpers.bluez_strap import Strap

pytestmark = pytest.mark.skipif(
    shutil.which("dbus-daemon") is None, reason="needs dbus-daemon for a private bus"
)

PASSPHRASE = "gulls over the harbour"
WAIT_S = 20.0


class RecordCommand:
    """The command in a thread of its own, on a clock that the test moves."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, folder: Path, clock: Clock | None = None
    ) -> None:
        self.library = folder / "library.db"
        self._key_file = folder / "passphrase.txt"
        self._key_file.write_text(PASSPHRASE + "\n", encoding="utf-8")
        self._clock = FakeClock()
        self._has_packets = threading.Condition()
        self._n_packets = 0
        self._engine: Engine | None = None
        self.code: int | None = None
        command = self

        class ObservedEngine(Engine):
            def start(self) -> None:
                self.listen(command._heard)
                super().start()
                command._engine = self

        monkeypatch.setattr(lead, "Engine", ObservedEngine)
        monkeypatch.setattr(record, "SystemClock", lambda _speed: clock or self._clock)

    def start(self, *arguments: str) -> None:
        options = ["--library", str(self.library), "--passphrase-file", str(self._key_file)]

        def work() -> None:
            self.code = run(["record", *arguments, *options])

        self._thread = threading.Thread(target=work, name="record-command")
        self._thread.start()

    def _heard(self, event: object) -> None:
        if isinstance(event, Packet):
            with self._has_packets:
                self._n_packets += 1
                self._has_packets.notify_all()

    def move(self, seconds: float) -> None:
        assert self._engine is not None
        advance(self._engine, self._clock, seconds)

    @property
    def now_s(self) -> float:
        return self._clock.now_s()

    def until_subscribed(self, strap: Strap) -> None:
        """Let the command's time pass until it listens to the strap."""
        pause = threading.Event()
        for _ in range(400):
            if strap.is_subscribed:
                return
            if self._engine is not None:
                self.move(0.1)
            pause.wait(0.02)  # what is waited for is real traffic on the bus
        pytest.fail("the command never subscribed")

    def send(self, strap: Strap, packet: StrapPacket, *, start_s: float) -> None:
        """Send a packet at its time, and see that it has arrived."""
        self.move(max(start_s + packet.arrival_s - self.now_s, 0.0))
        expected = self._n_packets + 1
        assert strap.notify(packet.payload)
        with self._has_packets:
            assert self._has_packets.wait_for(lambda: self._n_packets >= expected, WAIT_S)

    def finish(self) -> int:
        """Let the rest of the session's time pass, then wait for the command to leave."""
        assert self._engine is not None
        for _ in range(1000):
            if self._engine.snapshot().state is SessionState.ENDED:
                break
            self.move(1.0)
        return self.join()

    def join(self) -> int:
        self._thread.join(WAIT_S)
        assert self.code is not None
        return self.code


def recorded(path: Path) -> tuple[Library, str]:
    library = Library.open(path, passphrase_key(PASSPHRASE), create=False)
    return library, library.sessions()[0].session_id


def ticks_of(packets: Sequence[StrapPacket]) -> list[int]:
    return [ticks for packet in packets for ticks in packet.rr_ticks]


@pytest.fixture
def bluez(monkeypatch: pytest.MonkeyPatch) -> object:
    with BluezStandIn() as stand_in:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", stand_in.address)
        yield stand_in


def test_a_real_recording_is_kept_interval_for_interval(
    bluez: BluezStandIn,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    recordings: Path,
) -> None:
    """Ten minutes of a chest strap: every interval once, in order, in exact 1/1024 s.

    Then the session computes the same again, bit for bit.
    """
    packets = read_recording(recordings / "polar_h10_dhyb" / "sample_data_ibi.csv")
    strap = bluez.add_strap()
    command = RecordCommand(monkeypatch, tmp_path)
    command.start(
        "--sensor", "Polar H10 5C2A91B3", "--guide", "breathing", "--rate", "3.75",
        "--seconds", "622",
    )  # fmt: skip
    command.until_subscribed(strap)
    start_s = command.now_s
    for packet in packets:
        command.send(strap, packet, start_s=start_s)
    assert command.finish() == 0

    library, session_id = recorded(command.library)
    with library:
        session = library.load(session_id)
        chunks = [event for event in session.events(Chunk) if event.stream.kind is StreamKind.RR]
        kept = [value * 1.024 for chunk in chunks for value in chunk.values[:, 0].tolist()]
        assert kept == [float(ticks) for ticks in ticks_of(packets)]
        raw = [e.payload for e in session.events(Packet)]
        assert raw == [packet.payload for packet in packets]
        times_s = [t_s for chunk in chunks for t_s in chunk.t_s.tolist()]
        assert times_s == sorted(times_s)
        flags = [e.flag for e in session.events(Beat)]
        assert flags.count(RRFlag.GAP) == 0
        assert replay_findings(session) == []
        assert library.verify() == ()


def test_a_lost_link_comes_back_and_leaves_one_gap(
    bluez: BluezStandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    packets = [StrapPacket(float(i), (1024,)) for i in range(1, 31)]
    strap = bluez.add_strap()
    command = RecordCommand(monkeypatch, tmp_path)
    command.start("--sensor", "polar", "--seconds", "75")
    command.until_subscribed(strap)
    start_s = command.now_s
    for packet in packets[:15]:
        command.send(strap, packet, start_s=start_s)
    strap.lose_link()
    strap.come_back()
    command.until_subscribed(strap)
    again_s = command.now_s
    for packet in packets[15:]:
        command.send(strap, packet, start_s=again_s - 15.0)
    assert command.finish() == 0

    library, session_id = recorded(command.library)
    with library:
        session = library.load(session_id)
        beats = list(session.events(Beat))
        assert [beat.rr_ms for beat in beats] == [1000.0] * 30
        assert [beat.flag for beat in beats].count(RRFlag.GAP) == 1
        assert beats[15].flag is RRFlag.GAP
        states = [event.state.value for event in session.events(SensorStatus)]
        assert "reconnecting" in states
        assert replay_findings(session) == []


def test_a_strap_that_is_not_near_is_said_in_a_sentence(
    bluez: BluezStandIn,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    command = RecordCommand(monkeypatch, tmp_path, clock=SystemClock(40))
    command.start("--sensor", "Polar H10 00000000", "--seconds", "5")
    assert command.join() == 1
    assert bluez.n_scans > 0
    said = capfd.readouterr().err
    assert "near" in said
    assert "Traceback" not in said
