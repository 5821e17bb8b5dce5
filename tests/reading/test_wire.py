from __future__ import annotations

from gxclassify.messages import Message
from gxclassify.reading import Article, Document, Notice, Paragraph, Part, Repair
from gxclassify.reading.wire import from_wire, line_of, of_line, to_wire


def sent(document):
    return from_wire(of_line(line_of(to_wire(document))))


def test_whatever_a_document_holds_comes_back_the_same():
    repair = Repair("joined_lines", (3, 9), Message("{line_count} lines joined", line_count=2), 4)
    plain = Paragraph("近日，", (0, 3), ((0, 0, 3),))
    placed = Paragraph(
        "高新区 A", (3, 9), ((0, 3, 3), (3, 8, 1), (4, 9, 1)), (repair, repair), {"id": [1, None]}, "table", "一、", 2,
        (1.0, 2.5, 3.0, 4.0),
    )  # fmt: skip
    parts = (Part("title", "标题", (10, 12), (repair,), 3), Part("note", "", (12, 12)))
    document = Document(
        "甲.pdf", "pdf", "近日，高新区", "pdf",
        (Article("标题", "赵某", ("图",), ("一、",), (placed,), parts), Article(None, None, (), (), (plain, plain))),
        (repair,), (Notice("lost", Message("page {n}", n=1), 2, Message("{n} lost", n=2)),), 7, 12, {"title": "标题"},
    )  # fmt: skip
    back = sent(document)
    assert back == document
    assert back.articles[0].paragraphs[0].repairs[0].note == "2 lines joined"
    assert isinstance(back.articles[0].paragraphs[0].segments[1], tuple)


def test_a_source_is_not_sent_back_to_whom_it_is_from():
    text = "高新区签约。" * 100
    document = Document("甲", "str", text, "text", (Article(None, None, (), (), (Paragraph("签约", (0, 2)),)),))
    line = line_of(to_wire(document, text))
    assert len(line) < len(line_of(to_wire(document))) - len(text)
    assert from_wire(of_line(line), text) == document
    assert from_wire(of_line(line_of(to_wire(document, "another"))), "another") == document


def test_a_document_without_articles_and_half_a_surrogate_pair_come_back():
    empty = Document("空", "utf-8", "", "text", ())
    half = Document("半", "str", "\ud800", "text", (Article(None, None, (), (), (Paragraph("\ud800", (0, 1)),)),))
    assert (sent(empty), sent(half)) == (empty, half)
