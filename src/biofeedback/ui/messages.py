"""Every word on the screen, in one place.

Plain and warm: about the body, inviting, never diagnosing, commanding, praising or blaming.
What a sensor or the library says in its own words (`SensorStatus.message`, an error) is
shown as it is.
"""

from __future__ import annotations

from math import ceil, floor, isfinite, isnan
from typing import TYPE_CHECKING

from biofeedback.kinds import LinkState, StreamKind
from biofeedback.pacing import (
    MAX_BREATHS_PER_MIN,
    MIN_BREATHS_PER_MIN,
    PRESETS,
    BreathPattern,
    BreathStep,
)

if TYPE_CHECKING:
    from datetime import datetime

    from biofeedback.samples import Metric, SensorStatus

# The shell.
APP_NAME = "Biofeedback"
PRACTICE = "Practice"
SESSIONS = "Sessions"
SENSORS = "Sensors"
SETTINGS = "Settings"
PAUSE = "Pause  ·  Space"
RESUME = "Go on  ·  Space"
PAUSE_ASIDE = "There is nothing to pause until a session runs"
GOT_IT = "Got it"
NO_SENSOR = "No sensor yet"
NOT_RECORDING = "Not recording"
RECORDING = "Recording"
NOT_SAVING = "Not saving"
LEAVING = "One moment: the session is being put away…"
SPACE_KEY = "Space"
END_KEY = "Ctrl+E"
KEYS = (
    ("Space", "pause, and go on again"),
    ("Ctrl+Space", "the same, while you are writing"),
    ("Ctrl+1 … Ctrl+4", "Practice, Sessions, Sensors, Settings"),
    ("Ctrl+B", "begin, on the Practice page"),
    (END_KEY, "end the session, from any page"),
    ("Ctrl+H", "hide or show the numbers"),
    ("Tab, Enter", "move on, press"),
    ("Ctrl+Q", "end everything and close the window"),
)

# Practice.
GUIDE = "Paced breathing"
TIME_LEFT = "Time left"
TIME_SO_FAR = "Time so far"
SESSION_LENGTH = "Length"
BEGIN = "Begin"
END = "End here"
BREATH = "Breath"
OWN_PRESET = "Your own"
MINUTES = "Minutes"
OPEN_END = "open end"
HIDE_NUMBERS = "Hide numbers"
SHOW_NUMBERS = "Show numbers"
NUMBERS_ARE_HIDDEN = "The numbers are out of sight. They are still recorded."
READY = "Ready"
READY_HINT = "whenever you are"
PAUSED = "Paused"
PAUSED_HINT = "as long as you like"
ENDED = "Done"
ENDED_HINT = "for now"
WITHOUT_GUIDE = "No guide"

# Getting to know what is usual.
USUAL = "Get to know your usual"
USUAL_TEXT = "Three quiet minutes, sitting, breathing as you like."
USUAL_NEEDS_SENSOR = "This begins once a sensor is on"
USUAL_TITLE = "Getting to know your usual"
USUAL_TO_GO = "Quiet time to go"
USUAL_SO_FAR = "Quiet time so far"
USUAL_FIRST = "The first minute counts once it is over."
USUAL_ENOUGH = "This is enough. Up to five minutes make it steadier."
USUAL_STOP = "Stop"
USUAL_DONE = "That is enough"
QUIET = "Just sitting"
QUIET_HINT = "nothing to do"
USUAL_KEEP = "Keep this as your usual?"
USUAL_KEEP_TEXT = (
    "Later sessions tell the body's state against it. With each one you keep it grows steadier."
)
USUAL_YES = "Keep it"
USUAL_NO = "Not this time"
USUAL_KEPT = "Kept as your usual."
USUAL_NOT_KEPT = "It is not kept as your usual. The session itself is."
USUAL_HEADING = "What is usual for you"
USUAL_NONE = "Nothing is kept yet. Practice offers a few quiet minutes for it."
USUAL_FORGET = "Forget"
USUAL_FORGET_SURE = "Forget what is usual for you?"
USUAL_FORGET_YES = "Yes, forget it"
USUAL_FORGET_NO = "Keep it"
USUAL_FORGOTTEN = "What was usual for you is forgotten."
WAVE_TITLE = "Heart rate, last 60 s"
WAVE_PACER = "pacer"
WAVE_HEART = "heart"
WAVE_BREATH = "breath"
WAVE_EMPTY = "Your heart rate appears here once a heart sensor is on."
WAVE_WAITING = "Your heart rate appears here with the next heartbeats."
WAVE_WITHOUT_RR = (
    "The wave is drawn from the time between heartbeats, which this sensor does not send."
)
STEP_WORDS = {
    BreathStep.IN: ("Breathe in", "let it come"),
    BreathStep.HOLD_IN: ("Hold", "at ease"),
    BreathStep.OUT: ("Breathe out", "soft and slow"),
    BreathStep.HOLD_OUT: ("Hold", "at ease"),
}
PART_NAMES = ("In", "Hold", "Out", "Hold")
PART_FULL_NAMES = (
    "In-breath",
    "Hold after the in-breath",
    "Out-breath",
    "Hold after the out-breath",
)
PRESET_NAMES = {
    "gentle": "Gentle",
    "slower": "A little slower",
    "slow": "Slow",
    "even": "Even, in as long as out",
    "lighter": "Lighter, to begin with",
    "box": "Box, four equal parts",
    "4-7-8": "4-7-8",
}

# Readings.
COHERENCE = "Coherence"
HEART_RATE = "Heart rate"
SWING = "Swing per breath"
RMSSD = "RMSSD"
PULSE_VARIABILITY = "Pulse variability"
HEART_RATE_OF_PULSE = "Heart rate, from the pulse"
SKIN = "Skin conductance"
BREATHS = "Breathing"
RESPONSES = "Skin responses"
TENSION = "Tension of rest"
ADHERENCE = "With the pacer"
MOVEMENT = "Movement"
PACING = "Pacing together"
MOVING = "Moving together"
MOVING_MORE = "more than chance"
MOVING_BY_CHANCE = "no more than chance"
MISSING = "–"
NOT_YET = "not yet"
WITH_THE_PACER = "comes with paced breaths"
NO_SENSOR_FOR_IT = "no sensor for it"
HEART_RATE_ONLY = "this sensor gives heart rate only"
COHERENCE_ABOUT = "How much of the last 64 s of heart rate moves in one even wave"
HEART_RATE_ABOUT = "Heartbeats a minute"
SWING_ABOUT = "How far the heart rate rises and falls with each breath"
RMSSD_ABOUT = "How much the time from beat to beat changes"
BREATHS_ABOUT = "Breaths a minute, as measured"
RESPONSES_ABOUT = "How often the skin's conductance rose for a moment, in a minute"
TENSION_ABOUT = "How tense the muscle is; 100 % is your own rest"
ADHERENCE_ABOUT = "How much of your breathing goes with the pacer"
MOVEMENT_ABOUT = "Movement blurs what other sensors feel"
PACING_ABOUT = (
    "How closely you both keep the pacer's time. Both of you follow it: this tells that and "
    "nothing more"
)
MOVING_ABOUT = (
    "Whether your heart rates rise and fall together. It says nothing about how you are with "
    "each other"
)
SKIN_ABOUT = "How well the skin conducts; it rises with sweat"

# The body's state.
BODY_STATE = "Body state"
BODY_STATE_ABOUT = "How active the body is, beside what is usual for you"
STATE_UNKNOWN = "Can't tell yet"
STATE_NO_SENSOR = "sensors of heart and skin can tell, together"
STATE_BELOW_QUESTION = "how is it for you just now?"
STATES = {
    0.0: "Within your window",
    1.0: "Above your window",
    -1.0: "Lower than usual for you",
}

# Sensors.
CONNECTED = "With you now"
NEAR_YOU = "Near you"
LOOK = "Look around"
LOOKING = "looking…"
CONNECT = "Connect"
USE = "Use"
DISCONNECT = "Disconnect"
NOTHING_CONNECTED = "No sensor is on yet. What is near you is listed below."
ALL_CONNECTED = "Everything that was found near you is with you already."
NOTHING_FOUND = (
    "Nothing near you yet. Wet the electrodes of a strap and put it on: many straps wake only on "
    "skin. Then look around again."
)
NO_HARDWARE = "simulated, no hardware"
ALREADY_CONNECTED = "held by this computer"
WITHOUT_BLUETOOTH = "The simulated sensors below work without it."
FIRST_SAMPLES = "the first samples are on their way"
ON_ME, ON_PARTNER = "on me", "on my partner"
WHO_WEARS_IT = "Who wears it"
BETWEEN_SESSIONS = "This can be changed between sessions"
KIND_NAMES = {
    StreamKind.RR: "beat-to-beat intervals",
    StreamKind.HEART_RATE: "heart rate",
    StreamKind.EDA: "skin conductance",
    StreamKind.RESPIRATION: "breathing",
    StreamKind.ECG: "ECG",
    StreamKind.PPG: "pulse wave",
    StreamKind.ACCELERATION: "movement",
    StreamKind.EMG: "muscle tension",
    StreamKind.PACER: "pacer",
}

# Summary.
PUTTING_TOGETHER = "Putting your session together…"
SUMMARY_CURVE = "Heart rate"
SUMMARY_NO_BEATS = "No heartbeats were recorded in this session."
REMEMBER = "Anything you want to remember?"
REMEMBER_HINT = "My shoulders let go on the out-breath…"
NOTES = "Good to know"
DONE = "Done"
ONCE_MORE = "Once more"
LOOK_AT_IT = "Look at the session"
KEPT = "Kept on this computer, encrypted."
NOT_KEPT = "This session was not recorded."
DELETE_THIS = "Delete this session"
DELETE_SURE = "Delete it for good? It cannot be brought back."
DELETE_YES = "Yes, delete it"
DELETE_NO = "Keep it"
DELETED = "The session is deleted."
NOTE_KEPT = "Your note is kept."
KEEP_NOTE = "Keep this note"

# Sessions.
NO_SESSIONS = "Your sessions will be listed here."
NO_LIBRARY = "You are practising without recording, so there is nothing to list."
OPEN_LIBRARY = "Open or make your library"
SESSION_COLUMNS = ("When", "Length", "Sensors", "Guide", "")
COMPLETE = "complete"
INTERRUPTED = "cut short, kept up to there"
UNDER_WAY = "under way"
REPLAY = "Replay"
EXPORT = "Export…"
DELETE = "Delete…"
WITHOUT_SENSOR = "no sensor"
PICK_ONE = "Pick a session to see more of it."
EXPORT_TITLE = "Where to put the files"
EXPORT_PLAIN = "Exported files are not encrypted. They are in {folder}"
AFTER_THE_SESSION = "A session is running. This can wait until it has ended."
OPENING = "Opening the session…"

# Replay.
FROM_THE_START = "From the start"
BACK = "Back to your sessions"
PLAY = "Play"
REPLAY_PAUSE = "Pause"
REPLAYED = "Replay"
SPEED = "Speed"
POSITION = "Position"
FASTEST = "as fast as it goes"
REPLAY_STOPPED = "Stopped"
REPLAY_STOPPED_HINT = "before its end"

# Unlocking.
FIRST_TITLE = "A place for your sessions"
FIRST_TEXT = "Sessions are kept on this computer only, encrypted. You choose how they are locked."
LOCK_HEADING = "A passphrase"
LOCK_TEXT = (
    "Only you know it. It cannot be recovered: without it the sessions stay closed for everyone, "
    "you included. A few words in a row are easy to keep in mind."
)
LOCK_FIELD = "Passphrase"
LOCK_FIELD_AGAIN = "Once more"
LOCK_SHOW = "Show what I type"
MAKE_LIBRARY = "Use this passphrase"
KEYCHAIN_HEADING = "This computer's keychain"
KEYCHAIN_TEXT = (
    "Nothing to type. Whoever is logged in to this account on this computer can open the sessions."
)
USE_KEYCHAIN = "Use the keychain"
WITHOUT_HEADING = "No recording"
WITHOUT_TEXT = "Practise now and keep nothing. You can choose a lock later, under Sessions."
WITHOUT = "Practise without recording"
UNLOCK_TITLE = "Welcome back"
UNLOCK_TEXT = "Your sessions are locked with your passphrase."
UNLOCK_KEYCHAIN_TEXT = "Your sessions are locked with this computer's keychain."
UNLOCK = "Open my sessions"
UNLOCKING = "Opening…"
LOCK_EMPTY = "There is nothing in the field yet."
LOCK_DIFFERS = "The two are not the same yet."

# Settings.
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
KEYS_HEADING = "Keys"
LIBRARY_HEADING = "Your sessions"
LIBRARY_AT = "They are kept, encrypted, in {path}"
LIBRARY_NONE = "Nothing is recorded at present."
ABOUT_HEADING = "About"
ABOUT_TEXT = (
    "Biofeedback shows what sensors measure. It is no medical device and gives no diagnosis. "
    "Nothing leaves this computer."
)
SETTINGS_NOT_KEPT = "Your settings could not be saved. They hold until you close the window."
NO_AUDIO = "No sound device was found. The session goes on without the breathing tone."

# Below the first a signal is called fair, below the second weak.
GOOD_QUALITY, FAIR_QUALITY = 0.8, 0.5
# Mean acceleration: breathing and heartbeats move a sitting person by less than the first; from
# the second on other sensors feel it.
STILL_G, MUCH_MOVEMENT_G = 0.05, 0.2


def clock_time(t_s: float) -> str:
    """Return ``06:42``, or ``1:06:42`` from an hour on."""
    whole = max(floor(t_s), 0)
    hours, rest = divmod(whole, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def time_left(left_s: float) -> str:
    """Return the time to go, rounded up so that 00:00 means over."""
    return clock_time(ceil(left_s - 1e-6))


def duration(t_s: float) -> str:
    """Return ``42 s``, ``10 min`` or ``10 min 5 s``."""
    minutes, seconds = divmod(round(t_s), 60)
    if not minutes:
        return f"{seconds} s"
    return f"{minutes} min" if not seconds else f"{minutes} min {seconds} s"


def pace(pattern: BreathPattern) -> str:
    """Return ``6.0 breaths a minute``."""
    return f"{pattern.breaths_per_min:.1f} breaths a minute"


def parts(pattern: BreathPattern) -> str:
    """Return ``In 4.0 s · out 6.0 s``, with the holds that there are."""
    words = [f"In {pattern.in_s:.1f} s"]
    if pattern.hold_in_s:
        words.append(f"hold {pattern.hold_in_s:.1f} s")
    words.append(f"out {pattern.out_s:.1f} s")
    if pattern.hold_out_s:
        words.append(f"hold {pattern.hold_out_s:.1f} s")
    return " · ".join(words)


def preset(name: str) -> str:
    """Return how a preset is listed: its name and its pace."""
    return f"{PRESET_NAMES[name]}  ·  {PRESETS[name].breaths_per_min:.1f}"


def impossible_breath(parts_s: tuple[float, float, float, float]) -> str:
    """Say why a breath of these parts cannot be led, and what would help."""
    if parts_s[0] <= 0 or parts_s[2] <= 0:
        return "A breath needs some time for in and for out."
    rate = 60.0 / sum(parts_s)
    limits = f"The pacer goes from {MIN_BREATHS_PER_MIN:g} to {MAX_BREATHS_PER_MIN:g}"
    way = "longer" if rate > MAX_BREATHS_PER_MIN else "shorter"
    return f"That makes {rate:.1f} breaths a minute. {limits}: make a part {way}."


def quality(value: float) -> str:
    """Return a quality from 0 to 1 in words."""
    if value >= GOOD_QUALITY:
        return "signal good"
    return "signal fair" if value >= FAIR_QUALITY else "signal weak"


def reading_note(
    metric: Metric | None, *, silent_s: float, has_rr: bool | None, absent: str
) -> str:
    """Return what stands under a number: why it is missing, or how far it can be trusted.

    Parameters
    ----------
    metric
        The measure, ``None`` when nothing gives it.
    silent_s
        For how long its sensor has sent nothing, 0 while it does.
    has_rr
        False when the only heart sensor gives no beat-to-beat intervals and the measure
        needs them; ``None`` when that does not matter or is not known.
    absent
        What to say while nothing gives the measure.
    """
    if silent_s > 0:
        return f"nothing from the sensor for {duration(silent_s)}"
    if has_rr is False:
        return HEART_RATE_ONLY
    if metric is None:
        return absent
    if isnan(metric.value):
        if metric.wait_s > 0:
            return f"not yet, {duration(ceil(metric.wait_s))} to go"
        return metric.reason or NOT_YET
    words = quality(metric.quality)
    if metric.window_s > 0 and not metric.reason:
        words = f"last {metric.window_s:.0f} s · {words}"
    return f"{words}: {metric.reason}" if metric.reason else words


def movement(mean_g: float) -> str:
    """Return how much somebody moves, in words."""
    if mean_g < STILL_G:
        return "still"
    return "a little" if mean_g < MUCH_MOVEMENT_G else "much"


def usual_kept(count: int) -> str:
    """Say how many baselines are kept."""
    if count == 0:
        return USUAL_NONE
    times = "once" if count == 1 else f"{count} times"
    return f"Taken {times}, kept encrypted with your sessions."


def why_not_counting(reason: str) -> str:
    """Return why quiet time does not count just now, as a sentence."""
    return f"Not counting just now: {reason}." if reason else ""


def link(status: SensorStatus, signal_quality: float | None) -> str:
    """Return the state of a sensor in a few words.

    Parameters
    ----------
    status
        What it is doing.
    signal_quality
        The best quality of what it measures, ``None`` where nothing is known yet.
    """
    match status.state:
        case LinkState.STREAMING:
            if status.has_rr is False:
                return "heart rate only"
            return "connected" if signal_quality is None else quality(signal_quality)
        case LinkState.RECONNECTING:
            return f"reconnecting, try {max(status.attempt, 1)}"
        case state:
            return _LINK_WORDS[state]


_LINK_WORDS = {
    LinkState.SEARCHING: "looking for it",
    LinkState.CONNECTING: "connecting",
    LinkState.WAITING: "waiting for data",
    LinkState.SILENT: "nothing comes through",
    LinkState.REFUSED: "did not let us in",
    LinkState.UNAVAILABLE: "Bluetooth is off",
    LinkState.STOPPED: "off",
}


def battery(status: SensorStatus) -> str:
    """Return ``82 %``, or nothing when it is not known."""
    return "" if status.battery_pct is None else f"{status.battery_pct} %"


def more_sensors(count: int) -> str:
    """Return ``2 more``: sensors that there is no room to name."""
    return f"{count} more"


def kinds(streams: tuple[StreamKind, ...]) -> str:
    """Return what a sensor measures: ``Heart rate, beat-to-beat intervals``."""
    names = [KIND_NAMES[kind] for kind in sorted(streams, key=list(KIND_NAMES).index, reverse=True)]
    order = sorted(names, key=lambda name: name != KIND_NAMES[StreamKind.HEART_RATE])
    words = ", ".join(order)
    return words[:1].upper() + words[1:]


def radio(rssi_dbm: int) -> str:
    """Return radio strength with a true minus sign."""
    return f"{rssi_dbm} dBm".replace("-", "−")


def wave_title(low_bpm: float, high_bpm: float) -> str:
    """Return the heading of the wave with the range that its height spans."""
    if not (isfinite(low_bpm) and isfinite(high_bpm)):
        return WAVE_TITLE
    return f"{WAVE_TITLE}  ·  {low_bpm:.0f} to {high_bpm:.0f} bpm"


def silent_since(last_s: float) -> str:
    """Say when a sensor was last heard."""
    return f"nothing since {clock_time(last_s)}"


def position(position_s: float, duration_s: float) -> str:
    """Return ``01:20 of 10:00``."""
    return f"{clock_time(position_s)} of {clock_time(duration_s)}"


def beats(count: int) -> str:
    """Return ``652 heartbeats``."""
    return f"{count} heartbeat" if count == 1 else f"{count} heartbeats"


def day_and_time(local: datetime) -> str:
    """Return ``Thursday 19 November, 14:05`` without leaning on the computer's language."""
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    return (
        f"{days[local.weekday()]} {local.day} {months[local.month - 1]} {local.year}, "
        f"{local.hour:02}:{local.minute:02}"
    )


def guide_name(name: str) -> str:
    """Return how a guide is called on the screen."""
    return {"breathing": GUIDE, "baseline": "quiet minutes", "": "no guide"}.get(name, name)


def speed(factor: float) -> str:
    """Return ``1×``, ``0.5×``, or words for the greatest."""
    return f"{factor:g}×" if isfinite(factor) else FASTEST
