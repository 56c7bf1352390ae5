"""What a device sends, byte by byte: where the value begins is chosen here, by click or key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from biofeedback.ui import theme
from biofeedback.ui.messages import profile_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent

__all__ = ["MOST_BYTES", "ByteView", "Span", "fixed_font"]

# How many packets are shown where all bytes fit side by side, and where they take many lines.
_N_ROWS: Final = 6
_N_ROWS_BROKEN: Final = 2
# More than this no packet has that Bluetooth LE sends in one piece.
MOST_BYTES: Final = 244
_MOST_CELL: Final = 150
_OFTEN: Final = 0.9


@dataclass(frozen=True, slots=True)
class Span:
    """Cells that belong together.

    Parameters
    ----------
    start, length
        From 0.
    word
        What they are.
    is_value
        Whether they are the value, and not something beside it.
    """

    start: int
    length: int
    word: str
    is_value: bool = False


def fixed_font(size_px: float, *, is_bold: bool = False) -> QFont:
    """Return a font whose letters are equally wide, scaled."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(theme.px(size_px))
    font.setBold(is_bold)
    return font


class ByteView(QWidget):
    """The last packets, one below the other; a cell is a byte, or a column of a text.

    Signals: ``chosen(int)``, the cell where the value is to begin, from 0.
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(profile_words.BYTES_NAME)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._rows: list[list[str]] = []
        self._changes: tuple[float, ...] = ()
        self._counting: range = range(0)
        self._spans: tuple[Span, ...] = ()
        self._n_columns = 0
        self._cell_px = 1.0
        self.dress()

    @property
    def rows(self) -> list[list[str]]:
        """What is shown, the newest last."""
        return self._rows

    @property
    def spans(self) -> tuple[Span, ...]:
        """What is marked."""
        return self._spans

    def dress(self) -> None:
        """Put on the text size in force."""
        self._font = fixed_font(15)
        self._bold = fixed_font(15, is_bold=True)
        self._small = theme.text_font(12)
        self._fit()

    def tell(
        self,
        rows: Sequence[list[str]],
        spans: Sequence[Span] = (),
        changes: Sequence[float] = (),
        counting: range = range(0),
    ) -> None:
        """Show packets.

        Parameters
        ----------
        rows
            The cells of each, the newest last.
        spans
            What is marked.
        changes
            For each cell how often it changes, 0 to 1; empty where that is not shown.
        counting
            The cells that count up.
        """
        self._rows = [row[:MOST_BYTES] for row in rows[-_N_ROWS:]]
        self._spans = tuple(spans)
        self._changes = tuple(changes)
        self._counting = counting
        self._fit()
        value = next((span for span in self._spans if span.is_value), None)
        said = ""
        if value is not None and self._rows:
            last = self._rows[-1][value.start : value.start + value.length]
            said = f"{value.word}: {value.start + 1}, {' '.join(last)}"
        if said != self.accessibleDescription():
            self.setAccessibleDescription(said)
        self.update()

    # Where things are.

    def _fit(self) -> None:
        """Give each cell room for its widest text, and the whole its height."""
        self._n_columns = max(map(len, self._rows), default=0)
        metrics = QFontMetricsF(self._bold)
        widest = max(
            (metrics.horizontalAdvance(cell) for row in self._rows for cell in row), default=0.0
        )
        least = metrics.horizontalAdvance("000")
        self._cell_px = max(min(widest, theme.px(_MOST_CELL)), least) + theme.px(12)
        height = round(self._block_px * self._n_blocks) + 8
        if self.minimumHeight() != height:
            self.setFixedHeight(height)

    @property
    def _n_across(self) -> int:
        """How many cells fit side by side."""
        return max(int((self.width() - 8) / self._cell_px), 1)

    @property
    def _n_blocks(self) -> int:
        return max(-(-self._n_columns // self._n_across), 1)

    @property
    def _shown(self) -> list[list[str]]:
        return self._rows if self._n_blocks == 1 else self._rows[-_N_ROWS_BROKEN:]

    @property
    def _row_px(self) -> float:
        return float(theme.px(24))

    @property
    def _block_px(self) -> float:
        """Positions, packets, bars, and the words of what is marked."""
        n_rows = _N_ROWS if self._n_blocks == 1 else _N_ROWS_BROKEN
        return theme.px(20) + n_rows * self._row_px + theme.px(16) + theme.px(24)

    def cell(self, column: int) -> QRectF:
        """Return where a column stands: its positions, its bytes and its bar."""
        block, across = divmod(column, self._n_across)
        left = 4 + across * self._cell_px
        return QRectF(left, 4 + block * self._block_px, self._cell_px, self._block_px)

    # What is done to it.

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move where the value begins."""
        start = next((span.start for span in self._spans if span.is_value), 0)
        match event.key():
            case Qt.Key.Key_Left:
                wanted = start - 1
            case Qt.Key.Key_Right:
                wanted = start + 1
            case Qt.Key.Key_Home:
                wanted = 0
            case Qt.Key.Key_End:
                wanted = self._n_columns - 1
            case _:
                event.ignore()
                return
        self._choose(wanted)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Let the value begin where it is clicked."""
        spot = event.position()
        for column in range(self._n_columns):
            if self.cell(column).contains(spot):
                self._choose(column)
                return

    def _choose(self, column: int) -> None:
        if 0 <= column < self._n_columns:
            self.chosen.emit(column)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Break the packets anew."""
        super().resizeEvent(event)
        self._fit()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show the focus."""
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint positions, packets, bars and marks."""
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        across = min(max(self._n_columns, 1), self._n_across) * self._cell_px
        rim = QRectF(1, 1, across + 6, self.height() - 2)
        painter.setPen(
            QPen(QColor(c.focus if self.hasFocus() else c.line), 2 if self.hasFocus() else 1)
        )
        painter.setBrush(QColor(c.background))
        painter.drawRoundedRect(rim, 8, 8)
        for column in range(self._n_columns):
            self._paint_column(painter, column)
        for span in self._spans:
            self._paint_words(painter, span)
        painter.end()

    def _span_at(self, column: int) -> Span | None:
        return next(
            (one for one in self._spans if one.start <= column < one.start + one.length), None
        )

    def _paint_column(self, painter: QPainter, column: int) -> None:
        c = theme.colors()
        place = self.cell(column)
        span = self._span_at(column)
        is_value = span is not None and span.is_value
        top = place.top()
        head = QRectF(place.left(), top, place.width(), theme.px(20))
        rows = QRectF(place.left(), head.bottom(), place.width(), self._row_px * len(self._shown))
        if span is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.breath if is_value else c.raised))
            # Without a seam between the bytes of one value.
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
            painter.drawRect(rows)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._small)
        painter.setPen(QColor(c.muted))
        painter.drawText(head, Qt.AlignmentFlag.AlignCenter, str(column + 1))
        metrics = QFontMetricsF(self._font)
        for at, row in enumerate(self._shown):
            if column >= len(row):
                continue
            is_newest = at == len(self._shown) - 1
            painter.setFont(self._bold if is_newest else self._font)
            painter.setPen(QColor(c.on_breath if is_value else c.text if is_newest else c.muted))
            box = QRectF(rows.left(), rows.top() + at * self._row_px, rows.width(), self._row_px)
            text = metrics.elidedText(
                row[column], Qt.TextElideMode.ElideRight, box.width() - theme.px(4)
            )
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        self._paint_bar(
            painter, column, QRectF(rows.left(), rows.bottom(), rows.width(), theme.px(16))
        )

    def _paint_bar(self, painter: QPainter, column: int, place: QRectF) -> None:
        """Paint how often a byte changes, or that it counts up."""
        c = theme.colors()
        if column in self._counting:
            painter.setFont(self._small)
            painter.setPen(QColor(c.text))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, "↑")
        elif column < len(self._changes):
            room = place.adjusted(place.width() / 3, theme.px(3), -place.width() / 3, -theme.px(2))
            high = max(self._changes[column] * room.height(), 1.0)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.text if self._changes[column] >= _OFTEN else c.edge))
            painter.drawRect(QRectF(room.left(), room.bottom() - high, room.width(), high))

    def _paint_words(self, painter: QPainter, span: Span) -> None:
        """Paint a bracket below what is marked, and what it is: the color is not the only sign."""
        c = theme.colors()
        painter.setFont(self._small)
        painter.setPen(QPen(QColor(c.text if span.is_value else c.muted), 1.4))
        last = min(span.start + span.length, self._n_columns) - 1
        if last < span.start:
            return
        # In the block in which it begins; its color goes on into the next.
        ends = min(last, (span.start // self._n_across + 1) * self._n_across - 1)
        first, final = self.cell(span.start), self.cell(ends)
        y = first.top() + theme.px(20) + self._row_px * len(self._shown) + theme.px(17)
        left, right = first.left() + 3, final.right() - 3
        painter.drawLine(QPointF(left, y), QPointF(right, y))
        words = QRectF(left, y + 1, max(right - left, theme.px(60)), theme.px(20))
        is_wide = right - left >= QFontMetricsF(self._small).horizontalAdvance(span.word)
        side = Qt.AlignmentFlag.AlignHCenter if is_wide else Qt.AlignmentFlag.AlignLeft
        painter.drawText(words, side | Qt.AlignmentFlag.AlignVCenter, span.word)
