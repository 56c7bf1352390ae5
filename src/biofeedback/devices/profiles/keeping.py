"""Writes a profile among the person's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.devices.profiles.library import ProfileLibrary
from biofeedback.devices.profiles.problem import Problem, ProfileError

if TYPE_CHECKING:
    from pathlib import Path

    from biofeedback.devices.profiles.profile import Profile

__all__ = ["keep_profile", "taken_by", "write_text"]

_CANNOT_WRITE = (
    "It could not be written. Check that there is room on the disk and that the folder is yours."
)


def taken_by(profile: Profile, folder: Path) -> Path | None:
    """Return the file in a folder that a profile would take the place of, ``None`` if none is."""
    path = folder / f"{profile.profile_id}.toml"
    if path.exists():
        return path
    known = ProfileLibrary(folder).find(profile.profile_id)
    return known.path if known is not None and known.is_own else None


def keep_profile(profile: Profile, text: str, folder: Path, *, replaces: bool) -> Path | None:
    """Write a profile into a folder, whole or not at all.

    Parameters
    ----------
    profile
        What the text says, checked.
    text
        What to write.
    folder
        The person's own profiles; made if it is not there.
    replaces
        Whether it may take the place of another with its id.

    Returns
    -------
    Path or None
        Its file; ``None`` if another has its id, and stays.

    Raises
    ------
    ProfileError
        If it cannot be written.
    """
    taken = taken_by(profile, folder)
    if taken is not None and not replaces:
        return None
    path = folder / f"{profile.profile_id}.toml"
    write_text(text, path)
    if taken is not None and taken != path:
        taken.unlink(missing_ok=True)
    return path


def write_text(text: str, path: Path) -> None:
    """Write a file whole or not at all: half a profile would be one that is wrong.

    Raises
    ------
    ProfileError
        If it cannot be written.
    """
    beside = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.replace(path)
    except OSError:
        raise ProfileError((Problem(_CANNOT_WRITE, file=path.name),)) from None
