"""A session in which a guide leads, for the window's tests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from biofeedback.pacing import PRESETS
from biofeedback.runtime.snapshot import SessionPlan, SessionState
from biofeedback.samples import Decision, GuideState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.engine_double import EngineDouble

FEEL = GuideState(
    60.0,
    "grounding",
    "open",
    stage="feel",
    stage_until_s=110.0,
    place=2,
    n_places=5,
    count=2,
    n_asked=4,
    can=("more", "next", "longer", "other", "back", "keep"),
)
BREATHE = GuideState(60.0, "breathing", "in", 64.0, 5.8, "breathe", can=("keep",))
SETTLING = Decision(61.0, "grounding", "longer", "skin-settling")


def lead(
    engine: EngineDouble,
    state: GuideState | None,
    *,
    plan: str = "grounding",
    decisions: Sequence[Decision] = (),
    t_s: float = 70.0,
    **options: float | str,
) -> None:
    """Bring a session to a state of its guide."""
    engine.begin(SessionPlan(plan, PRESETS["gentle"], 600.0, options))
    engine.live(t_s, led_s=t_s)
    engine.change(guide=state, decisions=tuple(decisions), state=SessionState.RUNNING)


def change_guide(engine: EngineDouble, **changes: object) -> None:
    """Let the guide ask for something else."""
    guide = engine.picture.guide
    assert guide is not None
    engine.change(guide=replace(guide, **changes))  # type: ignore[arg-type]  # fields of a test's choosing
