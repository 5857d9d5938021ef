"""Pictures of widgets for use elsewhere: as an image twice as sharp as the screen, or as SVG.

Any widget that paints itself can be exported. One that keeps parts of its picture as pixmaps asks
``pixel_ratio`` how sharp to make them, and paints them directly where ``wants_vectors`` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPaintDevice, QPainter, QRegion
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from core.errors import FileError
from gui.theme import current_theme, scaled, ui_font

IMAGE_RATIO = 2.0
# Of what stays an image within an SVG, such as the response of a unit.
INNER_RATIO = 4.0
HEAD, MARGIN = 30, 12
# What Qt takes a pixel to be, so that text has the size that it has on screen.
DOTS_PER_INCH = 96

PaintLegend = Callable[[QPainter, QRectF], None]


@dataclass(frozen=True, slots=True)
class Exportable:
    """A widget and what is written over its picture.

    Attributes:
        widget: what is pictured as it is.
        name: what it is called, also in the names of files.
        legend: paints what the panel's header says of it, right-aligned into a rectangle.
        keeps: says whether the widget may keep parts of its picture, where it does not ask itself.
    """

    widget: QWidget
    name: str
    legend: PaintLegend | None = None
    keeps: Callable[[bool], None] | None = None


@dataclass(slots=True)
class _Mode:
    ratio: float = 0.0
    vectors: bool = False


_mode = _Mode()


def pixel_ratio(device: QPaintDevice) -> float:
    """Return how many pixels a kept picture needs for each logical one of ``device``."""
    return _mode.ratio or device.devicePixelRatioF()


def wants_vectors() -> bool:
    """Return whether what is painted now should not be kept as pixels."""
    return _mode.vectors


def is_exporting() -> bool:
    """Return whether a picture is made: the focus of the keyboard does not belong into it."""
    return _mode.ratio > 0


def image_of(source: Exportable, note: str = "") -> QImage:
    """Return the picture of ``source``; ``note`` stands beside its name."""
    size = _size_of(source)
    image = QImage(size * IMAGE_RATIO, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(IMAGE_RATIO)
    with _exporting(source, IMAGE_RATIO, vectors=False):
        _paint(image, source, size, note)
    return image


def save_png(source: Exportable, path: Path, note: str = "") -> None:
    """Write the picture of ``source``, two pixels for each of the screen's.

    Raises:
        FileError: the file cannot be written.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image_of(source, note).save(buffer, "PNG")  # type: ignore[call-overload]
    _write(path, buffer)


def save_svg(source: Exportable, path: Path, note: str = "") -> None:
    """Write the picture of ``source`` as vectors; images within it stay images.

    Raises:
        FileError: the file cannot be written.
    """
    size, buffer = _size_of(source), QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(DOTS_PER_INCH)
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(" · ".join(filter(None, [source.name, note])))
    generator.setDescription(source.widget.accessibleDescription())
    with _exporting(source, INNER_RATIO, vectors=True):
        _paint(generator, source, size, note)
    _write(path, buffer)


def _size_of(source: Exportable) -> QSize:
    size = source.widget.size()
    return QSize(size.width(), size.height() + scaled(HEAD))


def _paint(device: QPaintDevice, source: Exportable, size: QSize, note: str) -> None:
    painter = QPainter(device)
    try:
        _paint_head(painter, source, size, note)
        # As any widget: a view of a scene would be asked for its scene.
        QWidget.render(
            source.widget,
            painter,
            QPoint(0, scaled(HEAD)),
            QRegion(),
            QWidget.RenderFlag.DrawChildren,
        )
    finally:
        painter.end()


def _paint_head(painter: QPainter, source: Exportable, size: QSize, note: str) -> None:
    theme, margin = current_theme(), scaled(MARGIN)
    painter.fillRect(0, 0, size.width(), size.height(), theme.panel)
    head = QRectF(margin, 0, size.width() - 2 * margin, scaled(HEAD))
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(theme.text)
    painter.setFont(ui_font(13, 600))
    painter.drawText(head, left, source.name)
    used = painter.fontMetrics().horizontalAdvance(source.name) + scaled(10)
    painter.setPen(theme.text2)
    painter.setFont(ui_font(12))
    painter.drawText(head.adjusted(used, 0, 0, 0), left, note)
    if source.legend is not None:
        source.legend(painter, head)


@contextmanager
def _exporting(source: Exportable, ratio: float, *, vectors: bool) -> Iterator[None]:
    _mode.ratio, _mode.vectors = ratio, vectors
    if source.keeps is not None:
        source.keeps(False)
    try:
        yield
    finally:
        _mode.ratio, _mode.vectors = 0.0, False
        if source.keeps is not None:
            source.keeps(True)


def _write(path: Path, buffer: QBuffer) -> None:
    buffer.close()
    try:
        path.write_bytes(bytes(buffer.data().data()))
    except OSError as error:
        raise FileError(f"{path}: cannot be written ({error.strerror})") from None
