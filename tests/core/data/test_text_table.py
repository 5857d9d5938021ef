"""Claims about reading a text table: separators, marks, names, kinds, and one line for what is not.

The files are written here by hand, or by the standard library's writer from rows known before.
"""

from __future__ import annotations

import codecs
import csv
import math
import os
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.loading import TextTable, decode, read_table, text_table
from core.errors import DataError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rows.csv"


def read(file: Path, text: str | bytes, header: bool | None = None) -> TextTable:
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_table(file, header)


def refusal(file: Path, text: str | bytes) -> str:
    with pytest.raises(DataError) as refused:
        read(file, text)
    (line,) = str(refused.value).splitlines()
    start = f"{file}: "
    assert line.startswith(start)
    return line.removeprefix(start)


def contents(table: TextTable) -> dict[str, list[object]]:
    """Return the cells by column: texts, numbers, None where one is missing."""
    return {
        column.name: [
            None if math.isnan(value) else column.texts[int(value)] if column.texts else value
            for value in column.values.tolist()
        ]
        for column in table.columns
    }


ROWS = {"a": [1.5, -2.0], "b": [3.0, 4.25]}


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_separator_and_line_end_gives_the_same_table(file: Path, mark: str, end: str) -> None:
    lines = ("a,b", "1.5,3", "-2,4.25")
    table = read(file, end.join(lines).replace(",", mark) + end)
    assert contents(table) == ROWS
    assert table.dialect.delimiter == mark
    assert table.lines.tolist() == [2, 3]


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_a_decimal_comma_is_told_from_a_separator(file: Path, mark: str) -> None:
    assert contents(read(file, f"a{mark}b\n1,5{mark}3\n-2{mark}4,25\n")) == ROWS
    assert list(contents(read(file, f"1,5{mark}3,5\n-2{mark}4,25\n")).values()) == [
        [1.5, -2.0],
        [3.5, 4.25],
    ]


@pytest.mark.parametrize(
    ("mark", "codec", "name"),
    [
        (b"", "utf-8", "UTF-8"),
        (codecs.BOM_UTF8, "utf-8", "UTF-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
        (b"", "cp1252", "Windows-1252"),
    ],
)
def test_the_encoding_is_found_and_told(file: Path, mark: bytes, codec: str, name: str) -> None:
    table = read(file, mark + "größe,x\n1,ä\n2,ö\n".encode(codec))
    assert contents(table) == {"größe": [1.0, 2.0], "x": ["ä", "ö"]}
    assert table.encoding == name


def test_quotation_marks_keep_separators_quotes_and_line_breaks(file: Path) -> None:
    table = read(file, '"a, long",b\n1,"say ""hi"""\n2,"two\nlines"\n3,"x,y"\n')
    assert contents(table) == {
        "a, long": [1.0, 2.0, 3.0],
        "b": ['say "hi"', "two\nlines", "x,y"],
    }
    # The third row begins behind the line break within the second.
    assert table.lines.tolist() == [2, 3, 5]


def test_empty_lines_and_lines_of_separators_are_no_rows(file: Path) -> None:
    table = read(file, "\n\na,b\n\n1.5,3\n,\n  ,  \n-2,4.25\n\n")
    assert contents(table) == ROWS
    assert table.lines.tolist() == [5, 8]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a,b\n1,2\n3,4\n", ["a", "b"]),
        ("1,2\n3,4\n", ["column 1", "column 2"]),
        ("ann,red\nbob,blue\ncid,red\n", ["column 1", "column 2"]),
        ("name,colour\nann,red\nbob,blue\n", ["name", "colour"]),
        ("x,,x,x 2\n1,2,3,4\n5,6,7,8\n", ["x", "column 2", "x 2", "x 2 2"]),
        ("2019,2020\n1,2\n", ["column 1", "column 2"]),
    ],
)
def test_names_come_from_the_first_line_where_it_holds_names(
    file: Path, text: str, names: list[str]
) -> None:
    assert [column.name for column in read(file, text).columns] == names


def test_whether_there_is_a_header_can_be_said(file: Path) -> None:
    table = read(file, "2019,2020\n1,2\n", header=True)
    assert contents(table) == {"2019": [1.0], "2020": [2.0]}
    table = read(file, "a,b\n1,2\n", header=False)
    assert contents(table) == {"column 1": ["a", "1"], "column 2": ["b", "2"]}


def test_missing_values_are_empty_na_nan_or_a_question_mark(file: Path) -> None:
    table = read(file, "n,t\n1,x\n,\n NA ,NA\nNaN,nan\n?, ? \nN/A,N/A\n2,y\n")
    assert contents(table) == {
        "n": [1.0, None, None, None, None, 2.0],
        "t": ["x", None, None, None, None, "y"],
    }


@pytest.mark.parametrize("cell", ["inf", "-Infinity", "1_000", "0x10", "1e999", "NAN", "1,5"])
def test_what_people_do_not_write_as_a_number_makes_a_column_of_texts(
    file: Path, cell: str
) -> None:
    quoted = f'"{cell}"'
    column = read(file, f"a,b\n1,2\n3,{quoted}\n").columns[1]
    assert (column.kind, column.first_text) == ("text", (1, cell))
    assert set(column.texts) == {"2", cell}


def test_numbers_are_read_to_the_last_bit(file: Path) -> None:
    draw = random.Random(7)
    numbers = [draw.uniform(-1, 1) * 10.0 ** draw.randint(-300, 150) for _ in range(2500)]
    table = read(file, "i,x\n" + "".join(f"{i},{x!r}\n" for i, x in enumerate(numbers)))
    assert table.columns[1].values.tolist() == numbers


def test_a_text_far_below_numbers_makes_texts_of_all_of_them(file: Path) -> None:
    table = read(file, "a,b\n" + "".join(f"{i % 3},{i}\n" for i in range(12_000)) + "oops,1\n")
    column = table.columns[0]
    assert (column.kind, column.texts) == ("text", ("0", "1", "2", "oops"))
    assert column.values.tolist() == [*[float(i % 3) for i in range(12_000)], 3.0]
    assert column.first_text == (12_000, "oops")


def test_texts_are_in_the_same_order_whatever_the_order_of_the_rows(file: Path) -> None:
    texts = ["pear", "apple", "fig", "Apple"]
    for order in (texts, texts[::-1]):
        table = read(file, "n,t\n" + "".join(f"1,{text}\n" for text in order))
        assert table.columns[1].texts == ("Apple", "apple", "fig", "pear")


def test_empty_constant_and_too_many_texts_are_told(file: Path) -> None:
    table = read(file, "e,c,w,m\n" + "".join(f",7,same,word {i}\n" for i in range(1200)))
    empty, constant, same, many = table.columns
    assert empty.kind == "empty"
    assert constant.is_constant
    assert same.is_constant
    assert many.kind == "text"
    assert not many.texts
    assert not many.is_constant


REFUSED = [
    (
        "a,b,c\n1,2,3\n\n4,5\n",
        'line 4, column 3 ("c"): missing; the line has 2 cells, line 1 has 3',
    ),
    ("a,b\n1,2\n3,4,5\n", "line 3, column 3: one too many; the line has 3 cells, line 1 has 2"),
    ('a,b\n"x\ny",2\n3\n', 'line 4, column 2 ("b"): missing; the line has 1 cell, line 1 has 2'),
    ('a,b\n1,2\n3,"4\n5,6\n', "line 3: a quotation mark is out of place or not closed"),
    ('a,b\n1,2\n3,"4"5\n', "line 3: a quotation mark is out of place or not closed"),
    ("a\n1\n", "line 1: found one column, expected at least two"),
    ("a,b\n", "has a line of names, but no rows below it"),
    ("", "is empty"),
    (" \n \n", "is empty"),
    (b"PK\x03\x04\x00\x00", "is no text; save the table as CSV first"),
    (codecs.BOM_UTF8 + b"a,b\n\xff,1\n", "begins like UTF-8 but is not"),
]


@pytest.mark.parametrize(("text", "line"), REFUSED)
def test_what_is_no_table_is_refused_by_line_and_column(
    file: Path, text: str | bytes, line: str
) -> None:
    assert refusal(file, text).startswith(line)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is no file"):
        read_table(tmp_path)
    with pytest.raises(DataError, match=r"nowhere\.csv: there is no such file"):
        read_table(tmp_path / "nowhere.csv")
    with pytest.raises(DataError, match="is no name of a file"):
        read_table("a\0b.csv")
    with pytest.raises(DataError, match="there is no such file"):
        read_table("~nobody at all/rows.csv")


def test_too_many_bytes_rows_or_columns_are_refused(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, limit, line in (
        (decode, "MOST_BYTES", "has 0 MB, more than"),
        (text_table, "MOST_ROWS", "has more than 2 rows"),
        (text_table, "MOST_COLUMNS", "has 3 columns, more than 2"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(module, limit, 2)
            assert refusal(file, "a,b,c\n1,2,3\n3,4,5\n5,6,7\n").startswith(line)


def test_a_changed_file_is_read_again(file: Path) -> None:
    first = read(file, "a,b\n1,2\n3,4\n")
    assert read_table(file).columns is first.columns
    file.write_text("a,b\n1,2\n3,5\n")
    os.utime(file, ns=(1, 1))
    assert contents(read_table(file))["b"] == [2.0, 5.0]


def test_reading_lets_others_breathe(file: Path) -> None:
    file.write_text("a,b\n" + "1,2\n" * 20_000)
    breaths = []
    read_table(file, breathe=lambda: breaths.append(1))
    assert len(breaths) >= 4


TABLES = st.integers(2, 4).flatmap(
    lambda width: st.lists(
        st.lists(
            st.floats(allow_nan=False, allow_infinity=False) | st.text("xyz,;| \t\"'", min_size=1),
            min_size=width,
            max_size=width,
        ),
        min_size=1,
        max_size=6,
    )
)


@settings(max_examples=150)
@given(rows=TABLES)
def test_what_the_writer_wrote_is_read_back(tmp_path_factory: pytest.TempPathFactory, rows) -> None:
    file = tmp_path_factory.getbasetemp() / "written.csv"
    names = [f"name {i}" for i in range(len(rows[0]))]
    with file.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(names)
        # Three lines of plain words settle the separator, whatever the cells hold.
        writer.writerows([["w"] * len(names)] * 3 + rows)
    table = read_table(file)
    os.unlink(file)
    filled = [row for row in rows if any(str(cell).strip() for cell in row)]
    for column, cells in zip(contents(table).values(), zip(*filled, strict=True), strict=True):
        wanted = [str(cell).strip() or None for cell in cells]
        assert column[3:] == wanted


@settings(max_examples=150)
@given(raw=st.binary(max_size=60) | st.text(" ab1,;\n\r\"'.|\t", max_size=60).map(str.encode))
def test_any_bytes_are_a_table_or_one_line(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.csv"
    file.write_bytes(raw)
    try:
        table = read_table(file)
    except DataError as error:
        lines = str(error).splitlines()
    else:
        lines = ["read"]
        assert {len(column.values) for column in table.columns} == {table.row_count}
    assert len(lines) == 1


def test_kinds_are_told(file: Path) -> None:
    table = read(file, "n,t,e\n1,x,\n2,y,?\n")
    assert [column.kind for column in table.columns] == ["number", "text", "empty"]
    np.testing.assert_array_equal(table.columns[0].levels, [1.0, 2.0])
