"""Every guide can be begun by its name, and knows its words."""

from __future__ import annotations

import pytest

from biofeedback.guides.catalogue import GUIDES, make_guide, vocabulary
from biofeedback.guides.guide import WORDS
from biofeedback.guides.pacer import pattern_arguments
from biofeedback.pacing import PRESETS

OPTIONS = pattern_arguments(PRESETS["gentle"])


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_opens_with_a_stage_of_its_vocabulary(name: str) -> None:
    guide = make_guide(name, OPTIONS)
    assert guide.name == name
    assert not guide.is_over
    assert guide.scene.stage in vocabulary(name).stages
    assert set(guide.scene.can) <= {*WORDS, "keep"}


@pytest.mark.parametrize("name", GUIDES)
def test_options_of_others_are_passed_over(name: str) -> None:
    assert make_guide(name, {**OPTIONS, "something_else": 7.0}).name == name


def test_a_guide_that_is_not_there_is_a_bug() -> None:
    with pytest.raises(ValueError, match="no guide 'levitation'"):
        make_guide("levitation", OPTIONS)
