"""Labelling in real Chromium, with the keyboard."""

import os
import signal

import pytest

from browsing import PHONE, accessibility_faults, visit
from gxclassify.labels.store import LabelStore, export_records
from gxclassify.model.model import Model
from server.process import free_port, serve
from support import tiny_records, write_jsonl

pytestmark = pytest.mark.integration

FIRST, SECOND = "招商会签约12个项目，总投资38亿元。", "区里举行了篮球赛。"


def start_labelling(page, name: str = "林编辑") -> None:
    page.wait_for_selector("#annotator")
    page.fill("#annotator", name)
    page.keyboard.press("Enter")
    page.wait_for_selector(".task")


def press(page, keys: str) -> None:
    for key in keys.split():
        page.keyboard.press(key)


def save(page) -> None:
    """Press Enter and wait until another paragraph, or the end, is shown."""
    task = page.locator(".task").element_handle()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=已存好。")
    assert not task.is_visible()


@pytest.fixture
def queue(tmp_path):
    texts = [f"{FIRST}{SECOND}（{i}）" for i in range(30)]
    return write_jsonl(tmp_path / "queue.jsonl", [{"id": f"q{i}", "text": text} for i, text in enumerate(texts)])


@pytest.fixture
def store(tmp_path):
    return tmp_path / "labels.db"


@pytest.fixture
def address(start, store, queue) -> str:
    return f"http://127.0.0.1:{start(label_store=store, label_queue=queue).port}/label"


def test_twenty_paragraphs_with_the_keys(browser, address, store, model):
    with visit(browser, address) as page:
        start_labelling(page)
        for i in range(20):
            keys = ["1 a", "2 a 3 b", "4 m", "0", "5 a b"][i % 5]
            press(page, keys)
            save(page)
        assert page.inner_text("#progress") == "30 段中已标 20 段"
    records = export_records(store)
    first, second, third, goals, policy = (
        model.themes[0],
        model.themes[1],
        model.themes[2],
        model.themes[4],
        model.themes[3],
    )
    one, two = (0, len(FIRST)), (len(FIRST), len(FIRST) + len(SECOND))
    expected = [
        ((first,), (), {first: (one,)}),
        ((second, third), (), {second: (one,), third: (two,)}),
        ((), (policy,), {}),
        ((), (), {}),
        ((goals,), (), {goals: (one, two)}),
    ]
    assert [(r.labels, r.maybe, r.evidence) for r in records] == [expected[i % 5] for i in range(20)]
    assert {r.annotator for r in records} == {"林编辑"}
    assert all(r.time for r in records)


def test_a_click_marks_the_sentence_and_takes_it_away(browser, address):
    with visit(browser, address) as page:
        start_labelling(page)
        sentence = page.locator(".sentence").nth(1)
        sentence.click()
        assert page.inner_text(".status") == "先按数字键选一个主题，再指出讲到它的句子。"
        page.locator(".theme-key").nth(2).click()
        sentence.click()
        assert sentence.get_attribute("aria-pressed") == "true"
        assert "见句 b" in page.locator(".theme-key").nth(2).inner_text()
        sentence.click()
        assert sentence.get_attribute("aria-pressed") == "false"


def test_an_answer_that_lacks_something_is_asked_about_once(browser, address, store):
    with visit(browser, address) as page:
        start_labelling(page)
        press(page, "Enter")
        assert "再按一次 Enter，记为“没有主题”" in page.inner_text(".status")
        press(page, "1 Enter")
        assert page.inner_text(".status").startswith("招商引资还没有指出句子")
        assert LabelStore(store, ()).answers() == []
        save(page)
        assert len(LabelStore(store, ()).answers()) == 1


def test_undo_brings_the_answer_back_for_change(browser, address, store, model):
    with visit(browser, address) as page:
        start_labelling(page)
        press(page, "1 a")
        save(page)
        press(page, "z")
        page.wait_for_selector("text=取回了上一个答案")
        assert page.get_attribute(".theme-key >> nth=0", "aria-pressed") == "true"
        assert page.get_attribute(".sentence >> nth=0", "aria-pressed") == "true"
        press(page, "1 2 b")
        save(page)
        press(page, "s")
        page.wait_for_selector("text=已跳过。")
    [record] = export_records(store)
    assert (record.labels, record.evidence) == (
        (model.themes[1],),
        {model.themes[1]: ((len(FIRST), len(FIRST) + len(SECOND)),)},
    )


def test_the_guess_is_hidden_until_asked_and_noted(browser, address, store):
    with visit(browser, address) as page:
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        start_labelling(page)
        assert page.locator(".guess").count() == 0
        assert not [url for url in asked if "guess" in url]
        press(page, "1 a")
        save(page)
        press(page, "g")
        page.wait_for_selector(".guess")
        press(page, "1 a")
        save(page)
        assert page.locator(".guess").count() == 0
    assert [answer.guess_seen for answer in LabelStore(store, ()).answers()] == [False, True]


def test_the_guideline_is_one_key_away(browser, address):
    with visit(browser, address) as page:
        start_labelling(page)
        press(page, "h")
        page.wait_for_selector(".guideline h2")
        assert page.locator(".guideline table").count() >= 1
        assert accessibility_faults(page) == []
        press(page, "1 h")  # keys do nothing behind it
        page.wait_for_selector(".guideline", state="detached")
        assert page.get_attribute(".theme-key >> nth=0", "aria-pressed") == "false"


def test_two_people_on_one_queue_and_how_they_agree(browser, start, store, tmp_path):
    queue = write_jsonl(tmp_path / "q.jsonl", [{"id": f"q{i}", "text": f"第{i}段：签约。"} for i in range(10)])
    address = f"http://127.0.0.1:{start(label_store=store, label_queue=queue).port}/label"
    with visit(browser, address) as one, visit(browser, address) as other:
        start_labelling(one, "林")
        start_labelling(other, "苏")
        shown = []
        for _ in range(6):
            for page in (one, other):
                shown.append(page.inner_text(".task-text"))
                press(page, "1")
                save(page)
        assert len(set(shown)) == 10
        other.reload()
        other.wait_for_selector("#agreement")
        assert other.inner_text("#agreement") == "2 段有两个人的答案"
        assert "林 6" in other.inner_text(".side")
    answers = LabelStore(store, ()).answers()
    assert sorted(a.paragraph for a in answers if a.annotator == "林") != sorted(
        a.paragraph for a in answers if a.annotator == "苏"
    )
    assert {a.paragraph for a in answers} == {f"q{i}" for i in range(10)}


def test_a_killed_server_loses_nothing_and_labelling_goes_on(browser, store, queue):
    port = free_port()
    process = serve(port, store, queue)
    try:
        with visit(browser, f"http://127.0.0.1:{port}/label", errors_allowed=True) as page:
            start_labelling(page)
            for _ in range(5):
                press(page, "1 a")
                save(page)
            press(page, "2 b")
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            press(page, "Enter")
            page.wait_for_selector(".status.is-bad")
            assert page.inner_text(".status").startswith("没有存上：")
            assert page.get_attribute(".theme-key >> nth=1", "aria-pressed") == "true"
            process = serve(port, store, queue)
            save(page)
            assert page.inner_text("#progress") == "30 段中已标 6 段"
    finally:
        process.kill()
        process.wait()
    assert [record.id for record in export_records(store)] == [f"q{i}" for i in range(6)]


def test_an_input_method_does_not_swallow_the_keys(browser, address):
    with visit(browser, address) as page:
        start_labelling(page)
        page.evaluate("""() => {
            for (const code of ["Digit1", "KeyB"]) {
                const event = { key: "Process", code, bubbles: true, cancelable: true };
                document.body.dispatchEvent(new KeyboardEvent("keydown", event));
            }
        }""")
        assert page.get_attribute(".sentence >> nth=1", "aria-pressed") == "true"


def test_keys_typed_into_a_field_are_text(browser, address):
    with visit(browser, address) as page:
        start_labelling(page)
        page.click("#who")
        page.fill("#annotator", "")
        page.type("#annotator", "s1z")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=标注人：s1z")
        assert page.get_attribute(".theme-key >> nth=0", "aria-pressed") == "false"


def test_the_keyboard_alone_reaches_everything(browser, address):
    with visit(browser, address) as page:
        start_labelling(page)
        reached = set()
        for _ in range(40):
            page.keyboard.press("Tab")
            reached.add(page.evaluate("document.activeElement.dataset.command ?? document.activeElement.id ?? ''"))
        assert {
            "save",
            "maybe_key",
            "skip_key",
            "undo",
            "guess_key",
            "guide_key",
            "train",
            "suggest",
            "export",
            "who",
            "language",
        } <= reached
        page.locator(".theme-key").first.focus()
        press(page, "Space")
        assert page.get_attribute(".theme-key >> nth=0", "aria-pressed") == "true"
        assert page.evaluate("document.activeElement.dataset.theme") is not None  # redrawing keeps the place


@pytest.mark.slow
def test_retraining_shows_its_progress_and_the_change(browser, start, store, tmp_path, tiny_bundle, monkeypatch):
    records = tiny_records()
    monkeypatch.chdir(tmp_path)
    write_jsonl(tmp_path / "labels" / "train" / "others.jsonl", records[:84])
    queue = write_jsonl(
        tmp_path / "q.jsonl", [{"id": f"new{r['id']}", "text": f"新区：{r['text']}"} for r in records[84:90]]
    )
    model = tmp_path / "labels-model"
    Model.load(tiny_bundle).save(model)
    served = start(model=str(model), label_store=store, label_queue=queue, watch_seconds=0.2)
    themes = Model.load(tiny_bundle).themes
    with visit(browser, f"http://127.0.0.1:{served.port}/label") as page:
        start_labelling(page)
        for record in records[84:90]:
            for theme in record["labels"]:
                press(page, f"{themes.index(theme) + 1} a")
            press(page, "" if record["labels"] else "0")
            save(page)
        page.click("#train")
        page.wait_for_selector("text=训练开始了")
        assert page.is_disabled("#train")
        page.wait_for_selector(".training-result", timeout=90_000)
        result = page.inner_text(".training-result")
        assert "在您们新标的 6 段上" in result
        assert "宏平均 F1" in result
        page.wait_for_selector("text=新模型已经在用。", timeout=30_000)
        assert accessibility_faults(page) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [{"width": 1280, "height": 900}, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing(browser, address, dark, size):
    with visit(browser, address, dark=dark, size=size) as page:
        page.wait_for_selector("#annotator")
        assert accessibility_faults(page) == []
        start_labelling(page)
        press(page, "1 a 5 b 3 m g")
        page.wait_for_selector(".guess")
        assert accessibility_faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"]


def test_without_a_store_the_page_says_how(browser, start):
    with visit(browser, f"http://127.0.0.1:{start().port}/label", errors_allowed=True) as page:
        page.wait_for_selector("text=--label-store")
        assert accessibility_faults(page) == []
