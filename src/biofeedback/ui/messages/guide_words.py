"""What stands around the guides before one begins, in the language that guides speak."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["GuidePageWords", "guide_page_words"]


@dataclass(frozen=True, slots=True)
class GuidePageWords:
    """The words of one language; those with braces are filled in.

    Parameters
    ----------
    groups
        By the names that `biofeedback.ui.guide_shelf` has for them.
    signals
        Likewise.
    """

    title: str
    intro: str
    groups: Mapping[str, str]
    for_whom: str
    length: str
    caution: str
    choices: str
    as_usual: str
    minutes: str
    minutes_name: str
    first_time: str
    first_times: str
    later_times: str
    now: str
    now_text: str
    now_name: str
    not_said: str
    sensors: str
    helps: str
    helps_two: str
    here: str
    none_here: str
    without: str
    not_needed: str
    signals: Mapping[str, str]
    and_word: str
    begin: str
    back: str
    busy: str
    card_hint: str
    cannot: str
    for_later: str


_WORDS = {
    "en": GuidePageWords(
        title="Guides",
        intro="Look around. Nothing begins before you say so, and each can be left at any moment.",
        groups={
            "breathing": "Breathing",
            "grounding": "Grounding",
            "release": "Muscle release",
            "kindness": "Kindness and noticing",
            "others": "With others",
            "more": "More",
        },
        for_whom="For whom",
        length="How long",
        caution="Good to know",
        choices="As you like it",
        as_usual="as usual",
        minutes="Length",
        minutes_name="Minutes",
        first_time="The first time is five minutes at most: slow breathing takes getting used to.",
        first_times="In the beginning five minutes are plenty. More is possible, up to twenty.",
        later_times="Up to twenty minutes. You can end before, at any moment.",
        now="How are you right now?",
        now_text="0 is calm, 10 the most distress you can imagine. It may stay unsaid.",
        now_name="How you are right now, 0 calm to 10",
        not_said="unsaid",
        sensors="Sensors",
        helps="It can follow: {signals}.",
        helps_two="It can follow, of each of you: {signals}.",
        here="Here now: {signals}.",
        none_here="None of these is here now.",
        without="Whatever is missing, the guide goes by time and by your own words.",
        not_needed="It needs no sensor.",
        signals={
            "heart": "heart",
            "skin": "skin conductance",
            "breath": "breathing",
            "muscle": "muscle",
        },
        and_word="and",
        begin="Begin",
        back="All guides",
        busy="A session is under way. Once it has ended, another can begin.",
        card_hint="Opens its page; nothing begins yet.",
        cannot="These choices do not go together. Please take another look.",
        for_later="For a first time five minutes of slow breathing are the most, and this takes "
        "longer. Begin with another guide; from the next time on it is open to you.",
    ),
    "de": GuidePageWords(
        title="Begleitungen",
        intro="Schau dich um. Nichts beginnt, bevor du es sagst, und alles lässt sich jederzeit "
        "beenden.",
        groups={
            "breathing": "Atmen",
            "grounding": "Erdung",
            "release": "Muskeln lösen",
            "kindness": "Freundlichkeit und Wahrnehmen",
            "others": "Mit anderen",
            "more": "Weiteres",
        },
        for_whom="Für wen",
        length="Wie lange",
        caution="Gut zu wissen",
        choices="Wie du es magst",
        as_usual="wie üblich",
        minutes="Dauer",
        minutes_name="Minuten",
        first_time="Beim ersten Mal höchstens fünf Minuten: An langsames Atmen gewöhnt man sich "
        "nach und nach.",
        first_times="Am Anfang sind fünf Minuten reichlich. Mehr ist möglich, bis zwanzig.",
        later_times="Bis zu zwanzig Minuten. Aufhören kannst du jederzeit vorher.",
        now="Wie geht es dir gerade?",
        now_text="0 ist ruhig, 10 die größte Belastung, die du dir vorstellen kannst. Es darf "
        "offen bleiben.",
        now_name="Wie es dir gerade geht, 0 ruhig bis 10",
        not_said="offen",
        sensors="Sensoren",
        helps="Folgen kann sie: {signals}.",
        helps_two="Folgen kann sie, bei euch beiden: {signals}.",
        here="Gerade da: {signals}.",
        none_here="Davon ist gerade nichts da.",
        without="Was fehlt, fehlt nicht wirklich: Dann geht es nach der Zeit und deinen Worten.",
        not_needed="Es braucht keinen Sensor.",
        signals={
            "heart": "Herz",
            "skin": "Hautleitwert",
            "breath": "Atmung",
            "muscle": "Muskel",
        },
        and_word="und",
        begin="Beginnen",
        back="Alle Begleitungen",
        busy="Gerade läuft eine Sitzung. Wenn sie zu Ende ist, kann eine andere beginnen.",
        card_hint="Öffnet die Seite dazu; es beginnt noch nichts.",
        cannot="Das passt so nicht zusammen. Schau bitte noch einmal hin.",
        for_later="Beim ersten Mal sind fünf Minuten langsames Atmen das Höchste, und das hier "
        "dauert länger. Beginne mit einer anderen Begleitung; ab dem nächsten Mal steht es dir "
        "offen.",
    ),
}


def guide_page_words(language: str) -> GuidePageWords:
    """Return the words of a language, English for one that there is not."""
    return _WORDS.get(language, _WORDS["en"])
