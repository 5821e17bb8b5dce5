from __future__ import annotations

import pytest

from gxclassify.reading import read
from reading.pdfsheet import PARAGRAPHS, Sheet, check, downwards, paragraphs, told


def test_a_vertical_headline_does_not_break_the_page():
    sheet = Sheet()
    downwards(sheet, "临江高新区纪实", 530, top=110, size=24, most=30)
    for text in told(5):
        sheet.paragraph(text, width=420)
    document = read(sheet.data())
    assert document.articles[0].title == "临江高新区纪实"
    assert paragraphs(document) == told(5)


@pytest.mark.parametrize("right", [True, False], ids=["on the right", "on the left"])
@pytest.mark.parametrize(
    ("heads", "most"), [(["储能平台今天投用", "夜航常态化运行"], 30), (["储能平台今天投用", "夜航常态化运行"], 7)]
)
def test_each_vertical_headline_heads_the_text_beside_it(right, heads, most):
    sheet = Sheet()
    texts = [told(3), PARAGRAPHS[3:6]]
    for head, text in zip(heads, texts, strict=True):
        downwards(sheet, head, 540 if right else 80, top=sheet.y + 8, size=20, most=most)
        for paragraph in text:
            sheet.paragraph(paragraph, x=80 if right else 120, width=380)
        sheet.y += 120
    document = read(sheet.data())
    check(document)
    assert [article.title for article in document.articles] == heads
    assert [[paragraph.text for paragraph in article.paragraphs] for article in document.articles] == texts
