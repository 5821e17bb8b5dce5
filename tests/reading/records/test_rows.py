"""Rows of CSV: what separates their cells, and quotes that are never closed."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxclassify.errors import InputError
from gxclassify.reading.records.rows import OpenQuoteError, Rows, header, separator


def rows_of(text, **options):
    return Rows(io.StringIO(text, newline="").readline, **options)


def all_of(text):
    """Return the rows before the fault, and the fault."""
    found = []
    try:
        found.extend(rows_of(text))
    except OpenQuoteError as error:
        return found, (error.line, error.lost)
    return found, None


@given(st.text(st.sampled_from('"\r\n,签 a'), max_size=40))
def test_rows_are_those_of_python_unless_its_strict_reader_misses_a_quote_at_the_end(text):
    text = f"id,text\n{text}"
    found, fault = all_of(text)
    expected = list(csv.reader(io.StringIO(text, newline="")))
    try:
        list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        strict = str(error)
    else:
        strict = ""
    if fault is None:
        assert found == expected
        assert "unexpected end" not in strict
    else:
        assert found == expected[:-1]
        line, lost = fault
        lines = text.splitlines(keepends=True)
        assert '"' in lines[line - 1]
        assert 1 <= lost <= len(lines)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('id,text\n1,"签约\n2,绿化\n', (2, 2)),
        ('id,text\r\n1,"签约\r\n2,绿化', (2, 2)),
        ('id,text\r1,甲\r2,"乙\r', (3, 1)),
        ('id,text\n"1\n2",甲\n"3\n4","乙\n\n', (5, 3)),
        ('id,"text\n1,甲\n', (1, 2)),
        ('sep=;\nid;text\n1;甲\n2;"乙\n', (4, 1)),
        ('id,text\n1,长5" 的管\n2,"甲"乙\n3,"说""好"""\n', None),
        ("", None),
    ],
)
def test_an_open_quote_is_told_with_the_line_on_which_it_opens(text, fault):
    assert all_of(text)[1] == fault


def test_an_open_quote_longer_than_a_cell_may_be_is_one_too():
    rows = rows_of('id,text\n1,"甲\n' + "2,乙\n" * 40_000 + "3,丙\n")
    next(rows)
    with pytest.raises(OpenQuoteError) as told:
        next(rows)
    assert told.value.line == 2


def test_each_row_has_the_line_on_which_it_begins():
    rows = rows_of('sep=;\nid;text\n1;"甲\n乙"\n\n2;丙\n')
    assert [(rows.line, row) for row in rows] == [(2, ["id", "text"]), (3, ["1", "甲\n乙"]), (5, []), (6, ["2", "丙"])]


def test_a_row_that_is_too_long_is_told_with_its_line():
    rows = rows_of("id,text\n1,甲\n2," + "乙" * 50, name="a.csv", longest=20)
    assert len([next(rows), next(rows)]) == 2
    with pytest.raises(InputError, match=r"a\.csv:3: a row has more than 20 characters"):
        next(rows)


@pytest.mark.parametrize(
    ("first", "sign"), [("a|b", "|"), ("a,b|c", ","), ("a\tb,c\td", "\t"), ("a;b", ";"), ("text", ",")]
)
def test_what_separates_cells(first, sign):
    assert separator(first) == sign


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "sep=;\r"])
def test_the_line_for_excel_is_no_header(line):
    assert header(f"{line}\nid;text\n1;签约") == ["id", "text"]
