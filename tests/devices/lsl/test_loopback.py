from __future__ import annotations

import socket
import sys
import threading
from pathlib import Path

import pytest

from biofeedback.devices.lsl.loopback import Doorman, can_confine, confine

linux_only = pytest.mark.skipif(not can_confine(), reason="only Linux can")
EVERYWHERE = "0.0.0.0"


def device_of(held: socket.socket) -> str:
    return held.getsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, 16).rstrip(b"\0").decode()


@linux_only
def test_ports_that_were_open_to_all_are_tied_to_the_loopback_interface_and_no_others() -> None:
    with (
        socket.socket() as data,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as service,
        socket.socket() as other,
    ):
        for each in (data, service, other):
            each.bind((EVERYWHERE, 0))
        data.listen()
        other.listen()
        assert confine({data.getsockname()[1], service.getsockname()[1]})
        assert device_of(data) == device_of(service) == "lo"
        assert device_of(other) == ""
        # From within it is still reached.
        with socket.create_connection(("127.0.0.1", data.getsockname()[1]), timeout=30):
            pass


@linux_only
def test_who_connected_from_within_stays_and_who_came_from_outside_is_cut_off() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            accepted, _ = listening.accept()
            with accepted:
                assert confine({port})
                accepted.sendall(b"x")
                assert client.recv(1) == b"x"


@linux_only
def test_it_leaves_no_descriptor_behind() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    confine({1})
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_system_that_cannot_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert not can_confine()
    assert not confine({1})


@linux_only
def test_a_port_that_the_system_does_not_let_us_tie_is_told_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # An option that no kernel knows stands for one before 5.7, which refuses it.
    monkeypatch.setattr(socket, "SO_BINDTODEVICE", 0x7FFF)
    with socket.socket() as held:
        held.bind((EVERYWHERE, 0))
        held.listen()
        assert not confine({held.getsockname()[1]})


def test_it_closes_at_once_where_another_program_has_the_same_port() -> None:
    before = threading.active_count()
    first = Doorman(discovery_port=0)
    second = Doorman(discovery_port=first.port)  # gets all that comes from now on
    first.close()
    second.close()
    assert threading.active_count() == before


def test_a_search_reaches_every_outlet_of_the_computer() -> None:
    before = threading.active_count()
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as two,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking,
    ):
        doorman = Doorman(discovery_port=0)
        for outlet in (one, two):
            outlet.bind(("127.0.0.1", 0))
            outlet.settimeout(10)
            doorman.add(outlet.getsockname()[1])
        asking.sendto(b"LSL:shortinfo\r\n", ("127.0.0.1", doorman.port))
        assert one.recv(100) == two.recv(100) == b"LSL:shortinfo\r\n"
        doorman.close()
    assert threading.active_count() == before
