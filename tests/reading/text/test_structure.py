"""Structure that plain text shows: clauses, several documents in a file, contents lists, words that are no names."""

from __future__ import annotations

import textwrap

import pytest

from gxclassify.reading import read_text
from reading.checks import assert_nothing_lost, assert_spans_hold
from reading.stories import STORIES

CLAUSES = [
    "第一条　为了规范临江经开区企业投诉的受理和办理，保护企业的合法权益，根据有关法律、法规，制定本办法。",
    "第二条　企业服务中心履行下列职责：",
    "（一）受理企业的投诉，并在五个工作日内转交承办单位；",
    "（二）督促承办单位按期办结；",
    "（三）定期通报办理情况。",
    "第三条　承办单位应当在二十个工作日内答复企业；情况复杂的，经批准可以延长十个工作日，并告知企业延长的理由。",
    "第四条　投诉人有下列情形之一的，不予受理：",
    "（一）没有明确的投诉对象；",
    "（二）已经进入诉讼程序。",
    "第五条　本办法由临江经开区管委会负责解释，自公布之日起施行。",
]


def wrap(paragraphs, width=24):
    """Set paragraphs into lines, two ems indented, as a typewriter would."""
    lines = []
    for paragraph in paragraphs:
        lines += textwrap.wrap("　　" + paragraph, width, break_long_words=True, drop_whitespace=False)
    return "\n".join(lines)


def texts(document):
    return [[paragraph.text for paragraph in article.paragraphs] for article in document.articles]


@pytest.mark.parametrize("set_as", [wrap, "\n".join])
def test_a_clause_is_never_a_title_and_items_stay_apart(set_as):
    document = read_text("　　　　临江经开区企业投诉办理办法\n" + set_as(CLAUSES))
    assert texts(document) == [CLAUSES]
    assert document.articles[0].title == "临江经开区企业投诉办理办法"
    assert document.articles[0].subheads == ()


@pytest.mark.parametrize("start", ["第九条　下列企业：", "第十二条 优先支持：", "第3条 有下列情形之一的："])
def test_a_short_clause_with_a_colon_is_a_paragraph(start):
    lines = [*CLAUSES[:1], start, *CLAUSES[2:]]
    assert texts(read_text("\n".join(lines))) == [lines]


RULE = ["第一章 总则", *CLAUSES[:1], "第二章 受理", *CLAUSES[5:6], "第三章 附则", *CLAUSES[-1:]]
BODY = [CLAUSES[0], CLAUSES[5], CLAUSES[-1]]


@pytest.mark.parametrize("number", ["临开管〔2026〕{}号", "（2026年{}月1日临江经开区管委会公布）", ""])
def test_several_rules_in_one_file_are_several_articles(number):
    titles = ["临江经开区企业投诉办理办法", "临江经开区孵化器管理规定", "临江经开区楼宇经济若干措施（试行）"]
    lines = []
    for n, title in enumerate(titles, start=1):
        lines += [title, *filter(None, [number.format(n)]), *RULE]
    document = read_text("\n".join(lines))
    assert [article.title for article in document.articles] == titles
    for article in document.articles:
        assert article.subheads == ("第一章 总则", "第二章 受理", "第三章 附则")
        assert [paragraph.text for paragraph in article.paragraphs][-3:] == BODY


def test_several_reports_with_numbered_parts_are_several_articles():
    report = ["一、招商引资", "全年新签约项目52个，总投资320亿元。", "二、创新平台", "新认定省级工程技术中心7家。"]
    document = read_text("\n".join(["临江经开区2025年工作总结", *report, "临江经开区2026年工作要点", *report]))
    assert [article.title for article in document.articles] == ["临江经开区2025年工作总结", "临江经开区2026年工作要点"]
    assert [p.subhead for p in document.articles[1].paragraphs] == ["一、招商引资", "二、创新平台"]


PIECES = [
    ("临江经开区集中签约二十三个项目", "本报讯（记者 周宁）10月12日，临江经开区举行集中签约仪式，总投资186亿元。"),
    ("青溪生态园让废酸变原料，三千亩老厂房披上绿装", "走进青溪生态园，一排排白色厂房掩映在水杉林中，锅炉早已拆除。"),
]
REST = "园区负责人说，下一步还将引进更多项目，力争三年内产值翻一番。"


@pytest.mark.parametrize("deck", ["", "——“一窗通办”见闻"])
def test_articles_with_a_byline_or_lead_under_each_headline_are_several(deck):
    (first, lead), (second, opening) = PIECES
    byline = "本报记者 何一帆 通讯员 孙梅"
    lines = [first, lead, REST, second, deck, byline, opening, REST]
    document = read_text("\n".join(filter(None, lines)))
    assert [article.title for article in document.articles] == [first, second]
    assert document.articles[1].subheads == tuple(filter(None, [deck]))
    assert [article.byline for article in document.articles] == ["记者 周宁", byline]
    assert texts(document) == [[lead.removeprefix("本报讯（记者 周宁）"), REST], [opening, REST]]


def test_a_second_headline_is_a_subhead():
    (first, lead), deck = PIECES[0], "——第三季度招商观察"
    document = read_text(f"{first}\n{deck}\n{lead}\n{REST}")
    assert [(article.title, article.subheads) for article in document.articles] == [(first, (deck,))]
    said = "——这句话写在园区大厅的墙上，人人看得见。"
    assert texts(read_text(f"{first}\n{said}\n{REST}")) == [[said, REST]]


def test_a_signature_before_the_next_document_is_no_title():
    end = ["临江经开区管委会", "2026年3月1日"]
    document = read_text("\n".join(["关于支持孵化器的通知", *RULE, *end, "关于支持楼宇经济的通知", *RULE, *end]))
    assert [article.title for article in document.articles] == ["关于支持孵化器的通知", "关于支持楼宇经济的通知"]
    assert texts(document)[0] == [*BODY, *end]


@pytest.mark.parametrize("rule", ["--------", "＊＊＊", "= = = = ="])
def test_a_rule_parts_documents_and_is_furniture(rule):
    story = "临江经开区昨天集中签约项目12个，总投资八十六亿元，涉及新材料等三个产业。"
    document = read_text(f"集中签约结硕果\n{story}\n{story}\n{rule}\n人才公寓开始交付\n{story}\n{story}")
    assert [article.title for article in document.articles] == ["集中签约结硕果", "人才公寓开始交付"]
    assert document.characters["furniture"] == len(rule.replace(" ", ""))


def test_one_document_with_numbered_parts_stays_one():
    part = ["一、目标", "产值突破百亿元。", "二、措施", "加强招商工作力度。"]
    document = read_text("\n".join(["临江经开区发展报告", "第一部分 回顾", *part, "第二部分 展望", *part]))
    assert [article.title for article in document.articles] == ["临江经开区发展报告"]


PROSE = [
    "申请入驻孵化器的企业，应当是成立不满三年的科技型企业，有明确的研发方向和不少于三名的专职研发人员，并有固定的经营场所。",
    "企业先在网上填写申请表，上传营业执照和项目说明，由孵化器组织专家评审，评审结果在十五个工作日内告知申请人，有异议的可以申请复核。",
    "评审通过以后，企业与孵化器签订入驻协议，一般期限为两年，期满以后经过考核可以延长一年，考核不合格的应当在一个月内迁出孵化器。",
    "园区对企业实施的节能改造项目，按照节约的标准煤数量给予奖励，每吨奖励三百元，单个项目最高不超过二百万元，由财政部门直接拨付。",
]  # fmt: skip


LISTS = {
    "questions": [f"{n}.怎样申请第{n}项补贴？" for n in range(1, 41)],
    "contents": [f"第{n}节　内容{n}" for n in range(1, 41)],
    "menu": ["首页", "新闻", "政务公开"] * 12,
}


@pytest.mark.parametrize("list_of", LISTS.values(), ids=LISTS)
def test_a_list_of_short_lines_does_not_turn_printed_lines_into_paragraphs(list_of):
    document = read_text("\n".join(list_of) + "\n\n" + wrap(PROSE * 3, 36))
    found = [text for article in texts(document) for text in article]
    assert found[-12:] == PROSE * 3
    assert "lost" not in document.characters


@pytest.mark.parametrize("word", ["江苏", "宁夏", "项目", "单位", "管委会", "江苏省", "计划", "成效", "金融", "方案"])
def test_an_ordinary_word_is_no_byline(word):
    long = "今年新设高新区两家，新签约项目二百个，总投资一千二百亿元，其中外资项目三十个。"
    document = read_text(f"安徽\n{long}\n{word}\n{long}\n甘肃\n{long}")
    (article,) = document.articles
    assert article.byline is None
    assert article.subheads == ("安徽", word, "甘肃")
    assert [paragraph.subhead for paragraph in article.paragraphs] == ["安徽", word, "甘肃"]


@pytest.mark.parametrize("words", [["常山", "宁远", "安吉"], ["江门", "惠州", "高明"], ["乐清", "文成"]])
@pytest.mark.parametrize("above", [[], ["各县园区建设情况"], ["各县园区建设情况", "赵晓勇"]])
def test_words_that_each_head_a_paragraph_are_no_names(words, above):
    long = "今年新设高新区两家，新签约项目二百个，总投资一千二百亿元，其中外资项目三十个。"
    (article,) = read_text("\n".join([*above, *(line for word in words for line in (word, long))])).articles
    assert article.subheads == tuple(words)
    assert [article.title, article.byline] == [*above, None, None][:2]


@pytest.mark.parametrize("name", ["赵晓勇", "肖明", "闫建国", "王敏", "欧阳明 李强", "本报记者 江海"])
def test_names_stay_bylines(name):
    long = "今年新设高新区两家，新签约项目二百个，总投资一千二百亿元，其中外资项目三十个。"
    assert read_text(f"高新区项目建设提速\n{long}\n{long}\n{name}").articles[0].byline == name


def test_every_part_has_its_place():
    source = "高新区项目建设提速\n一、签约\n今年新设高新区两家，新签约项目二百个。\n赵晓勇"
    for part in read_text(source).articles[0].parts:
        assert source[slice(*part.span)] == part.text


ORDERS = ["（2026年3月2日临江市人民政府令第12号公布）", "临开管〔2026〕31号"]


@pytest.mark.parametrize("number", ORDERS)
@pytest.mark.parametrize("between", ["\n", "\n\n"])
@pytest.mark.parametrize("indents", [True, False])
def test_several_printed_rules_are_several_articles_with_their_chapters(number, between, indents):
    names = ["临江经开区孵化器管理办法", "临江经开区企业投诉办理办法", "临江经开区标准厂房管理办法"]
    rules = [
        f"　　　　　　{name}\n{number}\n　　　　第一章　总则\n{wrap(CLAUSES[:3])}\n"
        f"　　　　第二章　办理\n{wrap(CLAUSES[3:])}"
        for name in names
    ]
    text = between.join(rules)
    document = read_text(text if indents else "\n".join(line.strip("　") for line in text.split("\n")))
    assert [article.title for article in document.articles] == names
    assert [article.subheads for article in document.articles] == [("第一章　总则", "第二章　办理")] * 3
    assert texts(document) == [CLAUSES] * 3
    assert document.characters["furniture"] == 3 * len(number)


WIDE = [
    "标准厂房是由园区统一建设、按照通用要求设计、可以出租的多层工业建筑。它的层高、荷载和柱网都按多数企业的需要来定。",
    "企业先在网上填写申请表，上传营业执照和项目说明，由孵化器组织专家评审，评审结果在十五个工作日内告知申请人。",
    "园区对节能改造项目按照节约的标准煤数量给予奖励，每吨奖励三百元。企业应当在完工以后委托有资质的机构来核查。",
]


def test_a_full_line_goes_on_where_empty_lines_part_the_paragraphs():
    full = "园区统一建设了供热供水和检测中心，企业不必投资。"  # fills its line, whose last sign ends a sentence
    told = [full + WIDE[0], *WIDE[1:], full + WIDE[2]]
    wrapped = ["\n".join(textwrap.wrap(text, len(full))) for text in told]
    assert texts(read_text("\n\n".join(wrapped * 2))) == [told * 2]


def test_the_first_and_last_line_after_a_list_belong_to_their_paragraphs():
    questions = "".join(f"{n}.什么是{what}？\n" for n, what in enumerate(["标准厂房", "孵化器", "中试基地"] * 10, 1))
    full = "标准厂房是由园区统一建设、按通用要求设计的建筑。"
    told = [full + WIDE[0], *WIDE[1:], *WIDE[:2], WIDE[1][:47] + "。"]
    wrapped = ["\n".join(textwrap.wrap(text, len(full))) for text in told]
    assert texts(read_text(questions + "\n" + "\n\n".join(wrapped)))[0][30:] == told


def test_a_paragraph_that_is_cut_off_is_no_headline():
    cut = wrap([WIDE[1]]).split("\n")[:2]
    document = read_text("\n".join([wrap(WIDE), *cut, wrap(WIDE)]))
    assert texts(document) == [[*WIDE, "".join(cut).strip("　"), *WIDE]]
    assert document.articles[0].title is None


BRIEFS = """云湖高新区签约十二个重大项目
本报讯（记者 林青）昨日，云湖高新区举行
重大项目集中签约仪式，12个项目总投资38亿
元，涵盖新能源、生物医药、高端装备等领域。
▲企业车间内，工人在装配新能源汽车电机。
▼新落成的研发中心大楼。
▲中试平台实验室一角。林青摄
简讯
▲11月25日，澄江经开区举行四季度重大项
目集中开工仪式，12个项目总投资38亿元，
其中产业项目9个，总投资31亿元；基础设施
项目3个，总投资7亿元。澄江经开区今年已签
约项目46个，到位资金120亿元，预计全年规上
工业产值增长百分之九，税收增长百分之十一。
▲11月24日，临江产业园区污水处理厂提标改
造工程完工，日处理能力提高到5万吨。
▲南屏科学城与三所高校共建中试平台。
"""


def test_paragraphs_behind_one_mark_are_briefs_and_captions_stay_captions():
    [article] = read_text(BRIEFS).articles
    assert [p.text[:7] for p in article.paragraphs] == ["昨日，云湖高新", "▲11月25日", "▲11月24日", "▲南屏科学城与"]
    assert article.captions == (
        "▲企业车间内，工人在装配新能源汽车电机。▼新落成的研发中心大楼。▲中试平台实验室一角。林青摄",
    )


def test_single_lines_behind_one_mark_are_captions():
    pictures = "▲项目集中签约仪式现场。\n▲园区污水处理厂的沉淀池。\n"
    [article] = read_text(BRIEFS.split("▲", 1)[0] + pictures).articles
    assert "".join(article.captions) == pictures.replace("\n", "")


STORY = "临江经开区昨天集中签约项目12个，总投资八十六亿元，涉及新材料等三个产业。"
NEWS = {
    "临江经开区集中签约十二个项目": [STORY, STORY],
    "青浦湾人才公寓开始交付使用": [STORY],
    "云岭科学城开放仪器百台": [STORY],
}
APART = {
    "origin": ("\n2026-10-09 09:30　来源：临江日报　点击数：22\n", "\n"),
    "source": ("\n（来源：临江日报）\n", "\n"),
    "two empty lines": ("\n", "\n\n\n"),
    "one empty line": ("\n", "\n\n"),
    "empty lines everywhere": ("\n\n", "\n\n\n\n"),
}


@pytest.mark.parametrize(("below_title", "between"), APART.values(), ids=APART)
def test_stories_one_after_the_other_are_several_articles(below_title, between):
    inside = "\n\n" if below_title == "\n\n" else "\n"
    text = between.join(title + below_title + inside.join(told) for title, told in NEWS.items())
    document = read_text(text)
    assert [article.title for article in document.articles] == list(NEWS)
    assert texts(document) == list(NEWS.values())


@pytest.mark.parametrize("between", ["\n", "\n\n", "\n\n\n"])
def test_subheads_after_empty_lines_head_no_articles(between):
    parts = [f"{head}\n{STORY}\n{STORY}" for head in ["签约提速", "人才安居", "平台开放"]]
    (article,) = read_text(between.join(["临江经开区集中签约十二个项目\n" + STORY, *parts])).articles
    assert article.subheads == ("签约提速", "人才安居", "平台开放")


def test_long_headings_of_a_report_head_no_articles():
    heads = ["强化招商引资，推动项目建设提速", "优化营商环境，激发企业创新活力"]
    lines = ["临江经开区2026年工作总结", STORY, *(line for head in heads for line in ("", head, STORY))]
    (article,) = read_text("\n".join(lines)).articles
    assert article.title == "临江经开区2026年工作总结"


def test_an_official_letter_and_the_rule_that_it_issues():
    letter = ["各部门、各有关单位：", "《临江经开区孵化器管理办法》已经审议通过，现印发给你们，请遵照执行。"]
    above = ["临江经开区管理委员会文件", "临开管〔2026〕31号"]
    titles = ["临江经开区管委会关于印发", "《临江经开区孵化器管理办法》的通知"]
    signed = ["临江经开区管委会", "2026年3月1日"]
    lines = [*above, *titles, *letter, *signed, "临江经开区孵化器管理办法", *RULE]
    one, other = read_text("\n".join(lines)).articles
    assert one.title.replace(" ", "") == "".join(titles)
    assert [paragraph.text for paragraph in one.paragraphs] == [*letter, *signed]
    assert (other.title, other.subheads) == ("临江经开区孵化器管理办法", ("第一章 总则", "第二章 受理", "第三章 附则"))


def test_whom_a_printed_letter_turns_to_with_commas_is_no_line_of_its_title():
    lines = [
        *("临江经开区管理委员会文件", "", "临开管〔2026〕31号", ""),
        *("临江经开区管委会关于印发《支持科技型", "企业加快发展若干措施》的通知", "", "各部门，各街道，各有关企业："),
        *("  《支持科技型企业加快发展若干措施》已经管委会", "研究同意，现印发给你们，请结合实际抓好落实。"),
        *("  首次认定为高新技术企业的，一次性奖励十五万", "元；重新认定的，奖励五万元，由科技局负责兑现。"),
    ]
    (article,) = read_text("\n".join(lines)).articles
    assert article.title == "临江经开区管委会关于印发《支持科技型企业加快发展若干措施》的通知"
    assert article.paragraphs[0].text == "各部门，各街道，各有关企业："


def test_what_is_attached_is_no_subhead():
    letter = [
        "关于支持外资的意见",
        "一、目标",
        PROSE[0],
        "二、措施",
        PROSE[1],
        "附件：1.申报指南",
        "2.申报表",
        "临江经开区管委会",
    ]
    (article,) = read_text("\n".join(letter)).articles
    assert article.subheads == ("一、目标", "二、措施")


SHORT_CLAUSES = [
    "第一条 为了促进发展，制定本条例。",
    "第二条 管委会的职责：",
    "1. 编制规划；",
    "2. 审批项目；",
    "3. 其他。",
]
MINUTES = [
    "时间：10月9日",
    "地点：三楼会议室",
    "主持：陆建明",
    "会议听取了汇报，研究了用地问题。",
    "参加：各部门负责人",
]
TABLE = ["指标\t2025年\t2026年", "产值\t820\t915", "外资\t3\t4", STORY]


@pytest.mark.parametrize(
    ("title", "lines"), [("科学城条例", SHORT_CLAUSES), ("项目调度会议纪要", MINUTES), ("主要指标完成情况", TABLE)]
)
def test_a_title_over_short_lines_is_a_title(title, lines):
    document = read_text("\n".join([title, *lines]))
    assert (document.articles[0].title, texts(document)) == (title, [lines])


@pytest.mark.parametrize("indent", ["　　", ""])
@pytest.mark.parametrize("width", [28, 32, 36, 40, 44])
def test_a_rule_of_which_few_clauses_fill_a_line(width, indent):
    """Where no clause fills one, there is nothing to join; where one does, its rest is no paragraph."""
    lines = [line for clause in CLAUSES for line in textwrap.wrap(indent + clause, width)]
    document = read_text("\n".join(["临江经开区企业投诉办理办法", *lines]))
    assert (document.articles[0].title, texts(document)) == ("临江经开区企业投诉办理办法", [CLAUSES])


def test_headlines_of_one_width_are_not_joined():
    heads = [
        "签约提速，临江经开区迎来开门红",
        "人才安居，青浦湾公寓开始交付",
        "仪器开放，云岭科学城惠及企业",
        "招商，再上台阶",
    ]
    assert texts(read_text("\n".join(["今日要目", *heads])))[0][-4:] == heads


def test_what_a_copied_web_page_has_around_its_article_goes_out_by_name():
    around = [
        "首页 > 新闻中心 > 园区要闻",
        "发布日期：2026-10-09　来源：临江经开区　作者：管理员　浏览次数：35次　【字体：大 中 小】",
    ]
    below = ["【打印】 【关闭】", "上一篇：管委会召开会议", "下一篇：志愿者走进园区"]
    document = read_text("\n".join([around[0], "临江经开区集中签约十二个项目", around[1], STORY, STORY, *below]))
    assert (document.articles[0].title, texts(document)) == ("临江经开区集中签约十二个项目", [[STORY, STORY]])
    assert document.characters["furniture"] == sum(len("".join(line.split())) for line in [*around, *below])


REPORT = "关于2026年上半年园区工作情况的报告"
OFFICE = "临江新区管理委员会"


@pytest.mark.parametrize("day", ["（2026年7月15日）", "二〇二六年七月十五日"])
@pytest.mark.parametrize("set_as", ["lines", "empty lines", "wrapped"])
def test_office_and_day_below_the_title_of_a_report(set_as, day):
    parts = [CLAUSES[0][4:], *CLAUSES[5:7]]
    if set_as == "wrapped":
        text = "\n".join(["　　　　" + head for head in (REPORT, OFFICE, day)] + [wrap(parts, 30)])
    else:
        text = ("\n" if set_as == "lines" else "\n\n").join([REPORT, OFFICE, day, *parts])
    document = read_text(text + f"\n　　{OFFICE}\n　　2026年7月15日")
    (article,) = document.articles
    assert (article.title, article.byline) == (REPORT, OFFICE)
    assert article.paragraphs[0].text == parts[0]
    assert document.characters["furniture"] == len(day)


def test_offices_that_each_head_a_paragraph_are_no_authors():
    text = "\n".join(["关于部门职责的规定", "经济发展局", CLAUSES[0][4:], "生态环境局", CLAUSES[5][4:]])
    assert read_text(text).articles[0].byline is None


@pytest.mark.parametrize("leader", ["………………", " ........ ", "······", "… … … …"])
def test_a_list_of_contents_is_a_part_and_no_paragraph(leader):
    heads = ["一、上半年工作回顾", "二、存在的问题", "三、下半年打算"]
    bodies = [CLAUSES[0][4:], CLAUSES[5][4:], CLAUSES[9][4:]]
    listed = "\n".join(["目　录", *(f"{head}{leader}{page}" for page, head in enumerate(heads, 1))])
    text = "\n".join(f"{head}\n{body}" for head, body in zip(heads, bodies, strict=True))
    (article,) = read_text(f"{REPORT}\n{listed}\n{text}").articles
    assert (article.title, article.subheads) == (REPORT, tuple(heads))
    assert [p.text for p in article.paragraphs] == bodies
    assert [part.text.count("\n") for part in article.parts if part.kind == "contents"] == [3]


def test_the_first_subhead_may_stand_right_below_the_title():
    bodies = [CLAUSES[0][4:], CLAUSES[5][4:]]
    text = f"临江新区的加速度\n审批等着项目走\n{bodies[0]}\n链主引来一群企业\n{bodies[1]}"
    (article,) = read_text(text).articles
    assert (article.title, article.subheads) == ("临江新区的加速度", ("审批等着项目走", "链主引来一群企业"))


def test_headings_that_come_again_below_are_a_list_of_contents_without_leaders():
    heads = ["第一章　总则", "第二章　受理", "第三章　附则"]
    bodies = [CLAUSES[0], CLAUSES[5], CLAUSES[9]]
    text = "\n".join(f"{head}\n{body}" for head, body in zip(heads, bodies, strict=True))
    (article,) = read_text("\n".join(["临江经开区企业投诉办理办法", "目　录", *heads, text])).articles
    assert article.subheads == tuple(heads)
    assert [p.text for p in article.paragraphs] == bodies
    assert [part.text for part in article.parts if part.kind == "contents"] == ["\n".join(["目　录", *heads])]


def test_a_number_behind_white_makes_an_entry_only_below_its_head():
    entries = ["一、工作回顾  1", "二、存在问题  4", "三、下步打算  7"]
    body = [CLAUSES[0][4:], CLAUSES[5][4:]]
    (article,) = read_text("\n".join([REPORT, "目录", *entries, *body])).articles
    assert [p.text for p in article.paragraphs] == body
    assert [part.kind for part in article.parts] == ["title", "contents"]
    (article,) = read_text("\n".join([REPORT, *body, "目录柜三只，共计  3"])).articles
    assert "contents" not in {part.kind for part in article.parts}


@pytest.mark.parametrize("mark", ["一、{}", "（二）{}"])
def test_a_numbered_line_of_two_clauses_heads_a_paragraph_and_is_an_item_among_others(mark):
    head = mark.format("守住安全底线，压实各方责任")
    body = [CLAUSES[0][4:], CLAUSES[5][4:]]
    (article,) = read_text("\n".join([REPORT, body[0], head, body[1]])).articles
    assert (article.subheads, [p.text for p in article.paragraphs]) == ((head,), body)
    items = ["一、守住安全底线，压实各方责任", "二、抓好隐患整改，定期回头检查", "三、组织应急演练，提高处置能力"]
    (article,) = read_text("\n".join([REPORT, body[0], *items, body[1]])).articles
    assert (article.subheads, len(article.paragraphs)) == ((), 5)


def test_a_speech_has_its_day_and_who_held_it():
    lines = ["各位同事：", CLAUSES[0][4:], "一、回顾这一年，成绩来之不易", CLAUSES[5][4:], "谢谢大家！"]
    title = "在临江经开区建区十周年大会上的讲话"
    document = read_text("\n".join([title, "（2026年5月8日）", "徐国华", *lines]))
    (article,) = document.articles
    assert (article.title, article.byline, article.subheads) == (title, "徐国华", (lines[2],))
    assert [p.text for p in article.paragraphs] == [lines[0], lines[1], lines[3], lines[4]]
    assert document.characters["furniture"] == len("（2026年5月8日）")


@pytest.mark.parametrize("label", ["【园区简讯】", "要闻速览"])
def test_each_brief_below_the_label_of_a_box_is_an_article_however_short_its_headline(label):
    heads = ["云雾制药获批", "换乘站启用", "人才夜校开课"]
    bodies = [CLAUSES[0][4:], CLAUSES[5][4:], CLAUSES[9][4:]]
    briefs = "\n\n".join(f"{head}\n{body}" for head, body in zip(heads, bodies, strict=True))
    articles = read_text(f"{label}\n\n{briefs}\n").articles
    assert [article.title for article in articles] == heads
    assert [[p.text for p in article.paragraphs] for article in articles] == [[body] for body in bodies]
    assert [article.subheads for article in articles] == [(label,), (), ()]


def test_who_wrote_and_took_the_pictures_is_the_byline():
    body = [CLAUSES[0][4:], CLAUSES[5][4:]]
    (article,) = read_text("\n".join(["临江湿地候鸟归来", "本报记者 赵晓勇 摄影报道", *body])).articles
    assert (article.byline, article.captions) == ("本报记者 赵晓勇 摄影报道", ())
    assert [p.text for p in article.paragraphs] == body
    (article,) = read_text("\n".join([REPORT, *body, "候鸟在湿地上空盘旋。本报记者 赵晓勇 摄影报道"])).articles
    assert len(article.captions) == 1


def test_whom_to_ask_is_part_of_a_notice():
    lines = [CLAUSES[0][4:], "联系人：周小满，联系电话：0578-6612345", CLAUSES[5][4:]]
    (article,) = read_text("\n".join([REPORT, *lines])).articles
    assert [p.text for p in article.paragraphs] == lines


def test_what_is_printed_over_the_title_and_signed_below_stands_apart():
    """As pdftotext leaves a letter of an office and the rules that it puts into force."""
    office, title, rules = "临江经济技术开发区管理委员会", "企业投诉办理办法", CLAUSES[:1] + CLAUSES[5:6] + CLAUSES[9:]
    letter = "《企业投诉办理办法》已经开发区管委会第九次主任办公会议审议通过，现印发给你们，请认真组织实施。"
    text = "\n".join(
        [
            f"          {office}文件",
            "            临开管〔2026〕7号",
            "",
            f"    {office}关于印发",
            "        企业投诉办理办法的通知",
            "",
            "各部门、各直属单位：",
            "",
            wrap([letter]),
            "",
            f"              {office}",
            "                2026年3月1日",
            "",
            f"            {title}",
            "",
            wrap(rules),
        ]
    )
    first, second = read_text(text).articles
    assert first.title == f"{office}关于印发企业投诉办理办法的通知"
    assert [p.text for p in first.paragraphs] == ["各部门、各直属单位：", letter, office, "2026年3月1日"]
    assert (second.title, [p.text for p in second.paragraphs]) == (title, rules)


def test_headings_numbered_in_figures_may_stand_one_below_the_other():
    heads = ["1 发展基础", "1.1 产业现状", "1.2 创新能力", "2 发展目标"]
    bodies = [CLAUSES[0][4:], CLAUSES[5][4:], CLAUSES[9][4:]]
    lines = [heads[0], heads[1], bodies[0], heads[2], bodies[1], heads[3], bodies[2]]
    (article,) = read_text("\n".join(["临江经开区产业规划", *lines])).articles
    assert [p.text for p in article.paragraphs] == bodies
    assert "".join(article.subheads) == "".join(heads)


def test_below_the_way_to_a_page_stands_its_title_and_no_account():
    body = [CLAUSES[0][4:], CLAUSES[5][4:]]
    head = ["当前位置：首页 > 园区要闻", "换乘站今日启用", "发布时间：2026-10-09 来源：临江日报"]
    (article,) = read_text("\n".join([*head, *body])).articles
    assert (article.title, [p.text for p in article.paragraphs]) == (head[1], body)


@pytest.mark.parametrize("who", ["区长　周宁", "云梦湖新区管委会主任 何一帆", "党工委书记、管委会主任　周　宁"])
@pytest.mark.parametrize("deck", ["", "——2026年1月15日在新区第三届人民代表大会第一次会议上\n"])
def test_who_reports_below_the_title_is_the_byline(who, deck):
    told = "现在，我代表管委会，向大会报告过去一年的工作，请各位代表予以审议，并请各位提出意见。"
    document = read_text(
        f"工作报告\n{deck}{who}\n各位代表：\n{told}\n一年来，我们坚持创新驱动，研发经费投入占比达到4.1%。"
    )
    (article,) = document.articles
    assert (article.title, article.byline) == ("工作报告", who)
    assert_nothing_lost(document)


def test_a_list_of_officers_is_none():
    officers = "主任 周宁\n副主任 何一帆\n副主任 孙梅"
    text = f"云梦湖新区管委会领导班子成员名单\n{officers}\n以上名单自2026年3月1日起执行，请各单位遵照。"
    assert read_text(text).articles[0].byline is None


@pytest.mark.parametrize(
    "posted",
    [
        "东湖发布 2026年6月3日 18:20 湖北",
        "原创 林小川 东湖发布 2026-06-03 18:20 发表于湖北",
        "2026年6月3日 18:20 湖北",
        "原创 东湖发布2026年6月3日 18:20湖北",
        "原创 东湖发布2026年6月3日 18:20",
    ],
)
@pytest.mark.parametrize("bar", [" | ", "｜", "："])
def test_what_an_account_sets_about_its_article_is_furniture(posted, bar):
    story = STORIES[0]
    foot = [f"编辑{bar}林小川", f"审核{bar}马志远", f"一审{bar}孙梅 二审{bar}吴桐"]
    document = read_text("\n".join([story.title, posted, *story.paragraphs, *foot]))
    (article,) = document.articles
    assert article.title == story.title
    assert [paragraph.text for paragraph in article.paragraphs] == story.paragraphs
    assert_nothing_lost(document)


NOTICE = [
    "为保障企业用电，管委会决定从6月起实行错峰生产，请各企业提前安排班次，做好设备检修。",
    "东山变电站扩建工程在6月底前送电，两条线路的改造同步完成，届时供电能力提高两成。",
]


@pytest.mark.parametrize(
    "copied", [["抄送：市供电公司。"], ["抄送：市供电公司，市机关各部门，", "驻区各单位，各街道办事处。"]]
)
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_the_head_and_the_imprint_of_a_document_are_furniture(between, copied):
    head = ["000123", "机密★一年", "特急", "临江经开区管委会文件", "临开管〔2026〕9号　　　　签发人：周宁"]
    title, office, day = "临江经开区管委会关于做好夏季用电工作的通知", "临江经开区管理委员会", "2026年5月20日"
    end = [
        "（此件公开发布）",
        "主题词：用电 通知",
        *copied,
        f"临江经开区管委会办公室　　{day}印发",
        "共印30份",
    ]
    document = read_text(between.join([*head, title, "各有关企业：", *NOTICE, office, day, *end]))
    (article,) = document.articles
    assert (article.title, texts(document)) == (title, [["各有关企业：", *NOTICE, office, day]])
    assert document.characters["furniture"] == len("".join("".join([*head, *end]).split()))
    assert_nothing_lost(document)


@pytest.mark.parametrize("width", [22, 24, 26, 30])
def test_whom_a_hard_wrapped_notice_turns_to_is_no_rest_of_its_centred_title(width):
    offices = ["中共临江经开区工作委员会", "临江经开区管理委员会"]
    title, turned_to = "关于做好2026年夏季用电工作的通知", "各镇人民政府，各街道办事处，区直各部门："
    middle = ["　" * ((width - len(line)) // 2) + line for line in (*offices, "临开工〔2026〕9号", title)]
    document = read_text("\n".join([*middle, turned_to, wrap(NOTICE * 2, width)]))
    (article,) = document.articles
    assert (article.title, texts(document)) == (title, [[turned_to, *NOTICE * 2]])
    assert article.subheads == ()


def test_whom_to_ask_is_text_of_a_notice_and_furniture_of_a_newspaper():
    asked = [
        "联系人：周宁",
        "联系电话：0551-00001234",
        "电子邮箱：a@example.cn",
        "（联系人：何青，联系电话：0551-00005678）",
    ]
    lines = ["关于做好夏季用电工作的通知", *NOTICE, *asked, "2026年5月20日"]
    assert texts(read_text("\n\n".join(lines))) == [lines[1:]]
    paper = ["临江实行错峰生产", *NOTICE, NOTICE[0], "新闻热线：0551-00001234", "投稿邮箱：a@example.cn"]
    assert texts(read_text("\n\n".join(paper))) == [paper[1:4]]


@pytest.mark.parametrize("version", ["（试行）", "（征求意见稿）", "(2026年修订)"])
def test_the_version_below_a_title_belongs_to_it(version):
    (article,) = read_text("\n".join(["临江经开区企业投诉办理办法", version, *CLAUSES])).articles
    assert (article.title, len(article.paragraphs)) == (f"临江经开区企业投诉办理办法{version}", len(CLAUSES))


def test_a_title_may_have_the_name_of_its_office_above():
    plans = ["2026年招商工作方案", "2026年安全生产工作方案"]
    parts = ["为做好今年工作，制定本方案。", "一、目标", NOTICE[0], "二、措施", NOTICE[1]]
    lines = [line for plan in plans for line in ("临江经开区", plan, *parts)]
    articles = read_text("\n".join(lines)).articles
    assert [article.title for article in articles] == [f"临江经开区{plan}" for plan in plans]
    assert [article.subheads for article in articles] == [("一、目标", "二、措施")] * 2


def test_a_section_may_stand_just_below_its_chapter():
    heads = ["第一章　总则", "第一节　目的", "第二节　范围", "第二章　附则"]
    lines = ["临江经开区企业投诉办理办法", *heads[:2], CLAUSES[0], heads[2], CLAUSES[1], heads[3], CLAUSES[-1]]
    (article,) = read_text("\n\n".join(lines)).articles
    assert "".join(article.subheads) == "".join(heads)
    assert [p.text for p in article.paragraphs] == [CLAUSES[0], CLAUSES[1], CLAUSES[-1]]


def test_a_printed_rule_has_its_title_though_it_ends_with_a_bracket():
    text = "临江经开区企业投诉办理办法（试行）\n" + wrap(CLAUSES).replace("　　", "")
    (article,) = read_text(text).articles
    assert (article.title, [p.text for p in article.paragraphs]) == ("临江经开区企业投诉办理办法（试行）", CLAUSES)


HALVED = str.maketrans("，。；：（）", ",.;:()")


@pytest.mark.parametrize("set_as", [wrap, "\n".join])
def test_marks_of_half_width_are_read_as_those_they_stand_for(set_as):
    text = ("临江经开区企业投诉办理办法\n" + set_as(CLAUSES)).translate(HALVED)
    document = read_text(text)
    assert texts(document) == [[clause.translate(HALVED) for clause in CLAUSES]]
    assert document.articles[0].title == "临江经开区企业投诉办理办法"
    assert_nothing_lost(document)
    assert_spans_hold(document)


def test_the_title_below_a_menu_and_a_heading_below_a_list_of_contents_head_what_is_below():
    menu = ["网站首页", "园区概况", "新闻中心", "政务公开", "办事服务", "互动交流"]
    text = "\n".join([*menu, "", "临江经开区把投诉办理时限压缩一半", "", wrap(CLAUSES)])
    assert "临江经开区把投诉办理时限压缩一半" in {article.title for article in read_text(text).articles}


def test_the_first_numbered_question_is_no_part_of_the_title():
    questions = ["问题一：谁可以投诉？", "问题二：怎样办理？", "问题三：多久答复？"]
    pieces = [f"{question}\n\n{wrap([body], 30)}" for question, body in zip(questions, WIDE, strict=True)]
    (article,) = read_text("\n\n".join(["临江经开区投诉办理问答", *pieces])).articles
    assert (article.title, article.subheads) == ("临江经开区投诉办理问答", tuple(questions))


def test_the_number_of_a_decree_belongs_to_its_title():
    letter = "《临江经开区企业投诉办理办法》已经管委会会议审议通过，现予公布，自2026年7月1日起施行。"
    lines = [
        "临江市人民政府令",
        "第 12 号",
        letter,
        "市长　陆远",
        "2026年5月20日",
        "临江经开区企业投诉办理办法",
        *CLAUSES,
    ]
    decree, rule = read_text("\n".join(lines)).articles
    assert (decree.title, [p.text for p in decree.paragraphs]) == ("临江市人民政府令第 12 号", lines[2:5])
    assert (rule.title, [p.text for p in rule.paragraphs]) == ("临江经开区企业投诉办理办法", CLAUSES)
