"""Every word that paced breathing may use: stages and their ways, reasons, questions, options."""

from __future__ import annotations

from biofeedback.guides import easing
from biofeedback.guides.breathing_choice import OWN, SIGH
from biofeedback.guides.guide import Vocabulary
from biofeedback.guides.yes_or_no import YES_OR_NO

__all__ = [
    "ASKED_FOR",
    "BREATHE",
    "CLOSING",
    "DIZZY_WAY",
    "EASED_WAY",
    "EASE_REASONS",
    "INSTEAD",
    "KNOWN_WAY",
    "LET_GO",
    "LISTEN",
    "NATURAL",
    "N_BREATHE_WAYS",
    "ON_OR_END",
    "RAMP",
    "SETTLE",
    "UNKNOWN_WAY",
    "VOCABULARY",
    "WISHED_WAY",
]

LISTEN, RAMP, SETTLE, BREATHE = "listen", "ramp", "settle", "breathe"
NATURAL, CLOSING = "natural", "closing"
KNOWN_WAY, UNKNOWN_WAY = range(2)  # of `ramp`
WISHED_WAY, DIZZY_WAY, EASED_WAY = range(3)  # of `natural`
N_BREATHE_WAYS = 3

INSTEAD, ON_OR_END = "natural-instead", "on-or-end"
ASKED_FOR, LET_GO = "asked-for", "let-go"
# Why the companion wants it easier; its own sentences say so.
EASE_REASONS = ("said-worse", "said-dizzy", "heart-fast", "arousal-rose")

VOCABULARY = Vocabulary(
    stages={
        LISTEN: 1,
        RAMP: 2,
        SETTLE: 1,
        BREATHE: N_BREATHE_WAYS,
        SIGH: 1,
        NATURAL: 3,
        CLOSING: 1,
    },
    reasons=(
        "began-at-your-rate",
        "began-without-rate",
        "arrived",
        *easing.REASONS,
        "gentler-now",
        "natural-a-while",
        "sighed-enough",
        "nearly-over",
        "no-answer",
        "limit-no-holds",
        "limit-hold",
        "limit-part",
        "limit-slow",
        "limit-fast",
        LET_GO,
        ASKED_FOR,
        *EASE_REASONS,
    ),
    questions={INSTEAD: ("natural", "stay"), ON_OR_END: ("go-on", "stay", "end")},
    options={
        "preset": ("gentle", "longer-out", "even", "box", "4-7-8", SIGH, OWN),
        "ramp": YES_OR_NO,
    },
)
