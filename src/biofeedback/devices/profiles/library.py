"""Which profiles there are: those that come with the app, and the person's own.

A profile with a problem is listed with it, and never used. One that came with the app gives way
to the person's own of the same id.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from biofeedback.devices.profiles.conversation import ProfileDriver
from biofeedback.devices.profiles.problem import Problem, ProfileError
from biofeedback.devices.profiles.reading import read_profile_file
from biofeedback.devices.profiles.self_test import self_test_problems

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biofeedback.devices.profiles.profile import Profile

__all__ = ["Entry", "ProfileLibrary", "checked_profile", "own_folder", "template_files"]

_HERE: Final = Path(__file__).parent
_MAX_FILES = 500


def own_folder() -> Path:
    """Return where a person's own profiles are; it need not exist."""
    import platformdirs  # noqa: PLC0415 - only who looks for profiles needs it

    return platformdirs.user_data_path("biofeedback", appauthor=False) / "profiles"


def template_files() -> dict[str, Path]:
    """Return the templates that new profiles begin with, by name."""
    return {path.stem: path for path in sorted((_HERE / "templates").glob("*.toml"))}


def checked_profile(path: Path) -> Profile:
    """Read a profile and run its self-tests.

    Raises
    ------
    ProfileError
        If anything is wrong with it.
    """
    profile = read_profile_file(path)
    problems = self_test_problems(profile, path.name)
    if problems:
        raise ProfileError(problems)
    return profile


@dataclass(frozen=True, slots=True)
class Entry:
    """One profile that can be used.

    Parameters
    ----------
    profile
        What it says.
    path
        Its file.
    is_own
        Whether it is the person's own.
    """

    profile: Profile
    path: Path
    is_own: bool


class ProfileLibrary:
    """The profiles, read on first use and kept; make a new library to look again.

    Parameters
    ----------
    folder
        The person's own profiles; the usual place by default.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._found_problems: list[Problem] = []

    @property
    def folder(self) -> Path:
        """Where the person's own profiles are."""
        return self._folder or own_folder()

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """All profiles that can be used, the person's own first, each id once."""
        try:
            own_files = sorted(self.folder.glob("*.toml"))[:_MAX_FILES]
        except OSError:
            own_files = []
        own = self._read(own_files, is_own=True)
        taken = {entry.profile.profile_id for entry in own}
        shipped = self._read(sorted((_HERE / "shipped").glob("*.toml")), is_own=False)
        return (*own, *(entry for entry in shipped if entry.profile.profile_id not in taken))

    @property
    def found_problems(self) -> tuple[Problem, ...]:
        """What is wrong with those that cannot be used."""
        _ = self.entries
        return tuple(self._found_problems)

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with those that cannot be used, in words."""
        return tuple(map(str, self.found_problems))

    def own(self) -> tuple[ProfileDriver, ...]:
        """Return the drivers of the person's own profiles."""
        return tuple(ProfileDriver(entry.profile) for entry in self.entries if entry.is_own)

    def shipped(self) -> tuple[ProfileDriver, ...]:
        """Return the drivers of the profiles that come with the app."""
        return tuple(ProfileDriver(entry.profile) for entry in self.entries if not entry.is_own)

    def find(self, profile_id: str) -> Entry | None:
        """Return the profile with an id."""
        wanted = profile_id.strip().casefold()
        return next((each for each in self.entries if each.profile.profile_id == wanted), None)

    def _read(self, files: Iterable[Path], *, is_own: bool) -> list[Entry]:
        entries: dict[str, Entry] = {}
        for path in files:
            try:
                profile = checked_profile(path)
            except ProfileError as error:
                self._found_problems += error.problems
                continue
            first = entries.setdefault(profile.profile_id, Entry(profile, path, is_own))
            if first.path != path:
                words = (
                    f"It has the same id “{profile.profile_id}” as {first.path.name}, which is "
                    "used. Give it another, or remove one of the two."
                )
                self._found_problems.append(Problem(words, file=path.name))
        return list(entries.values())
