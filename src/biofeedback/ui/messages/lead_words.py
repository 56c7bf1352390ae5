"""What stands around a guide's own words while it leads, in the language that guides speak."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from biofeedback.pacing import BreathPattern

__all__ = ["KEYS", "LeadWords", "ago", "lead_words", "parts", "with_key"]

KEYS = {
    "next": "N",
    "back": "B",
    "more": "M",
    "again": "A",
    "longer": "L",
    "other": "O",
    "natural": "C",  # as it comes
    "go-on": "G",
    "slower": "W",
    "faster": "F",
    "activate": "D",  # a dose
    "resource": "R",
    "stop": "S",
    "keep": "K",
    "adapt": "K",
}
"""The key of each command. Stop has one that nothing else has."""
ENTER = "Enter"


@dataclass(frozen=True, slots=True)
class LeadWords:
    """The words of one language; those with braces are filled in."""

    place: str
    done: str
    paused: str
    paused_hint: str
    paused_in_disc: str
    ready: str
    ready_in_disc: str
    waits: str
    skip: str
    question: str
    question_keys: str
    question_points: str
    adapting: str
    earlier: str
    earlier_aside: str
    just_now: str
    seconds_ago: str
    minutes_ago: str
    per_min: str
    in_part: str
    hold_part: str
    out_part: str
    time: str
    arousal: str
    arousal_usual: str
    arousal_within: str
    arousal_unknown: str
    arousal_above: str
    arousal_below: str
    arousal_higher: str
    arousal_lower: str
    arousal_returning: str
    pacing: str
    pacing_unknown: str
    pacing_needs: str
    pacing_close: str
    pacing_some: str
    pacing_apart: str
    you: str
    partner: str
    show_numbers: str
    hide_numbers: str


_WORDS = {
    "en": LeadWords(
        place="Step {place} of {n_places}",
        done="{count} of {n_asked}",
        paused="Paused",
        paused_hint="As long as you like. Space goes on.",
        paused_in_disc="as long as you like",
        ready="Ready",
        ready_in_disc="whenever you are",
        waits="It waits for you.",
        skip="Skip",
        question="A question",
        question_keys="Keys 1 to {n}",
        question_points="Keys 0 to 9",
        adapting="Adapting to your body",
        earlier="What came before",
        earlier_aside="Put it away",
        just_now="just now",
        seconds_ago="{n} s ago",
        minutes_ago="{n} min ago",
        per_min="{rate:.1f} breaths a minute",
        in_part="In {s:.1f} s",
        hold_part="hold {s:.1f} s",
        out_part="out {s:.1f} s",
        time="How far this part is",
        arousal="How active the body is, the last {minutes} minutes",
        arousal_usual="usual for you",
        arousal_within="Within your window",
        arousal_unknown="Can't tell yet",
        arousal_above="Above your window",
        arousal_below="Lower than usual: how is it just now?",
        arousal_higher="Higher than usual just now",
        arousal_lower="Lower than usual just now",
        arousal_returning="On the way back into your window",
        pacing="Pacing together",
        pacing_unknown="comes with paced breaths",
        pacing_needs="once both of you wear a sensor",
        pacing_close="closely",
        pacing_some="partly",
        pacing_apart="each in your own time",
        you="You",
        partner="Partner",
        show_numbers="Show numbers",
        hide_numbers="Hide numbers",
    ),
    "de": LeadWords(
        place="Schritt {place} von {n_places}",
        done="{count} von {n_asked}",
        paused="Pause",
        paused_hint="So lange du magst. Mit der Leertaste geht es weiter.",
        paused_in_disc="so lange du magst",
        ready="Bereit",
        ready_in_disc="wann immer du magst",
        waits="Das hat Zeit, bis du so weit bist.",
        skip="Auslassen",
        question="Eine Frage",
        question_keys="Tasten 1 bis {n}",
        question_points="Tasten 0 bis 9",
        adapting="Anpassen an deinen Körper",
        earlier="Was vorher war",
        earlier_aside="Weglegen",
        just_now="gerade eben",
        seconds_ago="vor {n} s",
        minutes_ago="vor {n} min",
        per_min="{rate:.1f} Atemzüge pro Minute",
        in_part="Ein {s:.1f} s",
        hold_part="halten {s:.1f} s",
        out_part="aus {s:.1f} s",
        time="Wie weit dieser Teil ist",
        arousal="Wie aktiv der Körper ist, die letzten {minutes} Minuten",
        arousal_usual="für dich üblich",
        arousal_within="In deinem Fenster",
        arousal_unknown="Noch nicht zu sagen",
        arousal_above="Über deinem Fenster",
        arousal_below="Niedriger als sonst: Wie ist es gerade?",
        arousal_higher="Gerade höher als sonst",
        arousal_lower="Gerade niedriger als sonst",
        arousal_returning="Auf dem Weg zurück in dein Fenster",
        pacing="Gemeinsam im Takt",
        pacing_unknown="kommt mit den geführten Atemzügen",
        pacing_needs="wenn ihr beide einen Sensor tragt",
        pacing_close="eng beieinander",
        pacing_some="teilweise",
        pacing_apart="jeder in der eigenen Zeit",
        you="Du",
        partner="Partner",
        show_numbers="Zahlen zeigen",
        hide_numbers="Zahlen verbergen",
    ),
}


def lead_words(language: str) -> LeadWords:
    """Return the words of a language, English for one that there is not."""
    return _WORDS.get(language, _WORDS["en"])


def ago(seconds: float, language: str) -> str:
    """Return ``just now``, ``40 s ago`` or ``3 min ago``: in steps that do not tick."""
    words = lead_words(language)
    if seconds < 10:
        return words.just_now
    if seconds < 60:
        return words.seconds_ago.format(n=10 * floor(seconds / 10))
    return words.minutes_ago.format(n=floor(seconds / 60))


def parts(pattern: BreathPattern, language: str) -> str:
    """Return ``In 4.0 s · out 6.0 s``, with the holds that there are."""
    words = lead_words(language)
    named = (words.in_part, words.hold_part, words.out_part, words.hold_part)
    return " · ".join(
        name.format(s=part_s)
        for name, part_s in zip(named, pattern.parts_s, strict=True)
        if part_s > 0
    )


def with_key(text: str, key: str) -> str:
    """Return what a button says with the key that does the same: ``Next step  ·  N``."""
    return f"{text}  ·  {key}" if key else text
