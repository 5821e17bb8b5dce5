"""The page /survey: what is sent is surveyed as the command does, within the limits of documents."""

from __future__ import annotations

import csv
import json
import re

import pytest
from click.testing import CliRunner

import gxclassify as gx
from browsing import PHONE, WIDE, accessibility_faults, visit
from gxclassify.cli import program
from gxclassify.errors import InputError
from gxclassify.scoring.bulk import tag_files
from gxclassify.server.settings import Limits
from gxclassify.surveys import survey_files
from support import ROOT, table

CORPUS = ROOT / "examples" / "corpus"
FILES = sorted(CORPUS.iterdir())


def packed(*files):
    head = json.dumps([{"name": name, "size": len(data)} for name, data in files])
    return head.encode() + b"\n" + b"".join(data for _, data in files)


def corpus():
    return [(path.name, path.read_bytes()) for path in FILES]


def send(client, body, **params):
    return client.post("/page/survey", params=params, content=body)


@pytest.mark.parametrize("options", [{}, {"by": "kind"}, {"by": "province", "start": "2023", "end": "2023-12"}])
def test_the_page_shows_what_the_command_writes(client, tmp_path, options):
    params = {{"start": "from", "end": "to"}.get(name, name): value for name, value in options.items()}
    answer = send(client, packed(*corpus()), **params)
    assert answer.status_code == 200, answer.text
    survey_files([CORPUS], tmp_path / "page.html", **options)
    written = json.loads(re.search(r'id="data">(.*?)</script>', (tmp_path / "page.html").read_text("utf-8"))[1])
    found = answer.json()
    assert found.pop("problems") == []
    assert {name: found[name] for name in ("groups", "total", "themes", "left_aside", "without_zone")} == {
        name: written[name] for name in ("groups", "total", "themes", "left_aside", "without_zone")
    }
    assert [one["text"] for one in found["passages"]] == [one["text"] for one in written["passages"]]


def test_corrected_tags_count_on_the_page_where_a_column_was_taken_away(client, tmp_path):
    tag_files([CORPUS], tmp_path / "tags.csv")
    head, *rows = csv.reader((tmp_path / "tags.csv").read_text("utf-8-sig").splitlines())
    places = [i for i, name in enumerate(head) if name != "model"]
    rows = [[row[i] if head[i] != "tags" else "policy" for i in places] for row in rows]
    data = "".join(f"{','.join(row)}\n" for row in [[head[i] for i in places], *rows]).encode()
    found = send(client, packed(("tags.csv", data))).json()
    told = dict(zip((theme["id"] for theme in found["themes"]), found["total"]["told"], strict=True))
    assert found["problems"] == []
    assert told["policy"] == found["total"]["paragraphs"] == len(rows)


def test_a_file_that_cannot_be_read_is_named_and_the_rest_counts(client):
    files = corpus()
    whole = send(client, packed(*files)).json()
    found = send(client, packed(*files[:3], ("bad.pdf", b"%PDF-1.7 nonsense"), *files[3:])).json()
    assert [problem["name"] for problem in found["problems"]] == ["bad.pdf"]
    said = found["problems"][0]["detail"]
    assert re.search("[\u4e00-\u9fff]", said["zh"])
    assert not re.search("[\u4e00-\u9fff]", said["en"])
    assert found["total"] == whole["total"]


def test_a_refusal_whose_name_stands_beside_it_calls_the_file_nothing_else(client):
    [problem] = send(client, packed(("own.csv", b"id,name\n1,a\n"))).json()["problems"]
    assert problem["name"] == "own.csv"
    assert problem["detail"]["en"].startswith("there is no column 'text'")
    assert problem["detail"]["zh"].startswith("没有“text”列")


@pytest.mark.parametrize(
    ("body", "params", "kind"),
    [
        (b"", {}, "invalid"),
        (b"[]\n", {}, "empty"),
        (b'[{"name": "a.txt", "size": 9}]\nabc', {}, "invalid"),
        (b'[{"name": "a", "size": -1}, {"name": "b", "size": 4}]\nabc', {}, "invalid"),
        (b'[{"size": 3}]\nabc', {}, "invalid"),
        (b"{}\nabc", {}, "empty"),
        (packed(*[("a.txt", b"a")] * 1001), {}, "too-many-files"),
        (packed(("a.txt", b"abc")), {"from": "2021-13"}, "dates"),
        (packed(("a.txt", b"abc")), {"from": "2022", "to": "2021-12"}, "dates"),
        (packed(("a.txt", b"abc")), {"by": "moon"}, "invalid"),
    ],
)
def test_what_is_not_understood_is_refused_in_words(client, body, params, kind):
    answer = send(client, body, **params)
    assert answer.status_code == 422
    assert answer.json()["type"].endswith(f":{kind}")


@pytest.mark.parametrize("others", [[], [("一.txt", "松渚高新区引进亿元以上项目3个。".encode())]])
def test_an_empty_file_is_named_as_the_command_tells_of_it(client, tmp_path, others):
    found = send(client, packed(("空.txt", b" \n"), *others)).json()
    assert (found["total"]["paragraphs"], [one["name"] for one in found["problems"]]) == (len(others), ["空.txt"])
    detail = found["problems"][0]["detail"]
    (tmp_path / "空.txt").write_bytes(b" \n")
    with pytest.raises(InputError) as told:
        gx.read(tmp_path / "空.txt")
    assert str(told.value).endswith(detail["en"])
    assert client.post("/page/document?name=空.txt", content=b" \n").json()["texts"] == detail


def test_a_file_beyond_the_limits_of_texts_is_named_and_the_rest_counts(start):
    client = start(limits=Limits(texts=3)).client
    many = "".join(f"今年以来，松渚高新区引进亿元以上项目{n}个。\n" for n in range(9)).encode()
    found = send(client, packed(("many.txt", many), ("few.txt", many[: len(many) // 3]))).json()
    assert [problem["name"] for problem in found["problems"]] == ["many.txt"]
    assert found["total"]["paragraphs"] == 3


def test_more_than_a_document_may_have_is_refused_in_an_editors_words(client):
    answer = send(client, packed(("a.txt", b"a" * (33 * 2**20))))
    assert answer.status_code == 413
    assert answer.json()["texts"]["zh"] == "送来的内容合起来不能超过 32 MB。"


def test_labels_count_and_what_does_not_is_told_once(client):
    line = {"text": "衡阳高新区新签约项目12个。", "maybe": [], "time": "2026-11-29T10:00:00+00:00"}
    rows = [line | {"id": f"{n}", "labels": labels} for n, labels in enumerate((["policy"], [], ["天气"]))]
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    found = send(client, packed(("labels.jsonl", data))).json()
    assert found["total"]["paragraphs"] == 2
    assert [one["date"] for one in found["passages"]] == ["", ""]
    assert [[*one["told"]] for one in found["passages"]] == [["policy"], []]
    [problem] = found["problems"]
    assert problem["read"]  # the rest of the file
    assert "row 3 (天气)" in problem["detail"]["en"]
    assert "labels.jsonl" not in problem["detail"]["en"]


def test_records_without_a_text_are_told_and_do_not_count(client, tmp_path):
    rows = [{"text": text} for text in ("衡阳高新区新签约项目12个。", "", None)]
    texts = tmp_path / "texts.jsonl"
    texts.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    tag_files([texts], tmp_path / "tags.jsonl")
    for path in (texts, tmp_path / "tags.jsonl"):
        found = send(client, packed((path.name, path.read_bytes()))).json()
        notes = []
        counted = survey_files([path], on_note=notes.append).survey.total.paragraphs
        assert found["total"]["paragraphs"] == counted == len(found["passages"]) == 1
        [problem] = found["problems"]
        assert problem["read"]
        assert notes == ["2 records have no text (null, missing or empty) and do not count."]
        assert problem["detail"]["en"] == notes[0]
        assert "2 条记录没有文字" in problem["detail"]["zh"]


def test_rows_without_a_text_are_told_as_the_command_tells_them(client, tmp_path):
    path = table(
        tmp_path / "信件.xlsx",
        ["编号", "正文", "日期"],
        [1, "衡阳高新区新签约项目12个，总投资38亿元。", "2021-03-05"],
        [2, None, "2021-03-06"],
        [3, None, "2021-03-07"],
        ["合计", 3, None],
    )
    found = send(client, packed((path.name, path.read_bytes()))).json()
    notes = []
    survey_files([path], on_note=notes.append)
    told = [one["detail"]["en"] for one in found["problems"]]
    assert len(told) == 2
    assert all(any(note.endswith(one) for note in notes) for one in told)
    assert all(one["read"] for one in found["problems"])


def test_what_stands_around_a_table_is_told_as_the_command_tells_it(client, tmp_path):
    head = ["编号", "正文", "日期"]
    rows = [[1, "衡阳高新区新签约项目12个，总投资38亿元。", "2021-03-05"], [2, "园区绿化完工。", "2021-03-06"]]
    sheet = table(tmp_path / "登记.xlsx", ["南湖新区稿件登记（三月）"], head, *rows, ["填表：孙宁"])
    lines = tmp_path / "登记.csv"
    lines.write_text("南湖新区稿件登记（三月）,,\n" + "".join(",".join(map(str, row)) + "\n" for row in [head, *rows]))
    for path in (sheet, lines):
        notes = []
        survey_files([path], on_note=notes.append)
        found = send(client, packed((path.name, path.read_bytes()))).json()
        told = [one["detail"] for one in found["problems"]]
        assert [f"{path}: {one['en']}" for one in told] == [note for note in notes if "taken from" not in note]
        assert "南湖新区稿件登记（三月）" in told[0]["zh"]
        assert all(one["zh"].endswith("。") for one in told)
        assert all(one["read"] for one in found["problems"])


def test_a_page_of_ours_is_refused_with_what_to_give(client):
    page = client.get("/page/survey-template").content
    [problem] = send(client, packed(("survey.html", page))).json()["problems"]
    assert "CSV、JSON Lines" in problem["detail"]["zh"]


@pytest.mark.parametrize("form", ["jsonl", "json", "csv", "parquet", "xlsx", "gbk"])
def test_what_predict_wrote_counts_as_it_is_tagged(client, tmp_path, form):
    """With the tags that a person changed, and the same figures as the command line has."""
    path = tmp_path / f"tags.{'csv' if form == 'gbk' else form}"
    arguments = ["predict", str(CORPUS), "--zones", "--output", str(path)]
    assert CliRunner().invoke(program, arguments, standalone_mode=False).return_value == 0
    if form == "gbk":
        rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
        rows[1][rows[0].index("tags")] = "政策；目标"
        with path.open("w", encoding="gb18030", newline="") as file:
            csv.writer(file, delimiter="\t").writerows(rows)
    found = send(client, packed((path.name, path.read_bytes()))).json()
    survey_files([path], tmp_path / "page.html")
    written = json.loads(re.search(r'id="data">(.*?)</script>', (tmp_path / "page.html").read_text("utf-8"))[1])
    assert found.pop("problems") == []
    assert found == {name: value for name, value in written.items() if name in found}
    assert found["total"]["paragraphs"] > len(FILES)


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet", "xlsx"])
def test_what_was_said_of_articles_is_refused_and_the_rest_counts(client, tmp_path, form):
    path = tmp_path / f"articles.{form}"
    arguments = ["predict", str(CORPUS), "--level", "article", "--output", str(path)]
    assert CliRunner().invoke(program, arguments, standalone_mode=False).return_value == 0
    found = send(client, packed((path.name, path.read_bytes()), *corpus())).json()
    [problem] = found["problems"]
    assert problem["name"] == path.name
    assert re.search("texts|files that it was made from", problem["detail"]["en"])
    assert found["total"] == send(client, packed(*corpus())).json()["total"]


def test_lines_that_are_no_tagged_paragraphs_are_named_up_to_a_bound(client, tmp_path):
    tag_files([CORPUS], tmp_path / "tags.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "tags.jsonl").read_text("utf-8").splitlines()]
    bad = [line | {"article": "one"} for line in lines]
    data = "".join(json.dumps(line) + "\n" for line in (*lines, *bad)).encode()
    found = send(client, packed(("tags.jsonl", data))).json()
    assert found["total"]["paragraphs"] == len(lines)
    assert len(found["problems"]) == 21
    assert str(len(lines) - 20) in found["problems"][-1]["detail"]["en"]


def test_a_quote_that_is_never_closed_is_named(client):
    table = 'text,n\n高新区签约三个项目。,x\n污水厂开工。,"x\n科技园揭牌。,x\n'.encode()
    found = send(client, packed(("t.csv", table))).json()
    assert found["total"]["paragraphs"] == 1
    [problem] = found["problems"]
    assert problem["name"] == "t.csv"
    assert "on line 3" in problem["detail"]["en"]


def test_results_of_another_model_are_counted_by_themselves_and_not_with_texts(client, tiny_model, tmp_path):
    tag_files([CORPUS], tmp_path / "tags.jsonl", model=tiny_model)
    theirs = ("tags.jsonl", (tmp_path / "tags.jsonl").read_bytes())
    alone = send(client, packed(theirs)).json()
    assert [theme["id"] for theme in alone["themes"]] == [*tiny_model.themes]
    assert alone["problems"] == []
    both = send(client, packed(*corpus(), theirs)).json()
    assert [problem["name"] for problem in both["problems"]] == ["tags.jsonl"]


def chosen(page):
    page.set_input_files("#files", [str(path) for path in FILES])
    page.click("#go")
    page.wait_for_selector(".heat")


@pytest.mark.integration
@pytest.mark.parametrize(("size", "dark"), [(WIDE, False), (WIDE, True), (PHONE, False), (PHONE, True)])
def test_axe_finds_nothing_before_and_after(browser, server, size, dark):
    with visit(browser, f"http://127.0.0.1:{server.port}/survey", size=size, dark=dark, touch=size is PHONE) as page:
        assert accessibility_faults(page) == []
        chosen(page)
        assert accessibility_faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.integration
def test_it_is_linked_and_its_survey_can_be_saved_and_read_without_a_server(browser, server, tmp_path):
    with visit(browser, f"http://127.0.0.1:{server.port}/") as page:
        page.click('nav a[href="survey"]')
        page.wait_for_selector("#files", state="attached")
        page.click("#language")
        chosen(page)
        assert page.locator("#heat-head").inner_text() == "Themes by zone"
        buttons, title = (page.locator(one).bounding_box() for one in ("#save-page", ".survey-head h1"))
        assert title["y"] - buttons["y"] - buttons["height"] >= 12
        count = page.locator(".heat .cell:enabled").count()
        with page.expect_download() as download:
            page.click("#save-page")
        download.value.save_as(tmp_path / "survey.html")
        page.click("#another")
        assert page.evaluate("document.activeElement.id") == "choose"
    with visit(browser, (tmp_path / "survey.html").as_uri()) as page:
        assert page.locator(".heat .cell:enabled").count() == count


@pytest.mark.integration
def test_a_pasted_text_is_surveyed_by_keyboard_and_a_wrong_date_is_told(browser, server):
    with visit(browser, f"http://127.0.0.1:{server.port}/survey", errors_allowed=True) as page:
        page.fill("#text", "2021年3月，衡阳高新区引进亿元以上项目18个，总投资38亿元。")
        page.fill("#survey-from", "soon")
        page.focus("#go")
        page.keyboard.press("Enter")
        page.wait_for_selector(".status.is-bad")
        page.fill("#survey-from", "2021")
        page.focus("#go")
        page.keyboard.press("Enter")
        page.wait_for_selector(".heat")
        assert page.locator(".heat tbody tr").count() == 1
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert (page.evaluate("document.activeElement.id"), outline) == ("main", "none")


@pytest.mark.integration
def test_where_nothing_can_be_read_the_files_can_be_chosen_anew(browser, server):
    with visit(browser, f"http://127.0.0.1:{server.port}/survey") as page:
        files = [
            {"name": name, "mimeType": "application/pdf", "buffer": b"%PDF-1.7 nonsense"}
            for name in ("甲.pdf", "乙.pdf")
        ]
        page.set_input_files("#files", files)
        page.click("#go")
        page.wait_for_selector(".status.is-bad")
        told = page.inner_text(".status").split("\n")
        assert [line.partition("：")[0] for line in told] == ["读不了 甲.pdf", "读不了 乙.pdf"]
        assert page.locator("#choose").is_visible()
        page.fill("#text", "2021年3月，衡阳高新区引进亿元以上项目18个，总投资38亿元。")
        page.click("#go")
        page.wait_for_selector(".heat")
        assert page.inner_text(".status").split("\n") == told  # beside what could be read


def named(*names):
    text = "2021年3月，衡阳高新区引进亿元以上项目18个，总投资38亿元。"
    return [{"name": name, "mimeType": "text/plain", "buffer": text.encode()} for name in names]


@pytest.mark.integration
def test_chosen_files_can_be_taken_off_and_other_files_begin_without_them(browser, server):
    with visit(browser, f"http://127.0.0.1:{server.port}/survey", errors_allowed=True) as page:
        page.set_input_files("#files", named("甲.txt", "乙.txt", "丙.txt"))
        assert page.inner_text("#chosen").startswith("已选 3 个文件")
        page.focus(".chosen button >> nth=1")
        page.keyboard.press("Enter")
        assert page.locator(".chosen span").all_inner_texts() == ["甲.txt", "丙.txt"]
        assert page.evaluate("document.activeElement.ariaLabel") == "去掉 丙.txt"
        page.fill("#survey-from", "soon")
        page.click("#go")
        page.wait_for_selector(".status.is-bad")
        assert page.inner_text("#chosen").startswith("已选 2 个文件")  # beside what is wrong
        left = [page.locator(one).bounding_box()["x"] for one in (".status", ".intake")]
        assert left[0] == left[1]
        assert accessibility_faults(page) == []
        page.fill("#survey-from", "")
        page.click("#go")
        page.wait_for_selector(".survey-head:has-text('2 段')")
        page.click("#another")
        page.fill("#text", named("")[0]["buffer"].decode())
        page.click("#go")
        page.wait_for_selector(".survey-head:has-text('1 段')")
        page.click("#another")
        page.set_input_files("#files", named("甲.txt", "乙.txt"))
        page.click("#all-off")
        assert page.inner_text("#chosen") == ""
        assert page.evaluate("document.activeElement.id") == "choose"
        page.click("#go")
        page.wait_for_selector(".status.is-bad:has-text('先选文件')")


@pytest.mark.integration
def test_back_forward_and_loading_anew_keep_a_survey_and_what_was_asked(browser, server):
    with visit(browser, f"http://127.0.0.1:{server.port}/survey") as page:
        page.set_input_files("#files", named("甲.txt"))
        page.select_option("#survey-by", "kind")
        page.fill("#survey-from", "2021")
        page.click("#go")
        page.wait_for_selector(".heat")
        page.go_back()
        page.wait_for_selector("#go")
        assert page.inner_text("#chosen").startswith("已选 1 个文件")
        page.go_forward()
        page.wait_for_selector(".heat")
        page.reload()
        page.wait_for_selector(".heat")
        page.go_back()
        page.wait_for_selector("#go")
        assert (page.input_value("#survey-by"), page.input_value("#survey-from")) == ("kind", "2021")
        assert "1 个文件请再选一次" in page.inner_text("#chosen")
