"""Data files of users: a text table is read, its columns are understood, and some are chosen.

``text_table`` reads a file whole and says of each column what it holds; ``choice`` turns the
columns that a specification names into the rows of a data set. Whatever is refused names file, line
and column.
"""

from core.data.loading.choice import (
    Choice,
    Plan,
    plan_rows,
    propose,
    rows_of,
    usual_scale,
    usual_task,
)
from core.data.loading.columns import Column
from core.data.loading.text_table import TextTable, read_table

__all__ = [
    "Choice",
    "Column",
    "Plan",
    "TextTable",
    "plan_rows",
    "propose",
    "read_table",
    "rows_of",
    "usual_scale",
    "usual_task",
]
