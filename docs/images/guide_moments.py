# ruff: noqa: INP001 - beside the pictures it takes, and no package
"""One telling moment of every guide, from sessions that are really led."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.kinds import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from studio import Studio

__all__ = ["MOMENTS"]


def breathing(studio: Studio) -> None:
    """The pace has begun at the person's own and slows down; the line says why."""
    studio.begin("breathing", preset="gentle", ramp="yes")
    studio.pass_until(lambda: studio.is_at("ramp"), 60.0, "breathing: ramp")
    studio.pass_time(55.0)
    studio.pass_until(lambda: studio.breathes("out"), 30.0, "breathing: an out-breath")
    studio.take("breathing")
    studio.end()
    studio.leave_summary()


def sigh(studio: Studio) -> None:
    """The second, small in-breath of a sigh."""
    studio.begin("breathing", preset="sigh")
    studio.pass_time(70.0)
    studio.pass_until(lambda: studio.breathes("hold-in", 0.2, 0.9), 40.0, "sigh: a little more")
    studio.take("breathing-sigh")
    studio.end()
    studio.leave_summary()


def resonance(studio: Studio) -> None:
    """The pace asks whether it may move; it has moved, and says after what."""
    studio.begin("resonance", minutes=20, asks="yes")
    studio.pass_until(
        lambda: studio.asks("try-slower") or studio.asks("try-faster"),
        600.0,
        "resonance: a question",
    )
    studio.pass_until(lambda: studio.breathes("in", 0.5, 0.9), 30.0, "resonance: an in-breath")
    studio.take("resonance-question")
    studio.answer("yes")
    studio.pass_until(
        lambda: studio.decided("slower", "faster", within_s=30.0) and studio.breathes("out"),
        60.0,
        "resonance: a move",
    )
    studio.take("resonance")
    studio.end()
    studio.leave_summary()


def resonance_stepped(studio: Studio) -> None:
    """A step of the assessment; at its end, what was found."""
    studio.begin("resonance-stepped")
    studio.pass_until(
        lambda: studio.guide is not None and studio.guide.place == 3 and studio.is_at("step"),
        900.0,
        "resonance-stepped: the third pace",
    )
    studio.pass_time(60.0)
    studio.pass_until(lambda: studio.breathes("out"), 30.0, "resonance-stepped: an out-breath")
    studio.take("resonance-stepped")
    studio.pass_until(lambda: studio.is_over, 1500.0, "resonance-stepped: the end")
    studio.see_summary()
    studio.take("resonance-result", studio.pages.summary)
    studio.leave_summary()


def resonance_sliding(studio: Studio) -> None:
    """Half of the slow way down."""
    studio.begin("resonance-sliding")
    studio.pass_until(lambda: studio.is_at("slide"), 240.0, "resonance-sliding: the slide")
    studio.pass_time(330.0)
    studio.pass_until(lambda: studio.breathes("in", 0.6, 0.9), 30.0, "resonance-sliding: in")
    studio.take("resonance-sliding")
    studio.end()
    studio.leave_summary()


def release(studio: Studio) -> None:
    """The first group of muscles is let go of."""
    studio.begin("release")
    studio.pass_until(lambda: studio.is_at("tense"), 90.0, "release: tensing")
    studio.pass_until(lambda: studio.is_at("loose"), 30.0, "release: letting go")
    studio.pass_time(8.0)
    studio.take("release")
    studio.end()
    studio.leave_summary()


def kindness(studio: Studio) -> None:
    """A hand where it does good."""
    studio.begin("kindness", touch="heart")
    studio.pass_until(lambda: studio.is_at("touch-heart"), 200.0, "kindness: a hand on the heart")
    studio.pass_time(12.0)
    studio.take("kindness")
    studio.end()
    studio.leave_summary()


def body_scan(studio: Studio) -> None:
    """Some way up the body."""
    studio.begin("body-scan", anchor="hands")
    studio.pass_until(lambda: studio.is_at("scan-belly"), 400.0, "body scan: the belly")
    studio.pass_time(12.0)
    studio.take("body-scan")
    studio.end()
    studio.leave_summary()


def check_in(studio: Studio) -> None:
    """One word for how it is."""
    studio.begin("check-in")
    studio.pass_until(lambda: studio.asks("word-for-it"), 120.0, "check-in: one word")
    studio.pass_time(3.0)
    studio.take("check-in")
    studio.end()
    studio.leave_summary()


def waves(studio: Studio) -> None:
    """A small dose, and the arousal of the last minutes under it."""
    studio.begin("waves")
    studio.pass_time(20.0)
    studio.ask("next")
    studio.pass_time(60.0)
    studio.ask("activate")
    studio.pass_time(24.0)
    studio.take("waves")
    studio.end()
    studio.leave_summary()


def together(studio: Studio) -> None:
    """Two people, each with a pacer of their own."""
    partner = [
        studio.put_on(f"simulated:{word}?seed=11", Role.PARTNER) for word in ("strap", "belt")
    ]
    studio.pass_time(80.0)
    studio.begin("together", pacers="own")
    studio.pass_time(150.0)
    studio.pass_until(lambda: studio.breathes("out"), 30.0, "together: an out-breath")
    studio.take("together")
    studio.end()
    studio.leave_summary()
    studio.take_off(*partner)


def a_hard_evening(studio: Studio) -> None:
    """Somebody to whom a hard memory comes: a question, an offer, and grounding afterwards."""
    words = ("strap", "skin", "belt")
    studio.take_off(*(f"simulated-{word}" for word in words))
    began_s = studio.engine.clock.now_s()
    for word in words:
        studio.put_on(f"simulated:{word}?scenario=hard-memory")

    def pass_until_minute(minute: float) -> None:
        studio.pass_time(began_s + 60.0 * minute - studio.engine.clock.now_s())

    pass_until_minute(6.0)
    studio.begin("breathing", minutes=20, preset="gentle", ramp="no")
    studio.pass_until(lambda: studio.asks("how-is-it"), 420.0, "a question beside the guide")
    studio.pass_until(lambda: studio.breathes("out"), 20.0, "a question in an out-breath")
    studio.take("question")
    studio.answer("same")
    # At minute 12 the memory comes, and stays for a minute and a half.
    studio.pass_until(lambda: studio.asks("offer"), 400.0, "an offer")
    studio.pass_time(3.0)
    studio.take("offer")
    studio.answer("refuse")
    studio.end()
    studio.leave_summary()
    # At minute 16 a smaller wave.
    pass_until_minute(16.0)
    grounding(studio)


def grounding(studio: Studio) -> None:
    """Two of four are found; the step takes longer, and says why."""
    studio.begin("grounding", practice="five-senses")
    studio.pass_until(lambda: studio.is_at("feel"), 120.0, "grounding: four things to feel")
    for _ in range(2):
        studio.pass_time(6.0)
        studio.ask("more")
    studio.pass_until(
        lambda: studio.decided("longer") or not studio.is_at("feel"), 90.0, "the end of a step"
    )
    studio.expect(studio.decided("longer"), "grounding: a step that takes longer")
    studio.take("grounding")
    studio.end()
    studio.leave_summary()


MOMENTS: dict[str, Callable[[Studio], None]] = {
    "breathing": breathing,
    "breathing-sigh": sigh,
    "resonance": resonance,
    "resonance-stepped": resonance_stepped,
    "resonance-sliding": resonance_sliding,
    "release": release,
    "kindness": kindness,
    "body-scan": body_scan,
    "check-in": check_in,
    "waves": waves,
    "together": together,
    "grounding": a_hard_evening,
}
"""What to live through for the picture of each guide; some give more than one."""
