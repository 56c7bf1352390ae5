"""A D-Bus of our own, so that no test sees or touches the computer's."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import socket
    from types import TracebackType

__all__ = ["MISSING", "PatientSocket", "PrivateBus"]

# Why tests that need the daemon skip; empty where it is installed.
MISSING = "" if shutil.which("dbus-daemon") else "dbus-daemon is not installed"

_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class PrivateBus:
    """A running ``dbus-daemon``; ``address`` goes into ``DBUS_SYSTEM_BUS_ADDRESS``.

    Its socket lies in a short folder of its own: the path of one may have 107 letters.
    """

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="bus-"))
        self.address = f"unix:path={self._folder / 'socket'}"
        self._daemon: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        config = self._folder / "bus.conf"
        config.write_text(_CONFIG.format(socket=self._folder / "socket"), encoding="utf-8")
        daemon = subprocess.Popen(
            ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._daemon = daemon
        assert daemon.stdout is not None
        # It prints its address when it listens.
        assert daemon.stdout.readline(), "dbus-daemon did not start"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def stop(self) -> None:
        """End the daemon, as if the system's bus had died."""
        daemon, self._daemon = self._daemon, None
        if daemon is not None:
            daemon.terminate()
            daemon.wait(10)
            assert daemon.stdout is not None
            daemon.stdout.close()


class PatientSocket:
    """A socket to write to that is full at times.

    dbus-fast writes until nothing is left, and takes a socket that is full for a broken one;
    of what was not taken at all it tries again later, as it should.
    """

    def __init__(self, full_at_times: socket.socket) -> None:
        self._socket = full_at_times

    def send(self, payload: memoryview) -> int:
        """Send what can be sent now, which may be nothing."""
        try:
            return self._socket.send(payload)
        except BlockingIOError:
            return 0
