"""What is wrong with a profile, where, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from biofeedback.errors import SensorError

__all__ = ["Problem", "ProfileError"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Parameters
    ----------
    words
        What, and what to do, in plain words.
    line
        The line of the file, counted from 1; 0 where none is meant.
    file
        The file's name, empty where there is none.
    """

    words: str
    line: int = 0
    file: str = ""

    def __str__(self) -> str:
        where = [self.file] if self.file else []
        if self.line:
            where.append(f"line {self.line}")
        return f"{', '.join(where)}: {self.words}" if where else self.words


class ProfileError(SensorError):
    """A profile that cannot be used.

    Parameters
    ----------
    problems
        All that is wrong, at least one, in the order of the file.
    """

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))
