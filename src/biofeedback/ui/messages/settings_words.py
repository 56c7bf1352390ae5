"""Settings: look, sound and keys."""

from __future__ import annotations

LOOK_HEADING = "Look"
THEME = "Colors"
THEME_NAMES = {
    "system": "As the computer",
    "dark": "Dark",
    "light": "Light",
    "high-contrast": "High contrast",
}
TEXT_SIZE = "Text size"
REDUCE_MOTION = "Less motion"
REDUCE_MOTION_TEXT = "The disc stays in place and slowly brightens and dims, with a bar beside it."
SOUND_HEADING = "Sound"
SOUND = "Breathing tone"
SOUND_TEXT = "A soft tone that rises as you breathe in and falls as you breathe out."
VOLUME = "Volume"
SENSORS_HEADING = "Sensors"
CONNECT_SENSORS = "Connect my sensors when the app opens"
CONNECT_SENSORS_TEXT = (
    "Those that you connected before, over Bluetooth or your network. Only which devices they are "
    "is remembered, on this computer."
)
KEYS_HEADING = "Keys"
LIBRARY_HEADING = "Your sessions"
LIBRARY_AT = "They are kept, encrypted, in {path}"
LIBRARY_NONE = "Nothing is recorded at present."
ABOUT_HEADING = "About"
ABOUT_TEXT = (
    "Biofeedback shows what sensors measure. It is no medical device and gives no diagnosis. "
    "Nothing leaves this computer unless you switch that on."
)
