from __future__ import annotations

from biofeedback.devices.profiles.problem import Problem, ProfileError
from biofeedback.errors import SensorError


def test_a_problem_says_where_it_is_as_far_as_that_is_known() -> None:
    assert str(Problem("It is so.", 12, "ring.toml")) == "ring.toml, line 12: It is so."
    assert str(Problem("It is so.", 12)) == "line 12: It is so."
    assert str(Problem("It is so.", file="ring.toml")) == "ring.toml: It is so."
    assert str(Problem("It is so.")) == "It is so."


def test_an_error_says_all_of_them_and_can_be_shown() -> None:
    error = ProfileError((Problem("One."), Problem("Two.", 2)))
    assert str(error) == "One.\nline 2: Two."
    assert isinstance(error, SensorError)
