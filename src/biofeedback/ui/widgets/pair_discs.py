"""The disc of the pacer; for two people a second one, and how closely both keep to theirs."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from biofeedback.runtime.snapshot import SessionState
from biofeedback.ui import theme
from biofeedback.ui.leading import step_of
from biofeedback.ui.messages import breath_words, reading_words
from biofeedback.ui.messages.lead_words import lead_words
from biofeedback.ui.widgets.pacer_disc import PacerDisc

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from biofeedback.runtime.snapshot import Snapshot
    from biofeedback.settings import Preferences

__all__ = ["PairDiscs", "SharedShape"]

_TOGETHER = "together"
_MEASURE = "pacing_together"
# The measure is 0 to 1: from the first on most of both breaths is the pacer's, below the second
# hardly any of one of them is.
_CLOSE, _SOME = 0.7, 0.35
# It is of ten seconds ago when it comes, and the next comes ten seconds later.
_STALE_S = 25.0


class SharedShape(QWidget):
    """Two circles that overlap the more, the more closely both people keep to the pacer.

    That is all it tells: nothing of how active anybody is, nor of how two people are with each
    other.
    """

    def __init__(self) -> None:
        super().__init__()
        self._language = "en"
        self._share: float | None = None
        self._can_come = True
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(reading_words.PACING_ABOUT)
        self._say()

    @property
    def text(self) -> str:
        """How closely, in words."""
        return self._words

    def set_language(self, language: str) -> None:
        """Say it in another language."""
        self._language = language
        self.updateGeometry()
        self._say()

    def show_share(self, share: float | None, *, can_come: bool = True) -> None:
        """Show how much of both breaths is the pacer's.

        Parameters
        ----------
        share
            0 to 1; ``None`` while it is not known.
        can_come
            Whether it may come to be known: whether both people wear a sensor.
        """
        known = None if share is None else round(min(max(share, 0.0), 1.0), 2)
        if (known, can_come) != (self._share, self._can_come):
            self._share, self._can_come = known, can_come
            self._say()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Small: it is not what is looked at while breathing."""
        words = lead_words(self._language)
        metrics = QFontMetrics(theme.text_font(theme.BODY_PX))
        unknown = words.pacing_unknown, words.pacing_needs
        said = (*unknown, words.pacing_close, words.pacing_some, words.pacing_apart)
        widest = max(metrics.horizontalAdvance(each) for each in said)
        height = theme.px(64)
        return QSize(max(theme.px(300), round(4.4 * 0.36 * height) + 22 + widest), height)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the circles, and the words beside them."""
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = self.height() * 0.36
        share = 0.0 if self._share is None else self._share
        apart = radius * (1.0 - share)
        center = QPointF(2.2 * radius + 4, self.height() / 2)
        fill = QColor(c.breath)
        fill.setAlphaF(0.0 if self._share is None else 0.28)
        for side in (-1.0, 1.0):
            painter.setPen(QPen(QColor(c.muted if self._share is None else c.breath), 1.6))
            painter.setBrush(fill)
            painter.drawEllipse(center + QPointF(side * apart, 0), radius, radius)
        room = self.rect().adjusted(round(center.x() + 2.2 * radius) + 10, 0, 0, 0)
        half = room.height() // 2
        painter.setFont(theme.text_font(13, is_bold=True))
        painter.setPen(QColor(c.muted))
        upper = room.adjusted(0, 0, 0, -half)
        painter.drawText(upper, Qt.AlignmentFlag.AlignBottom, lead_words(self._language).pacing)
        painter.setFont(theme.text_font(theme.BODY_PX))
        painter.setPen(QColor(c.text))
        painter.drawText(room.adjusted(0, half, 0, 0), Qt.AlignmentFlag.AlignTop, self._words)
        painter.end()

    def _say(self) -> None:
        words = lead_words(self._language)
        if self._share is None:
            self._words = words.pacing_unknown if self._can_come else words.pacing_needs
        elif self._share >= _CLOSE:
            self._words = words.pacing_close
        else:
            self._words = words.pacing_some if self._share >= _SOME else words.pacing_apart
        self.setAccessibleName(f"{words.pacing}: {self._words}")
        self.update()


class PairDiscs(QWidget):
    """Holds the person's own disc, and what a second person needs beside it.

    Parameters
    ----------
    disc
        The person's own.
    """

    def __init__(self, disc: PacerDisc) -> None:
        super().__init__()
        self._disc = disc
        self.partner = PacerDisc()
        self.shape = SharedShape()
        self._you = self._other = ""
        self._language = "en"
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(disc, 0, 0)
        grid.addWidget(self.partner, 0, 1)
        grid.addWidget(self.shape, 1, 0, 1, 2, Qt.AlignmentFlag.AlignHCenter)
        grid.setRowStretch(0, 1)
        grid.setColumnStretch(0, 1)
        self.partner.hide()
        self.shape.hide()

    def own_words(self, words: tuple[str, str]) -> tuple[str, str]:
        """Return what the own disc says: with two of them, whose it is in place of the hint."""
        return words if self.partner.isHidden() else (words[0], self._you)

    def prefer(self, preferences: Preferences) -> None:
        """Follow settings that were changed elsewhere."""
        for disc in (self._disc, self.partner):
            disc.set_reduced_motion(preferences.reduce_motion)
        words = lead_words(preferences.guide_language)
        self._you, self._other = words.you, words.partner
        self._language = preferences.guide_language
        self.partner.setAccessibleName(f"Breathing pacer: {words.partner}")
        self.shape.set_language(preferences.guide_language)

    def lead_partner(self, snapshot: Snapshot, now_s: float, state: SessionState) -> None:
        """Show what concerns a second person, where one takes part.

        Parameters
        ----------
        snapshot
            The newest picture of the session.
        now_s
            Session time now.
        state
            Where the session is, counting what the person just asked for.
        """
        is_led = state in {SessionState.RUNNING, SessionState.PAUSED}
        is_together = is_led and _leads_two(snapshot)
        pacer = snapshot.partner_pacer
        has_own = is_together and (
            pacer is not None or (not self.partner.isHidden() and state is SessionState.PAUSED)
        )
        if self.partner.isHidden() is has_own:
            self.partner.setVisible(has_own)
            grid = self.layout()
            assert isinstance(grid, QGridLayout)  # noqa: S101 - made above
            grid.setColumnStretch(1, int(has_own))
        if self.shape.isHidden() is is_together:
            self.shape.setVisible(is_together)
        if has_own and pacer is not None and state is SessionState.RUNNING:
            step = pacer.at(now_s).step
            said = step_of(snapshot.guide, step.word, self._language)
            word, _ = said or breath_words.STEP_WORDS[step]
            self.partner.lead(pacer, now_s, (word, self._other))
        elif has_own:
            words = lead_words(self._language)
            self.partner.rest(words.paused, words.paused_in_disc)
        metric = snapshot.metrics.get(_MEASURE)
        is_known = metric is not None and isfinite(metric.value) and now_s - metric.t_s <= _STALE_S
        worn, partners = snapshot.present_sensors.keys(), snapshot.partner_sensors
        can_come = metric is not None or bool(worn & partners and worn - partners)
        share = metric.value if metric is not None and is_known else None
        self.shape.show_share(share, can_come=can_come)


def _leads_two(snapshot: Snapshot) -> bool:
    guide = snapshot.guide
    name = guide.guide if guide is not None and guide.guide else ""
    if not name and snapshot.plan is not None:
        name = snapshot.plan.guide
    return name == _TOGETHER
