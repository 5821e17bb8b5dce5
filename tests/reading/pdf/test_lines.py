from __future__ import annotations

from gxclassify.reading import read
from gxclassify.reading.pdf.lines import Run, body_size, indent, off_edge, room_left
from reading.pdfsheet import LEFT, PARAGRAPHS, check, paragraphs, report
from reading.pieces import line, lines


def test_an_indent_is_counted_from_the_edge_of_the_column():
    first, second = lines(line("甲乙", 20, 10) + line("丙丁戊己", 0, 25))
    assert (indent(first), indent(second)) == (2, 0)
    assert (room_left(first), room_left(second)) == (0, 0)


def test_the_type_size_of_a_line_is_kept():
    assert [(line.text, line.size) for line in lines(line("甲乙丙", 0, 20, 18))] == [("甲乙丙", 18)]


def test_the_size_of_the_body_is_that_of_most_text():
    runs = [Run("甲" * 40, 0, 400, 20, 10), Run("乙丙丁戊", 0, 80, 40, 20)]
    assert body_size(runs) == 10


def test_a_line_may_begin_at_an_edge_or_at_an_indent():
    assert (off_edge(32, 30, 10), off_edge(49, 30, 10), off_edge(40, 30, 10)) == (2, 1, 10)


def test_headings_apart_from_their_numbers_stay_beside_them():
    sheet = report(count=3)
    for number, head in (("D", "新手入门"), ("19", "申报流程")):
        sheet.text(number, LEFT, sheet.y, 14)
        sheet.text(head, LEFT + 40, sheet.y, 14)
        sheet.y += 30
    sheet.paragraph(PARAGRAPHS[3])
    document = read(sheet.data())
    texts = paragraphs(document) + [part.text for article in document.articles for part in article.parts]
    assert {"D 新手入门", "19 申报流程"} <= set(texts)
    check(document)
