"""Settings: the guides."""

from __future__ import annotations

HEADING = "Guides"
LANGUAGE = "Language of the guides"
ADAPTS = "Let guides follow my body"
ADAPTS_TEXT = (
    "Pace, waiting and the next step go by what the sensors measure. Switched off, guides go by "
    "time and by your own words alone."
)
OFFER = "When my body is above its usual range for long, offer"
OFFER_NOTHING = "Nothing"
OFFER_TEXT = "Asked once and quietly. Saying no is as easy as saying yes, and holds for this time."
AGAIN = "After a no, not again for"
AGAIN_NAME = "Minutes until the next offer"
VOICE = "Speak what the guide says"
VOICE_TEXT = "By the voice of your computer, where it has one."
EYES_CLOSED = "Eyes closed"
EYES_CLOSED_TEXT = (
    "From the choice of a guide to the end of the session all is told by ear and answered by keys. "
    "Sensors, sessions and settings are for open eyes."
)
HELP_LINES = "Help lines"
HELP_LINES_TEXT = "Numbers of your place to check, and your own to write down."
HELP_LINES_OPEN = "Look at them"
SAFETY = "Before you begin"
SAFETY_NEW = "A short page that is shown before the first guide begins."
SAFETY_DONE = "You have read it. It can be read, and answered, anew."
SAFETY_GENTLE = (
    "You have read it. Guides go gently: no held breath, nothing very slow. To change that, "
    "answer anew."
)
SAFETY_OPEN = "Read it again"
SAFETY_OPEN_FIRST = "Read it"
