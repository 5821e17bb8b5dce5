"""The HTML report: one file that needs nothing, shows what the page shows, and runs nothing but its own script."""

import base64
import hashlib
import io
import json
import math
import re

import pytest

import gxclassify as gx
from browsing import PHONE, WIDE, accessibility_faults, downloaded, visit
from gxclassify.loading import load_model
from gxclassify.output import encode, encode_groups, open_report
from gxclassify.output.html import DATA_MARK, document_view, json_for_script, report_template
from gxclassify.reading import Article, Document, Paragraph, Part, read, read_text
from support import ROOT, run

TEXT = "高新区新签约项目12个，总投资38亿元。\n\n职工篮球赛昨晚开幕，24支队伍参加，决赛将在周末举行。"
HOSTILE = "项目签约</script><script>document.title='owned'</script><!--<img src=x onerror=alert(1)>落户园区。"
UNSURE = "园区的企业在增加。"
TEXTS = (TEXT, HOSTILE, UNSURE)


def report_of(model, *documents: Document, level: str = "paragraph", **options) -> str:
    stream = io.StringIO()
    with open_report("html", model, stream, level=level) as report:
        for document in documents:
            report.write(document, model.tag(document, **options))
    return stream.getvalue()


def data_of(html: str) -> dict:
    [data] = re.findall(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    return json.loads(data)


def pieces(data: dict) -> list[dict]:
    return [piece for document in data["documents"] for article in document["articles"] for piece in article["pieces"]]


def test_the_data_are_the_documents_paragraphs(tiny_model):
    document = read_text(TEXT, name="a.txt")
    data = data_of(report_of(tiny_model, document, read_text(TEXT, name="b.txt")))
    assert [d["document"] for d in data["documents"]] == ["a.txt", "b.txt"]
    assert [p["text"] for p in pieces(data)] == 2 * [p.text for a in document.articles for p in a.paragraphs]
    assert [theme["threshold"] for theme in data["themes"]] == list(tiny_model.thresholds.values())


def test_a_report_without_documents_is_whole(tiny_model):
    assert data_of(report_of(tiny_model))["documents"] == []


def test_evidence_goes_down_to_the_lowest_threshold(tiny_model):
    strict = tiny_model.with_thresholds(dict.fromkeys(tiny_model.themes, 1.0))
    [first, _] = pieces(data_of(report_of(strict, read_text(TEXT))))
    assert first["evidence"].keys() == {theme for theme, score in first["scores"].items() if score >= 0.05} != set()


def test_without_evidence_there_is_none(tiny_model):
    lenient = tiny_model.with_thresholds(dict.fromkeys(tiny_model.themes, 0.0))
    assert [p["evidence"] for p in pieces(data_of(report_of(lenient, read_text(TEXT), evidence=False)))] == [{}, {}]


def test_subheads_stand_where_they_stood():
    paragraphs = tuple(Paragraph(text, span) for text, span in [("第一段。", (0, 4)), ("第二段。", (8, 12))])
    article = Article(
        "题", None, (), ("小标题",), paragraphs, (Part("subhead", "小标题", (5, 8)), Part("title", "题", (0, 0)))
    )
    document = Document("x", "utf-8", "第一段。\n小标题第二段。", "text", (article,))
    view = document_view(document, load_model().tag(document))
    assert [piece["text"] for piece in view["articles"][0]["pieces"]] == ["第一段。", "小标题", "第二段。"]


def test_repairs_come_with_what_stood_there():
    source = "本报讯 近日，园区签约。"
    document = read_text(source)
    [piece] = document_view(document, load_model().tag(document))["articles"][0]["pieces"]
    [lead] = [repair for repair in piece["repairs"] if repair["kind"] == "lead"]
    assert piece["source"][slice(*lead["span"])].startswith("本报讯")


def test_a_record_without_a_text_keeps_its_place(tiny_model):
    document = read("标题,正文\n一,园区签约项目3个。\n二,\n三,园区治水。\n".encode(), name="表.csv")
    (view,) = data_of(report_of(tiny_model, document))["documents"]
    assert [article["title"] for article in view["articles"]] == ["一", "二", "三"]
    shown = [piece["text"] for article in view["articles"] for piece in article["pieces"]]
    assert shown == ["园区签约项目3个。", "", "园区治水。"]


def test_no_text_can_end_the_data(tiny_model):
    html = report_of(tiny_model, read_text(HOSTILE))
    assert html.lower().count("</script") == 2  # the data's and the script's own
    assert pieces(data_of(html))[0]["text"] == HOSTILE


@pytest.mark.parametrize("value", ["<!--", "</ScRiPt>", "a\u2028b", "\ud800", {"<": "<"}])
def test_json_for_script_is_the_same_json_without_an_angle(value):
    text = json_for_script(value)
    assert "<" not in text
    assert json.loads(text) == value
    text.encode()


def test_the_policy_names_the_style_and_the_script_and_nothing_else():
    page = report_template()
    [style] = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    [script] = re.findall(r'<script type="module">(.*?)</script>', page, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in (style, script)]
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy.startswith("default-src 'none'; ")
    assert re.findall(r"'sha256-([^']+)'", policy) == hashes
    assert "unsafe" not in policy
    assert page.count(DATA_MARK) == 1


def test_the_scripts_are_laid_together_whole():
    [script] = re.findall(r'<script type="module">(.*?)</script>', report_template(), re.DOTALL)
    assert not re.search(r"^\s*(import|export)\b", script, re.MULTILINE)
    names = re.findall(r"^(?:async )?(?:function|const|let|class) (\w+)", script, re.MULTILINE)
    assert len(names) == len(set(names)) > 60


def test_the_file_names_no_other_address(tiny_model):
    addresses = set(re.findall(r"https?://[^\s\"'<>]+", report_of(tiny_model, read_text(TEXT))))
    assert addresses <= {"http://www.w3.org/2000/svg"}


def test_predict_writes_it(tmp_path, tiny_bundle):
    page = tmp_path / "page.txt"
    page.write_text(TEXT, encoding="utf-8")
    done = run("predict", "--model", tiny_bundle, "--format", "html", page)
    assert (done.returncode, done.stderr) == (0, "")
    assert data_of(done.stdout)["documents"][0]["document"] == str(page)


# ---- in a browser


@pytest.fixture
def address(tmp_path, tiny_model) -> str:
    file = tmp_path / "report.html"
    documents = [read_text(text, name=f"{n}.txt") for n, text in enumerate(TEXTS)]
    file.write_text(report_of(tiny_model, *documents), encoding="utf-8")
    return file.as_uri()


def chips(page) -> list[str]:
    rows = page.locator(".paragraph")
    return ["".join(rows.nth(i).locator(".chip:not(.chip-review)").all_text_contents()) for i in range(rows.count())]


def chip_counts(page) -> list[int]:
    rows = page.locator(".paragraph")
    return [rows.nth(i).locator(".chip:not(.chip-review)").count() for i in range(rows.count())]


@pytest.mark.integration
def test_it_opens_from_the_disk_and_asks_for_nothing(browser, address, tiny_model):
    tags = [p.tags for text in TEXTS for p in tiny_model.tag(read_text(text))]
    with visit(browser, "about:blank") as page:
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        page.wait_for_selector(".told")
        assert [asked_for for asked_for in asked if not asked_for.startswith(("file:", "data:"))] == []
        assert chip_counts(page) == list(map(len, tags))
        assert page.title() == "园区文本 · 按主题看"
        assert "<!--<img src=x" in page.inner_text(".column")


@pytest.mark.integration
def test_filter_thresholds_and_details_work_without_a_server(browser, address, tiny_model):
    with visit(browser, address) as page:
        page.locator(".told").first.click()
        assert "起作用的词" in page.inner_text("#details")
        page.keyboard.press("Escape")
        paragraphs = [p for text in TEXTS for p in tiny_model.tag(read_text(text))]
        theme = paragraphs[0].tags[0]
        page.click(f"button[data-theme={theme}]")
        assert len(chip_counts(page)) == sum(theme in p.tags for p in paragraphs) < len(paragraphs)
        page.click("text=全部显示")
        unsure, score = max(paragraphs[-1].scores.items(), key=lambda item: -abs(item[1] - 0.5))
        assert 0.06 < score < 0.94
        for value, shown in ((math.floor(100 * score) / 100, True), (math.ceil(100 * score) / 100, False)):
            page.locator(f"input[type=range][data-theme={unsure}]").fill(str(value))
            page.wait_for_timeout(100)
            assert (tiny_model.taxonomy.themes[tiny_model.themes.index(unsure)].zh in chips(page)[-1]) == shown
        page.click("#language")
        assert "No theme" in page.inner_text(".panel")


@pytest.mark.integration
@pytest.mark.parametrize("size", [{"width": 1280, "height": 900}, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing(browser, address, size):
    with visit(browser, address, size=size) as page:
        assert accessibility_faults(page) == []


def test_many_files_have_totals_a_way_to_each_and_a_list_of_what_was_not_read(browser, tiny_model, tmp_path):
    stream = io.StringIO()
    with open_report("html", tiny_model, stream) as report:
        report.leave_out("c.pdf: it is damaged.<b>")
        for document in (read_text(TEXT, name="a.txt"), read_text(TEXT, name="b.txt")):
            report.write(document, tiny_model.tag(document))
    path = tmp_path / "report.html"
    path.write_text(stream.getvalue(), encoding="utf-8")
    with visit(browser, path.as_uri()) as page:
        cells = page.locator(".totals tbody tr").all_inner_texts()
        assert [row.split("\t")[:2] for row in cells] == [["a.txt", "2"], ["b.txt", "2"], ["合计", "4"]]
        page.get_by_role("link", name="b.txt").click()
        assert page.url.endswith("#file-1")
        assert page.locator("#file-1").inner_text() == "b.txt"
        assert page.locator(".not-read li").all_inner_texts() == ["c.pdf: it is damaged.<b>"]
        assert accessibility_faults(page) == []


def lowest_line(text) -> str:
    _, bottom, _, top = min((text.get_rect(n) for n in range(text.count_rects())), key=lambda rect: rect[1])
    return text.get_text_bounded(bottom=bottom - 2, top=top + 2)


@pytest.mark.integration
@pytest.mark.parametrize("paper", ["A3", "A4", "Letter", "A5"])
def test_on_paper_no_heading_stands_without_what_it_heads(browser, tiny_model, tmp_path, paper):
    from pypdfium2 import PdfDocument  # noqa: PLC0415 - reading imports it in a process of its own

    sentence = "高新区新签约项目12个，总投资38亿元。"
    articles = [
        Article(f"园区观察之{n}", None, (), (), (Paragraph(sentence * (1 + n * n % 5), (0, 20)),) * (1 + n * 7 % 5 % 3))
        for n in range(200)
    ]
    document = Document("a.txt", "utf-8", "", "text", tuple(articles))
    path = tmp_path / "report.html"
    path.write_text(report_of(tiny_model, document), "utf-8")
    with visit(browser, path.as_uri()) as page:
        sheets = [sheet.get_textpage() for sheet in PdfDocument(page.pdf(format=paper))]
    feet = [lowest_line(text) for text in sheets if text.count_rects()]
    assert len(feet) > 20
    assert [foot for foot in feet if "。" not in foot] == []  # but for the mark behind a sentence


def test_a_record_without_a_text_is_shown_and_not_counted(browser, call, tmp_path):
    table = tmp_path / "表.csv"
    table.write_text("标题,正文\n一,园区签约项目3个。\n二,\n三,园区治水。\n", encoding="utf-8")
    call("predict", table, "--output", tmp_path / "report.html")
    [row, _] = json.loads(call("predict", table, "--summary", "--format", "json")[1])
    with visit(browser, (tmp_path / "report.html").as_uri()) as page:
        assert page.locator("h1").inner_text().endswith(f"{row['articles']} 篇，{row['paragraphs']} 段")
        figures = page.locator(".totals tbody td").all_inner_texts()
        none, review = row["no_theme"], row["review"]
        assert [*map(int, figures)][:: len(figures) - 1] == [row["paragraphs"], review]
        assert int(figures[-2]) == none
        assert page.locator(".article").nth(1).inner_text().split("\n")[-1] == "（无文本）"
        page.locator("[data-theme=none]").click()
        assert page.locator(".paragraph").count() == none


def test_pieces_of_one_file_of_records_are_one_file(browser, tiny_model, tmp_path):
    paragraph = next(iter(read_text(TEXT).articles[0].paragraphs))
    pieces_of_it = [
        Document("rows.jsonl", "utf-8", "", "jsonl", (Article(None, None, (), (), (paragraph,)),), first_article=first)
        for first in (0, 1)
    ]
    path = tmp_path / "report.html"
    path.write_text(report_of(tiny_model, *pieces_of_it), encoding="utf-8")
    with visit(browser, path.as_uri()) as page:
        assert "rows.jsonl" in page.locator("h1").inner_text()
        assert page.locator(".article").count() == 2


# ---- articles and documents


SEVERAL = ROOT / "examples" / "page.txt"


@pytest.fixture(scope="module")
def model():
    return load_model()


@pytest.fixture
def article_report(tmp_path, model):
    def write(*documents: Document, level="paragraph", **options) -> str:
        file = tmp_path / "report.html"
        file.write_text(report_of(model, *documents, level=level, **options), encoding="utf-8")
        return file.as_uri()

    return write


def told_of(model, group) -> list[str]:
    """Return the chips of a group as the page shows them, without the themes' signs."""
    themes = {theme.id: theme.zh for theme in model.taxonomy.themes}
    told = [(themes[theme], group.themes[theme]) for theme in group.tags]
    return [f"{name}{one.paragraphs}/{group.paragraphs} · {shown(one.score)}" for name, one in told]


def shown(score: float) -> str:
    figure = round(score, 6) * 100
    return ">99%" if 99.5 < figure < 100 else f"{math.floor(figure + 0.5)}%"


def chips_of(node) -> list[str]:
    return [chip[1:] for chip in node.locator(".chip").all_text_contents()]


@pytest.mark.integration
def test_each_article_has_its_tags_beside_its_title(browser, article_report, model):
    document = gx.read(SEVERAL)
    groups = list(gx.tag_groups(model, document))
    with visit(browser, article_report(document)) as page:
        articles = page.locator(".article")
        assert articles.count() == len(groups) > 1
        assert [chips_of(articles.nth(i).locator(".article-tags")) for i in range(len(groups))] == [
            told_of(model, group) for group in groups
        ]
        page.locator(".article-tags .chip").first.click()
        strongest = groups[0].themes[groups[0].tags[0]].sentence
        assert strongest in page.inner_text("#details")


@pytest.mark.integration
@pytest.mark.parametrize("level", ["article", "document"])
def test_a_report_of_articles_or_documents_shows_those(browser, article_report, model, level):
    documents = [gx.read(SEVERAL), read_text(TEXT, name="b.txt")]
    groups = [group for document in documents for group in gx.tag_groups(model, document, level)]
    with visit(browser, article_report(*documents, level=level)) as page:
        shown_groups = page.locator(".article")
        assert [chips_of(shown_groups.nth(i)) for i in range(shown_groups.count())] == [
            told_of(model, group) for group in groups
        ]
        for i, group in enumerate(groups):
            text = shown_groups.nth(i).inner_text()
            assert all(told.sentence in text for told in group.themes.values() if told.sentence)
        theme = groups[0].tags[0]
        telling = sum(theme in group.tags for group in groups)
        row = page.locator(f"button[data-theme={theme}]")
        assert row.inner_text().endswith(f"{telling} {'篇' if level == 'article' else '份'}")
        row.click()
        assert page.locator(".article").count() == telling
        page.locator(".article button.link").first.click()
        strongest = next(group for group in groups if theme in group.tags).themes[theme].sentence
        focused = page.evaluate("document.activeElement.textContent")
        assert page.get_attribute("[data-level=paragraph]", "aria-pressed") == "true"
        assert strongest[:12] in focused


@pytest.mark.integration
@pytest.mark.parametrize("zones", [False, True])
@pytest.mark.parametrize("level", ["paragraph", "article", "document"])
def test_downloads_at_each_level_say_what_the_package_says(browser, article_report, model, level, zones):
    document = gx.read(SEVERAL)
    tagged = (
        model.tag(document, zones=zones) if level == "paragraph" else gx.tag_groups(model, document, level, zones=zones)
    )
    rows = [one.to_json() for one in tagged]
    with visit(browser, article_report(document, level=level, zones=zones)) as page:
        found = json.loads(downloaded(page, "[data-download=json]"))
        table = downloaded(page, "[data-download=csv]").removeprefix("\ufeff")
    assert found == rows
    assert table == encoded(level, model, document, zones=zones).decode("utf-8-sig")


@pytest.mark.integration
@pytest.mark.parametrize("level", ["article", "document"])
def test_fields_of_records_have_columns_in_downloads_of_articles(browser, article_report, tmp_path, level):
    path = tmp_path / "in.jsonl"
    rows = [{"text": TEXT, "paper": "临江日报", "no": 7, "top": True}, {"text": UNSURE, "no": None}]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    run("predict", path, "--level", level, "--output", tmp_path / "own.csv")
    with visit(browser, article_report(gx.read(path), level=level)) as page:
        table = downloaded(page, "[data-download=csv]")
    assert table.replace(str(path), "in.jsonl") == (tmp_path / "own.csv").read_bytes().decode().replace(
        str(path), "in.jsonl"
    )
    assert "record.paper,record.no,record.top,record\n" in table


@pytest.mark.integration
@pytest.mark.parametrize("threshold", [0.05, 0.4, 0.99])
def test_amounts_are_those_of_the_thresholds_that_are_set(browser, article_report, model, threshold):
    first = "2021年3月，衡阳高新区新签约项目12个，总投资38亿元。到2025年产值将达到500亿元，同比增长12%。"
    text = f"{first}\n\n园区出台政策，补贴300万元。"
    document = read_text(text, name="a.txt")
    moved = model.with_thresholds(dict.fromkeys(model.themes, threshold))
    with visit(browser, article_report(document, zones=True)) as page:
        for theme in model.themes:
            page.locator(f"input[type=range][data-theme={theme}]").fill(str(threshold))
        page.wait_for_timeout(100)
        found = json.loads(downloaded(page, "[data-download=json]"))
        table = downloaded(page, "[data-download=csv]")
    tagged = list(moved.tag(document, zones=True))
    assert [row["amounts"] for row in found] == [one.to_json()["amounts"] for one in tagged]
    assert table.encode() == encode("csv", model.themes, tagged)


@pytest.mark.integration
def test_downloads_of_several_files_are_named_after_the_report(browser, article_report):
    for documents, name in (
        ([read_text(TEXT, name="甲.txt"), read_text(TEXT, name="乙.txt")], "report.csv"),
        ([read_text(TEXT, name="甲.txt")], "甲.csv"),
    ):
        with visit(browser, article_report(*documents)) as page:
            with page.expect_download() as download:
                page.click("[data-download=csv]")
            assert download.value.suggested_filename == name


def encoded(level, model, document, *, zones) -> bytes:
    if level == "paragraph":
        return encode("csv", model.themes, list(model.tag(document, zones=zones)))
    return encode_groups("csv", model.themes, list(gx.tag_groups(model, document, level, zones=zones)), level)


@pytest.mark.integration
def test_zones_and_date_stand_below_the_title(browser, article_report):
    document = read_text("2021年3月，衡阳高新区新签约项目12个。\n\n园区很好。", name="a.txt")
    with visit(browser, article_report(document, zones=True)) as page:
        assert page.inner_text(".article .byline") == "衡阳高新技术产业开发区 · 2021-03"


@pytest.mark.integration
@pytest.mark.parametrize(("size", "dark"), [(WIDE, False), (WIDE, True), (PHONE, False), (PHONE, True)])
@pytest.mark.parametrize("level", ["paragraph", "article"])
def test_axe_finds_nothing_about_articles_and_the_page_fits_its_width(browser, article_report, level, size, dark):
    address = article_report(gx.read(SEVERAL), level=level)
    with visit(browser, address, size=size, dark=dark, touch=size is PHONE) as page:
        page.locator(".chip").first.click()
        page.wait_for_selector("#details:visible")
        assert accessibility_faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
