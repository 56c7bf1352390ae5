"""The breathing tone through the computer's sound device, so that eyes can stay closed.

QtMultimedia is imported when the tone is first needed. No more than `_AHEAD_S` is ever
handed to the device, so a pause is heard at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal, qInstallMessageHandler

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtCore import QIODevice
    from PySide6.QtMultimedia import QAudioSink

    from biofeedback.pacing import PacerSegment
    from biofeedback.ui.tone import ToneStream

__all__ = ["BreathTone", "Output", "open_device"]

_AHEAD_S = 0.04
_FEED_MS = 10
# The device's clock and ours may differ by this much before the tone is moved.
_DRIFT_S = 0.08
_RATE_HZ = 44_100


class Output(Protocol):
    """A sound device that takes samples."""

    rate_hz: float

    def queued_s(self) -> float:
        """Return how much is handed over and not heard yet."""
        ...

    def write(self, samples: NDArray[np.float64]) -> None:
        """Hand over samples, -1 to 1."""
        ...

    def close(self) -> None:
        """Let go of the device."""
        ...


class BreathTone(QObject):
    """Plays the tone of the pacer as long as it is switched on.

    Signals: ``unavailable()`` once, when there is no sound device.

    Parameters
    ----------
    pacer
        Gives the pacer to follow now, ``None`` when it stands still.
    now_s
        Gives session time.
    open_output
        Opens the sound device, or gives ``None`` when there is none.
    """

    unavailable = Signal()

    def __init__(
        self,
        pacer: Callable[[], PacerSegment | None],
        now_s: Callable[[], float],
        open_output: Callable[[], Output | None] | None = None,
    ) -> None:
        super().__init__()
        self._pacer = pacer
        self._now_s = now_s
        self._open_output = open_device if open_output is None else open_output
        self._output: Output | None = None
        self._stream: ToneStream | None = None
        self._has_told = False
        self._volume = 0.4
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_FEED_MS)
        self._timer.timeout.connect(self.feed)

    @property
    def is_on(self) -> bool:
        """Whether a device is being fed."""
        return self._output is not None

    def set_volume(self, volume: float) -> None:
        """Set the loudness, 0 to 1."""
        self._volume = volume

    def switch_on(self) -> None:
        """Open the device and follow the pacer. Without a device, say so once and stay silent."""
        if self._output is not None:
            return
        self._output = self._open_output()
        if self._output is None:
            if not self._has_told:
                self._has_told = True
                self.unavailable.emit()
            return
        from biofeedback.ui.tone import ToneStream  # noqa: PLC0415 - NumPy, after the first picture

        self._stream = ToneStream(self._output.rate_hz)
        self._timer.start()
        self.feed()

    def switch_off(self) -> None:
        """Let go of the device."""
        self._timer.stop()
        if self._output is not None:
            self._output.close()
        self._output = self._stream = None

    def ring(self) -> None:
        """Ring a soft bell, if it is switched on."""
        if self._stream is not None:
            self._stream.ring()

    def hush(self) -> None:
        """Let a bell that sounds fade out at once."""
        if self._stream is not None:
            self._stream.hush()

    def feed(self) -> None:
        """Hand the device what is due. Called by a timer, and at once when the person pauses."""
        output, stream = self._output, self._stream
        if output is None or stream is None:
            return
        queued_s = output.queued_s()
        n_samples = round((_AHEAD_S - queued_s) * output.rate_hz)
        if n_samples <= 0:
            return
        t_s = self._now_s() + queued_s
        if abs(t_s - stream.next_s) < _DRIFT_S:
            # The device sets the pace; the session clock only says where to begin.
            t_s = stream.next_s
        output.write(stream.block(self._pacer(), t_s, n_samples, self._volume))


def open_device() -> Output | None:
    """Open the computer's usual sound device; ``None`` when it has none."""
    # What Qt's own backends say about libraries they looked for is no news to the person: with
    # a device there is sound, and without one the app says so itself.
    before = qInstallMessageHandler(lambda *_: None)
    try:
        return _open_device()
    finally:
        qInstallMessageHandler(before)


def _open_device() -> Output | None:
    from PySide6 import QtMultimedia as Multimedia  # noqa: PLC0415 - not before it is needed

    device = Multimedia.QMediaDevices.defaultAudioOutput()
    if device.isNull():
        return None
    sound_format = Multimedia.QAudioFormat()
    sound_format.setSampleRate(_RATE_HZ)
    sound_format.setChannelCount(1)
    sound_format.setSampleFormat(Multimedia.QAudioFormat.SampleFormat.Int16)
    if not device.isFormatSupported(sound_format):
        sound_format.setSampleRate(device.preferredFormat().sampleRate())
        sound_format.setChannelCount(device.preferredFormat().channelCount())
    sink = Multimedia.QAudioSink(device, sound_format)
    sink.setBufferSize(sound_format.bytesForDuration(round(2 * _AHEAD_S * 1e6)))
    stream = sink.start()
    # Asked by name, for its type is told wrongly: a device may be listed and still refuse.
    if not stream.isOpen() or sink.error().name != "NoError":
        return None
    return _Device(sink, stream, sound_format.sampleRate(), sound_format.channelCount())


class _Device:
    """Qt's audio sink as an `Output`."""

    def __init__(self, sink: QAudioSink, stream: QIODevice, rate_hz: int, n_channels: int) -> None:
        self._sink, self._stream = sink, stream
        self._n_channels = n_channels
        self.rate_hz = float(rate_hz)

    def queued_s(self) -> float:
        queued: int = self._sink.bufferSize() - self._sink.bytesFree()
        return queued / (2 * self._n_channels * self.rate_hz)

    def write(self, samples: NDArray[np.float64]) -> None:
        pcm = (samples * 32_000).astype("<i2").repeat(self._n_channels)
        self._stream.write(pcm.tobytes())

    def close(self) -> None:
        self._sink.stop()
