"""What pages say by ear where their written words are not enough, in the language of the guides."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from biofeedback.runtime.summary import Summary

__all__ = ["EarWords", "ear_words", "keys_aloud", "length_aloud", "summary_aloud"]


@dataclass(frozen=True, slots=True)
class EarWords:
    """The words of one language; those with braces are filled in."""

    home: str
    home_keys: str
    open_eyes: str
    guides: str
    next_guide: str
    guide_before: str
    open_guide: str
    takes: str
    good_to_know: str
    set_to: str
    choices: str
    stops: str
    sound_leads: str
    one_is_true: str
    leave_out: str
    all_guides: str
    that_was: str
    with_pacer: str
    as_it_came: str
    and_as_it_came: str
    heart: str
    pace: str
    no_pace: str
    kept: str
    not_kept: str
    one_second: str
    seconds: str
    one_minute: str
    minutes: str
    one_hour: str
    hours: str
    and_word: str
    control: str
    ticked: str
    not_ticked: str


_WORDS = {
    "en": EarWords(
        home="This is Practice. Nothing has begun.",
        home_keys="Control and G for the guides, Control and B to begin breathing, F1 for help.",
        open_eyes="This page is for open eyes.",
        guides="The guides. You hear each as you come to it.",
        next_guide="the next guide",
        guide_before="the guide before",
        open_guide="open this guide",
        takes="It takes {length}.",
        good_to_know="Good to know: {caution}",
        set_to="Set to {length}.",
        choices="Tab leads through what can be chosen, the arrow keys change it.",
        stops="Once it leads, Space pauses and Control and E ends, at any moment.",
        sound_leads="With closed eyes a soft sound leads the breath in place of the disc.",
        one_is_true="one of these is true for me",
        leave_out="leave this out",
        all_guides="all guides",
        that_was="That was {length} of {guides}.",
        with_pacer="You breathed with the pacer for {length}",
        as_it_came="You breathed as it came.",
        and_as_it_came=", and as it came for {length}.",
        heart="Your heart beat about {first:.0f} times a minute at the start, {last:.0f} at the end.",
        pace="Your heart rate swings widest at about {per_min} breaths a minute.",
        no_pace="No pace could be told this time.",
        kept="It is kept on this computer, encrypted.",
        not_kept="It was not recorded.",
        one_second="1 second",
        seconds="{n} seconds",
        one_minute="1 minute",
        minutes="{n} minutes",
        one_hour="1 hour",
        hours="{n} hours",
        and_word="and",
        control="Control and ",
        ticked="ticked",
        not_ticked="not ticked",
    ),
    "de": EarWords(
        home="Das ist die Seite zum Üben. Es hat noch nichts begonnen.",
        home_keys="Steuerung und G für die Begleitungen, Steuerung und B, um mit dem Atmen zu "
        "beginnen, F1 für Hilfe.",
        open_eyes="Diese Seite ist für offene Augen.",
        guides="Die Begleitungen. Du hörst jede, wenn du zu ihr kommst.",
        next_guide="die nächste",
        guide_before="die davor",
        open_guide="diese öffnen",
        takes="Dauer: {length}.",
        good_to_know="Gut zu wissen: {caution}",
        set_to="Eingestellt: {length}.",
        choices="Mit der Tabulatortaste kommst du zu allem, was du wählen kannst, mit den "
        "Pfeiltasten änderst du es.",
        stops="Wenn es läuft, ist die Leertaste für Pause da, und Steuerung und E beendet, "
        "jederzeit.",
        sound_leads="Bei geschlossenen Augen führt statt der Scheibe ein leiser Ton den Atem.",
        one_is_true="etwas davon trifft auf mich zu",
        leave_out="auslassen",
        all_guides="alle Begleitungen",
        that_was="Das war: {guides}, {length}.",
        with_pacer="Im Takt geatmet: {length}",
        as_it_came="Du hast geatmet, wie es kam.",
        and_as_it_came=", und wie es kam: {length}.",
        heart="Dein Herz schlug am Anfang etwa {first:.0f}-mal in der Minute, am Ende {last:.0f}-mal.",
        pace="Dein Herz schwingt am weitesten bei etwa {per_min} Atemzügen in der Minute.",
        no_pace="Ein eigener Takt war diesmal nicht zu erkennen.",
        kept="Das ist auf diesem Computer aufbewahrt, verschlüsselt.",
        not_kept="Das wurde nicht aufgezeichnet.",
        one_second="1 Sekunde",
        seconds="{n} Sekunden",
        one_minute="1 Minute",
        minutes="{n} Minuten",
        one_hour="1 Stunde",
        hours="{n} Stunden",
        and_word="und",
        control="Steuerung und ",
        ticked="angekreuzt",
        not_ticked="nicht angekreuzt",
    ),
}
_CONTROL = re.compile(r"(?:Ctrl|Strg)\+")
_MINUTES_FROM_S = 90.0


def ear_words(language: str) -> EarWords:
    """Return the words of a language, English for one that there is not."""
    return _WORDS.get(language, _WORDS["en"])


def keys_aloud(text: str, language: str) -> str:
    """Return a text whose keys, such as ``Ctrl+E``, are written as a voice reads them."""
    return _CONTROL.sub(ear_words(language).control, text)


def length_aloud(seconds: float, language: str) -> str:
    """Return ``45 seconds``, ``10 minutes`` or ``1 hour 5 minutes``, as a voice reads it."""
    words, whole = ear_words(language), round(seconds)
    if whole < _MINUTES_FROM_S:
        return words.one_second if whole == 1 else words.seconds.format(n=whole)
    hours, minutes = divmod(round(whole / 60), 60)
    said = []
    if hours:
        said.append(words.one_hour if hours == 1 else words.hours.format(n=hours))
    if minutes or not hours:
        said.append(words.one_minute if minutes == 1 else words.minutes.format(n=minutes))
    return " ".join(said)


def summary_aloud(summary: Summary, language: str) -> str:
    """Return what a session came to, in the few sentences that one takes in by ear."""
    from biofeedback.guides.words import common_words, guide_words  # noqa: PLC0415 - only at the end
    from biofeedback.pacing import shown_per_min  # noqa: PLC0415 - only at the end

    words = ear_words(language)
    names = [_within(guide_words(name, language).name, language) for name in summary.guides]
    said = []
    if names and summary.led_s >= 1.0:
        length = length_aloud(summary.led_s, language)
        guides = f" {words.and_word} ".join(filter(None, (", ".join(names[:-1]), names[-1])))
        said.append(words.that_was.format(length=length, guides=guides))
        if summary.tells_natural:
            said.append(_breathed(summary, language))
    first, last = summary.edges_bpm
    if isfinite(first) and isfinite(last):
        said.append(words.heart.format(first=first, last=last))
    if summary.result is not None:
        per_min = summary.result.resonance_per_min
        sign = common_words(language).spoken["decimal"]
        told = f"{shown_per_min(per_min):.1f}".replace(".", sign)
        said.append(words.pace.format(per_min=told) if isfinite(per_min) else words.no_pace)
    said.append(words.kept if summary.is_kept else words.not_kept if not summary.session_id else "")
    return " ".join(filter(None, said))


def _within(name: str, language: str) -> str:
    """Return a name as it stands within a sentence: German nouns keep their capital."""
    return name if language == "de" else name[:1].lower() + name[1:]


def _breathed(summary: Summary, language: str) -> str:
    words = ear_words(language)
    if not summary.paced_s:
        return words.as_it_came
    paced = words.with_pacer.format(length=_part_aloud(summary.paced_s, language))
    return paced + words.and_as_it_came.format(length=_part_aloud(summary.natural_s, language))


def _part_aloud(seconds: float, language: str) -> str:
    """Return a part of a session as exactly as is needed for the parts to make up the whole."""
    from biofeedback.guides.words import common_words  # noqa: PLC0415 - only at the end
    from biofeedback.runtime.summary import part_min  # noqa: PLC0415 - only at the end

    if round(seconds) < _MINUTES_FROM_S:
        return length_aloud(seconds, language)
    sign = common_words(language).spoken["decimal"]
    return ear_words(language).minutes.format(n=part_min(seconds).replace(".", sign))
