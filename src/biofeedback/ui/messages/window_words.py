"""The window's frame: its rail, its bars, its keys, and what it says by itself."""

from __future__ import annotations

APP_NAME = "Biofeedback"
PRACTICE = "Practice"
GUIDES = "Guides"
SESSIONS = "Sessions"
SENSORS = "Sensors"
SETTINGS = "Settings"
HELP = "Help"
PAUSE = "Pause  ·  Space"
RESUME = "Go on  ·  Space"
PAUSE_ASIDE = "There is nothing to pause until a session runs"
GOT_IT = "Got it"
NO_SENSOR = "No sensor yet"
NOT_RECORDING = "Not recording"
RECORDING = "Recording"
NOT_SAVING = "Not saving"
LEAVING = "One moment: the session is being put away…"
END_KEY = "Ctrl+E"
KEYS = (
    ("Space", "pause, and go on again"),
    ("Ctrl+Space", "the same, while you are writing"),
    ("Ctrl+1 … Ctrl+4", "Practice, Sessions, Sensors, Settings"),
    ("Ctrl+G", "Guides"),
    ("F1", "Help, if you need a person now"),
    ("Ctrl+B", "begin, on the Practice page and on that of a guide"),
    (END_KEY, "end the session, from any page"),
    ("Ctrl+H", "hide or show the numbers"),
    ("Tab, Enter", "move on, press"),
    ("1 … 9", "while a guide leads: answer its question"),
    ("0 … 9, X", "answer on a scale; X is ten"),
    ("Esc", "leave the question out"),
    ("N, B", "next step, step back; Enter does what comes first"),
    ("M, A", "one more, once more"),
    ("L, O", "a little longer, another way"),
    ("C, G", "breathe as it comes, go on"),
    ("W, F", "slower, faster"),
    ("N, B, G, A", "eyes closed, before and after a guide: next, before, on, once more"),
    ("K", "don't adapt, or adapt again"),
    ("D, R, S", "waves: a small dose, back to what is good, stop"),
    ("Ctrl+Q", "end everything and close the window"),
)
SETTINGS_NOT_KEPT = "Your settings could not be saved. They hold until you close the window."
NO_VOICE = "This computer has no voice to speak with. Words stay on the screen, and soft sounds mark each step."
NO_AUDIO = "No sound device was found. The session goes on without the breathing tone."
# The same for guides of words alone, which have no such tone.
NOTHING_HEARD = "This computer has no voice and no sound device. All of it is on the screen, to be read with open eyes."
NO_SOUND = "No sound device was found. The session goes on without sound."
