"""Web pages: their blocks, what stands around the article, titles, tables, and pieces of HTML."""

from __future__ import annotations

import email.message
import email.policy
import re
import textwrap

import pytest

from gxclassify.errors import InputError
from gxclassify.reading import read, read_text, render_text
from gxclassify.reading.web.html import read_fragment, read_page
from gxclassify.reading.web.markup import is_fragment
from reading.checks import assert_nothing_lost

TITLE = "松溪经开区精密铸造产业园开园"
STORY = [
    "10月9日，松溪经开区精密铸造产业园正式开园，首批入园企业16家，合同总投资58亿元，涉及阀门、泵体和汽车零部件。",
    "园区统一建设了砂处理、废气治理和检测三个公共中心，企业不必各自投资，每吨铸件的能耗可以下降一成半以上。",
    "经开区还与两所高校共建铸造新材料研究院，已有研发人员74名入驻，今年计划转化成果12项。",
    "下一步，松溪经开区将继续完善配套政策，对入园企业给予厂房租金补贴，力争三年内产值突破百亿元。",
]
MENU = "".join(
    f'<li><a href="/{n}">{word}</a></li>'
    for n, word in enumerate(["首页", "新闻中心", "政务公开", "办事大厅", "互动交流"])
)
HEAD = f"<title>{TITLE}_园区要闻_松溪经济开发区管理委员会</title>"
FOOT = "<p>版权所有：松溪经济开发区管委会　闽ICP备00000000号</p><p>地址：松溪县工业路1号　技术支持：某某公司</p>"
MORE = (
    '<h3>相关阅读</h3><ul><li><a href="#">松溪召开防汛会议</a> 2026-10-01</li>'
    '<li><a href="#">企业招聘会下周举行</a> 2026-10-02</li></ul>'
)
LINE = "<div>发布时间：2026-10-10 08:20　来源：松溪融媒　点击数：133　字体：<a>大</a> <a>中</a> <a>小</a></div>"
WAY = '<div>当前位置：<a href="/">首页</a> &gt; <a href="/n">园区要闻</a></div>'


def page(body, *, head=HEAD, title=f"<h1>{TITLE}</h1>", line=LINE):
    """A page of a portal without a single telling class name."""
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8">{head}</head><body><div><ul>{MENU}</ul></div>{WAY}'
        f"<div>{title}{line}{body}<div>【<a>打印</a>】【<a>关闭</a>】</div>"
        f"<div>上一篇：<a href='#'>旧闻一则</a></div></div>"
        f"<div>{MORE}</div><div>{FOOT}</div></body></html>"
    )


def every(form, texts=STORY):
    return "".join(form.format(text) for text in texts)


def spaced(text):
    return f"&nbsp;&nbsp;&nbsp;&nbsp;{text}"


WAYS = {
    "p": every("<p>　　{}</p>"),
    "div": every("<div>{}</div>"),
    "nested sections": every("<section><section><span><span>{}</span></span></section></section>"),
    "leaf spans": every('<section><span leaf="">{}</span></section>'),
    "spans": f"<div>{''.join(f'<span>{text}</span>' for text in STORY)}</div>",
    "spans shown as blocks": f"<p>{''.join(f'<span style=display:block>{text}</span>' for text in STORY)}</p>",
    "breaks": "<br>".join(map(spaced, STORY)),
    "double breaks": "<p>" + "<br/><br/>".join(STORY) + "</p>",
    "cells": f"<table>{''.join(f'<tr><td>{text}</td></tr>' for text in STORY)}</table>",
    "breaks in a cell": f"<table width=100%><tr><td>{'<br>'.join(STORY)}</td></tr></table>",
    "articles of a list": f"<ul>{''.join(f'<li>{text}</li>' for text in STORY)}</ul>",
    "indents alone": "".join(spaced(text) for text in STORY),
    "fonts and wrapped source": "".join(f"<p><font>{text[:20]}\n   {text[20:]}</font></p>" for text in STORY),
    "pre": "<pre>" + "\n".join(f"　　{text}" for text in STORY) + "</pre>",
    "unclosed p": every("<p>{}"),
    "a form around": "<form>" + every("<p>{}</p>") + "</form>",
    "hidden until loaded": '<div id="js_content" style="visibility:hidden">' + every("<p>{}</p>") + "</div>",
    "editor of a content system": '<div class="TRS_Editor"><style>.a{}</style>' + every("<p>{}</p>") + "</div>",
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_page_gives_its_paragraphs_whatever_elements_they_stand_in(way):
    document = read(page(WAYS[way]).encode())
    (article,) = document.articles
    assert [paragraph.text for paragraph in article.paragraphs] == STORY
    assert (article.title, article.subheads, article.byline) == (TITLE, (), None)


@pytest.mark.parametrize("way", WAYS)
def test_no_visible_character_is_lost_and_what_is_left_out_has_its_name(way):
    document = read(page(WAYS[way]).encode())
    counts = document.characters
    assert "lost" not in counts
    assert counts["furniture"] == document.held - counts["paragraphs"] - counts["title"]


def test_a_page_tells_date_and_source():
    assert read(page(WAYS["p"]).encode()).metadata == {"title": TITLE, "date": "2026-10-10 08:20", "source": "松溪融媒"}
    head = HEAD + '<meta name="PubDate" content="2026-10-11"><meta name="Author" content="林某">'
    assert read_page(page(WAYS["p"], head=head, line="")).metadata == {
        "title": TITLE,
        "date": "2026-10-11",
        "author": "林某",
    }


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (f"<title>{TITLE}-松溪政府网</title>", f"<div>{TITLE}</div>"),
        (f"<title>{TITLE} 松溪门户网站</title>", f"<td>{TITLE}</td>"),
        ("<title>松溪经济开发区管理委员会</title>", f"<h2>{TITLE}</h2>"),
        ("<title>松溪经开区官网</title>", f'<p class="article-title">{TITLE}</p>'),
        ("<title>松溪经开区官网</title>", f"<div>{TITLE}</div>"),
        (f"<title>{TITLE}_要闻_松溪网</title>", ""),
        (f'<title></title><meta property="og:title" content="{TITLE}">', ""),
        ("", f"<h1>{TITLE[:7]}<br>{TITLE[7:]}</h1>"),
        (f'<title>松溪网</title><meta name="ArticleTitle" content="{TITLE}">', f"<strong>{TITLE}</strong>"),
    ],
)
def test_the_title_is_the_articles_not_the_sites(head, title):
    document = read(page(WAYS["p"], head=head, title=title).encode())
    assert document.articles[0].title == TITLE
    assert [paragraph.text for paragraph in document.articles[0].paragraphs] == STORY
    assert "lost" not in document.characters


def test_terms_over_sentences_are_subheads_and_those_beside_words_stay():
    body = f"<dl><dt>怎样申请</dt><dd>{STORY[0]}</dd><dt>奖励多少</dt><dd>{STORY[1]}</dd></dl>"
    (article,) = read(page(f"{body}<dl><dt>部门</dt><dd>经发局</dd></dl><p>{STORY[2]}</p>").encode()).articles
    assert article.subheads == ("怎样申请", "奖励多少")
    assert [p.text for p in article.paragraphs] == [*STORY[:2], "部门", "经发局", STORY[2]]


def test_headings_are_subheads_and_list_items_stay():
    body = f"<h2>一、集中开工</h2><p>{STORY[0]}</p>"
    body += f"<p><strong>二、配套政策</strong></p><ol><li>租金减半</li><li>用工补贴</li></ol><p>{STORY[3]}</p>"
    (article,) = read(page(body).encode()).articles
    assert article.subheads == ("一、集中开工", "二、配套政策")
    assert [(p.subhead, p.text) for p in article.paragraphs] == [
        ("一、集中开工", STORY[0]),
        ("二、配套政策", "租金减半"),
        ("二、配套政策", "用工补贴"),
        ("二、配套政策", STORY[3]),
    ]


@pytest.mark.parametrize("table", ["<table border=1>", '<table class="x"><caption>表1　主要指标</caption>', "<table>"])
def test_a_table_of_data_becomes_rows(table):
    rows = (
        "<tr><td>指标</td><td>数值</td></tr><tr><td>签约<br>项目</td><td>16个</td></tr><tr><td>投资</td><td></td></tr>"
    )
    body = f"<p>{STORY[0]}</p>{table}{rows}</table><p>{STORY[3]}</p>"
    (article,) = read(page(body).encode()).articles
    assert [p.text for p in article.paragraphs if p.kind == "table"] == ["指标\t数值", "签约 项目\t16个", "投资"]
    assert [p.text for p in article.paragraphs if p.kind == "paragraph"] == [STORY[0], STORY[3]]
    assert article.captions == (("表1　主要指标",) if "caption" in table else ())


def test_the_particulars_of_a_government_document_are_furniture():
    table = "<table><tr><td>索 引 号：</td><td>000-1</td><td>发布机构：</td><td>管委会</td></tr>"
    table += "<tr><td>文　号：</td><td>松开〔2026〕9号</td><td>成文日期：</td><td>2026年9月1日</td></tr></table>"
    (article,) = read(page(table + WAYS["p"]).encode()).articles
    assert [paragraph.text for paragraph in article.paragraphs] == STORY


@pytest.mark.parametrize("tag", ["article", "div"])
def test_several_articles_on_a_page_are_several(tag):
    level = "h2" if tag == "article" else "h1"
    parts = "".join(
        f"<{tag}><{level}>{head}</{level}><p>{a}</p><p>{b}</p></{tag}>"
        for head, a, b in [(TITLE, *STORY[:2]), ("企业用电成本再降", *STORY[2:])]
    )
    document = read(page(parts, title="", line="", head="<title>松溪日报 第2版</title>").encode())
    assert [article.title for article in document.articles] == [TITLE, "企业用电成本再降"]
    assert [[p.text for p in article.paragraphs] for article in document.articles] == [STORY[:2], STORY[2:]]


def test_a_list_of_related_pages_inside_the_article_is_left_out_and_a_link_in_a_sentence_stays():
    body = f'<p>{STORY[0]}<a href="/">详情</a>可见官网。</p>'
    body += f'<p>相关链接：</p><p><a href="/1">开园仪式举行</a></p><p><a href="/2">专家点评</a></p><p>{STORY[1]}</p>'
    (article,) = read(page(body).encode()).articles
    assert [paragraph.text for paragraph in article.paragraphs] == [f"{STORY[0]}详情可见官网。", STORY[1]]


def test_a_sidebar_with_a_telling_name_is_left_out_and_a_misleading_name_is_not():
    side = f'<div class="sidebar"><p>{STORY[2]}</p></div>'
    body = "".join(f"<p>{text}</p>" for text in [*STORY[:2], STORY[3]] * 2)
    texts = [p.text for p in read(page(side + body).encode()).articles[0].paragraphs]
    assert texts == [*STORY[:2], STORY[3]] * 2
    (article,) = read(page(f'<div class="hot-news position">{WAYS["p"]}</div>').encode()).articles
    assert [paragraph.text for paragraph in article.paragraphs] == STORY


def test_hidden_text_is_named():
    document = read(page(f'<p style="display: none">{STORY[2]}</p><p>{STORY[0]}</p><p>{STORY[1]}</p>').encode())
    assert document.characters["hidden"] == len(STORY[2])
    assert STORY[2] not in [paragraph.text for paragraph in document.articles[0].paragraphs]


def test_a_page_of_navigation_says_so():
    links = "".join(
        f'<li><a href="/{n}">松溪经开区第{n}批项目集中开工</a><span>2026-10-{n:02}</span></li>' for n in range(1, 29)
    )
    with pytest.raises(InputError, match="navigation"):
        read(f"<html><head>{HEAD}</head><body><ul>{MENU}</ul><ul>{links}</ul>{FOOT}</body></html>".encode())
    document = read(f"<html><body><ul>{MENU}</ul><ul>{links}</ul><p>{STORY[0]}</p></body></html>".encode())
    assert [notice.kind for notice in document.notices] == ["not_prose"]
    assert [paragraph.text for paragraph in document.articles[0].paragraphs] == [STORY[0]]


def test_printed_lines_that_breaks_part_are_joined():
    story = [re.sub("[0-9]+", "多", text) for text in STORY]  # each character as wide as another
    lines = [line for text in story for line in textwrap.wrap("　　" + text, 24, drop_whitespace=False)]
    for body in (f"<div>{'<br>'.join(lines)}</div>", "<pre>{}</pre>".format("\n".join(lines))):
        (article,) = read(page(body).encode()).articles
        assert [paragraph.text for paragraph in article.paragraphs] == story


def told(document):
    return [paragraph.text for article in document.articles for paragraph in article.paragraphs]


def test_a_letter_and_its_answer_are_read_by_paragraphs():
    answer = "".join(f"<p>{text}</p>" for text in STORY[:3])
    entries = [("来信人", "王**"), ("来信时间", "2026-05-06"), ("答复", answer)]
    rows = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in entries)
    html = f"<!DOCTYPE html><title>咨询集群政策-领导信箱</title><h2>领导信箱</h2><table>{rows}</table>"
    (article,) = read(html.encode()).articles
    assert article.title == "咨询集群政策"
    assert [p.text for p in article.paragraphs if p.kind == "table"] == ["来信人\t王**", "来信时间\t2026-05-06"]
    assert [p.text for p in article.paragraphs][-3:] == STORY[:3]


def test_readings_and_the_marks_of_notes_are_named_and_notes_are_notes():
    html = (
        f'<p><ruby>岚<rp>(</rp><rt>lán</rt><rp>)</rp></ruby>{STORY[0]}<a role="doc-noteref" href="#n">[1]</a></p>'
        f'<div role="doc-footnote"><p>见当年公报。</p></div><p>{STORY[1]}</p>'
    )
    document = read(f"<body>{html}</body>".encode())
    assert told(document) == [f"岚{STORY[0]}", STORY[1]]
    assert [part.kind for part in document.articles[0].parts] == ["note"]
    assert (document.characters["ruby"], document.characters["furniture"]) == (len("lán()"), len("[1]"))
    assert_nothing_lost(document)


def test_a_line_of_related_links_is_left_out_and_captions_are_captions():
    body = "".join(f"<p>{text}</p>" for text in STORY[:2])
    body += "<p>▲ 检测平台效果图</p><p>图为园区一角。王青 摄</p>" + f"<p>{STORY[2]}</p>"
    html = f"<!DOCTYPE html><h1>高新区培育集群</h1>{body}<section>往期推荐<a href='x'>招聘会周六举行</a></section>"
    document = read(html.encode())
    assert told(document) == STORY[:3]
    assert document.articles[0].captions == ("▲ 检测平台效果图", "图为园区一角。王青 摄")


@pytest.mark.parametrize(
    ("about", "imprint"),
    [
        ("Copyright services in the zone grew by 12%, officials said.", "Copyright © 2026 Zone. All rights reserved."),
        ("All rights reserved: this is what Copyright of works in the zone means.", "Copyright reserved by the zone."),
        ("园区设有版权服务站，全年办理版权所有人登记1200件。", "版权所有：岚山高新区管委会"),
        ("条例规定，未经许可转载他人作品的，由法院受理。", "未经授权禁止转载"),
    ],
)
def test_a_sentence_about_copyright_is_text_and_an_imprint_is_not(about, imprint):
    body = f"<p>{STORY[0]}</p><p>{about}</p><p>{STORY[1]}</p><p>{imprint}</p>"
    assert told(read(page(body).encode())) == [STORY[0], about, STORY[1]]


def test_captions_attachments_and_ornaments_have_their_roles():
    body = (
        "<section>点击上方蓝字关注我们</section>"
        '<div><span class="img_descr">园区一角。林某 摄</span></div><section>01</section>'
        f"<p>{STORY[0]}</p><section>02</section><section>开园仪式</section>{every('<p>{}</p>', STORY[1:])}"
        '<p>附件：<a href="x.doc">回执.doc</a></p><p>责任编辑：王某</p>'
    )
    (article,) = read(page(body).encode()).articles
    assert (article.subheads, article.captions) == (("开园仪式",), ("园区一角。林某 摄",))
    assert [paragraph.text for paragraph in article.paragraphs] == [*STORY, "附件：回执.doc"]


def test_an_english_page_has_its_title_once():
    body = "<h1>Zone opens</h1><p>The zone opened on Monday, with 12 firms.</p><p>It will grow, officials said.</p>"
    (article,) = read(
        f"<html><head><title>Zone opens | Daily</title></head><body>{body}</body></html>".encode()
    ).articles
    assert (article.title, article.subheads, len(article.paragraphs)) == ("Zone opens", (), 2)


def test_a_page_of_one_short_line_is_read():
    assert read("<html><body>高新区签约项目</body></html>".encode()).articles[0].paragraphs[0].text == "高新区签约项目"


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
@pytest.mark.parametrize("transfer", ["quoted-printable", "base64"])
def test_a_saved_web_archive_is_read(charset, transfer):
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"] = "<Saved by a browser>"
    message.make_related()
    part = email.message.EmailMessage(policy=email.policy.SMTP)
    part.set_content(page(WAYS["p"]).replace("utf-8", charset), subtype="html", charset=charset, cte=transfer)
    message.attach(part)
    document = read(message.as_bytes(), name="saved.mht")
    assert (document.format, document.articles[0].title) == ("mht", TITLE)
    assert [paragraph.text for paragraph in document.articles[0].paragraphs] == STORY


def test_an_archive_without_a_page_is_an_error():
    with pytest.raises(InputError, match="no web page"):
        read(
            b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n"
            b"--b\nContent-Type: image/gif\n\nx\n--b--\n"
        )


FRAGMENTS = {
    "p": every('<p style="text-indent:2em">{}</p>'),
    "br": "<br/>\n".join(STORY),
    "div": "<div>" + every("<div>{}</div>") + "</div>",
    "wrapped": "<p>\n" + "\n</p>\n<p>\n".join(STORY) + "\n</p>",
}


@pytest.mark.parametrize("form", FRAGMENTS)
def test_a_piece_of_html_in_a_text_file_is_read_as_html(form):
    document = read(FRAGMENTS[form].encode("gb18030"))
    assert [paragraph.text for paragraph in document.articles[0].paragraphs] == STORY
    assert (document.format, document.encoding) == ("html", "gb18030")


@pytest.mark.parametrize(
    "text",
    [
        "产值<5亿元的企业3家，>10亿元的2家。",
        "# 年报\n\n" + "\n\n".join(STORY) + "\n\n<table><tr><td>签约</td><td>16个</td></tr></table>\n\n<br>\n",
        "按Ctrl<b>粗体</b>。",
        "见<p>标签的说明。",
    ],
)
def test_other_text_with_angle_brackets_is_no_html(text):
    assert not is_fragment(text)
    assert read(text.encode()).format in {"text", "markdown"}


def test_a_fragment_keeps_tables_and_headings():
    lines = read_fragment(
        "<h3>签约</h3><p>甲。</p><table border=1><tr><td>乙</td><td>丙</td></tr><tr><td>丁</td><td>戊</td></tr></table>"
    ).lines
    assert [(line.text, line.role) for line in lines] == [
        ("签约", "heading"),
        ("甲。", ""),
        ("乙\t丙", "row"),
        ("丁\t戊", "row"),
    ]


def test_text_given_as_text_stays_text():
    assert "<p>" in render_text(read_text("<p>高新区。</p>"))


NEWS = [(f"{place}经开区三季度项目集中开工", [text.replace("松溪", place) for text in STORY[i : i + 2]])
        for i, place in enumerate(["松溪", "石门", "枫林"])]  # fmt: skip


def digest(rank, news=NEWS):
    return "".join(f"<div><h{rank}>{title}</h{rank}>{every('<p>{}</p>', texts)}</div>" for title, texts in news)


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>经开区一周要闻（第12期）-松溪网</title>", "<h1>经开区一周要闻（第12期）</h1>"),
        ("<title>今日要闻_松溪网</title>", ""),
    ],
)
def test_the_pieces_of_a_digest_are_articles(head, title):
    document = read(f"<html><head>{head}</head><body>{title}{digest(3)}</body></html>".encode())
    assert [(article.title, [p.text for p in article.paragraphs]) for article in document.articles] == NEWS
    assert document.articles[0].subheads == (("经开区一周要闻（第12期）",) if title else ())  # the name, over them all


@pytest.mark.parametrize(
    "heads",
    [
        ["主要成绩", "存在的问题", "下一步打算"],
        ["一、开工建设情况汇报", "二、招商引资情况汇报", "三、创新平台情况汇报"],
    ],
)
def test_the_parts_of_an_article_are_no_articles(heads):
    news = [(head, texts) for head, (_, texts) in zip(heads, NEWS, strict=True)]
    for title in (TITLE, "松溪经开区工作动态"):
        page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{digest(2, news)}</body></html>"
        (article,) = read(page.encode()).articles
        assert (article.title, article.subheads) == (title, tuple(heads))


def mail(*, html="", subject=TITLE, to="office@example.com"):
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"], message["Subject"] = "投稿人 <press@example.com>", to, subject
    message["Message-ID"] = "<1@example.com>"
    message.set_content("\n".join(STORY), charset="gbk", cte="base64")
    if html:
        message.add_alternative(html, subtype="html", cte="quoted-printable")
    message.add_attachment(b"0", maintype="image", subtype="png", filename="厂区.png")
    return message.as_bytes()


@pytest.mark.parametrize("html", ["", every("<div>{}</div>")])
def test_a_mail_is_read_with_its_subject_as_the_title(html):
    document = read(mail(html=html))
    (article,) = document.articles
    assert (document.format, article.title) == ("mail", TITLE)
    assert [paragraph.text for paragraph in article.paragraphs] == STORY
    assert document.metadata["author"] == "投稿人 <press@example.com>"
    assert [notice.kind for notice in document.notices] == ["attachment"]
    assert "厂区.png" in document.notices[0].text
    assert_nothing_lost(document)


def test_a_mail_without_a_text_says_what_to_do():
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"], message["Message-ID"] = "press@example.com", "<1@example.com>"
    message.add_attachment(b"0", maintype="image", subtype="png", filename="厂区.png")
    with pytest.raises(InputError, match=r"the mail holds no text; save what is attached"):
        read(message.as_bytes())


@pytest.mark.parametrize("style", ["display:none", "visibility: hidden", "font-size:0", "opacity:0;color:red"])
def test_words_against_copying_are_hidden(style):
    body = f'<p>{STORY[0]}<span style="{style}">松溪融媒独家</span></p>' + every("<p>{}</p>", STORY[1:])
    document = read(page(body).encode())
    assert [p.text for p in document.articles[0].paragraphs] == STORY
    assert document.characters["hidden"] == 6


def test_a_part_of_an_article_may_have_a_heading_of_the_rank_of_its_title():
    body = every("<p>{}</p>", STORY[:2]) + "<h1>扩大合作</h1>" + every("<p>{}</p>", STORY[2:])
    (article,) = read(page(body).encode()).articles
    assert (article.title, article.subheads) == (TITLE, ("扩大合作",))


def test_what_platforms_put_behind_the_last_sentence_is_furniture():
    back = '<a id="backsohucom" href="/">返回搜狐，查看更多</a>'
    behind = f"<p>{STORY[-1]}{back}</p><p>责任编辑：<span></span></p><p>END</p><p>长按二维码关注</p>"
    statement = "<div>平台声明：该文观点仅代表作者本人，平台仅提供信息存储空间服务。</div>"
    document = read(page(every("<p>{}</p>", STORY[:-1]) + behind + statement).encode())
    assert [paragraph.text for paragraph in document.articles[0].paragraphs] == STORY
    assert_nothing_lost(document)


def test_the_byline_above_the_container_of_an_article_is_kept():
    paper = "<div>《松溪日报》（2026年10月09日 第 02 版）</div>"
    line = f"<p>本报记者　周　宁　何一帆</p>{paper}"
    body = f'<div id="articleContent">{every("<p>{}</p>")}</div>'
    (article,) = read(page(body, line=line).encode()).articles
    assert article.byline == "本报记者　周　宁　何一帆"
    assert [paragraph.text for paragraph in article.paragraphs] == STORY


@pytest.mark.parametrize("called", ["打印页面", "无标题文档", "新闻详情", "Untitled Document"])
def test_what_programs_call_any_page_is_no_title(called):
    body = f"<center><b>{TITLE}</b></center><hr>{every('<p>　　{}</p>')}"
    foot = "<p>本文网址：http://www.example.cn/a/1.html</p><p>打印时间：2026-10-10 08:00:00</p>"
    (article,) = read(f"<html><head><title>{called}</title></head><body>{body}{foot}</body></html>".encode()).articles
    assert (article.title, [paragraph.text for paragraph in article.paragraphs]) == (TITLE, STORY)


def test_html_whose_tags_were_escaped_is_read_as_html():
    escaped = every("&lt;p&gt;{}&lt;/p&gt;\n")
    document = read(escaped.encode())
    assert [paragraph.text for paragraph in document.articles[0].paragraphs] == STORY
    assert [notice.kind for notice in document.notices] == ["encoding"]
    assert "&lt;p&gt;" in read(f"{STORY[0]}\n标签 &lt;p&gt; 表示段落。\n{STORY[1]}".encode()).source


def test_a_term_that_asks_is_a_subhead():
    html = f"<!DOCTYPE html><title>{TITLE}</title><h1>{TITLE}</h1><dl><dt>怎样申请入园？</dt><dd>{STORY[0]}</dd></dl>"
    assert read(html.encode()).articles[0].subheads == ("怎样申请入园？",)


def test_a_title_in_two_lines_is_one_and_a_centred_title_of_a_document_is_a_subhead():
    html = (
        f"<!DOCTYPE html><title>{TITLE}若干措施的通知</title>"
        f"<p align=center><b>{TITLE}<br>若干措施的通知</b></p><p>{STORY[0]}</p>"
        '<p style="text-align: center">松溪入园企业奖励办法</p>'
        f'<p style="text-align: center">第一章　总　则</p><p>{STORY[1]}</p>'
    )
    (article,) = read(html.encode()).articles
    assert (article.title, article.subheads) == (
        f"{TITLE}若干措施的通知",
        ("松溪入园企业奖励办法", "第一章　总　则"),
    )
    assert [p.text for p in article.paragraphs] == [STORY[0], STORY[1]]


def test_notes_by_link_are_notes_and_what_links_to_them_and_back_is_named():
    html = (
        f'<h1>{TITLE}</h1><p>{STORY[0]}<sup><a href="#n1">[1]</a></sup></p><p>厂区面积3km<sup>2</sup>，{STORY[1]}</p>'
        '<section class="footnotes"><ol role="doc-endnotes">'
        '<li id="n1">见当年公报。<a href="#r1">↩</a></li></ol></section>'
    )
    document = read(f"<body>{html}</body>".encode())
    assert told(document) == [STORY[0], f"厂区面积3km2，{STORY[1]}"]
    assert [part.text for part in document.articles[0].parts if part.kind == "note"] == ["见当年公报。"]
    assert document.characters["furniture"] == len("[1]↩")
    assert_nothing_lost(document)


def test_a_link_to_the_rest_behind_a_sentence_is_furniture_and_a_link_in_it_stays():
    html = f'<h1>{TITLE}</h1><p>{STORY[0]}<a href="1">[详细]</a></p><p>{STORY[1]}详情见<a href="2">公告全文</a>。</p>'
    document = read(f"<body>{html}</body>".encode())
    assert told(document) == [STORY[0], f"{STORY[1]}详情见公告全文。"]
    assert document.characters["furniture"] == len("[详细]")


def test_kicker_and_deck_of_a_newspapers_page_are_subheads():
    html = (
        f"<!DOCTYPE html><title>松溪报-{TITLE}</title><div class=nav><a href=a>上一版</a>"
        "<a href=b>下一版</a></div><div>"
        f"<p class=yinti>首批企业今日入驻</p><h1>{TITLE}</h1><p>——总投资58亿元</p><p>本报记者 盛夏</p>"
        f"<div class=article-content>{''.join(f'<p>{text}</p>' for text in STORY)}</div></div>"
    )
    document = read(html.encode())
    (article,) = document.articles
    assert (article.title, article.byline) == (TITLE, "本报记者 盛夏")
    assert article.subheads == ("首批企业今日入驻", "——总投资58亿元")
    assert told(document) == STORY


@pytest.mark.parametrize("kicker", ["<div>{}</div>", "<p class=k>{}</p>", "<h3>{}</h3>"])
def test_a_kicker_is_no_part_of_a_title_where_other_articles_follow(kicker):
    head = kicker.format("首批企业今日入驻") + f"<h1>{TITLE}</h1><p>本报记者　盛夏</p>"
    other = f"<h2>松溪改造污水处理厂</h2><p>本报讯（记者　周宁）{STORY[3]}</p>"
    other += f"<h2>三家企业签约</h2><p>本报讯　{STORY[2]}</p>"
    document = read(f"<!DOCTYPE html><title>松溪报</title>{head}{every('<p>{}</p>', STORY[:2])}{other}".encode())
    assert [article.title for article in document.articles] == [TITLE, "松溪改造污水处理厂", "三家企业签约"]
    assert document.articles[0].subheads == ("首批企业今日入驻",)
    assert_nothing_lost(document)


@pytest.mark.parametrize("words", ["扫码下载客户端", "点分享 点点赞 点在看", "如需退订请点击这里"])
def test_words_of_apps_and_mailings_are_furniture(words):
    document = read(f"<title>{TITLE}</title><h1>{TITLE}</h1>{every('<p>{}</p>')}<p>{words}</p>".encode())
    assert told(document) == STORY


def test_a_mail_that_quotes_and_one_that_passes_another_on():
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["Subject"] = "回复：投稿"
    message.set_content(f"{STORY[0]}\n\n> {STORY[1]}\n\n-- \n松溪日报编辑部电子信箱\n")
    document = read(message.as_bytes())
    assert told(document)[:2] == STORY[:2]
    assert document.characters["furniture"] == len("--")
    assert_nothing_lost(document)
    message.set_content(
        f"{STORY[3]}\n\n-----原始邮件-----\n发件人：盛夏\n收件人：日报\n主题：{TITLE}\n\n{STORY[0]}\n\n{STORY[1]}\n"
    )
    note, article = read(message.as_bytes()).articles
    assert (note.title, [p.text for p in note.paragraphs]) == ("回复：投稿", [STORY[3]])
    assert (article.title, [p.text for p in article.paragraphs]) == (TITLE, STORY[:2])


def test_items_of_a_list_above_the_title_are_a_menu_without_links_too():
    menu = "<ul><li>首页</li><li>走进松溪</li><li>联系我们</li></ul>"
    items = "<ul><li>标准厂房月租每平方米九元。</li><li>污水集中处理</li></ul>"
    html = f"<!DOCTYPE html>{HEAD}{menu}<h1>{TITLE}</h1><p>{STORY[0]}</p>{items}<p>{STORY[1]}</p>"
    document = read(html.encode())
    assert told(document) == [STORY[0], "标准厂房月租每平方米九元。", "污水集中处理", STORY[1]]
    assert_nothing_lost(document)


@pytest.mark.parametrize(
    "shown",
    [
        '<p style="text-align:center"><img src="a"></p><p style="text-align:center">园区全景</p>',
        '<p align="center"><img src="a"><br>园区全景</p>',
        '<div style="text-align:center"><img src="a"><p>园区全景</p></div>',
        "<table><tr><td><img src=a><br><font size=2>园区全景</font></td></tr></table>",
    ],
)
def test_a_line_below_a_picture_is_its_caption(shown):
    (article,) = read(page(f"<p>{STORY[0]}</p>{shown}<p>{STORY[1]}</p>").encode()).articles
    assert (article.captions, article.subheads) == (("园区全景",), ())


def test_a_heading_below_a_picture_is_none():
    centred = '<p style="text-align:center">{}</p>'
    shown = centred.format('<img src="a">') + centred.format("<strong>租金减半</strong>")
    (article,) = read(page(f"<p>{STORY[0]}</p>{shown}<p>{STORY[1]}</p>").encode()).articles
    assert (article.captions, article.subheads) == ((), ("租金减半",))


@pytest.mark.parametrize("name", ["<p>表1　主要指标</p>", "<p><b>表1　主要指标</b></p><p>单位：亿元</p>"])
def test_the_name_of_a_table_is_its_caption_and_cells_hold_no_spaces_of_the_markup(name):
    cells = "<tr><td><span>用</span><span>途</span></td><td><p><span>2</span><span>.1</span></p></td></tr>"
    table = f"<table border=1>{cells}<tr><td><p>印<br>染</p></td><td>1.6</td></tr></table>"
    document = read(page(f"<p>{STORY[0]}</p>{name}{table}<p>{STORY[1]}</p>").encode())
    (article,) = document.articles
    assert article.captions == ("表1　主要指标",)
    assert [p.text for p in article.paragraphs if p.kind == "table"] == ["用途\t2.1", "印 染\t1.6"]
    assert_nothing_lost(document)


def test_the_title_of_an_old_page_is_its_largest_line():
    title = f"<table><tr><td align=center><font size=5 color=red><b>{TITLE}</b></font></td></tr></table>"
    (article,) = read(
        page(every("<p>{}</p>"), head="<title>::: 松溪经济开发区 :::</title>", title=title).encode()
    ).articles
    assert article.title == TITLE


def test_headings_of_two_ranks_stand_apart():
    body = f"<h2>概况</h2><h3>规模</h3><p>{STORY[0]}</p><h3>工艺</h3><p>{STORY[1]}</p><h2>计划</h2><p>{STORY[2]}</p>"
    (article,) = read(page(body).encode()).articles
    assert article.subheads == ("概况", "规模", "工艺", "计划")
    assert [p.subhead for p in article.paragraphs] == ["规模", "工艺", "计划"]


def test_a_list_of_articles_with_their_summaries_is_several():
    heads = ["松溪铸造园开园迎客", "松溪与高校共建研究院", "松溪租金补贴开始申报"]
    items = "".join(
        f'<div><h3><a href="#">{head}</a></h3><p>{text}</p><span>2026-10-0{n}</span></div>'
        for n, (head, text) in enumerate(zip(heads, STORY, strict=False), 1)
    )
    html = f"<html><head><title>园区动态_松溪经开区</title></head><body><div>{items}</div></body></html>"
    assert [article.title for article in read(html.encode()).articles] == heads


def test_numbers_of_pages_are_furniture():
    pages = '<div><a href="1">【1】</a><a href="2">【2】</a><a href="3">【3】</a></div>'
    document = read(page(f"<p>{STORY[0]}</p><p>{STORY[1]}</p>{pages}<p>{STORY[2]}</p>").encode())
    assert [p.text for p in document.articles[0].paragraphs] == STORY[:3]
    assert document.articles[0].subheads == ()


def test_kicker_and_deck_of_one_name_are_subheads_apart():
    rows = [("k", "山坳里建起铸造园"), ("t", TITLE), ("k", "首批企业16家 投资58亿元")]
    title = "".join(f'<table><tr><td class="{name}">{text}</td></tr></table>' for name, text in rows)
    (article,) = read(page(every("<p>{}</p>"), title=title, line="").encode()).articles
    assert (article.title, article.subheads) == (TITLE, (rows[0][1], rows[2][1]))


LETTER = [
    ("信件标题", "关于工业路加装路灯的建议"),
    ("来信人", "周**"),
    ("来信时间", "2026-10-02"),
    ("信件内容", "工业路三号门到五号门没有路灯，夜班下班很不安全。能不能装几盏？"),
    ("答复单位", "松溪经开区城建局"),
    ("办理状态", "已办结"),
    ("答复内容", "".join(f"<p>{text}</p>" for text in STORY[:2])),
]
FORMS = {
    "rows": "<table>" + "".join(f"<tr><th>{name}</th><td>{value}</td></tr>" for name, value in LETTER) + "</table>",
    "lines": "".join(f"<div><span>{name}：</span><span>{value}</span></div>" for name, value in LETTER[:-1])
    + f"<div><span>答复内容：</span><div>{LETTER[-1][1]}</div></div>",
    "terms": "<dl>" + "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in LETTER) + "</dl>",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_with_a_letter_and_its_answer_gives_both_without_their_labels(form):
    document = read(f"<!DOCTYPE html><title>领导信箱_松溪经开区管委会</title>{FORMS[form]}".encode())
    (article,) = document.articles
    assert article.title == LETTER[0][1]
    assert [(p.kind, p.text) for p in article.paragraphs] == [("paragraph", t) for t in (LETTER[3][1], *STORY[:2])]
    assert not article.subheads
    assert_nothing_lost(document)


def test_an_announcement_with_labels_is_no_letter_and_keeps_when_and_where():
    lines = ["主题：铸造新材料", "主讲人：孟川", "时间：2026年10月20日下午3时", "地点：园区报告厅", f"内容：{STORY[2]}"]
    html = f"<!DOCTYPE html><title>讲座预告：铸造新材料</title><h1>讲座预告：铸造新材料</h1>{every('<p>{}</p>', lines)}"
    assert told(read(html.encode())) == lines
    rows = "".join(f"<tr><td>{line.replace('：', '</td><td>', 1)}</td></tr>" for line in lines[:4])
    (article,) = read(f"<!DOCTYPE html><title>{TITLE}</title><table>{rows}</table>".encode()).articles
    assert [p.kind for p in article.paragraphs] == ["table"] * 4


@pytest.mark.parametrize("line", ["成立时间：2006年5月12日", "报名截止日期：2026-05-18", "展期：2026年5月12日至15日"])
def test_when_something_is_or_was_stays_above_the_first_sentence(line):
    html = "<!DOCTYPE html><title>{0}</title><h1>{0}</h1><p>{1}</p><p>成文日期：2026年5月2日</p>{2}"
    assert told(read(html.format(TITLE, line, every("<p>{}</p>", STORY)).encode())) == [line, *STORY]


@pytest.mark.parametrize(
    "around",
    [
        "<p>展开全文</p>", "<p>回到顶部</p>", "<div>+ 关注</div>", "<p>👆点击上方“松溪”关注我们</p>",
        "<p>时长：02:31</p>", "<div>标签：<a>铸造</a> <a>园区</a></div>",
        "<p>特别声明：以上内容仅代表作者本人观点，不代表本平台立场。</p>",
        "<amp-ad><div>广告</div></amp-ad>", "<amp-consent><p>本站使用Cookie，继续浏览即表示同意。</p></amp-consent>",
        "<form><label>姓名</label><input><label>意见</label><textarea></textarea></form>",
        "<div>第 1 页 共 3 页　<a>首页</a> <a>上页</a> <a>尾页</a> <a>下页</a></div>",
        "<p>共3页</p>", f"<p>{' '.join(f'<a>{n}</a>' for n in range(1, 41))}</p>",
        f"<div><h3>网友评论</h3><b>甲</b><p>{STORY[2][:18]}。</p><a>回复</a></div>",
        "<noframes>您的浏览器不支持框架。</noframes>",
    ],
)  # fmt: skip
def test_buttons_labels_of_fields_and_disclaimers_are_furniture(around):
    document = read(f"<!DOCTYPE html>{HEAD}<h1>{TITLE}</h1>{every('<p>{}</p>')}{around}".encode())
    (article,) = document.articles
    assert (told(document), article.subheads, article.captions) == (STORY, (), ())
    assert_nothing_lost(document)


def test_what_is_struck_through_is_named():
    document = read(f"<h1>{TITLE}</h1><p>总投资由<del>58亿元</del><ins>61亿元</ins>增加，{STORY[1]}</p>".encode())
    assert told(document) == [f"总投资由61亿元增加，{STORY[1]}"]
    assert document.characters["deleted"] == len("58亿元")
    assert_nothing_lost(document)


def test_a_page_of_frames_says_so_and_an_archive_reads_the_one_with_the_article():
    frames = f"<html><head><title>{TITLE}</title></head><frameset><frame src=a.htm><frame src=b.htm></frameset></html>"
    with pytest.raises(InputError, match="only frames"):
        read(frames.encode())
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message.set_content(frames, subtype="html")
    for inner in (f"<ul>{MENU}</ul>", f"<h1>{TITLE}</h1>{every('<p>{}</p>')}"):
        message.add_related(f"<html><body>{inner}</body></html>".encode(), "text", "html")
    document = read(b"From: <Saved by Blink>\r\n" + message.as_bytes(), name="a.mht")
    assert (document.format, document.articles[0].title, told(document)) == ("mht", TITLE, STORY)


@pytest.mark.parametrize("form", ["<div>{}</div>", "<p class=t>{}</p>"])
def test_printed_lines_in_elements_of_their_own_are_joined(form):
    lines = [line.replace(" ", "") for text in STORY for line in textwrap.wrap(" ".join(f"　　{text}"), 41)]
    html = f"<!DOCTYPE html>{HEAD}<h1>{TITLE}</h1>{every(form, lines)}"
    assert told(read(html.encode())) == STORY
    items = ["松溪精密轴承制造有限公司", "松溪高分子材料有限公司", "溪南环保设备制造有限公司", "溪南供应链管理有限公司"]
    html = f"<!DOCTYPE html><h1>入驻企业名单公布</h1><p>{STORY[0]}</p>{every(form, items)}"
    assert told(read(html.encode())) == [STORY[0], *items]


def test_the_name_of_the_site_is_no_title_and_a_label_is_no_part_of_one():
    head = "<!DOCTYPE html><title>松溪经济开发区门户网站</title><h1>松溪经济开发区</h1>"
    body = f'<div class="big-title">{TITLE}</div><div id=zoom>{every("<p>{}</p>")}</div>'
    assert read(f"{head}{body}".encode()).articles[0].title == TITLE
    document = read(
        f"<!DOCTYPE html><title>打印页面</title><p>标题：{TITLE}</p><p>来源：日报</p>{every('<p>{}</p>')}".encode()
    )
    assert (document.articles[0].title, told(document)) == (TITLE, STORY)
    assert_nothing_lost(document)


@pytest.mark.parametrize("headline", ["松溪新建三个创新平台", "云岭科学城启用数据交易平台", "临江上线企业服务网"])
@pytest.mark.parametrize(
    "head", ["长三角导报-{}", "松溪新闻网_{}", "科创周刊丨园区动态丨{}", "{}—松溪日报", "松溪经开区门户网站"]
)
@pytest.mark.parametrize("line", ["", LINE])
def test_a_headline_over_the_text_may_end_as_the_name_of_a_site(headline, head, line):
    body = f"<div><h1>{headline}</h1>{line}<div>{every('<p>{}</p>')}</div></div>"
    document = read(f"<html><head><title>{head.format(headline)}</title></head><body>{body}</body></html>".encode())
    assert (document.articles[0].title, told(document)) == (headline, STORY)


@pytest.mark.parametrize("site", ["长三角导报", "松溪新闻网", "松溪高新区政务服务中心"])
@pytest.mark.parametrize("head", ["{site}_{title}", "{title}丨{site}", "园区动态-{site}"])
@pytest.mark.parametrize("between", ["", "<h2>园区动态</h2>"])
def test_the_name_of_the_site_in_the_first_heading_is_no_title(site, head, between):
    head = head.format(site=site, title=TITLE)
    body = f"<div><h1>{site}</h1></div>{between}<div><h3>{TITLE}</h3><div>{every('<p>{}</p>')}</div></div>"
    document = read(f"<html><head><title>{head}</title></head><body>{body}</body></html>".encode())
    assert (document.articles[0].title, told(document)) == (TITLE, STORY)


def test_a_page_of_rows_alone_has_its_heading_as_title_once():
    rows = "".join(f"<tr><td>{n}</td><td>{text}</td></tr>" for n, text in enumerate(STORY[:2]))
    html = f"<!DOCTYPE html><title>{TITLE}</title><h2>{TITLE}</h2><table border=1>{rows}</table>"
    (article,) = read(html.encode()).articles
    assert (article.title, article.subheads) == (TITLE, ())


# ---- mails


def letter(subject, text, **more):
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    for name, value in {"Subject": subject, "From": "a@a.cn", "To": "b@a.cn", "Message-ID": "<1@a.cn>", **more}.items():
        message[name] = value
    message.set_content(text)
    return message


def test_a_mail_that_is_attached_is_an_article_of_its_own():
    outer = letter("转发：开园", f"{STORY[0]}\n\n发自我的iPhone\n")
    outer.add_attachment(letter(TITLE, f"{STORY[1]}\n\n{STORY[2]}\n"))
    outer.add_attachment(b"PK", maintype="application", subtype="zip", filename="图.zip")
    document = read(outer.as_bytes())
    assert [(a.title, [p.text for p in a.paragraphs]) for a in document.articles] == [
        ("转发：开园", STORY[:1]),
        (TITLE, STORY[1:3]),
    ]
    assert "图.zip" in document.notes[0]
    assert "rfc822" not in document.notes[0]
    assert_nothing_lost(document)


def test_parts_of_a_text_without_a_name_are_all_read():
    message = letter(TITLE, STORY[0])
    message.make_mixed()
    for text in STORY[1:3]:
        part = email.message.MIMEPart(policy=email.policy.SMTP)
        part.set_content(text)
        message.attach(part)
    document = read(message.as_bytes())
    assert (told(document), document.notices) == (STORY[:3], ())


def test_each_mail_of_a_mailbox_is_an_article():
    mails = [letter(TITLE, STORY[0]), letter("租金补贴", STORY[3])]
    data = b"".join(b"From a@a.cn Tue May 19 08:00:00 2026\n" + message.as_bytes() + b"\n" for message in mails)
    document = read(data, name="a.mbox")
    assert [(a.title, [p.text for p in a.paragraphs]) for a in document.articles] == [
        (TITLE, [STORY[0]]),
        ("租金补贴", [STORY[3]]),
    ]
    assert_nothing_lost(document)
    assert read(f"From 2020 to 2026 the zone grew.\n\n{STORY[0]}\n".encode()).format == "text"


def test_a_long_row_of_page_numbers_takes_no_time():
    row = " ".join(f"<a>{n}</a>" for n in range(1, 41))
    document = read(f"<!DOCTYPE html>{HEAD}<h1>{TITLE}</h1>{every('<p>{}</p>')}<p>{row} 跳转</p>".encode())
    assert told(document)[: len(STORY)] == STORY


def test_a_page_that_gxclassify_wrote_says_what_to_give_in_its_place():
    head = '<html><head><meta name="generator" content="gxclassify"><script>"园区"</script></head>'
    with pytest.raises(InputError, match=r"gxclassify wrote this page.*CSV, JSON Lines"):
        read(f"{head}<body><main></main></body></html>".encode(), name="a.html")
    page = f"{head}<body>{'<p>'.join(STORY)}</body></html>"
    assert "阀门" in render_text(read(page.encode(), name="a.html"))


def test_a_page_that_leaves_out_the_tags_around_its_head_is_read_as_one_with_them():
    head = f'<meta charset=utf-8><title>{TITLE}</title><meta name="author" content="林某">'
    body = f"<h1>{TITLE}</h1><div>2026-10-10 08:20　来源：松溪融媒</div>{every('<p>{}</p>')}"
    bare, whole = (
        read(text.encode()) for text in (head + body, f"<html><head>{head}</head><body>{body}</body></html>")
    )
    assert (
        bare.metadata
        == whole.metadata
        == {"title": TITLE, "date": "2026-10-10 08:20", "source": "松溪融媒", "author": "林某"}
    )
    assert (bare.articles[0].title, bare.articles[0].subheads, told(bare)) == (TITLE, (), STORY)


SITE = "松溪经济开发区管理委员会"


@pytest.mark.parametrize(
    "line",
    [
        f"<h3>{TITLE}</h3>",
        f'<p style="text-align:center"><strong>{TITLE}</strong></p>',
        f'<table><tr><td class="tit" align=center>{TITLE}</td></tr></table>',
    ],
)
def test_the_line_just_over_the_body_is_the_title_where_the_head_tells_the_site_alone(line):
    column = "<div><h2>园区动态</h2><ul><li><a href=1>工作动态</a></li><li><a href=2>通知公告</a></li></ul></div>"
    body = f'<div class="TRS_Editor">{every("<p>{}</p>")}</div>'
    origin = "<ul><li>发布日期：2026-10-10</li><li>浏览量：12</li></ul>"
    document = read(f"<title>{SITE}</title><body>{column}<div>{line}{origin}{body}</div></body>".encode())
    assert (document.articles[0].title, told(document)) == (TITLE, STORY)
    assert document.articles[0].subheads == ()


def test_text_before_an_element_of_furniture_is_no_part_of_it():
    share = '<div class="share">分享到：<a>微信</a></div>'
    document = read(f"<body><h1>{TITLE}</h1>{'<br>'.join(STORY)}{share}</body>".encode())
    assert told(document) == STORY
    assert_nothing_lost(document)


@pytest.mark.parametrize(
    "around",
    [
        "<header><a href=/>返回</a><h2>园区动态</h2><span>菜单</span></header>",
        "<div>首页 | 新闻 | 公开 | 服务</div>",
        "<div><p>欢迎访问松溪经开区官方网站！</p><p>设为首页 | 加入收藏</p></div>",
        "<table><tr><td>索引号：</td><td>MB1/2026-8</td></tr><tr><td>标题：</td><td>某文</td></tr></table>",
        "<div class=logo>松溪经开区</div><div>上一版 下一版 版面导航</div>",
    ],
)
def test_the_head_of_a_sites_page_is_furniture(around):
    document = read(f"<title>{TITLE}</title><body>{around}<h1>{TITLE}</h1>{every('<p>{}</p>')}</body>".encode())
    assert (document.articles[0].title, told(document), document.articles[0].subheads) == (TITLE, STORY, ())


@pytest.mark.parametrize(
    "around",
    [
        "<p>您的浏览器不支持video标签</p>",
        "<p>声明：本网转载内容版权归原作者所有，如有侵权请联系删除。</p>",
        "<p>部分图片来自网络，如有侵权，请及时与我们联系。</p>",
        "<div><h3>为您推荐</h3><div><a href=1>经开区签约十个项目</a><p>十个项目，总投资三十亿元。</p></div></div>",
        "<p>打开微信“扫一扫”，分享到我的朋友圈</p>",
        "<p>松溪经开区管委会主办</p><p>闽ICP备00000000号</p>",
    ],
)
def test_what_sites_put_below_an_article_is_furniture(around):
    body = every("<div>{}</div>")
    document = read(f"<title>{TITLE}</title><body><h1>{TITLE}</h1><div>{body}</div>{around}</body>".encode())
    assert told(document) == STORY
    assert_nothing_lost(document)


@pytest.mark.parametrize(
    "last",
    [
        "办法明确，如有侵权行为，由园区知识产权执法大队查处，最高罚款50万元。",
        "如有侵权，请联系园区维权中心，三日内受理。",
    ],
)
def test_what_an_article_says_of_infringement_is_its_text(last):
    document = read(f"<title>{TITLE}</title><body><h1>{TITLE}</h1>{every('<p>{}</p>')}<p>{last}</p></body>".encode())
    assert told(document) == [*STORY, last]


def test_attached_files_the_day_of_a_signature_and_a_bold_question_are_kept():
    body = (
        f"<p><b>怎样申请入园？</b></p><p>{STORY[0]}</p><p>附件下载：</p><p><a href=1>1.清单.docx</a></p>"
        "<p><a href=2>2.流程.pdf</a></p><p>松溪经开区管委会</p><p>2026年10月9日</p>"
        "<p><a>打印</a></p><p><a>关闭</a></p>"
    )
    document = read(f"<title>{TITLE}</title><body><h1>{TITLE}</h1>{body}</body>".encode())
    below = ["附件下载：", "1.清单.docx", "2.流程.pdf", "松溪经开区管委会", "2026年10月9日"]
    assert told(document) == [STORY[0], *below]
    assert document.articles[0].subheads == ("怎样申请入园？",)


@pytest.mark.parametrize(
    "shown",
    [
        '<div class="pic"><img src=1.jpg><span>开园仪式现场</span></div>',
        '<section><img src=1.jpg></section><section><span style="font-size:12px">开园仪式现场</span></section>',
    ],
)
def test_small_type_or_the_frame_of_a_picture_tells_its_caption(shown):
    document = read(f"<body><h1>{TITLE}</h1><p>{STORY[0]}</p>{shown}<p>{STORY[1]}</p></body>".encode())
    assert (told(document), document.articles[0].captions) == (STORY[:2], ("开园仪式现场",))


def test_notes_that_raised_marks_lead_to_are_notes():
    body = (
        f'<p>{STORY[0]}<sup><a href="#n1">[1]</a></sup></p><p>{STORY[1]}<a href="#_ftn2">[2]</a></p>'
        '<p id="n1">[1] 见园区月报。</p><p><a name="_ftn2">[2]</a> 见年度公报。</p>'
    )
    document = read(f"<body><h1>{TITLE}</h1>{body}</body>".encode())
    assert told(document) == STORY[:2]
    assert [part.text for part in document.articles[0].parts if part.kind == "note"] == [
        "[1] 见园区月报。",
        "[2] 见年度公报。",
    ]


def test_the_letterhead_below_the_title_of_a_page_is_furniture_and_a_byline_is_one():
    body = f"<p>松溪经开区管委会文件</p><p>松开管发〔2026〕8号</p>{every('<p>{}</p>')}"
    document = read(f"<title>{TITLE}</title><body><h1>{TITLE}</h1><p>本报记者 周宁</p>{body}</body>".encode())
    assert (told(document), document.articles[0].byline) == (STORY, "本报记者 周宁")


def test_a_headline_that_ends_as_the_name_of_a_site_is_the_title():
    title = "省调研组走访松溪高新区管委会"
    head = f"<title>{title}</title>"
    text = "<p>园区将继续优化营商环境，推动更多科技成果就地转化。项目总投资52亿元，预计年产值可达799亿元。</p>" * 3
    (article,) = read(f"<html>{head}<body><p>{title}</p><p>本报记者 周宁</p>{text}</body></html>".encode()).articles
    assert (article.title, article.byline) == (title, "本报记者 周宁")
