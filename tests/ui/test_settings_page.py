"""Preferences are in force as soon as they are changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from biofeedback.settings import Preferences
from biofeedback.ui.messages import settings_words, window_words
from biofeedback.ui.settings_page import SettingsPage


@pytest.fixture
def page() -> SettingsPage:
    return SettingsPage(Preferences(theme="light", volume=0.25, text_scale=1.4, sound=False))


def test_page_shows_what_is_preferred(page: SettingsPage) -> None:
    assert page.theme_picker.currentData() == "light"
    assert page.size_picker.currentData() == 1.3, "the nearest of those offered"
    assert page.volume_slider.value() == 25
    assert not page.sound_switch.isChecked()


def test_each_change_is_told_with_all_the_others(page: SettingsPage) -> None:
    heard: list[Preferences] = []
    page.preferred.connect(heard.append)
    page.sound_switch.click()
    page.volume_slider.setValue(60)

    assert heard[-1] == Preferences(theme="light", volume=0.6, text_scale=1.4, sound=True)


def test_connecting_by_itself_can_be_switched_off(page: SettingsPage) -> None:
    heard: list[Preferences] = []
    page.preferred.connect(heard.append)
    assert page.sensors_switch.isChecked()
    page.sensors_switch.click()
    assert not heard[-1].connect_sensors
    page.prefer(heard[-1].changed(connect_sensors=True))
    assert page.sensors_switch.isChecked()
    assert len(heard) == 1, "what was changed elsewhere is not told again"


def test_keys_are_listed(page: SettingsPage) -> None:
    texts = {label.text() for label in page.findChildren(QLabel)}
    assert {keys for keys, _ in window_words.KEYS} <= texts


def test_place_of_the_library_is_told(page: SettingsPage) -> None:
    page.tell_library(Path("/somewhere/library.biofeedback"))
    texts = {label.text() for label in page.findChildren(QLabel)}
    assert settings_words.LIBRARY_AT.format(path=Path("/somewhere/library.biofeedback")) in texts
    assert page.library_button.isHidden()
