"""The row in which a learner says what a value will be before it is shown.

It asks one question at a time, judges the answer by ``core.explain.mistakes`` and says what it
found. Whether anything is hidden meanwhile is its owner's affair.
"""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from core.explain.mistakes import Judgement, Question, judge, significant_digits
from gui.numbers import MINUS, format_value, parse_number
from gui.stylesheet import with_role
from gui.theme import scaled, themes

WAITING = "Step on by one operation: what it writes stays hidden until you have said what it is."
MARGIN = 16
# A question with two lines beneath; the same without one, so that nothing above moves.
HEIGHT = 76


class GuessRow(QWidget):
    """A question, a field for the answer, and what there is to say to it.

    Signals:
        answered: the answer has been judged, or the learner wants to see the value.
    """

    answered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Ask nothing."""
        super().__init__(parent)
        self._question: Question | None = None
        self._label = with_role(QLabel(), "emphasis")
        self._verdict = with_role(QLabel(WAITING), "facts")
        self._verdict.setWordWrap(True)
        self._verdict.setAccessibleName("Verdict")
        self._field = QLineEdit()
        self._show = QPushButton("Show")
        self._show.setAccessibleName("Show the value")
        self._row = QHBoxLayout()
        self._row.addWidget(self._label)
        self._row.addWidget(self._field)
        self._row.addWidget(self._show)
        self._row.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._row)
        self._column.addWidget(self._verdict)
        self._column.addStretch(1)
        self._field.returnPressed.connect(self._on_answer)
        self._show.clicked.connect(self._on_show)
        themes.changed.connect(self._restyle)
        self._restyle()
        self._set_asking(False)

    @property
    def question(self) -> Question | None:
        """Return the question that waits for an answer."""
        return self._question

    def ask(self, question: Question) -> None:
        """Ask ``question`` in place of any other."""
        self._question = question
        self._label.setText(f"{question.label} =")
        self._field.clear()
        self._field.setAccessibleName(f"Your value of {question.label}")
        self.say("Type it and press Return; two digits are enough.")
        self._set_asking(True)

    def clear(self) -> None:
        """Ask nothing and forget what was said."""
        self._question = None
        self.say(WAITING)
        self._set_asking(False)

    def say(self, words: str) -> None:
        """Say ``words`` beneath the question."""
        self._verdict.setText(words)

    def verdict(self) -> str:
        """Return what is said."""
        return self._verdict.text()

    def focus_field(self) -> None:
        """Let the learner type."""
        self._field.setFocus()

    def _set_asking(self, asks: bool) -> None:
        for widget in (self._label, self._field, self._show):
            widget.setVisible(asks)

    def _close(self, words: str) -> None:
        """Say the last word on the question at hand."""
        self._question = None
        self.say(words)
        self._set_asking(False)
        self.answered.emit()

    @Slot()
    def _on_answer(self) -> None:
        question, text = self._question, self._field.text()
        if question is None:
            return
        try:
            answer = parse_number(text)
        except ValueError as error:
            self.say(f"{str(error).capitalize()}.")
            return
        plain = text.replace(MINUS, "-").replace(",", ".")
        judgement = judge(question, answer, significant_digits(plain))
        if judgement.verdict == "imprecise":
            self.say("Please give at least two digits.")
        else:
            self._close(_in_words(question, judgement))

    @Slot()
    def _on_show(self) -> None:
        question = self._question
        if question is not None:
            self._close(f"Shown: {question.label} is {format_value(question.right)}.")

    @Slot()
    def _restyle(self) -> None:
        self._column.setContentsMargins(scaled(MARGIN), scaled(6), scaled(MARGIN), scaled(8))
        self._column.setSpacing(scaled(4))
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(scaled(8))
        self._field.setFixedWidth(scaled(96))
        self.setFixedHeight(scaled(HEIGHT))


def _in_words(question: Question, judgement: Judgement) -> str:
    value = format_value(question.right)
    if judgement.verdict == "right":
        return f"Right: {question.label} is {value}."
    if judgement.verdict == "mistake":
        return f"That comes out with this mistake: {judgement.mistake}. Right is {value}."
    return f"Not quite: {question.label} is {value}."
