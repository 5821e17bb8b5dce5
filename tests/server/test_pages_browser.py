"""The reading page in real Chromium."""

import csv
import io
import json
import math
import re

import pytest

from browsing import PHONE, accessibility_faults, downloaded, misprints, visit
from gxclassify.model.model import TaggedParagraph
from gxclassify.output import encode
from gxclassify.output.html import STATIC as SHARED
from gxclassify.reading import read_text
from gxclassify.server.pages import STATIC
from gxclassify.surveys.pages import STATIC as SURVEYS
from server.loopback import TEXT
from support import run

pytestmark = pytest.mark.integration

PAGE = """高新区签下今年最大项目
本报讯 近日，高新区与恒曜半导体签约，总投资46亿元的功率器件项目落户园
区，计划明年3月动工。管委会出台《制造业十条》，对首年设备投资按8%给予补助。

园区关停19家电镀小厂，废水全部接入污水处理厂，力争明年单位能耗再降百分之六。

职工篮球赛昨晚开幕，24支队伍参加，决赛将在周末举行。
"""
NAME = "page.txt"


@pytest.fixture
def address(server) -> str:
    return f"http://127.0.0.1:{server.port}/"


def paste(page, text: str) -> None:
    page.fill("#text", text)
    page.click("#go")
    page.wait_for_selector(".reading")


def drop(page, *files: tuple[str, str]) -> None:
    transfer = page.evaluate_handle(
        """(files) => {
            const transfer = new DataTransfer();
            for (const [name, text] of files) transfer.items.add(new File([text], name));
            return transfer;
        }""",
        files,
    )
    page.dispatch_event("main", "dragenter", {"dataTransfer": transfer})
    page.wait_for_selector(".drop-sheet")
    page.dispatch_event("main", "drop", {"dataTransfer": transfer})
    page.wait_for_selector(".reading")


def move_threshold(page, theme: str, value: float) -> None:
    page.locator(f"input[type=range][data-theme={theme}]").fill(str(value))


def chips(page) -> list[list[str]]:
    """Return the themes of each paragraph as the page shows them, without their signs."""
    rows = page.locator(".paragraph")
    shown = [rows.nth(i).locator(".chip:not(.chip-review)").all_text_contents() for i in range(rows.count())]
    return [[chip[1:] for chip in row] for row in shown]


def told_sentences(page) -> list[str]:
    script = """nodes => nodes.map(node => [...node.childNodes]
        .filter(child => !child.classList?.contains("visually-hidden"))
        .map(child => child.textContent).join(""))"""
    return page.eval_on_selector_all(".told", script)


def tagged(model, text: str, name: str = NAME):
    document = read_text(text, name=name)
    return document, list(model.tag(document))


def names(model, tags) -> list[str]:
    return [theme.zh for theme in model.taxonomy.themes if theme.id in tags]


# ---- bringing a text in


def test_pasted_text_shows_what_the_model_tags(browser, address, model):
    _, paragraphs = tagged(model, PAGE)
    with visit(browser, address) as page:
        paste(page, PAGE)
        assert chips(page) == [names(model, paragraph.tags) for paragraph in paragraphs]
        marked = {
            (p.article, p.paragraph, s.within) for p in paragraphs for marks in p.evidence.values() for s in marks
        }
        assert len(told_sentences(page)) == len(marked) > 0


def test_a_marked_sentence_is_the_models_sentence(browser, address, model):
    [paragraph] = model.tag(["园区里有一家𠮷野家。总投资38亿元的项目签约落户高新区。晚上下雨。"])
    [sentence] = paragraph.evidence["investment_attraction"]
    with visit(browser, address) as page:
        paste(page, paragraph.text)  # the rare character counts once, not twice
        assert (
            told_sentences(page) == [paragraph.text[slice(*sentence.within)]] == ["总投资38亿元的项目签约落户高新区。"]
        )


def test_ctrl_enter_tags_as_the_button_does(browser, address):
    with visit(browser, address) as page:
        page.fill("#text", TEXT)
        page.press("#text", "Control+Enter")
        page.wait_for_selector(".told")


@pytest.mark.parametrize("example", ["newspaper", "report", "web"])
def test_an_example_is_shown(browser, address, example):
    with visit(browser, address) as page:
        page.click(f"[data-example={example}]")
        page.wait_for_selector(".told")
        assert page.locator(".paragraph").count() >= 4
        assert not re.search("月[0-9]+ 日", page.inner_text("main"))  # a space lost at the end of a line


def test_a_dropped_file_is_read(browser, address):
    with visit(browser, address) as page:
        drop(page, ("高新区.txt", PAGE))
        assert "高新区.txt" in page.inner_text(".result-name")
        assert page.locator(".told").count() >= 2


def test_of_several_dropped_files_it_says_which_is_read_and_where_the_others_can_be(browser, address):
    with visit(browser, address) as page:
        drop(page, ("甲.txt", PAGE), ("乙.txt", TEXT), ("丙.txt", TEXT))
        told = page.inner_text("#others")
        assert "甲.txt、乙.txt、丙.txt" in told
        assert "只读了 甲.txt" in told
        page.click("#others a")
        page.wait_for_selector("#files", state="attached")


def test_a_chosen_file_is_read(browser, address, tmp_path):
    file = tmp_path / "gb.txt"
    file.write_bytes(PAGE.encode("gb18030"))
    with visit(browser, address) as page:
        page.set_input_files("#file", file)
        page.wait_for_selector(".told")
        assert "签约" in page.text_content(".column")


def test_an_empty_text_is_asked_for(browser, address):
    with visit(browser, address) as page:
        page.click("#go")
        assert page.inner_text(".status") == "先粘贴一段文字，或选一个文件。"


def test_a_file_that_cannot_be_read_leaves_a_sentence(browser, address, tmp_path):
    file = tmp_path / "broken.pdf"
    file.write_bytes(b"%PDF-1.7\nnothing else")
    with visit(browser, address, errors_allowed=True) as page:
        page.set_input_files("#file", file)
        page.wait_for_selector(".status.is-bad")
        assert page.inner_text(".status") == "读不了。PDF 已损坏。"
        assert page.is_visible("#text")


def test_another_text_can_follow(browser, address):
    with visit(browser, address) as page:
        paste(page, TEXT)
        page.click("#another")
        assert page.evaluate("document.activeElement.id") == "text"
        assert page.locator(".reading").count() == 0


def test_back_leads_to_the_form_with_its_text_and_forward_to_the_result(browser, address):
    with visit(browser, address) as page:
        paste(page, PAGE)
        shown = chips(page)
        page.go_back()
        page.wait_for_selector("#text:visible")
        assert page.input_value("#text") == PAGE
        assert page.evaluate("document.activeElement.id") == "text"
        page.go_forward()
        page.wait_for_selector(".reading")
        assert chips(page) == shown
        page.click("#another")
        page.go_back()
        page.wait_for_selector(".reading")


def test_loading_the_page_anew_brings_back_result_thresholds_and_text(browser, address, tmp_path):
    file = tmp_path / "甲.txt"
    file.write_text(TEXT, "utf-8")
    with visit(browser, address) as page:
        paste(page, PAGE)
        move_threshold(page, "goals", 1)
        page.click("button[data-theme=policy]")
        page.wait_for_selector(".slider output >> nth=4 >> text='100%'")
        shown = chips(page)
        page.reload()
        page.wait_for_selector(".reading")
        assert chips(page) == shown
        assert page.inner_text(".slider output >> nth=4") == "100%"
        page.go_back()
        page.wait_for_selector("#text:visible")
        assert page.input_value("#text") == PAGE
        for _ in range(2):  # the same file can be chosen again
            page.set_input_files("#file", file)
            page.wait_for_selector(".result-name:has-text('甲.txt')")
            page.go_back()
            page.wait_for_selector("#text:visible")


def test_a_result_that_is_too_large_to_be_held_is_told_when_it_is_gone(browser, address):
    with visit(browser, address) as page:
        page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
        paste(page, PAGE)
        page.reload()
        page.wait_for_selector(".status.is-bad:has-text('浏览器没有存着')")
        paste(page, PAGE)


def test_markup_in_a_text_stays_text(browser, address):
    attack = "高新区签约项目<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>12个。"
    with visit(browser, address) as page:
        paste(page, attack)
        assert "<img src=x" in page.text_content(".column")
        assert page.locator(".column img, .column script").count() == 0
        assert page.title() != "owned"


# ---- looking


def test_hovering_a_sentence_tells_why(browser, address, model):
    [paragraph] = model.tag([TEXT])
    [sentence] = paragraph.evidence["investment_attraction"]
    with visit(browser, address) as page:
        paste(page, TEXT)
        page.hover(".told")
        page.wait_for_selector("#details:visible")
        told = page.inner_text("#details")
        assert all(term.term in told for term in sentence.terms)
        assert f"阈值 {round(100 * model.thresholds['investment_attraction'])}%" in told
        underlined = page.locator(".told .word").all_inner_texts()
        assert set(underlined) == {term.term for term in sentence.terms}
        assert "underline" in page.eval_on_selector(".told .word", "n => getComputedStyle(n).textDecorationLine")


def test_words_are_not_underlined_until_asked(browser, address):
    with visit(browser, address) as page:
        paste(page, TEXT)
        page.mouse.move(2, 2)
        assert page.eval_on_selector(".told .word", "n => getComputedStyle(n).textDecorationLine") == "none"


def test_the_keyboard_reaches_and_closes_the_details(browser, address):
    with visit(browser, address) as page:
        paste(page, TEXT)
        page.focus(".chip")
        page.keyboard.press("Tab")
        page.wait_for_selector("#details:visible")
        assert page.evaluate("document.activeElement.className").startswith("told")
        assert page.get_attribute(".told", "aria-describedby") == "details"
        page.keyboard.press("Escape")
        assert page.is_hidden("#details")
        page.keyboard.press("Enter")
        assert page.is_visible("#details")


def test_a_tap_on_a_phone_opens_the_details_without_covering_the_sentence(browser, address):
    with visit(browser, address, size=PHONE, touch=True) as page:
        paste(page, PAGE)
        page.locator(".told").last.tap()
        page.wait_for_selector("#details:visible")
        sentence, sheet = page.locator(".told").last.bounding_box(), page.locator("#details").bounding_box()
        assert sentence["y"] + sentence["height"] <= sheet["y"]
        assert (sheet["x"], sheet["width"]) == (0, PHONE["width"])


def test_a_phone_never_scrolls_sideways(browser, address):
    with visit(browser, address, size={"width": 320, "height": 640}, touch=True) as page:
        paste(page, PAGE + "https://example.org/" + "x" * 300)
        assert page.evaluate("document.documentElement.scrollWidth") == 320


MEETING = (
    "园区力争明年新建污水处理厂两座，单位能耗下降百分之六。",
    "高新区出台奖励办法，对新签约落户的项目给予补助。",
    "园区今年将新建五家孵化器，力争高新技术企业达到三百家。",
)


def test_themes_that_meet_in_a_sentence_stay_distinguishable_without_colour(browser, address, model):
    paragraph = next(paragraph for paragraph in model.tag(MEETING) if len(paragraph.tags) == 2)
    with visit(browser, address) as page:
        paste(page, paragraph.text)
        assert page.get_attribute(".told", "data-signs") == "·".join(name[0] for name in names(model, paragraph.tags))
        lines = page.eval_on_selector(".told", "n => getComputedStyle(n).backgroundImage")
        patterns = re.split(r"(?<=\)), (?=(?:repeating-)?linear)", re.sub(r"color\([^)]*\)|rgb\([^)]*\)", "c", lines))
        assert len(set(patterns)) == 2


def test_the_filter_leaves_only_paragraphs_of_the_chosen_themes(browser, address):
    with visit(browser, address) as page:
        paste(page, PAGE)
        all_of_them = chips(page)
        page.click("button[data-theme=eco_park]")
        assert page.get_attribute("button[data-theme=eco_park]", "aria-pressed") == "true"
        assert chips(page) == [row for row in all_of_them if "生态园区" in row]
        page.click("button[data-theme=none]")
        assert len(chips(page)) == sum(not row or "生态园区" in row for row in all_of_them)
        page.click("text=全部显示")
        assert chips(page) == all_of_them


def test_the_totals_count_paragraphs(browser, address, model):
    _, paragraphs = tagged(model, PAGE)
    with visit(browser, address) as page:
        paste(page, PAGE)
        for theme in model.taxonomy.themes:
            count = sum(theme.id in paragraph.tags for paragraph in paragraphs)
            label = f"{theme.zh}：{len(paragraphs)} 段中的 {count} 段"
            assert page.locator(f"svg[aria-label='{label}']").count() == 1


VAGUE = (
    PAGE
    + """
管委会今年将新建两个孵化器，力争引进企业二十家，单位能耗下降百分之五。

高新区的企业去年研发投入增长两成，产值过百亿元。

开发区推进制度创新，为企业提供一站式服务。
"""
)


@pytest.mark.parametrize("lower", [True, False], ids=["lower", "higher"])
def test_a_moved_threshold_gives_what_the_model_gives(browser, address, model, lower):
    _, paragraphs = tagged(model, VAGUE)
    if lower:  # to just below the best probability that was not enough
        scores = [(score, t) for p in paragraphs for t, score in p.scores.items() if t not in p.tags and score > 0.06]
        score, theme = max(scores)
        value = math.floor(100 * score) / 100
    else:  # to just above the weakest tag
        score, theme = min((p.scores[t], t) for p in paragraphs for t in p.tags)
        value = math.ceil(100 * score) / 100
    _, expected = tagged(model.with_thresholds({theme: value}), VAGUE)
    assert [p.tags for p in expected] != [p.tags for p in paragraphs]
    with visit(browser, address) as page:
        paste(page, VAGUE)
        before = chips(page)
        move_threshold(page, theme, value)
        page.wait_for_timeout(100)
        assert chips(page) == [names(model, paragraph.tags) for paragraph in expected]
        marked = {(p.article, p.paragraph, s.within) for p in expected for marks in p.evidence.values() for s in marks}
        assert len(told_sentences(page)) == len(marked)
        page.click("text=恢复原阈值")
        assert chips(page) == before


def test_every_paragraph_that_a_threshold_can_reach_has_a_whole_tick(browser, address):
    with visit(browser, address) as page:
        paste(page, "衡阳高新区新签约项目12个，总投资38亿元。")
        ends = page.eval_on_selector_all(
            ".strip rect",
            "ticks => ticks.map(tick => Number(tick.getAttribute('x')) + Number(tick.getAttribute('width')))",
        )
        assert ends
        assert max(ends) <= 200
        assert "概率不到 5% 的不画" in page.inner_text(".fold .hint")


def test_repairs_are_shown_on_demand(browser, address):
    with visit(browser, address) as page:
        page.click("[data-example=newspaper]")
        page.wait_for_selector(".reading")
        assert page.locator(".repairs").count() == 0
        page.check("#show-repairs")
        shown = page.text_content(".repairs >> nth=0")
        assert "接合" in shown  # what was done, in the reader's language
        assert "总投\n资" in page.text_content(".repairs pre >> nth=0")
        assert page.text_content(".repaired >> nth=0").startswith("本报讯")


# ---- downloads


def test_the_json_download_is_the_packages_own(browser, address, model):
    moved = model.with_thresholds({"goals": 0.05, "policy": 0.8})
    text = PAGE + "\n注册资本=1亿元的项目签约落户园区，总投资38亿元。\n"
    _, paragraphs = tagged(moved, text, "粘贴的文字")
    with visit(browser, address) as page:
        paste(page, text)
        move_threshold(page, "goals", 0.05)
        move_threshold(page, "policy", 0.8)
        page.wait_for_timeout(100)
        assert json.loads(downloaded(page, "[data-download=json]")) == json.loads(
            encode("json", moved.themes, paragraphs)
        )


def test_the_csv_download_is_the_packages_own(browser, address, model):
    text = '=HYPERLINK("x")高新区签约12个项目，总投资38亿元。\n\n"引号"，逗号,和签约的项目。'
    _, paragraphs = tagged(model, text, "粘贴的文字")
    with visit(browser, address) as page:
        paste(page, text)
        got = downloaded(page, "[data-download=csv]")
    assert got.encode() == encode("csv", model.themes, paragraphs)
    assert any(cell.startswith("'=") for row in csv.reader(io.StringIO(got)) for cell in row)


CELLS = [
    "=1",
    " \n+1",
    "\u3000－1",
    "\ufeff@x",
    "\u200b＝1",
    "'=1",
    "\x00=1",
    "\tx",
    "\rx",
    "签\r约",
    "签\n约",
    '"',
    "'签'",
    "—1",
    "-3",
]
OWN_CSV = """async ([records, themes = [], more = {}]) => {
  const { asCsv } = await import("/static/downloads.js");
  const pieces = records.map((record) => (
    { kind: "paragraph", text: record.cell, article: 0, place: 0, span: [0, 1], scores: {}, record, ...more }));
  const view = {
    themes: themes.map((id) => ({ id })),
    model: "m",
    documents: [{ document: "d", articles: [{ title: null, pieces }] }],
  };
  const tags = new Map(pieces.map((piece) => [piece, []]));
  return asCsv(view, { level: "paragraph", tags, review: new Map(), thresholds: {} });
}"""


def test_the_page_makes_cells_harmless_as_the_package_does(browser, address):
    records = [{"cell": cell} for cell in CELLS] + [
        {"cell": "签约", "n": -3, "x": 1.5, "none": None, "sure": True, "more": ["=1"]}
    ]
    paragraphs = [
        TaggedParagraph(
            document="d", article=0, title=None, paragraph=0, text=record["cell"], span=(0, 1), tags=(), scores={},
            review=False, evidence={}, model="m", record=record,
        )
        for record in records
    ]  # fmt: skip
    with visit(browser, address) as page:
        assert page.evaluate(OWN_CSV, [records]) == encode("csv", [], paragraphs).decode("utf-8-sig")


def test_the_page_writes_boxes_and_probabilities_as_the_package_does(browser, address):
    scores = {"a": 0.01015000004, "b": 0.03125, "c": 0.09375, "d": 0.99995, "e": 0.5}
    box = (33.8, 60.0, 100.25, 266.0)
    record = {"cell": "签约", "n": [1.0, {"x": 2.5, "y": "，"}]}
    paragraph = TaggedParagraph(
        document="d", article=0, title=None, paragraph=0, text="签约", span=(0, 1), tags=(), scores=scores,
        review=False, evidence={}, model="m", record=record, page=1, box=box,
    )  # fmt: skip
    own = paragraph.to_json()
    more = {"scores": own["scores"], "where": {"page": 1, "box": own["box"]}}
    with visit(browser, address) as page:
        found = page.evaluate(OWN_CSV, [[record], list(scores), more])
    assert found == encode("csv", list(scores), [paragraph]).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(found))
    assert (row["box"], row["a"], row["b"], row["record.n"]) == (
        "[33.8, 60, 100.25, 266]", "0.0101", "0.0312", '[1, {"x": 2.5, "y": "，"}]'
    )  # fmt: skip


def test_the_html_download_shows_the_same_at_the_moved_thresholds(browser, address, tmp_path):
    with visit(browser, address) as page:
        paste(page, PAGE + "\n项目签约</script><b>落户</b>园区。\n")
        move_threshold(page, "goals", 0.9)
        page.wait_for_timeout(100)
        shown, sentences = chips(page), told_sentences(page)
        file = tmp_path / "report.html"
        file.write_text(downloaded(page, "[data-download=html]"), encoding="utf-8")
    with visit(browser, file.as_uri()) as page:
        page.wait_for_selector(".told")
        assert (chips(page), told_sentences(page)) == (shown, sentences)


@pytest.mark.parametrize("dark", [False, True])
def test_a_report_on_paper_is_light_and_none_of_its_totals_is_cut(browser, tmp_path, dark):
    report = tmp_path / "report.html"
    for name in ("南江日报2026年3月12日第02版要闻.txt", "南江日报2026年3月13日第03版综合.txt"):
        (tmp_path / name).write_text(PAGE, encoding="utf-8")
    assert run("predict", *tmp_path.glob("*.txt"), "--output", report).returncode == 0
    with visit(browser, report.as_uri(), dark=dark) as page:
        page.wait_for_selector(".totals")
        page.click("#scheme >> nth=0")
        page.click("#scheme >> nth=0")  # light, then dark, whatever the system says
        assert misprints(page) == []


# ---- language, appearance, access


def test_english_is_a_click_away_and_is_remembered(browser, address):
    with visit(browser, address) as page:
        paste(page, PAGE)
        page.click("button[data-theme=policy]")
        page.click("#language")
        assert page.get_attribute("html", "lang") == "en"
        assert "paragraphs left out" in page.text_content(".column")  # what was chosen stays chosen
        assert page.get_attribute(".article", "lang") == "zh-CN"
        page.reload()
        assert page.inner_text("#go") == "Tag the text"


@pytest.mark.parametrize("path", ["", "survey"])
def test_what_was_said_is_said_anew_in_the_other_language(browser, address, path):
    with visit(browser, address + path) as page:
        page.click("#go")
        before = page.inner_text(".status")
        page.click("#language")
        after = page.inner_text(".status")
        assert before
        assert after
        assert re.search("[\u4e00-\u9fff]", before)
        assert not re.search("[\u4e00-\u9fff]", after)


@pytest.mark.parametrize("take", [lambda page: paste(page, PAGE), lambda page: page.click("[data-example=web]")])
def test_the_name_that_a_text_got_here_changes_with_the_language(browser, address, take):
    with visit(browser, address) as page:
        take(page)
        page.wait_for_selector(".result-name")
        page.click("#language")
        assert not re.search("[\u4e00-\u9fff]", page.inner_text(".result-name"))


def test_one_article_is_no_articles(browser, address):
    with visit(browser, address, locale="en-US") as page:
        paste(page, "园区新签约项目12个，总投资30亿元。")
        shown = page.inner_text("body")
        assert "1 article, 1 paragraph\n" in shown
        assert "1 paragraph, 1 of them with a theme" in shown


def test_every_word_exists_in_both_languages():
    scripts = [*STATIC.glob("*.js"), *SHARED.glob("*.js"), *SURVEYS.glob("*.js")]
    for script in scripts:
        if script.name.startswith("words-"):
            continue
        for key in re.findall(r'\bsay\("(\w+)"', script.read_text("utf-8")):
            assert any(f"  {key}: [" in words.read_text("utf-8") for words in scripts), (script.name, key)


def test_the_appearance_follows_the_system_and_the_switch(browser, address):
    ground = "getComputedStyle(document.body).backgroundColor"
    with visit(browser, address, dark=True) as page:
        dark = page.evaluate(ground)
        page.click("#scheme")
        light = page.evaluate(ground)
        assert dark != light
        page.reload()
        assert page.evaluate(ground) == light
    with visit(browser, address) as page:
        assert page.evaluate(ground) == light


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [{"width": 1280, "height": 900}, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing(browser, address, dark, size):
    with visit(browser, address, dark=dark, size=size) as page:
        assert accessibility_faults(page) == []
        paste(page, PAGE)
        page.check("#show-repairs")
        page.locator(".told").first.click()
        page.wait_for_selector("#details:visible")
        assert accessibility_faults(page) == []


def test_a_token_is_asked_for_once(browser, start):
    served = start(token="secret-token-of-the-test")
    with visit(browser, f"http://127.0.0.1:{served.port}/", errors_allowed=True) as page:
        page.fill("#text", TEXT)
        page.click("#go")
        page.fill("#token", "wrong")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=这个口令不对。")
        page.fill("#token", "secret-token-of-the-test")
        page.keyboard.press("Enter")
        page.wait_for_selector(".told")
        page.click("#another")
        paste(page, PAGE)
        assert page.locator("#token").count() == 0


def test_who_gives_up_after_a_wrong_token_is_told_that_it_was_wrong(browser, start):
    served = start(token="secret-token-of-the-test")
    with visit(browser, f"http://127.0.0.1:{served.port}/", errors_allowed=True) as page:
        page.fill("#text", PAGE)
        page.click("#go")
        page.click("dialog button:has-text('取消')")
        page.wait_for_selector(".status:text-is('没有口令，做不了。')")
        page.click("#go")
        page.fill("#token", "wrong")
        page.keyboard.press("Enter")
        page.wait_for_selector("dialog >> text=这个口令不对。")
        page.click("dialog button:has-text('取消')")
        page.wait_for_selector(".status:text-is('输入的口令不对，这一步没有做。')")
        page.click("#go")
        page.wait_for_selector("dialog >> text=这台服务器要求口令")  # the wrong one is forgotten


def test_a_server_that_is_gone_leaves_the_text_where_it_is(browser, address):
    with visit(browser, address, errors_allowed=True) as page:
        page.fill("#text", TEXT)
        page.context.set_offline(True)
        page.click("#go")
        page.wait_for_selector(".status.is-bad")
        assert page.inner_text(".status").startswith("连不上服务器")
        assert page.input_value("#text") == TEXT


@pytest.mark.parametrize(("status", "said"), [(502, "The server cannot be reached"), (403, "proxy")])
def test_what_a_proxy_answers_in_its_own_words_becomes_a_sentence(browser, address, status, said):
    with visit(browser, address, locale="en-US", errors_allowed=True) as page:
        page.route("**/page/document*", lambda route: route.fulfill(status=status, body="<h1>Bad Gateway</h1>"))
        page.fill("#text", PAGE)
        page.click("#go")
        page.wait_for_selector(".status.is-bad")
        assert said in page.inner_text(".status")
