"""Claims about what becomes of the columns of a table: inputs, targets, classes, missing values.

What is expected is written out by hand beside each table.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from core.data.build import split_rows
from core.data.loading import Choice, TextTable, choice, plan_rows, propose, read_table, rows_of
from core.data.table import Table
from core.errors import DataError

FLOWERS = """length,colour,site,species
1.5,red,north,rose
2.5,blue,south,iris
,red,north,rose
4.5,,south,tulip
"""


@pytest.fixture
def flowers(tmp_path: Path) -> TextTable:
    return read(tmp_path, FLOWERS)


def read(folder: Path, text: str) -> TextTable:
    file = folder / "flowers.csv"
    file.write_text(text)
    return read_table(file)


def rows(table: TextTable, fraction: float = 0.0, **chosen: object) -> Table:
    split = partial(split_rows, test_fraction=fraction, seed=0, shuffle=False)
    return rows_of(table, Choice(**chosen), split)  # type: ignore[arg-type]


def refusal(table: TextTable, **chosen: object) -> str:
    with pytest.raises(DataError) as refused:
        plan_rows(table, Choice(**chosen))  # type: ignore[arg-type]
    (line,) = str(refused.value).splitlines()
    start = f"{table.path}: "
    assert line.startswith(start)
    return line.removeprefix(start)


def test_texts_become_one_input_each_in_alphabetical_order(flowers: TextTable) -> None:
    made = rows(flowers, target="species", features=("site", "colour"), missing="fill")
    assert made.feature_names == ("site=north", "site=south", "colour=blue", "colour=red")
    np.testing.assert_array_equal(
        made.inputs, [[1, 0, 0, 1], [0, 1, 1, 0], [1, 0, 0, 1], [0, 1, 0, 1]]
    )


def test_texts_of_the_target_become_classes_in_alphabetical_order(flowers: TextTable) -> None:
    made = rows(flowers, target="species", features=("site",))
    assert (made.task, made.class_names) == ("classification", ("iris", "rose", "tulip"))
    np.testing.assert_array_equal(made.targets, [[1], [0], [1], [2]])
    assert (made.name, made.target_name) == ("flowers.csv", "species")


def test_numbers_of_the_target_become_classes_in_rising_order(tmp_path: Path) -> None:
    table = read(tmp_path, "x,y\n1,10\n2,-2\n3,10\n4,2.5\n")
    made = rows(table, target="y", task="classification")
    assert made.class_names == ("-2", "2.5", "10")
    np.testing.assert_array_equal(made.targets, [[2], [0], [2], [1]])
    made = rows(table, target="y")
    assert (made.task, made.class_names) == ("regression", ())
    np.testing.assert_array_equal(made.targets, [[10], [-2], [10], [2.5]])


def test_missing_values_are_refused_by_line_and_column(flowers: TextTable) -> None:
    assert refusal(flowers, target="species").startswith(
        'line 4, column "length": the value is missing; leave such rows out (data.missing = "drop")'
    )
    assert refusal(flowers, target="colour", features=("site",), missing="fill").startswith(
        'line 5, column "colour": the value is missing; leave such rows out'
    )


def test_columns_that_are_left_out_may_have_gaps(flowers: TextTable) -> None:
    plan = plan_rows(flowers, Choice("species", ("site",)))
    assert (plan.gaps, plan.row_count) == (0, 4)


def test_gaps_are_filled_from_the_training_rows_alone(tmp_path: Path) -> None:
    table = read(tmp_path, "n,t,y\n1,b,0\n3,a,1\n,,0\n4,b,1\n1000,c,0\n2000,c,1\n")
    # Without shuffling the last two rows are the test rows.
    made = rows(table, 1 / 3, target="y", missing="fill")
    assert made.inputs[2, 0] == (1 + 3 + 4) / 3
    np.testing.assert_array_equal(made.inputs[2, 1:], [0, 1, 0])


def test_of_equally_frequent_texts_the_first_fills_gaps(tmp_path: Path) -> None:
    table = read(tmp_path, "t,y\nb,0\na,1\n,0\n")
    np.testing.assert_array_equal(
        rows(table, target="y", missing="fill").inputs, [[0, 1], [1, 0], [1, 0]]
    )


def test_rows_with_gaps_can_be_left_out(flowers: TextTable) -> None:
    made = rows(flowers, target="species", missing="drop")
    np.testing.assert_array_equal(made.inputs, [[1.5, 0, 1, 1, 0], [2.5, 1, 0, 0, 1]])
    plan = plan_rows(flowers, Choice("species", missing="drop"))
    assert (plan.row_count, plan.left_out, plan.gaps) == (2, 2, 2)


def test_left_to_themselves_inputs_are_what_holds_more_than_one_value(tmp_path: Path) -> None:
    table = read(tmp_path, "e,c,x,y\n,7,1,0\n,7,2,1\n")
    assert plan_rows(table, Choice("y")).features == ("x",)


REFUSED = [
    ({"target": "kind"}, 'data.target: there is no column "kind", only "length", "colour"'),
    ({"target": "species", "features": ("size",)}, 'data.features: there is no column "size"'),
    ({"target": "species", "features": ("species",)}, 'column "species": is the target and an'),
    ({"target": "species", "features": ()}, "no column is an input"),
    (
        {"target": "species", "features": ("site",), "task": "regression"},
        'line 2, column "species": expected a number, got "rose"',
    ),
]


@pytest.mark.parametrize(("chosen", "line"), REFUSED)
def test_a_choice_that_cannot_be_is_one_line(
    flowers: TextTable, chosen: dict[str, object], line: str
) -> None:
    assert refusal(flowers, **chosen).startswith(line)


def test_names_as_inputs_are_refused_with_the_first_cell(tmp_path: Path) -> None:
    table = read(tmp_path, "n,y\n" + "".join(f"{i},{i % 2}\n" for i in range(150)) + "1o,1\n")
    line = refusal(table, target="y")
    assert line.startswith('line 152, column "n": expected a number, got "1o"; as texts there are')
    assert "151 different ones" in line


def test_too_many_inputs_classes_or_bytes_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = read(tmp_path, "a,t,y\n" + "".join(f"{i},{i % 3},{i}\n" for i in range(120)))
    line = refusal(table, target="y", task="classification")
    assert line.startswith('column "y": has more than 100 different values')
    monkeypatch.setattr(choice, "MOST_INPUTS", 1)
    assert refusal(table, target="y").startswith("would be 2 inputs, more than 1")
    monkeypatch.undo()
    monkeypatch.setattr(choice, "physical_memory", lambda: 0)
    assert "GiB, more than a quarter" in refusal(table, target="y")


def test_one_class_is_none(tmp_path: Path) -> None:
    table = read(tmp_path, "a,y\n1,x\n2,x\n")
    assert refusal(table, target="y").startswith('column "y": holds one class only')


def proposed(folder: Path, text: str) -> Choice:
    return propose(read(folder, text))


def test_the_last_column_is_proposed_as_target_unless_another_is_called_so(
    tmp_path: Path,
) -> None:
    assert proposed(tmp_path, "a,b\n1.5,2.5\n2.5,3.5\n") == Choice("b", ("a",), "regression")
    assert proposed(tmp_path, "Class,b\nx,2\ny,3\n") == Choice("Class", ("b",), "classification")


def test_names_numbers_of_rows_constant_and_empty_columns_are_not_proposed(
    tmp_path: Path,
) -> None:
    lines = "".join(f"{i},name {i},7,,{i % 4},{i / 7}\n" for i in range(1, 30))
    made = proposed(tmp_path, "id,name,c,e,a,y\n" + lines)
    assert made == Choice("y", ("a",), "regression")


def test_few_whole_numbers_are_proposed_as_classes(tmp_path: Path) -> None:
    made = {}
    for name, count in (("few", 10), ("many", 11)):
        lines = "".join(f"{i / 3},{i % count}\n" for i in range(40))
        made[name] = proposed(tmp_path, "a,y\n" + lines).task
    assert made == {"few": "classification", "many": "regression"}


def test_filling_is_proposed_only_where_something_is_missing(tmp_path: Path) -> None:
    assert proposed(tmp_path, "a,b\n1,2\n2,3\n").missing == "refuse"
    assert proposed(tmp_path, "a,b\n1,2\n,3\n4,5\n").missing == "fill"
    # A target cannot be filled in.
    assert proposed(tmp_path, "a,b\n1,2\n,3\n4,\n6,7\n").missing == "drop"


@pytest.mark.parametrize(
    ("scale", "offset", "standardized"),
    [
        (1.0, 0.0, False),
        (0.5, 5.0, False),
        (1e5, 3e5, True),
        (1e-3, 0.0, True),
        (1.0, 2020.5, True),
    ],
)
def test_targets_far_from_one_are_proposed_to_be_standardized(
    tmp_path: Path, scale: float, offset: float, standardized: bool
) -> None:
    lines = "".join(f"{i},{offset + scale * (i % 7 - 3) / 2}\n" for i in range(28))
    assert proposed(tmp_path, "a,y\n" + lines).standardize is standardized
    assert not proposed(tmp_path, "a,y\n" + lines.replace(",", ",n")).standardize


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("1e400", "1e400 is too large for a number"),
        ("-1e999", "-1e999 is too large for a number"),
        ("-1e151", "-1e151 is too large for a number"),
        ("inf", "inf is too large for a number"),
        ("-Infinity", "-Infinity is too large for a number"),
        ("1,000", "1,000 has separators of thousands"),
        ("12.345.678", "12.345.678 has separators of thousands"),
    ],
)
@pytest.mark.parametrize("column", ["a", "y"])
def test_a_cell_that_is_meant_for_a_number_is_proposed_and_refused_by_its_place(
    tmp_path: Path, cell: str, why: str, column: str
) -> None:
    lines = [[str(i), str(i / 7)] for i in range(300)]
    lines[41][column == "y"] = f'"{cell}"'
    table = read(tmp_path, "a,y\n" + "".join(f"{','.join(line)}\n" for line in lines))
    made = propose(table)
    assert (made.target, made.features) == ("y", ("a",))
    with pytest.raises(DataError) as caught:
        plan_rows(table, made)
    assert f'line 43, column "{column}": {why}; ' in str(caught.value)
