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


@pytest.mark.parametrize(
    "picture",
    [
        "![](images/a1.jpg)  \n图1 开工现场",
        "![](images/a1.jpg)\n\n图1 开工现场",
        (
            '<div style="text-align: center;"><img src="a.jpg" alt="Image" width="50%" /></div>\n\n'
            '<div style="text-align: center;">图1 开工现场</div>'
        ),
    ],
)
def test_a_paragraph_goes_on_across_a_picture_and_its_name(picture):
    found = article(f"# {TITLE}\n\n{FIRST[:33]}\n\n{picture}\n\n{FIRST[33:]}\n\n{SECOND}\n")
    assert [paragraph.text for paragraph in found.paragraphs] == [FIRST, SECOND]
    assert found.captions == ("图1 开工现场",)


def test_a_paragraph_goes_on_behind_the_anchor_of_a_page():
    anchored = f'# {TITLE}\n\n{FIRST[:33]}\n\n<span id="page-1-0"></span>{FIRST[33:]}\n\n{SECOND}\n'
    assert told(anchored) == [FIRST, SECOND]


@pytest.mark.parametrize(
    "table",
    [
        "项目|金额\n-|-\n检测台|120\n显微镜|86",
        "|项目|金额|\n|-|:-:|\n|检测台|120|\n|显微镜|86|",
        r"\begin{tabular}{|l|p{3cm}|}" + "\n\\hline\n项目 & 金额 \\\\\n\\hline 检测台 & 120 \\\\ \\cline{1-2}\n"
        r"\multirow{1}{*}{显微镜} & \multicolumn{1}{c|}{86} \\ \hline" + "\n\\end{tabular}",
        (
            "\\begin{table}[h]\n\\centering\n\\begin{tabular}{ll}\n\\toprule\n项目 & 金额 \\\\\n\\midrule\n"
            "检测台 & 120 \\\\\n"
            "显微镜 & 86 \\\\\n\\bottomrule\n\\end{tabular}\n\\end{table}"
        ),
    ],
)
def test_rows_of_a_table_with_short_rules_or_in_tex(table):
    found = article(f"# {TITLE}\n\n{FIRST}\n\n{table}\n\n{SECOND}\n").paragraphs
    rows = [paragraph.text for paragraph in found if paragraph.kind == "table"]
    assert rows == ["项目\t金额", "检测台\t120", "显微镜\t86"]
    assert len(found) == 5


@pytest.mark.parametrize(
    "head",
    [f'<h1 align="center">{TITLE}</h1>', f'<div align="center">\n\n# {TITLE}\n\n</div>'],
)
@pytest.mark.parametrize("wide", [0, 24])
def test_a_heading_may_be_one_of_html(head, wide):
    body = [
        "\n".join(text[i : i + (wide or len(text))] for i in range(0, len(text), wide or len(text)))
        for text in (FIRST, SECOND, FIRST)
    ]
    found = article("\n\n".join([head, *body]) + "\n")
    assert (found.title, [paragraph.text for paragraph in found.paragraphs]) == (TITLE, [FIRST, SECOND, FIRST])
