"""The application's style sheet: one text built from a theme's tokens and the scale.

It dresses Qt's own widgets by class, and by a ``role`` property where one class has several looks
(``with_role``). It is set once per theme: panels change texts and paint, never style sheets.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QWidget

from gui.fonts import Weight
from gui.palette import Theme

FontMaker = Callable[[float, Weight], QFont]
W = TypeVar("W", bound=QWidget)


def with_role(widget: W, role: str) -> W:
    """Give ``widget`` one of the style sheet's roles and return it.

    Labels: caption, heading, facts, emphasis, withdrawn (no longer offered), title, sentence,
    headline, number.
    Buttons: primary (filled), live (outlined), offer (the same, lower), chip
    and toggle (checkable).
    Tables: roomy (cells begin below the words of their heads).
    Combo boxes: tight (for the longest words in the least room).
    Frames: bar (top edge of the window), footer (bottom edge), rule (a hairline), failure,
    warning_band, error_band and information_band (heads of cards), cure (a row of a card).
    """
    if widget.property("role") == role:
        return widget
    widget.setProperty("role", role)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    return widget


def style_sheet(theme: Theme, scale: float, font: FontMaker) -> str:
    """Return the style sheet of ``theme`` with every length multiplied by ``scale``."""

    def px(pixels: float) -> str:
        return f"{round(pixels * scale)}px"

    def type_(pixels: float, weight: Weight = 400) -> str:
        made = font(pixels, weight)
        return (
            f'font-family: "{made.family()}"; font-weight: {weight}; '
            f"font-size: {made.pixelSize()}px;"
        )

    return "\n".join(
        (
            _surfaces(theme, px),
            _texts(theme, type_),
            _buttons(theme, px, type_),
            _segments(theme, px, type_),
            _fields(theme, px),
            _popups(theme, px),
            _scroll_bars(theme, px),
            _tables(theme, px, type_),
        )
    )


Px = Callable[[float], str]
Type = Callable[..., str]


def _hex(color: QColor) -> str:
    return color.name()


def _surfaces(theme: Theme, px: Px) -> str:
    # In the dark theme the card's tone alone parts it from the window.
    card_line = theme.panel if theme.name == "dark" else theme.line
    return f"""
    QMainWindow, QMainWindow > QWidget#central {{ background: {_hex(theme.bg)}; }}
    QDialog, QMessageBox {{ background: {_hex(theme.panel)}; }}
    QMainWindow::separator {{ background: {_hex(theme.bg)}; width: {px(8)}; height: {px(8)}; }}
    QSplitter::handle {{ background: {_hex(theme.bg)}; }}
    Card {{ background: {_hex(theme.panel)}; border: 1px solid {_hex(card_line)};
        border-radius: {px(8)}; }}
    QFrame[role="bar"] {{ background: {_hex(theme.panel)}; border: none;
        border-bottom: 1px solid {_hex(theme.line)}; }}
    QFrame[role="failure"] {{ background: {_hex(theme.err_soft)}; border: none;
        border-bottom: 1px solid {_hex(theme.err)}; }}
    QFrame[role="warning_band"] {{ background: {_hex(theme.warn_soft)}; border: none;
        border-left: {px(3)} solid {_hex(theme.warn)}; }}
    QFrame[role="error_band"] {{ background: {_hex(theme.err_soft)}; border: none;
        border-left: {px(3)} solid {_hex(theme.err)}; }}
    QFrame[role="information_band"] {{ background: {_hex(theme.raised)}; border: none;
        border-left: {px(3)} solid {_hex(theme.text3)}; }}
    QFrame[role="cure"] {{ background: {_hex(theme.raised)}; border: 1px solid {_hex(theme.line)};
        border-radius: {px(8)}; }}
    QFrame[role="footer"] {{ background: {_hex(theme.panel)}; border: none;
        border-top: 1px solid {_hex(theme.line)}; }}
    QFrame[role="rule"] {{ background: {_hex(theme.line)}; border: none;
        min-height: 1px; max-height: 1px; }}
    QGraphicsView {{ background: transparent; border: none; }}
    QScrollArea {{ background: transparent; border: none; }}
    QScrollArea > QWidget > QWidget#contents {{ background: transparent; }}
    """


def _texts(theme: Theme, type_: Type) -> str:
    roles = {
        "caption": (theme.text3, type_(11)),
        "heading": (theme.text2, type_(11)),
        "facts": (theme.text2, type_(12)),
        "emphasis": (theme.text, type_(12, 600)),
        "withdrawn": (theme.text3, type_(12, 600)),
        "title": (theme.text, type_(13, 600)),
        "sentence": (theme.text, type_(13)),
        "headline": (theme.text, type_(15, 600)),
        "number": (theme.text, type_(16, 600)),
    }
    rules = [
        f'QLabel[role="{role}"] {{ color: {_hex(color)}; {font} }}'
        for role, (color, font) in roles.items()
    ]
    rules.append(f"QLabel:disabled {{ color: {_hex(theme.text3)}; }}")
    return "\n".join(rules)


def _buttons(theme: Theme, px: Px, type_: Type) -> str:
    hover_primary = theme.text if theme.name == "high_contrast" else theme.accent
    return f"""
    QPushButton {{ background: {_hex(theme.panel)}; color: {_hex(theme.text)};
        border: 1px solid {_hex(theme.strong)}; border-radius: {px(6)};
        min-height: {px(24)}; padding: 0 {px(12)}; }}
    QPushButton:hover {{ background: {_hex(theme.hover)}; }}
    QPushButton:pressed {{ background: {_hex(theme.raised)}; }}
    QPushButton:disabled {{ color: {_hex(theme.text3)}; background: {_hex(theme.panel)};
        border-color: {_hex(theme.grid)}; }}
    QPushButton:focus {{ border: 2px solid {_hex(theme.accent)}; min-height: {px(22)};
        padding: 0 {px(11)}; }}
    QPushButton[role="primary"] {{ background: {_hex(theme.accent)};
        color: {_hex(theme.accent_ink)}; border-color: {_hex(theme.accent)}; {type_(12, 600)} }}
    QPushButton[role="primary"]:hover {{ border-color: {_hex(hover_primary)}; }}
    QPushButton[role="primary"]:disabled {{ background: {_hex(theme.raised)};
        color: {_hex(theme.text3)}; border-color: {_hex(theme.grid)}; }}
    QPushButton[role="primary"]:focus {{ border: 2px solid {_hex(theme.text)}; }}
    QPushButton[role="live"] {{ background: {_hex(theme.accent_soft)};
        color: {_hex(theme.text)}; border-color: {_hex(theme.accent)}; {type_(12, 600)} }}
    QPushButton[role="live"]:focus {{ border: 2px solid {_hex(theme.text)}; }}
    QPushButton[role="offer"] {{ background: {_hex(theme.accent_soft)};
        color: {_hex(theme.text)}; border-color: {_hex(theme.accent)}; {type_(12, 600)}
        min-height: {px(22)}; }}
    QPushButton[role="offer"]:focus {{ border: 2px solid {_hex(theme.text)};
        min-height: {px(20)}; }}
    QPushButton[role="toggle"]:checked {{ background: {_hex(theme.accent_soft)};
        border-color: {_hex(theme.accent)}; }}
    QPushButton[role="toggle"]:checked:focus {{ border-color: {_hex(theme.text)}; }}
    QPushButton[role="chip"] {{ background: {_hex(theme.raised)}; color: {_hex(theme.text2)};
        border: 1px solid {_hex(theme.line)}; border-radius: {px(5)}; padding: 0 {px(4)};
        min-height: {px(22)}; }}
    QPushButton[role="chip"]:hover {{ background: {_hex(theme.hover)}; }}
    QPushButton[role="chip"]:checked {{ background: {_hex(theme.accent_soft)};
        color: {_hex(theme.text)}; border: 1px solid {_hex(theme.accent)}; }}
    QPushButton[role="chip"]:focus {{ border: 2px solid {_hex(theme.text)}; padding: 0 {px(3)};
        min-height: {px(20)}; }}
    QCheckBox, QRadioButton {{ spacing: {px(7)}; min-height: {px(24)};
        border: 2px solid transparent; border-radius: {px(5)}; }}
    QCheckBox:focus, QRadioButton:focus {{ border-color: {_hex(theme.accent)}; }}
    QCheckBox:disabled, QRadioButton:disabled {{ color: {_hex(theme.text3)}; }}
    QCheckBox::indicator {{ width: {px(14)}; height: {px(14)}; border-radius: {px(4)};
        background: {_hex(theme.raised)}; border: 1px solid {_hex(theme.text3)}; }}
    QCheckBox::indicator:checked {{ background: {_hex(theme.accent)};
        border-color: {_hex(theme.accent)}; }}
    QRadioButton::indicator {{ width: {px(14)}; height: {px(14)}; border-radius: {px(8)};
        background: {_hex(theme.raised)}; border: 1px solid {_hex(theme.text3)}; }}
    QRadioButton::indicator:checked {{ width: {px(6)}; height: {px(6)};
        border: {px(5)} solid {_hex(theme.accent)}; }}
    QToolButton {{ background: transparent; color: {_hex(theme.text2)}; border: none;
        border-radius: {px(6)}; padding: 0; }}
    QToolButton:hover {{ background: {_hex(theme.hover)}; color: {_hex(theme.text)}; }}
    QToolButton:pressed, QToolButton:checked {{ background: {_hex(theme.raised)}; }}
    QToolButton:disabled {{ color: {_hex(theme.text3)}; background: transparent; }}
    QToolButton:focus {{ border: 2px solid {_hex(theme.accent)}; }}
    FoldToggle:checked {{ background: transparent; }}
    FoldToggle:checked:hover {{ background: {_hex(theme.hover)}; }}
    QToolButton::menu-indicator {{ image: none; }}
    SectionHeader {{ background: transparent; border: none; border-radius: {px(5)};
        text-align: left; padding: 0; margin: 0; min-height: {px(24)}; }}
    SectionHeader:hover, SectionHeader:pressed {{ background: transparent; }}
    SectionHeader:focus {{ border: 2px solid {_hex(theme.accent)}; padding: 0; margin: 0;
        min-height: {px(20)}; }}
    """


def _segments(theme: Theme, px: Px, type_: Type) -> str:
    selected = {
        "dark": (theme.hover, theme.hover),
        "light": (theme.panel, theme.strong),
        "high_contrast": (theme.hover, theme.strong),
    }
    fill, edge = selected[theme.name]
    return f"""
    SegmentedControl {{ background: {_hex(theme.raised)};
        border: 1px solid {_hex(theme.line)}; border-radius: {px(6)}; }}
    Segment {{ background: transparent; color: {_hex(theme.text2)};
        border: 1px solid transparent; border-radius: {px(5)}; padding: 0; margin: 0;
        min-height: {px(22)}; }}
    Segment:hover {{ background: transparent; color: {_hex(theme.text)}; }}
    Segment:checked {{ background: {_hex(fill)}; color: {_hex(theme.text)};
        border: 1px solid {_hex(edge)}; {type_(12, 600)} }}
    Segment:disabled {{ color: {_hex(theme.text3)}; background: transparent; }}
    Segment:focus {{ border: 2px solid {_hex(theme.accent)}; margin: 0; padding: 0;
        min-height: {px(22)}; }}
    Stepper QLineEdit, Stepper QLineEdit:disabled {{ background: transparent; border: none;
        padding: 0; min-height: {px(24)}; }}
    Stepper QLineEdit:focus {{ border: 2px solid {_hex(theme.accent)}; padding: 0;
        min-height: {px(20)}; }}
    Stepper QToolButton {{ border-radius: {px(5)}; }}
    """


def _fields(theme: Theme, px: Px) -> str:
    selectors = "QLineEdit, QComboBox, QAbstractSpinBox, QPlainTextEdit, QTextEdit"
    focused = ", ".join(f"{selector}:focus" for selector in selectors.split(", "))
    return f"""
    {selectors} {{ background: {_hex(theme.raised)}; color: {_hex(theme.text)};
        border: 1px solid {_hex(theme.line)}; border-radius: {px(5)};
        padding: 0 {px(7)}; selection-background-color: {_hex(theme.accent)};
        selection-color: {_hex(theme.accent_ink)}; }}
    QLineEdit, QComboBox, QAbstractSpinBox {{ min-height: {px(22)}; }}
    QLineEdit:hover, QComboBox:hover {{ background: {_hex(theme.hover)}; }}
    {focused} {{ border: 2px solid {_hex(theme.accent)}; padding: 0 {px(6)}; }}
    QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {{ min-height: {px(20)}; }}
    QLineEdit[wrong="true"], QLineEdit[wrong="true"]:focus {{
        border: 2px solid {_hex(theme.err)}; padding: 0 {px(6)}; min-height: {px(20)}; }}
    QLineEdit:disabled, QComboBox:disabled {{ color: {_hex(theme.text3)};
        background: {_hex(theme.panel)}; border-color: {_hex(theme.grid)}; }}
    QComboBox, QComboBox:focus {{ padding-right: 0; }}
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; border: none; }}
    QComboBox::drop-down {{ border: none; width: {px(20)}; }}
    QComboBox[role="tight"] {{ padding-left: {px(4)}; }}
    QComboBox[role="tight"]:focus {{ padding-left: {px(3)}; }}
    QComboBox[role="tight"]::drop-down {{ width: {px(15)}; }}
    QComboBox::down-arrow {{ image: none; }}
    """


def _popups(theme: Theme, px: Px) -> str:
    return f"""
    QComboBox QAbstractItemView, QMenu {{ background: {_hex(theme.raised)};
        color: {_hex(theme.text)}; border: 1px solid {_hex(theme.strong)}; padding: {px(4)};
        outline: none; }}
    QComboBox QAbstractItemView::item {{ min-height: {px(24)}; padding: 0 {px(6)};
        border: 1px solid transparent; border-radius: {px(4)}; }}
    QMenu::item {{ min-height: {px(24)}; padding: 0 {px(24)} 0 {px(12)};
        border: 1px solid transparent; border-radius: {px(4)}; }}
    QComboBox QAbstractItemView::item:selected, QMenu::item:selected {{
        background: {_hex(theme.accent_soft)}; color: {_hex(theme.text)};
        border: 1px solid {_hex(theme.accent)}; }}
    QMenu::item:disabled {{ color: {_hex(theme.text3)}; }}
    QMenu::separator {{ height: 1px; background: {_hex(theme.strong)};
        margin: {px(4)} {px(8)}; }}
    QToolTip {{ background: {_hex(theme.raised)}; color: {_hex(theme.text)};
        border: 1px solid {_hex(theme.strong)}; padding: {px(4)} {px(6)}; }}
    """


def _scroll_bars(theme: Theme, px: Px) -> str:
    return f"""
    QScrollBar {{ background: transparent; border: none; margin: 0; }}
    QScrollBar:vertical {{ width: {px(10)}; }}
    QScrollBar:horizontal {{ height: {px(10)}; }}
    QScrollBar::handle {{ background: {_hex(theme.strong)}; border-radius: {px(3)};
        margin: {px(2)}; min-height: {px(24)}; min-width: {px(24)}; }}
    QScrollBar::handle:hover {{ background: {_hex(theme.text3)}; }}
    QScrollBar::handle:disabled {{ background: transparent; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QAbstractScrollArea::corner {{ background: transparent; border: none; }}
    """


def _tables(theme: Theme, px: Px, type_: Type) -> str:
    return f"""
    QAbstractItemView {{ background: transparent; border: none; color: {_hex(theme.text)};
        alternate-background-color: {_hex(theme.raised)}; gridline-color: {_hex(theme.line)};
        selection-background-color: {_hex(theme.accent_soft)};
        selection-color: {_hex(theme.text)}; outline: none; }}
    QTableView[role="roomy"]::item {{ padding: 0 {px(4)}; }}
    QHeaderView {{ background: transparent; border: none; }}
    QHeaderView::section {{ background: transparent; color: {_hex(theme.text3)}; border: none;
        border-bottom: 1px solid {_hex(theme.line)}; padding: {px(2)} {px(6)}; {type_(11)} }}
    QProgressBar {{ background: {_hex(theme.raised)}; border: none; border-radius: {px(3)};
        max-height: {px(6)}; }}
    QProgressBar::chunk {{ background: {_hex(theme.accent)}; border-radius: {px(3)}; }}
    """
