"""Records with a label before each part."""

from __future__ import annotations

import textwrap

import pytest

from gxclassify.reading import read_text
from reading.checks import assert_nothing_lost, assert_spans_hold
from reading.stories import STORIES


def in_lines(title, paragraphs):
    return f"标题：{title}\n来源：临江日报\n作者：盛夏\n发布时间：2026-10-09\n正文：\n" + "\n".join(paragraphs)


def in_brackets(title, paragraphs):
    return f"【标题】{title}\n【来源】临江日报\n【作者】盛夏\n【正文】" + "\n".join(paragraphs)


def over_values(title, paragraphs):
    return f"【标题】\n{title}\n【作者】\n盛夏\n【正文】\n" + "\n".join("　　" + p for p in paragraphs)


def spaced(title, paragraphs):
    return f"标　题：{title}\n作　者：盛夏\n时　间：2026年10月9日\n\n" + "\n\n".join(paragraphs)


def wrapped(title, paragraphs):
    lines = [line for p in paragraphs for line in textwrap.wrap("　　" + p, 30, drop_whitespace=False)]
    return f"序号：3\n作者：盛夏\n标题：{title}\n内容：\n" + "\n".join(lines)


@pytest.mark.parametrize("between", ["\n", "\n\n", "\n--------\n"])
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("form", [in_lines, in_brackets, over_values, spaced, wrapped])
def test_each_labelled_record_is_an_article(form, count, between):
    document = read_text(between.join(form(story.title, story.paragraphs) for story in STORIES[:count]))
    assert [(article.title, article.byline, article.subheads) for article in document.articles] == [
        (story.title, "盛夏", ()) for story in STORIES[:count]
    ]
    assert [[p.text for p in article.paragraphs] for article in document.articles] == [
        list(story.paragraphs) for story in STORIES[:count]
    ]
    assert_nothing_lost(document)
    assert_spans_hold(document)


def test_labels_are_taken_off_by_name():
    characters = read_text(in_lines("临江高新区签约", ["近日，高新区签约12个项目。"])).characters
    assert (characters["label"], characters["furniture"]) == (
        len("标题：作者：正文："),
        len("来源：临江日报发布时间：2026-10-09"),
    )


@pytest.mark.parametrize(
    ("byline", "told"),
    [
        ("本报记者　盛夏", "本报记者　盛夏"),
        ("盛夏", "盛夏"),
        ("□本报记者　盛夏　通讯员　周宁", "□本报记者　盛夏　通讯员　周宁"),
        ("本报记者　周宁", "盛夏 本报记者　周宁"),
    ],
)
def test_whom_head_and_text_name_is_told_once(byline, told):
    document = read_text(
        in_lines("临江高新区签约", [byline, "近日，高新区签约12个项目。", "今年还将建设两个厂房，年内投产。"])
    )
    assert document.articles[0].byline == told
    assert_nothing_lost(document)
    assert_spans_hold(document)


def test_a_rule_for_how_to_set_titles_is_no_record():
    rule = [
        "现将公文格式要求通知如下，请各部门遵照执行。",
        "公文用A4纸，上白边37毫米，左白边28毫米，不留空页。",
        "各级标题的要求如下，正文中不得另设字号。",
        "标题：二号方正小标宋体，居中排布。",
        "正文：三号仿宋体，每页22行，每行28字。",
        "各部门要认真执行，确保公文质量。",
    ]
    (article,) = read_text("关于规范公文格式的通知\n" + "\n".join(rule)).articles
    assert [p.text for p in article.paragraphs] == rule


def test_when_a_meeting_is_stays_in_its_notice():
    notice = [
        "题目：临江经开区产业政策解读",
        "时间：10月8日上午9点",
        "地点：管委会二楼会议室",
        "请各企业派员参加，不得迟到。",
    ]
    document = read_text("\n".join(notice))
    assert "furniture" not in document.characters


def test_a_mail_in_the_text_of_another_is_an_article_of_its_subject():
    story = STORIES[0]
    head = "-----原始邮件-----\n发件人: 盛夏 <a@example.com>\n发送时间: 2026年10月9日\n收件人: 日报 <b@example.com>\n"
    text = f"各位老师：\n　　转来稿件一篇，请审阅。\n{head}主题: {story.title}\n\n" + "\n\n".join(story.paragraphs)
    note, article = read_text(text).articles
    assert [p.text for p in note.paragraphs] == ["各位老师：", "转来稿件一篇，请审阅。"]
    assert (article.title, [p.text for p in article.paragraphs]) == (story.title, list(story.paragraphs))
    assert_nothing_lost(read_text(text))


def test_the_subject_of_a_meeting_is_no_mail():
    text = "主题：园区产业政策解读\n时间：2026年10月8日\n请各企业派员参加，不得迟到。"
    assert "furniture" not in read_text(text).characters


@pytest.mark.parametrize("mark", [">", "> ", "> > ", "＞"])
def test_the_marks_of_a_quoted_text_are_taken_off(mark):
    story = STORIES[0]
    document = read_text(f"\n{mark}\n".join(mark + text for text in (story.title, *story.paragraphs)))
    (article,) = document.articles
    assert (article.title, [p.text for p in article.paragraphs]) == (story.title, list(story.paragraphs))
    assert_nothing_lost(document)
    assert_spans_hold(document)


def test_a_letter_to_an_office_and_its_answer_are_an_article():
    letter, answer = "创新路南段的路灯半个月不亮，夜里出行很不安全。", "您好，电缆已经抢修完毕，照明当晚恢复。"
    text = (
        f"信件标题：创新路路灯不亮\n来信人：王先生\n来信时间：2026-10-08\n来信内容：{letter}\n"
        f"答复单位：建设局\n答复时间：2026-10-11\n答复内容：{answer}"
    )
    document = read_text(text)
    (article,) = document.articles
    assert (article.title, [p.text for p in article.paragraphs]) == ("创新路路灯不亮", [letter, answer])
    assert {"furniture", "label"} <= set(document.characters)
    assert_nothing_lost(document)


def test_labels_of_any_name_may_stand_between_those_that_are_known():
    papers = [("签约仪式举行", STORIES[0].paragraphs[0]), ("专线通车", STORIES[1].paragraphs[0])]
    text = "\n======\n".join(
        f"标题：{title}\n报纸名称：临江日报\n报道方式：通讯\n日期：2026-06-06\n版次：A02\n作者：周宁\n正文：\n{body}"
        for title, body in papers
    )
    document = read_text(text)
    found = [(article.title, article.byline, article.paragraphs[0].text) for article in document.articles]
    assert found == [(title, "周宁", body) for title, body in papers]
    assert_nothing_lost(document)


@pytest.mark.parametrize("form", ["【{}】{}", "{}：{}", "Key-{}: {}"])
def test_records_of_a_database_of_papers_have_no_text_but_an_abstract(form):
    papers = [("开发区土地评价", STORIES[0].paragraphs[0]), ("再生水的成本", STORIES[1].paragraphs[0])]
    told = [
        {"题名": title, "作者": "方晓舟；何苗", "机构": "水务研究所", "刊名": "给水技术", "年": "2026", "摘要": body}
        for title, body in papers
    ]
    text = "\n\n".join("\n".join(form.format(*item) for item in record.items()) for record in told)
    found = [(article.title, [p.text for p in article.paragraphs]) for article in read_text(text).articles]
    assert found == [(title, [body]) for title, body in papers]


def test_a_report_may_have_its_subject_and_labels_of_its_own():
    text = f"主题：签约仪式\n报送单位：投资促进局\n联系人：何青\n正文：\n{STORIES[0].paragraphs[0]}"
    (article,) = read_text(text).articles
    assert (article.title, [p.text for p in article.paragraphs]) == ("签约仪式", [STORIES[0].paragraphs[0]])
