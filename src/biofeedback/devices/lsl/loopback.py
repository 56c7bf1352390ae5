"""Keeps what liblsl opens within this computer.

liblsl 1.18 lets one choose where it listens for searches, but opens the ports through which
samples and times are fetched on every network the computer is in, whatever its settings say.
So `confine` ties those ports to the loopback interface once they are open. The system then
hands them nothing that comes from outside (socket(7), SO_BINDTODEVICE, from Linux 5.7 on
without privileges). Other systems offer nothing of the kind for a port that is open already;
there `can_confine` is False.

A search on one computer goes to one port, 16571, of which only one socket gets each question
(unlike in a network, where all do). `Doorman` is that socket: it passes the question on to every
outlet of this computer, and each answers for itself.
"""

from __future__ import annotations

import os
import selectors
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["N_PORTS", "Doorman", "can_confine", "confine"]

# Documentation of liblsl, "Configuration file", section ports. There are 32 by default; a
# session of several sensors may fill them.
DISCOVERY_PORT: Final = 16571
FIRST_PORT: Final = 16572
N_PORTS: Final = 96

_LOOPBACK: Final = "127.0.0.1"
_EVERYWHERE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - what is looked for, to close it
_LARGEST_DATAGRAM: Final = 65536


def can_confine() -> bool:
    """Whether this system can keep an open port within the computer."""
    return sys.platform == "linux"


def confine(ports: Collection[int]) -> bool:
    """Tie this process's sockets at some ports to the loopback interface.

    Parameters
    ----------
    ports
        The ports an outlet has opened. Whoever has connected from another computer in the
        moment before is cut off.

    Returns
    -------
    bool
        Whether every one of them can now be reached from this computer alone.
    """
    if not can_confine():
        return False
    is_closed = True
    for entry in list(Path("/proc/self/fd").iterdir()):
        held = _socket_of(int(entry.name))
        if held is None:
            continue
        with held, suppress(OSError):
            is_inet = held.family in {socket.AF_INET, socket.AF_INET6}
            if is_inet and held.getsockname()[1] in ports:
                is_closed = _confine_one(held) and is_closed
    return is_closed


def _socket_of(descriptor: int) -> socket.socket | None:
    """A second hold on an open socket, so that letting go of it leaves liblsl's own open."""
    try:
        second = os.dup(descriptor)
    except OSError:
        return None  # closed meanwhile
    try:
        return socket.socket(fileno=second)
    except OSError:
        os.close(second)
        return None  # a file


def _confine_one(held: socket.socket) -> bool:
    try:
        peer = str(held.getpeername()[0])
    except OSError:
        peer = ""  # listening, or connectionless
    if peer:
        if not peer.startswith("127.") and peer != "::1":
            with suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)
        return True
    if held.getsockname()[0] not in _EVERYWHERE:
        return True
    try:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo\0")
    except OSError:
        return False
    return True


class Doorman:
    """Passes each search within this computer on to all outlets on it.

    Parameters
    ----------
    discovery_port
        Where searches arrive.
    """

    def __init__(self, discovery_port: int = DISCOVERY_PORT) -> None:
        self._ports = set(range(FIRST_PORT, FIRST_PORT + N_PORTS))
        self._door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._door.bind((_LOOPBACK, discovery_port))
            self._door.setblocking(False)
        except OSError:
            self._door.close()
            raise
        self.port: int = self._door.getsockname()[1]
        # Nothing else is sure to reach the thread: a datagram to the door may go to the socket
        # of another program at the same port.
        self._bell, self._rings = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="biofeedback-lsl-door", daemon=True)
        self._thread.start()

    def add(self, port: int) -> None:
        """Pass searches on to this port as well."""
        self._ports = self._ports | {port}

    def close(self) -> None:
        """Stop, and wait until it has stopped."""
        self._bell.close()
        self._thread.join()
        self._rings.close()
        self._door.close()

    def _run(self) -> None:
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._door, selectors.EVENT_READ)
            waiting.register(self._rings, selectors.EVENT_READ)
            while all(key.fileobj is not self._rings for key, _ in waiting.select()):
                self._pass_on()

    def _pass_on(self) -> None:
        try:
            question, _ = self._door.recvfrom(_LARGEST_DATAGRAM)
        except OSError:
            return  # an answer of ours found nobody, or there is nothing after all
        # It names the port to which answers go, and they go to where it comes from: here.
        for port in self._ports:
            if question and port != self.port:
                with suppress(OSError):
                    self._door.sendto(question, (_LOOPBACK, port))
