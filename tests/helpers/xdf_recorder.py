"""Records LSL streams to an XDF file, as LabRecorder does; alone or as a program of its own.

As a program it knows nothing of the app, nor of its settings of liblsl::

    python xdf_recorder.py OUT.xdf BEGINNING_OF_SOURCE_IDS NUMBER_OF_STREAMS [labrecorder]

It says ``recording`` when every stream is open, and ends at the end of its input. With
``labrecorder`` the recording is made by LabRecorder's own code (on PyPI, where its authors
publish it as ``labrecorder``).
Layout of the file: XDF 1.0, https://github.com/sccn/xdf/wiki/Specifications.
"""

from __future__ import annotations

import struct
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

_FILE_HEADER, _STREAM_HEADER, _SAMPLES, _CLOCK_OFFSET, _BOUNDARY, _STREAM_FOOTER = range(1, 7)
_BOUNDARY_UUID = bytes.fromhex("43a546dccbf5410fb30ed5467383cbe4")
_WAIT_S = 0.1
_LONGEST_WAIT_S = 20.0


@dataclass
class _Recorded:
    """One stream while it is recorded."""

    inlet: Any
    xml: str
    is_text: bool
    stamps_s: list[float] = field(default_factory=list)
    samples: list[list[Any]] = field(default_factory=list)
    offsets: list[tuple[float, float]] = field(default_factory=list)


class XdfRecorder:
    """Takes all samples of some streams, from `open` to `close`.

    Parameters
    ----------
    pylsl
        The module.
    infos
        The streams, as a search of liblsl gave them.
    """

    def __init__(self, pylsl: Any, infos: list[Any]) -> None:
        self._pylsl = pylsl
        self._is_over = threading.Event()
        self._streams: list[_Recorded] = []
        for info in infos:
            inlet = pylsl.StreamInlet(info, recover=False)
            full = inlet.info(timeout=_LONGEST_WAIT_S)
            is_text = info.channel_format() == pylsl.cf_string
            self._streams.append(_Recorded(inlet, full.as_xml(), is_text))
        self._threads = [
            threading.Thread(target=self._record, args=(stream,)) for stream in self._streams
        ]

    def open(self) -> None:
        """Begin; every sample sent from now on is taken."""
        for stream in self._streams:
            stream.inlet.open_stream(timeout=_LONGEST_WAIT_S)
        with ThreadPoolExecutor(max(len(self._streams), 1)) as pool:
            list(pool.map(self._measure_offset, self._streams))
        for thread in self._threads:
            thread.start()

    def close(self, path: Path) -> None:
        """Take what is still on its way, and write it all."""
        self._is_over.set()
        for thread in self._threads:
            thread.join()
        with path.open("wb") as file:
            file.write(b"XDF:")
            _write_chunk(
                file, _FILE_HEADER, b'<?xml version="1.0"?><info><version>1.0</version></info>'
            )
            for number, stream in enumerate(self._streams, 1):
                self._write(file, struct.pack("<I", number), stream)

    def _measure_offset(self, stream: _Recorded) -> None:
        offset_s = stream.inlet.time_correction(timeout=_LONGEST_WAIT_S)
        stream.offsets.append((self._pylsl.local_clock(), offset_s))

    def _record(self, stream: _Recorded) -> None:
        while True:
            was_over = self._is_over.is_set()
            try:
                samples, stamps_s = stream.inlet.pull_chunk(timeout=_WAIT_S, max_samples=1)
            except self._pylsl.util.LostError:
                return  # all that was sent has been taken
            # Never more than are there: the rest of a chunk is lost with the stream.
            n_more = stream.inlet.samples_available()
            if n_more:
                more, more_s = stream.inlet.pull_chunk(timeout=0.0, max_samples=n_more)
                samples, stamps_s = samples + more, stamps_s + more_s
            stream.samples += samples
            stream.stamps_s += stamps_s
            if was_over and not stamps_s:
                return

    def _write(self, file: Any, number: bytes, stream: _Recorded) -> None:
        _write_chunk(file, _STREAM_HEADER, number + stream.xml.encode())
        content = bytearray(number + _length(len(stream.samples)))
        for at_s, values in zip(stream.stamps_s, stream.samples, strict=True):
            content += struct.pack("<Bd", 8, at_s)
            if stream.is_text:
                for text in values:
                    content += _length(len(text.encode())) + text.encode()
            else:
                content += struct.pack(f"<{len(values)}f", *values)
        _write_chunk(file, _SAMPLES, bytes(content))
        for collected_s, offset_s in stream.offsets:
            _write_chunk(file, _CLOCK_OFFSET, number + struct.pack("<dd", collected_s, offset_s))
        _write_chunk(file, _BOUNDARY, _BOUNDARY_UUID)
        first_s, last_s = (stream.stamps_s or [0.0])[0], (stream.stamps_s or [0.0])[-1]
        footer = (
            '<?xml version="1.0"?><info>'
            f"<first_timestamp>{first_s}</first_timestamp><last_timestamp>{last_s}</last_timestamp>"
            f"<sample_count>{len(stream.samples)}</sample_count></info>"
        )
        _write_chunk(file, _STREAM_FOOTER, number + footer.encode())


def _length(length: int) -> bytes:
    return struct.pack("<BI", 4, length)


def _write_chunk(file: Any, tag: int, content: bytes) -> None:
    file.write(_length(len(content) + 2) + struct.pack("<H", tag) + content)


def find(pylsl: Any, beginning: str, n_streams: int) -> list[Any]:
    """Return streams by how their source ids begin, once there are so many."""
    predicate = f"starts-with(source_id,'{beginning}')"
    found: list[Any] = pylsl.resolve_bypred(predicate, n_streams, _LONGEST_WAIT_S)
    return found


def main() -> None:
    """Record until the input ends."""
    import pylsl

    path, beginning, n_streams, *rest = sys.argv[1:]
    infos = find(pylsl, beginning, int(n_streams))
    if rest == ["labrecorder"]:
        # Says itself when each stream has begun.
        recording = import_module("labrecorder").Recording(path, infos)
        sys.stdin.read()
        recording.stop()
        return
    recorder = XdfRecorder(pylsl, infos)
    recorder.open()
    print("recording", flush=True)  # noqa: T201 - this is what its parent waits for
    sys.stdin.read()
    recorder.close(Path(path))


if __name__ == "__main__":
    main()
