"""Every error the user can meet, and nothing else.

Each carries one or two sentences in plain words: what happened, and what to do. No text
holds a measurement, a name or a passphrase. A bug of ours is a `ValueError` or the like
and is never part of this tree.

::

    BiofeedbackError
    ├── SensorError
    │   ├── BluetoothUnavailableError   no service, no adapter, switched off, not allowed
    │   ├── SensorNotFoundError         not near, or the name fits several
    │   └── SensorRefusedError          it, or the system, refused the connection
    ├── LibraryError
    │   ├── PassphraseError             missing, wrong, or not confirmed
    │   ├── LibraryUnavailableError     not there, not writable, in use, disk full
    │   ├── LibraryTooNewError          written by a newer version
    │   ├── LibraryDamagedError         the file or a part of it cannot be read
    │   └── SessionNotFoundError        no session, or several, with that beginning
    ├── FormatError                     a file that is no recording we can read
    ├── ContentError                    words that come with the app cannot be read
    └── DisplayUnavailableError         a window was asked for where there is no screen
"""

from __future__ import annotations

__all__ = [
    "BiofeedbackError",
    "BluetoothUnavailableError",
    "ContentError",
    "DisplayUnavailableError",
    "FormatError",
    "LibraryDamagedError",
    "LibraryError",
    "LibraryTooNewError",
    "LibraryUnavailableError",
    "PassphraseError",
    "SensorError",
    "SensorNotFoundError",
    "SensorRefusedError",
    "SessionNotFoundError",
]


class BiofeedbackError(Exception):
    """The world refused. ``str(error)`` is fit to be shown to the user as it is."""


class SensorError(BiofeedbackError):
    """A sensor or the radio."""


class BluetoothUnavailableError(SensorError):
    """No Bluetooth service, no adapter, switched off, or not allowed."""


class SensorNotFoundError(SensorError):
    """No sensor of that name is near, or the name fits several."""


class SensorRefusedError(SensorError):
    """The sensor or the system refused the connection, or wants pairing."""


class LibraryError(BiofeedbackError):
    """The library of recorded sessions."""


class PassphraseError(LibraryError):
    """The passphrase is missing, wrong, or was not confirmed."""


class LibraryUnavailableError(LibraryError):
    """The library's file or folder is missing, not writable, in use, or its disk is full."""


class LibraryTooNewError(LibraryError):
    """The library was written by a newer version of the app."""


class LibraryDamagedError(LibraryError):
    """The library, or a part of it, cannot be read."""


class SessionNotFoundError(LibraryError):
    """No session begins with that id, or several do."""


class FormatError(BiofeedbackError):
    """A file that is no recording this app can read."""


class ContentError(BiofeedbackError, OSError):
    """A file of words that comes with the app is damaged, or not there at all."""


class DisplayUnavailableError(BiofeedbackError):
    """A window was asked for where there is no screen."""
