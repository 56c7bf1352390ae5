"""What bleak and the systems below it raise, told apart in one place: `world_error`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from biofeedback.devices.radio_error import NOT_OFFERED, OUT_OF_REACH, RadioError, RadioProblem
from biofeedback.devices.radio_translation import from_att, from_dbus, from_reason, from_text
from biofeedback.errors import SensorError, SensorNotFoundError, SensorRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["translated", "world_error"]

# What bleak lets through besides its own errors: there is no bus, or it died in mid-call.
_NO_BUS: Final = (FileNotFoundError, ConnectionError, PermissionError, EOFError)
# And: Windows, a system that lacks a call, BlueZ taking an object away that bleak looks at.
_GONE: Final = (OSError, NotImplementedError, AssertionError, KeyError)


def world_error(error: Exception) -> SensorError | None:
    """Translate what went wrong in the radio into an error of ours.

    Parameters
    ----------
    error
        Anything that a call into bleak raised.

    Returns
    -------
    SensorError or None
        ``None`` when it is no fault of the world and must be seen as the bug it is.
    """
    from bleak import exc  # noqa: PLC0415, TID251 - the one door, opened when needed

    translations: tuple[
        tuple[type[Exception] | tuple[type[Exception], ...], Callable[[Exception], SensorError]],
        ...,
    ] = (
        (exc.BleakBluetoothNotAvailableError, from_reason),
        (exc.BleakDBusError, from_dbus),
        (exc.BleakGATTProtocolError, from_att),
        (exc.BleakCharacteristicNotFoundError, lambda _: SensorRefusedError(NOT_OFFERED)),
        (exc.BleakError, from_text),
        (TimeoutError, lambda _: SensorNotFoundError(OUT_OF_REACH)),
        (_NO_BUS, lambda _: RadioError(RadioProblem.NO_SERVICE)),
        (_GONE, lambda _: SensorNotFoundError(OUT_OF_REACH)),
    )
    for types, translate in translations:
        if isinstance(error, types):
            return translate(error)
    # bleak's own ways to the system, such as a bus address that makes no sense.
    is_below_bleak = type(error).__module__.split(".", 1)[0] in {"dbus_fast", "winrt", "objc"}
    return RadioError(RadioProblem.NO_SERVICE) if is_below_bleak else None


@contextmanager
def translated() -> Iterator[None]:
    """Let out of a block, of what went wrong in the radio, only errors of ours."""
    try:
        yield
    except Exception as error:
        ours = None if isinstance(error, SensorError) else world_error(error)
        if ours is None:
            raise
        raise ours from error
