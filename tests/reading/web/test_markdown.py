"""Markdown: what marks its headings, tables and pages."""

from __future__ import annotations

import pytest

from gxclassify.reading import read

TITLE = "青溪高新区十二个项目集中开工"
FIRST = "10月8日，青溪高新区举行集中开工仪式，十二个项目同时破土，计划总投资六十三亿元，涵盖新材料和医药两个领域。"
SECOND = "园区负责人说，审批窗口将搬到厂房门口，企业办事不再往返奔波。"


def article(text, name="a.md"):
    return read(text.encode(), name=name).articles[0]


def told(text):
    return [paragraph.text for paragraph in article(text).paragraphs]


@pytest.mark.parametrize(
    "head",
    [
        f"---\n\n# {TITLE}\n\n{FIRST}\n\n---\n\n{SECOND}\n",  # rules, and no front matter
        f"#{TITLE}\n\n{FIRST}\n\n{SECOND}\n",
        f"<!-- Page 1 -->\n\n{TITLE}\n====\n\n{FIRST}\n\n{SECOND}\n",
        f"---\ntitle: {TITLE}\n---\n\n{TITLE}\n\n{FIRST}\n\n{SECOND}\n",
    ],
)
def test_the_title_is_told_by_any_mark(head):
    assert (article(head).title, told(head), article(head).subheads) == (TITLE, [FIRST, SECOND], ())


def test_the_one_heading_of_the_highest_level_is_the_title_below_a_kicker():
    found = article(f"总投资六十三亿元 涵盖两个领域\n\n# {TITLE}\n\n**记者　周宁**\n\n{FIRST}\n\n{SECOND}\n")
    assert (found.title, found.byline, found.subheads) == (TITLE, "记者　周宁", ("总投资六十三亿元 涵盖两个领域",))


@pytest.mark.parametrize(
    "turn",
    [
        "{1}----------------", "<!-- Page 2 -->", '<!-- PageNumber="1" -->\n<!-- PageBreak -->', "--- 第2页 ---",
        "## Page 2", "- 1 -\n\n---", "![](images/a1.jpg)", "\\newpage", "---\n\n**第 2 页**\n\n---",
    ],
)  # fmt: skip
def test_a_paragraph_goes_on_across_the_mark_of_a_page(turn):
    assert told(f"# {TITLE}\n\n{FIRST[:33]}\n\n{turn}\n\n{FIRST[33:]}\n\n{SECOND}\n") == [FIRST, SECOND]


def test_a_paragraph_of_several_lines_goes_on_over_several_pages():
    pages = [FIRST[:20], f"{FIRST[20:30]}\n{FIRST[30:33]}", FIRST[33:]]
    assert told(f"# {TITLE}\n\n" + "\n\n--- 第2页 ---\n\n".join(pages) + f"\n\n{SECOND}\n") == [FIRST, SECOND]


def test_a_text_whose_title_alone_is_marked_below_the_mark_of_a_page_is_markdown():
    for head in (f"# {TITLE}", f"**{TITLE}**"):
        assert article(f"--- 第1页 ---\n\n{head}\n\n{FIRST}\n\n{SECOND}\n").title == TITLE


def test_all_rows_of_a_table_without_outer_strokes_are_rows():
    table = "项目 | 投资\n---|---\n薄膜 | 12\n碳纤维 | 30\n试剂 | 8\n"
    assert told(f"# {TITLE}\n\n{FIRST}\n\n{table}\n{SECOND}\n")[1:5] == [
        "项目\t投资",
        "薄膜\t12",
        "碳纤维\t30",
        "试剂\t8",
    ]
