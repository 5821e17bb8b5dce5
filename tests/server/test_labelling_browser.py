"""Labelling in real Chromium, with the keyboard."""

import dataclasses
import os
import time
from pathlib import Path

import pytest

from browsing import PHONE, WIDE, accessibility_faults, visit
from gxclassify.evaluation.compare import signed
from gxclassify.labels.answers import Answer
from gxclassify.labels.records import LabelRecord, load_labels
from gxclassify.labels.store import LabelStore, export_records
from gxclassify.loading import load_model
from gxclassify.model.model import Model
from gxclassify.server.accounts import add_account, remove_account
from server.process import kill, serve
from support import THEMES, free_port, tiny_records, write_jsonl

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


def theme_name(model, place: int) -> str:
    return model.taxonomy.themes[place].zh


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


def test_a_name_that_only_looks_like_one_that_is_taken_is_told(browser, address, store, model):
    own = LabelStore(store, model.themes)
    own.answer(Answer(key="key-c-0001", paragraph="q3", annotator="林编辑", labels=()))
    with visit(browser, address) as page:
        page.wait_for_selector("#annotator")
        for name in ("林 编辑", "林\u200b编辑", "林编辑\u2060", "\ufeff林\u00ad编辑"):
            page.fill("#annotator", name)
            page.wait_for_selector("text=已经有“林编辑”（1 段），写法差一点")


def test_what_is_asked_before_saving_is_asked_anew_after_a_look_at_the_list(browser, address, store):
    with visit(browser, address) as page:
        start_labelling(page)
        press(page, "Enter")
        page.click("a[href='#list']")
        page.wait_for_selector("#filter-annotator")
        assert page.text_content(".status") == ""
        page.click("a[href='#task']")
        page.wait_for_selector("#task-text:focus")
        press(page, "Enter")
        page.wait_for_selector("text=再按一次 Enter，记为“没有主题”")
        assert LabelStore(store, ()).answers() == []


def test_the_last_answer_is_opened_for_change_and_holds_until_another_is_saved(browser, address, store, model):
    with visit(browser, address) as page:
        start_labelling(page)
        for keys in ("1 a", "4 b"):
            press(page, keys)
            save(page)
        third = page.inner_text(".task-text")
        press(page, "5")  # half done
        press(page, "z")
        page.wait_for_selector("text=这是您存过的答案")
        assert page.get_attribute(".theme-key >> nth=3", "aria-pressed") == "true"
        press(page, "z")
        page.wait_for_selector(".theme-key[aria-pressed=true] >> nth=0 >> text=招商引资")
        assert page.get_attribute(".sentence >> nth=0", "aria-pressed") == "true"
        assert page.inner_text("#progress") == "30 段中已标 2 段"
        assert len(LabelStore(store, ()).answers()) == 2
        press(page, "z")
        page.wait_for_selector("text=前面没有您的答案了。")
        press(page, "1 2 b Enter")
        page.wait_for_selector(".status:text-is('改好了。')")
        assert page.inner_text(".task-text") == third
        assert page.get_attribute(".theme-key >> nth=4", "aria-pressed") == "true"  # as it was left
        press(page, "z")
        page.wait_for_selector(".theme-key[aria-pressed=true] >> nth=0 >> text=生态园区")
        came = []
        page.on("request", lambda request: came.append(request.url.rsplit("/", 1)[-1]))
        press(page, "3 Escape")  # not saved
        page.wait_for_selector(".theme-key[aria-pressed=true] >> nth=0 >> text=" + theme_name(model, 4))
        page.wait_for_load_state("networkidle")
        assert came.count("next") == 1
        press(page, "z")
        page.wait_for_selector(".status.is-bad:text-is('这里的选择还没有存上；按 Enter 再存。')")
        assert page.get_attribute(".theme-key >> nth=2", "aria-pressed") == "true"
        page.reload()
        page.wait_for_selector(".status.is-bad:text-is('这里的选择还没有存上；按 Enter 再存。')")
        press(page, "Escape")
        page.wait_for_selector("[data-command=before_key]", state="detached")
        page.wait_for_selector("body:not(.is-busy)")
        assert page.inner_text(".task-text") == third
        assert page.inner_text("#progress") == "30 段中已标 2 段"
        press(page, "s")
        page.wait_for_selector("text=已跳过。")
        assert "您标了 2 段 · 跳过 1 段" in page.inner_text(".side")
        press(page, "z")
        page.wait_for_selector("text=这一段您跳过了")
        press(page, "0 Enter")
        page.wait_for_selector(".status:text-is('已存好。')")
    first, second, third = export_records(store)
    assert (first.labels, second.labels, third.labels) == ((model.themes[1],), (model.themes[3],), ())
    assert first.evidence == {model.themes[1]: ((len(FIRST), len(FIRST) + len(SECOND)),)}


def test_an_answer_changed_after_it_was_not_confirmed_is_what_is_stored(browser, address, store, model):
    with visit(browser, address, errors_allowed=True) as page:
        start_labelling(page)

        def lose(route):
            route.fetch()
            route.abort()

        page.route("**/label/answer", lose)
        press(page, "1 a Enter")
        page.wait_for_selector(".status.is-bad:has-text('没有存上')")
        assert [answer.labels for answer in LabelStore(store, ()).answers()] == [model.themes[:1]]
        press(page, "1 2 b Enter")
        page.wait_for_selector(".status.is-bad:has-text('没有存上')")
        page.unroute("**/label/answer")
        press(page, "2 4 a")
        save(page)
        page.route("**/label/answer", lose)
        press(page, "0 Enter")
        page.wait_for_selector(".status.is-bad:has-text('没有存上')")
        page.click("#language")
        page.wait_for_selector(".status.is-bad:has-text('Not saved: The server cannot be reached')")
        assert page.inner_text("h1") == "Labelling"
        page.click("#language")
        press(page, "s")  # of the page again: who clicks with the mouse does not stay at the button
        page.wait_for_selector(".status.is-bad:has-text('没有跳过')")
        assert page.inner_text(".status").endswith("要跳过，再按一次 s。")
        page.unroute("**/label/answer")
        press(page, "s")
        page.wait_for_selector("text=已跳过。")
    answers = LabelStore(store, ()).answers()
    assert [(answer.kind, answer.labels) for answer in answers] == [("label", (model.themes[3],)), ("skip", ())]


def test_the_page_is_left_with_a_question_only_while_an_answer_is_not_stored(browser, address):
    with visit(browser, address, errors_allowed=True) as page:
        asked = []

        def hear(dialog):
            asked.append(dialog.type)
            dialog.accept()

        page.on("dialog", hear)
        start_labelling(page)
        press(page, "1 a")
        page.reload()
        page.wait_for_selector(".task")
        assert asked == []
        page.route("**/label/answer", lambda route: route.abort())
        press(page, "Enter")
        page.wait_for_selector(".status.is-bad")
        page.click(".views a[href='#list']")
        page.wait_for_selector("#list-total")
        page.click(".views a[href='#task']")
        page.wait_for_selector(".status.is-bad:text-is('这里的选择还没有存上；按 Enter 再存。')")
        page.reload()
        page.wait_for_selector(".task")
        assert asked == ["beforeunload"]
        assert page.inner_text(".status") == "这里的选择还没有存上；按 Enter 再存。"
        page.unroute("**/label/answer")
        save(page)
        page.reload()
        page.wait_for_selector(".task")
        assert asked == ["beforeunload"]


def test_a_half_made_answer_is_there_when_the_page_is_loaded_anew(browser, address, store, model):
    with visit(browser, address) as page:
        start_labelling(page)
        press(page, "4 b")
        save(page)
        press(page, "1 a 2 m")
        page.reload()
        page.wait_for_selector(".theme-key[aria-pressed=true] >> nth=1")
        assert "见句 a" in page.inner_text(".theme-key >> nth=0")
        assert "拿不准" in page.inner_text(".theme-key >> nth=1")
        press(page, "z")
        page.wait_for_selector(".status:has-text('这是您存过的答案')")
        page.reload()
        page.wait_for_selector(".status:has-text('这是您存过的答案')")
        press(page, "5")
        page.reload()
        page.wait_for_selector(".status:has-text('还没有存上')")
        page.wait_for_selector("[data-command=before_key]")  # it is still the last one that is opened
        assert page.locator(".theme-key[aria-pressed=true]").count() == 2
        press(page, "Escape")
        page.wait_for_selector("[data-command=skip_key]")
        page.wait_for_selector("body:not(.is-busy)")
        save(page)
        page.reload()
        page.wait_for_selector(".task")
        assert page.locator(".theme-key[aria-pressed=true]").count() == 0
    last = LabelStore(store, ()).answers()[-1]
    assert (last.labels, last.maybe, last.evidence) == (
        (model.themes[0],),
        (model.themes[1],),
        {model.themes[0]: ((0, len(FIRST)),)},
    )


def test_what_was_opened_is_opened_again_when_the_page_is_loaded_anew(browser, differing):
    with visit(browser, differing, errors_allowed=True) as page:
        start_labelling(page, "林")
        for address, button in (("#list", "correct"), ("#differ", "decide")):
            page.click(f".views a[href='{address}']")
            page.click(f"[data-row={button}] >> nth=0")
            page.wait_for_selector("[data-command=back_to_list]")
            text, deciding = page.inner_text(".task-text"), page.locator(".deciding").count()
            press(page, "5")
            page.reload()
            page.wait_for_selector(".status:has-text('还没有存上')")
            assert (page.inner_text(".task-text"), page.locator(".deciding").count()) == (text, deciding)
            assert page.get_attribute(f".views a[href='{address}']", "aria-current") == "page"
            page.go_back()
            page.wait_for_selector(".labelled-row:focus")
        page.click("[data-row=decide] >> nth=0")
        page.wait_for_selector(".deciding")
        page.route("**/label/open", lambda route: route.fulfill(status=422, json={}))  # no longer in the queue
        page.reload()
        page.wait_for_selector("[data-command=last_key]")
        assert page.locator(".deciding").count() == 0


def test_the_browsers_way_back_leads_to_where_a_paragraph_was_opened(browser, address):
    with visit(browser, address) as page:
        start_labelling(page)
        press(page, "4 b")
        save(page)
        second = page.inner_text(".task-text")
        for away in (page.go_back, lambda: press(page, "Escape")):
            press(page, "z")
            page.wait_for_selector("[data-command=before_key]")
            away()
            page.wait_for_selector("[data-command=last_key]")
            page.wait_for_selector("body:not(.is-busy)")
            assert page.inner_text(".task-text") == second
        page.click(".views a[href='#list']")
        for leave in ("Escape", "1 a Enter"):
            page.click("[data-row=correct]")
            page.wait_for_selector("[data-command=back_to_list]")
            press(page, leave)
            page.wait_for_selector(".labelled-row")
            page.wait_for_selector("body:not(.is-busy)")
        page.go_back()
        page.wait_for_selector("[data-command=last_key]")
        assert page.inner_text(".task-text") == second


def test_the_way_back_to_a_long_list_leads_to_the_row(browser, differing):
    with visit(browser, differing) as page:
        start_labelling(page, "林")
        page.click(".views a[href='#list']")
        page.click("#more")
        row = page.locator(".labelled-row >> nth=55")
        own = row.get_attribute("data-id")
        row.locator("[data-row=correct]").click()
        page.wait_for_selector("[data-command=back_to_list]")
        page.go_back()
        page.wait_for_selector(f".labelled-row[data-id={own}]:focus")


def test_what_was_told_of_a_list_goes_when_it_is_filtered(browser, differing):
    with visit(browser, differing) as page:
        start_labelling(page, "林")
        page.click(".views a[href='#list']")
        page.click("[data-row=take_back] >> nth=0")
        page.click("#sure")
        page.wait_for_selector(".status:has-text('您的答案撤回了。')")
        page.fill("#filter-search", "没有这样的")
        page.wait_for_selector("#list-total:has-text('没有符合的段落。')")
        assert page.inner_text(".status") == ""


def test_choices_stay_while_the_model_chooses_and_while_one_looks_elsewhere(browser, differing, store):
    LabelStore(store, ()).add([LabelRecord(id=f"new{n}", text=f"新签约{n}个项目。", article=f"n{n}") for n in range(4)])
    with visit(browser, differing) as page:
        start_labelling(page, "林")
        text = page.inner_text(".task-text")
        press(page, "3")
        page.click("#suggest")
        page.wait_for_selector(".status:has-text('模型挑了')")
        assert page.inner_text(".task-text") == text
        assert page.get_attribute(".theme-key >> nth=2", "aria-pressed") == "true"
        page.click(".views a[href='#list']")
        page.click("[data-row=correct] >> nth=0")
        page.wait_for_selector("[data-command=back_to_list]")
        press(page, "5")
        page.click(".views a[href='#differ']")
        page.wait_for_selector(".labelled-row")
        page.click(".views a[href='#task']")
        page.wait_for_selector("[data-command=skip_key]")
        assert page.inner_text(".task-text") == text
        assert page.get_attribute(".theme-key >> nth=2", "aria-pressed") == "true"


def test_a_half_done_change_stays_with_its_paragraph(browser, differing):
    with visit(browser, differing) as page:
        start_labelling(page, "林")
        page.click(".views a[href='#list']")
        row = f".labelled-row[data-id={page.get_attribute('.labelled-row >> nth=2', 'data-id')}]"
        pressed, unsaved = ".theme-key[aria-pressed=true] >> text=创新平台", ".status:has-text('还没有存上')"
        for leave in (".views a[href='#differ']", ".views a[href='#task']", "[data-command=back_to_list]"):
            page.click(".views a[href='#list']")
            page.click(f"{row} [data-row=correct]")
            page.wait_for_selector("[data-command=back_to_list]")
            if leave.endswith("'#differ']"):
                assert page.locator(pressed).count() == 0
                press(page, "3")
            else:
                page.wait_for_selector(unsaved)
            page.wait_for_selector(pressed)
            page.click(leave)
            page.wait_for_selector(pressed, state="detached")
        page.click(f"{row} [data-row=take_back]")
        page.click("#sure")
        page.wait_for_selector("text=您的答案撤回了。")
        page.click(".views a[href='#task']")
        page.wait_for_selector(".task")
        assert page.locator(unsaved).count() == 0  # what it was to change is gone, and the change with it


def test_the_last_answer_half_changed_is_there_after_the_one_before(browser, address):
    with visit(browser, address) as page:
        start_labelling(page)
        for keys in ("1 a", "4 b"):
            press(page, keys)
            save(page)
        press(page, "z")
        page.wait_for_selector(".status:has-text('这是您存过的答案')")
        press(page, "2 z")
        page.wait_for_selector(".theme-key[aria-pressed=true] >> text=招商引资")
        press(page, "Escape")
        page.wait_for_selector("[data-command=back_to_list]", state="detached")
        page.wait_for_selector("body:not(.is-busy)")
        press(page, "z")
        page.wait_for_selector(".status:has-text('还没有存上')")
        assert "生态园区" in page.inner_text(".theme-key[aria-pressed=true] >> nth=0")


def test_that_a_change_is_not_stored_is_said_of_its_own_paragraph_alone(browser, differing):
    with visit(browser, differing) as page:
        start_labelling(page, "林")
        page.click(".views a[href='#list']")
        one, other = (page.get_attribute(f".labelled-row >> nth={n}", "data-id") for n in (2, 4))
        silent = ".status:text-is('')"
        page.click(f".labelled-row[data-id={one}] [data-row=correct]")
        page.wait_for_selector("[data-command=back_to_list]")
        press(page, "3 Escape")
        page.wait_for_selector("body:not(.is-busy)")  # a click before is ignored
        page.click(f".labelled-row[data-id={one}] [data-row=correct]")
        page.wait_for_selector(".status:has-text('还没有存上')")
        page.go_back()
        page.wait_for_selector(silent, state="attached")
        page.wait_for_selector("body:not(.is-busy)")
        page.click(f".labelled-row[data-id={other}] [data-row=correct]")
        page.wait_for_selector("[data-command=back_to_list]")
        page.wait_for_selector(silent, state="attached")


def test_a_change_that_is_undone_by_hand_is_no_change(browser, differing):
    with visit(browser, differing) as page:
        start_labelling(page, "林")
        page.click(".views a[href='#list']")
        one = page.get_attribute(".labelled-row >> nth=2", "data-id")
        for keys, told in (("3 Escape", True), ("3 Escape", False), ("a m m a Escape", False), ("1 1 m Escape", True)):
            page.click(f".labelled-row[data-id={one}] [data-row=correct]")
            page.wait_for_selector("[data-command=back_to_list]")
            press(page, keys)
            page.wait_for_selector("body:not(.is-busy)")
            page.click(f".labelled-row[data-id={one}] [data-row=correct]")
            page.wait_for_selector("[data-command=back_to_list]")
            page.wait_for_selector(
                ".status:has-text('还没有存上')" if told else ".status:text-is('')", state="attached"
            )
            press(page, "Escape")
            page.wait_for_selector("body:not(.is-busy)")


def test_an_answer_that_was_given_in_another_window_is_not_replaced_unasked(browser, differing, store, model):
    with visit(browser, differing, errors_allowed=True) as page:
        start_labelling(page, "林")
        page.click(".views a[href='#list']")
        page.fill("#filter-search", "（42）")  # which is on the first page or not by when the answers were stored
        page.click(".labelled-row[data-id=q42] [data-row=correct]")
        page.wait_for_selector("[data-command=back_to_list]")
        own = LabelStore(store, model.themes)
        own.answer(Answer(key="key-c-0001", paragraph="q42", annotator="林", labels=(model.themes[1],)))
        press(page, "1 4 a Enter")
        page.wait_for_selector(".status.is-bad:has-text('在别处给这一段存了答案（生态园区）')")
        assert [one.labels for one in own.answers() if one.paragraph == "q42"] == [(model.themes[1],)]
        press(page, "Enter")
        page.wait_for_selector("text=改好了。")
    assert [one.labels for one in own.answers() if one.paragraph == "q42"] == [(model.themes[3],)]


def test_of_two_who_decide_one_difference_the_second_is_told_of_the_first(browser, differing, store, model):
    with visit(browser, differing) as one, visit(browser, differing, errors_allowed=True) as other:
        for page, name in ((one, "王"), (other, "赵")):
            start_labelling(page, name)
            page.click("text=分歧（1）")
            page.click("[data-row=decide]")
            page.wait_for_selector(".deciding")
        press(one, "1 2 b Enter")
        one.wait_for_selector("text=裁定存好了。")
        press(other, "a Enter")
        other.wait_for_selector(".status.is-bad:has-text('王刚裁定了这一段（生态园区）')")
        assert LabelStore(store, ()).decisions()["q3"].annotator == "王"
        press(other, "Enter")
        other.wait_for_selector("text=裁定存好了。")
    decision = LabelStore(store, ()).decisions()["q3"]
    assert (decision.annotator, decision.labels) == ("赵", model.themes[:1])


def test_an_answer_is_withdrawn_in_the_list(browser, differing, store):
    with visit(browser, differing) as page:
        start_labelling(page, "苏")
        page.click(".views a[href='#list']")
        page.select_option("#filter-annotator", "苏")
        page.wait_for_selector("#list-total:text-is('1 段')")
        page.click("[data-row=take_back]")
        page.click("#sure")
        page.wait_for_selector("text=您的答案撤回了。")
        page.wait_for_selector("text=没有符合的段落。")
    assert "苏" not in {answer.annotator for answer in LabelStore(store, ()).answers()}


@pytest.mark.parametrize(("paragraph", "asked_again"), [("q4", True), ("q3", False)])
def test_who_withdraws_an_answer_is_told_whether_the_paragraph_is_asked_again(
    browser, differing, store, model, paragraph, asked_again
):
    own = LabelStore(store, model.themes)
    own.answer(Answer(key="key-c-0001", paragraph=paragraph, annotator="苏", labels=model.themes[:1]))
    with visit(browser, differing) as page:
        start_labelling(page, "苏")
        page.click(".views a[href='#list']")
        page.select_option("#filter-annotator", "苏")
        page.click(f".labelled-row[data-id={paragraph}] [data-row=take_back]")
        page.wait_for_selector(f"dialog:has-text('{'这一段会再来问' if asked_again else '不会再来问'}')")
        page.click("#sure")
        page.wait_for_selector("text=您的答案撤回了。")
    asked = []
    while task := own.next("苏"):
        asked.append(task.id)
        own.answer(Answer(key=f"key-d-{len(asked):04d}", paragraph=task.id, annotator="苏", labels=()))
    assert (paragraph in asked) == asked_again


def test_an_answer_that_was_given_in_another_window_is_not_withdrawn_unseen(browser, differing, store, model):
    own = LabelStore(store, model.themes)
    with visit(browser, differing, errors_allowed=True) as page:
        start_labelling(page, "苏")
        page.click(".views a[href='#list']")
        page.select_option("#filter-annotator", "苏")
        page.wait_for_selector("#list-total:text-is('1 段')")
        own.answer(Answer(key="key-c-0001", paragraph="q3", annotator="苏", labels=(model.themes[2],)))
        page.click("[data-row=take_back]")
        page.click("#sure")
        page.wait_for_selector(".status.is-bad:has-text('没有撤回：您在别处给这一段存了另一个答案（创新平台）')")
        page.wait_for_selector(".said li:has-text('苏') >> text=创新平台")
        page.click("[data-row=take_back]")
        page.click("#sure")
        page.wait_for_selector("text=您的答案撤回了。")
    assert "苏" not in {answer.annotator for answer in own.answers()}


def test_a_decision_that_was_changed_is_not_withdrawn_unseen(browser, differing, store, model):
    own = LabelStore(store, model.themes)
    own.decide(Answer(key="key-d-0001", paragraph="q3", annotator="王", labels=(model.themes[1],)))
    with visit(browser, differing, errors_allowed=True) as page:
        start_labelling(page, "王")
        page.click(".views a[href='#list']")
        page.select_option("#filter-only", "decided")
        page.wait_for_selector("text=王 裁定")
        own.decide(Answer(key="key-d-0002", paragraph="q3", annotator="赵", labels=(model.themes[0],)))
        page.click("[data-row=withdraw]")
        page.click("#sure")
        page.wait_for_selector(".status.is-bad:has-text('没有撤回：赵另存了一个裁定（招商引资）')")
        page.wait_for_selector("text=赵 裁定")
        page.click("[data-row=withdraw]")
        page.click("#sure")
        page.wait_for_selector("text=裁定撤回了")
    assert own.decisions() == {}


def test_a_decision_is_withdrawn_only_after_its_owner_is_named(browser, differing, store, model):
    own = LabelStore(store, model.themes)
    own.decide(Answer(key="key-d-0001", paragraph="q3", annotator="王", labels=(model.themes[1],)))
    with visit(browser, differing) as page:
        start_labelling(page, "林")
        page.click(".views a[href='#list']")
        page.select_option("#filter-only", "decided")
        page.click("[data-row=withdraw]")
        assert page.inner_text("#sure-title") == "撤回王的裁定？"
        page.click("text=取消")
        assert own.decisions()["q3"].annotator == "王"
        page.click("[data-row=withdraw]")
        page.click("#sure")
        page.wait_for_selector("text=裁定撤回了")
    assert own.decisions() == {}


def test_the_keyboard_keeps_its_place_in_the_lists(browser, differing):
    def enter(selector: str) -> None:
        # A dialog that closed keeps the keys until the browser has drawn.
        page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
        page.focus(selector)
        page.keyboard.press("Enter")

    with visit(browser, differing) as page:
        start_labelling(page, "林")
        enter(".views a[href='#list']")
        page.wait_for_selector(".labelled-row >> nth=49")
        page.wait_for_selector(".views a[href='#list']:focus")
        third = page.get_attribute(".labelled-row >> nth=2", "data-id")
        enter("#more")
        page.wait_for_selector(".labelled-row >> nth=59")
        page.wait_for_selector(f"[data-id={page.get_attribute('.labelled-row >> nth=50', 'data-id')}]:focus")
        for leave in (lambda: press(page, "Escape"), lambda: press(page, "1 4 a Enter"), page.go_back):
            enter(f"[data-id={third}] [data-row=correct]")
            page.wait_for_selector("[data-command=back_to_list]")
            with page.expect_response("**/label/state*"):  # which is asked for when the list has come anew
                leave()
            page.wait_for_selector(f"[data-id={third}]:focus")
            page.keyboard.press("Enter")  # one too many presses nothing
        gone, following = (page.get_attribute(f".labelled-row >> nth={n}", "data-id") for n in (4, 5))
        enter(f"[data-id={gone}] [data-row=take_back]")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=您的答案撤回了。")
        page.wait_for_selector(f"[data-id={following}]:focus")
        enter(".views a[href='#differ']")
        page.wait_for_selector("[data-row=decide]")
        enter("[data-row=decide]")
        page.wait_for_selector(".deciding")
        press(page, "2 b Enter Enter")
        page.wait_for_selector("text=没有未裁定的分歧。")
        page.wait_for_selector("#list-total:focus")
        enter(".views a[href='#task']")
        page.wait_for_selector("#task-text:focus")


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


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_what_one_chose_is_readable_beside_the_guess_at_every_width(browser, address, locale):
    with visit(browser, address, locale=locale) as page:
        start_labelling(page)
        press(page, "1 a b 3 m 2 g")
        page.wait_for_selector(".guess")
        for width in (320, 390, 820, 1024, 1280, 1440, 1920):
            page.set_viewport_size({"width": width, "height": 900})
            cut = page.evaluate(
                """() => [...document.querySelectorAll(".theme-key :is(.note, .name, .guess)")].filter((node) => {
                  const [own, key] = [node, node.closest(".theme-key")].map((each) => each.getBoundingClientRect());
                  return own.width < 10 || own.right > key.right || own.bottom > key.bottom
                    || (node.clientWidth && node.scrollWidth > node.clientWidth + 1);
                }).map((node) => node.textContent)"""
            )
            assert (width, cut, page.locator(".theme-key .note").count()) == (width, [], 3)


@pytest.mark.parametrize("button", ["correct", "decide"])
def test_that_one_looked_is_noted_however_the_paragraph_was_met(browser, differing, store, button):
    with visit(browser, differing) as page:
        start_labelling(page, "林")
        page.click(".views a[href='#list']")
        row = ".labelled-row[data-id=q3]"
        page.fill("#filter-search", "（3）")
        page.click(f"{row} [data-row={button}]")
        page.wait_for_selector("[data-command=back_to_list]")
        press(page, "g")
        page.wait_for_selector(".guess")
        press(page, "Escape")
        page.click(f"{row} [data-row=correct]")
        page.wait_for_selector("[data-command=save_opened]")
        assert page.locator(".guess").count() == 0
        assert page.inner_text(".status") == ""
        press(page, "2 b Enter Enter")
        page.wait_for_selector("text=改好了。")
    seen = {(own.paragraph, own.annotator): own.guess_seen for own in LabelStore(store, ()).answers()}
    assert [who for who, looked in seen.items() if looked] == [("q3", "林")]


def test_a_press_in_the_list_is_not_lost_while_the_page_comes_back_to_it(browser, differing, store):
    held = []

    def hold(route) -> None:
        held.append(route)

    with visit(browser, differing) as page:
        start_labelling(page, "林")
        page.click(".views a[href='#list']")
        page.fill("#filter-search", "（5")
        page.click(".labelled-row[data-id=q50] [data-row=correct]")
        page.wait_for_selector("[data-command=back_to_list]")
        page.route("**/label/next", hold)
        press(page, "Escape")
        page.dblclick(".labelled-row[data-id=q51] [data-row=correct]")
        page.wait_for_function("document.body.classList.contains('is-busy')")
        assert len(held) == 1
        held[0].continue_()
        page.wait_for_selector("[data-command=save_opened]")
        assert "（51）" in page.inner_text("#task-text")
        press(page, "Escape")
        page.click(".labelled-row[data-id=q51] [data-row=take_back]")
        page.click("#sure")
        assert len(held) == 2
        held[1].continue_()
        page.wait_for_selector("text=您的答案撤回了。")
    assert "q51" not in {answer.paragraph for answer in LabelStore(store, ()).answers()}


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
        press(page, "2")  # the key that closed it has not opened it again
        page.wait_for_selector(".theme-key[aria-pressed=true] >> nth=0")
        assert page.locator("dialog").count() == 0


def test_what_to_ask_for_a_theme_is_told_in_the_language_of_the_page(browser, address, model):
    with visit(browser, address) as page:
        start_labelling(page)
        titles = "[...document.querySelectorAll('[data-theme]')].map((node) => node.title)"
        guideline = (Path(__file__).parents[2] / "labels" / "GUIDELINES.zh.md").read_text("utf-8")
        assert all(f"| {question} |" in guideline for question in page.evaluate(titles))
        page.click("#language")
        assert page.evaluate(titles) == [theme.question for theme in model.taxonomy.themes]


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
        assert other.inner_text("#progress") == "10 段中已标 10 段"
        answers = other.locator("section:has(> h2:text-is('所有人的答案')) .figure")
        assert answers.all_inner_texts() == ["12 份", "0 份", "0 份", "0 份", "0 份", "0 份"]
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
            kill(process, port)
            press(page, "Enter")
            page.wait_for_selector(".status.is-bad")
            assert page.inner_text(".status").startswith("没有存上：")
            assert not page.locator("text=看不到训练的进展").is_visible()
            assert page.get_attribute(".theme-key >> nth=1", "aria-pressed") == "true"
            process = serve(port, store, queue)
            save(page)
            assert page.inner_text("#progress") == "30 段中已标 6 段"
    finally:
        kill(process, port)
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
        page.wait_for_selector("#task-text:focus")
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
            "last_key",
            "guess_key",
            "guide_key",
            "add",
            "suggest",
            "export",
            "who",
            "language",
        } <= reached
        page.locator(".theme-key").first.focus()
        press(page, "Space")
        assert page.get_attribute(".theme-key >> nth=0", "aria-pressed") == "true"
        assert page.evaluate("document.activeElement.dataset.theme") is not None  # redrawing keeps the place


def answered(store, records) -> None:
    """Fill a store with what `records` say, as if one person had labelled them on the page."""
    kept = LabelStore(store, THEMES)
    kept.add(records)
    for n, record in enumerate(records):
        kept.answer(Answer(key=f"key-{n:04d}", paragraph=record.id, annotator="林", labels=record.labels))


@pytest.mark.slow
def test_a_new_model_is_shown_beside_the_old_one_taken_and_taken_back(browser, start, store, tmp_path, tiny_bundle):
    records = load_labels([write_jsonl(tmp_path / "own.jsonl", tiny_records())]).records[:24]
    answered(store, [dataclasses.replace(r, id=f"new-{r.id}", article=r.id, text=f"新区：{r.text}") for r in records])
    model = tmp_path / "mine"
    Model.load(tiny_bundle).save(model)
    served = start(model=str(model), label_store=store)
    with visit(browser, f"http://127.0.0.1:{served.port}/label") as page:
        start_labelling(page)
        page.wait_for_selector("text=训练好了先比较，不会自己换上")
        page.click("#train")
        page.wait_for_selector("text=还要约")
        assert page.is_disabled("#train")
        page.wait_for_selector(".training-result")
        page.wait_for_selector(".status:has-text('训练好了')")
        assert "用这里标的 24 段训练，从 gxclassify-" in page.inner_text(".training-result")
        assert "在现用模型没学过的 24 段（24 篇）上比" in page.inner_text(".training-result")
        assert page.inner_text("#verdict") != ""
        assert accessibility_faults(page) == []
        before = served.client.get("/v1/model").json()["name"]
        if page.is_enabled("#use"):  # which of them chance favours is not what is tested
            page.click("#use")
            page.click("#sure")
            page.wait_for_selector("text=换好了。")
            assert served.client.get("/v1/model").json()["name"] != before
            page.click("#kept-models summary")
            assert accessibility_faults(page) == []
            page.focus("[data-kept]")  # who came by the keyboard goes on beside what came of it
            press(page, "Enter")
            page.click("#sure")
            page.wait_for_selector(f"#model-now:has-text('现用：{before}')")
            assert page.evaluate("document.activeElement.id") == "training"
        assert served.client.get("/v1/model").json()["name"] == before


def test_themes_that_exclude_each_other_take_each_others_place(browser, start, store, queue, tmp_path, model):
    rules = dataclasses.replace(model.taxonomy, exclusive=True)
    Model(dataclasses.replace(model.parts, taxonomy=rules)).save(tmp_path / "exclusive")
    served = start(model=str(tmp_path / "exclusive"), label_store=store, label_queue=queue)
    with visit(browser, f"http://127.0.0.1:{served.port}/label") as page:
        start_labelling(page)
        assert page.locator("#none").count() == 0
        for keys in ("0", "Enter Enter"):
            press(page, keys)
            assert "选一个；一个都不合适，就跳过" in page.inner_text(".status")
        press(page, "1 a 3 m 4 b")
        pressed = "[...document.querySelectorAll('[data-theme][aria-pressed=true]')].map((node) => node.dataset.theme)"
        assert page.evaluate(pressed) == [model.themes[2], model.themes[3]]
        press(page, "3 m a")  # surely the third
        assert page.evaluate(pressed) == [model.themes[2]]
        save(page)
    [record] = export_records(store)
    assert (record.labels, record.maybe) == ((model.themes[2],), ())
    assert record.evidence == {model.themes[2]: ((0, len(FIRST)),)}


def test_it_is_said_how_many_paragraphs_a_training_lacks(browser, address):
    with visit(browser, address) as page:
        start_labelling(page)
        page.wait_for_selector("#train-ready")
        assert page.is_disabled("#train")
        assert page.inner_text("#train-ready").startswith("还差 20 段")


# ---- the list, differences, the queue, names, failures


@pytest.fixture
def differing(store, start):
    records = [LabelRecord(id=f"q{n}", text=f"{FIRST}{SECOND}（{n}）", article=f"q{n}") for n in range(60)]
    themes = load_model().themes
    kept = LabelStore(store, themes)
    kept.add(records)
    for n, record in enumerate(records):
        kept.answer(Answer(key=f"key-a-{n:04d}", paragraph=record.id, annotator="林", labels=themes[:1]))
    kept.answer(Answer(key="key-b-0000", paragraph="q3", annotator="苏", labels=(themes[0], themes[1])))
    return f"http://127.0.0.1:{start(label_store=store).port}/label"


def test_the_list_finds_and_corrects_an_answer(browser, differing, store, model):
    with visit(browser, differing) as page:
        start_labelling(page, "林")
        page.click(".views a[href='#list']")
        page.wait_for_selector("#list-total:text-is('60 段')")
        assert page.locator(".labelled-row").count() == 50
        page.click("#more")
        page.wait_for_selector(".labelled-row >> nth=59")
        page.fill("#filter-search", "（42）")
        page.wait_for_selector("#list-total:text-is('1 段')")
        assert page.get_attribute(".labelled-row", "data-id") == "q42"
        page.select_option("#filter-theme", model.themes[1])
        page.wait_for_selector("text=没有符合的段落。")
        page.select_option("#filter-theme", "")
        page.click("[data-row=correct]")
        page.wait_for_selector(".task-text:has-text('（42）')")
        assert page.get_attribute(".theme-key >> nth=0", "aria-pressed") == "true"
        press(page, "1 4 a Enter")
        page.wait_for_selector("text=改好了。")
        page.wait_for_selector(".labelled-row:has-text('政策')")  # back in the list, with its filter
        assert page.url.partition("#")[2].startswith("list?search=")
        page.reload()
        page.wait_for_selector("#list-total:text-is('1 段')")
        assert page.input_value("#filter-search") == "（42）"
        page.fill("#filter-since", "2026-02-02")
        page.fill("#filter-until", "2026-02-01")
        page.wait_for_selector("text=起始日期晚于截止日期；请对调。")
    [record] = [record for record in export_records(store) if record.id == "q42"]
    assert record.labels == (model.themes[3],)


def test_a_theme_that_the_model_does_not_have_is_told_by_its_id_and_can_be_corrected(browser, start, store, model):
    kept = LabelStore(store, (*model.themes, "talent"))
    kept.add([LabelRecord(id="q1", text=FIRST, article="q1")])
    kept.answer(Answer(key="key-talent", paragraph="q1", annotator="林", labels=("talent", model.themes[1])))
    with visit(browser, f"http://127.0.0.1:{start(label_store=store).port}/label#list") as page:
        page.fill("#annotator", "林")
        page.keyboard.press("Enter")
        page.wait_for_selector(".said >> text=talent")
        page.click("[data-row=correct]")
        page.wait_for_selector(".theme-key[aria-pressed=true]")
        press(page, "1 Enter Enter")  # the other has no sentence
        page.wait_for_selector("text=改好了。")
    [record] = export_records(store)
    assert set(record.labels) == set(model.themes[:2])


def test_answers_of_another_model_are_found_and_keep_its_comparison_from_view(browser, differing, store, model):
    own = LabelStore(store, (*model.themes, "talent"))
    own.answer(Answer(key="key-talent", paragraph="q7", annotator="苏", maybe=("talent",)))
    own.answer(Answer(key="key-over", paragraph="q3", annotator="王", labels=("talent",)))
    own.decide(Answer(key="key-decided", paragraph="q3", annotator="王", labels=model.themes[:1]))  # this one holds
    figure = {"a": 0.5, "b": 0.5, "difference": 0, "interval": [0, 0], "verdict": "same"}
    per_theme = {theme: {**figure, "a": 0, "b": 0} for theme in model.themes}  # nobody told any of them
    comparison = {
        "overall": {"macro_f1": figure, "map": figure}, "per_theme": per_theme, "worse_beyond_chance": False,
        "worse": [], "better_beyond_chance": False, "changed": 1, "paragraphs": 9, "articles": 9,
    }  # fmt: skip
    fresh = {"model": "m", "digest": "d", "kept": None, "stale": False, "comparison": comparison}
    with visit(browser, differing) as page:
        overview = page.request.get(f"{differing}/training").json()
        assert overview["foreign"] == 1
        given = {"new": fresh | {"answers": 9, "start": {"model": "m", "paragraphs": 9}}}
        page.route("**/label/training", lambda route: route.fulfill(json=overview | given))
        start_labelling(page, "林")
        page.wait_for_selector("#train-ready:has-text('不能训练')")
        assert page.locator(".training-result").count() == 0
        page.route("**/label/training", lambda route: route.fulfill(json=overview | given | {"foreign": 0}))
        page.reload()
        page.wait_for_selector(".training-result")
        assert page.locator(".training-result tbody tr").count() == 2 + len(model.themes)  # the mean counts them all
        assert "95%" not in page.inner_text(".training-result")  # no interval is shown
        per_theme[model.themes[0]] |= {"b": 0.1, "difference": 0.1, "interval": [0, 0.2], "verdict": "unclear"}
        per_theme[model.themes[1]] |= {"b": 0.1, "difference": 0.1, "interval": [0.00017, 0.2], "verdict": "better"}
        page.reload()
        page.wait_for_selector(".training-result:has-text('95% 区间')")
        # An end that the verdict tells from zero is told from it.
        assert page.locator(".interval").all_inner_texts() == ["0.000 … +0.200", "+0.0002 … +0.200"]
        values = [sign * n / 7 * 10**-power for sign in (1, -1) for n in range(8) for power in range(9)]
        module = "async (values) => values.map((await import('/static/labelling-figures.js')).signed)"
        assert page.evaluate(module, values) == [signed(value).replace("-", "−") for value in values]
        page.click(".views a[href='#list']")
        page.select_option("#filter-only", "foreign")
        page.wait_for_selector("#list-total:text-is('1 段')")
        assert page.get_attribute(".labelled-row", "data-id") == "q7"


def test_a_difference_is_decided_by_a_third(browser, differing, store, model):
    with visit(browser, differing) as page:
        start_labelling(page, "王")
        page.click("text=分歧（1）")
        page.wait_for_selector("text=分歧：生态园区")
        assert accessibility_faults(page) == []
        page.click("[data-row=decide]")
        page.wait_for_selector(".deciding")
        assert page.get_attribute(".theme-key >> nth=0", "aria-pressed") == "true"  # what both say
        assert page.get_attribute(".theme-key >> nth=1", "aria-pressed") == "false"
        press(page, "2 b Enter Enter")
        page.wait_for_selector("text=裁定存好了。")
        page.wait_for_selector("text=没有未裁定的分歧。")
        page.click(".views a[href='#list']")
        page.select_option("#filter-only", "decided")
        page.wait_for_selector("text=王 裁定")
        press(page, "1 Enter")  # keys of labelling do nothing in the list
        page.reload()
        page.wait_for_selector(".labelled-row")  # the address leads back to the list
    [record] = [record for record in export_records(store) if record.id == "q3"]
    assert (record.labels, record.adjudicated, record.annotator) == (model.themes[:2], "王", "林+苏")


def test_a_decision_withdrawn_is_a_difference_again_at_once(browser, differing):
    with visit(browser, differing) as page:
        start_labelling(page, "王")
        page.click("text=分歧（1）")
        page.click("[data-row=decide]")
        page.wait_for_selector(".deciding")
        press(page, "Enter Enter")
        page.wait_for_selector("text=没有未裁定的分歧。")
        page.click(".views a[href='#list']")
        page.select_option("#filter-only", "decided")
        page.click("[data-row=withdraw]")
        page.click("#sure")
        page.wait_for_selector("text=裁定撤回了")
        page.wait_for_selector(".views >> text=分歧（1）")


@pytest.mark.parametrize(("state", "told"), [("done", "训练好了"), ("failed", "训练没有成功")])
def test_the_end_of_a_training_is_told_where_its_start_was(browser, differing, state, told):
    with visit(browser, differing) as page:
        start_labelling(page, "林")
        overview = page.request.get(f"{differing}/training").json()
        last = {"number": 1, "done": 1, "total": 2, "left": 1, "texts": {"zh": "没有内存。", "en": "No memory."}}

        def answer(route):
            now = "running" if route.request.method == "POST" else state
            route.fulfill(json=overview | {"last": last | {"state": now}})

        page.route("**/label/training", answer)
        page.wait_for_selector("#train")
        page.evaluate("document.getElementById('train').disabled = false")
        page.locator("#train").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(".status:has-text('训练开始了')")
        page.wait_for_selector("#training:focus, #train:focus")
        page.wait_for_selector(f".status:has-text('{told}')")


def test_who_is_refused_a_training_sees_the_one_that_runs_to_its_end(browser, differing):
    with visit(browser, differing, errors_allowed=True) as page:
        start_labelling(page, "林")
        overview = page.request.get(f"{differing}/training").json()
        last = {"number": 1, "done": 1, "total": 2, "left": 1, "texts": {"zh": "没有内存。", "en": "No memory."}}
        looks = []

        def answer(route):
            if route.request.method == "POST":
                route.fulfill(status=409, json={"type": "urn:gxclassify:problem:training-runs", "detail": "It runs."})
                return
            looks.append(route)
            route.fulfill(json=overview | {"last": last | {"state": "running" if len(looks) < 3 else "failed"}})

        page.wait_for_selector("#train")
        page.route("**/label/training", answer)
        page.evaluate("document.getElementById('train').disabled = false")
        page.click("#train")
        page.wait_for_selector(".status.is-bad:has-text('已经有一次训练在进行')")
        page.wait_for_selector("#training >> text=还要约")
        page.wait_for_selector(".status:has-text('训练没有成功')")


def test_what_stands_beside_the_list_is_as_new_as_the_list(browser, differing, store, model):
    with visit(browser, differing, locale="en-US") as page:
        start_labelling(page, "林")
        answer = Answer(key="key-c-0001", paragraph="q5", annotator="Su", labels=model.themes[1:3])
        LabelStore(store, model.themes).answer(answer)  # by somebody else meanwhile
        page.click(".views a[href='#differ']")
        page.wait_for_selector(".views >> text=Differences (2)")
        page.wait_for_selector("#agreement:has-text('2 paragraphs')")
        assert "Su" in page.inner_text("#filter-annotator")
        page.wait_for_selector("text=Differ on: Investment attraction, Eco-park, Innovation platforms")
        assert "People: " in page.inner_text(".side")
        assert "：" not in page.inner_text(".side")


def test_how_many_answers_there_are_is_right_after_the_last_one_too(browser, start, store):
    with visit(browser, f"http://127.0.0.1:{start(label_store=store).port}/label") as page:
        start_labelling(page)
        page.click("#add")
        assert page.evaluate("document.activeElement.id") == "add-text"
        page.fill("#add-text", "园区明年建成平台三个。\n\n区里举行了篮球赛。\n\n管委会出台十条措施。")
        page.click("#add-go")
        page.wait_for_selector("#add-told .told:text-is('加了 3 段。')")
        page.keyboard.press("Escape")
        page.wait_for_selector("#task-text:focus")
        for n in (1, 2, 3):
            press(page, "0 Enter")
            page.wait_for_selector(f"#progress:text-is('3 段中已标 {n} 段')")
        page.wait_for_selector("#train-ready:has-text('现在有 3 段，3 篇')")


def test_a_click_beside_the_paragraph_leaves_the_keys_to_it(browser, address):
    with visit(browser, address) as page:
        start_labelling(page)
        for n, beside in enumerate(("#export", "#scheme", "#add", "#who"), 1):
            page.click(beside)
            page.wait_for_selector("body:not(.is-busy)")
            if page.locator("dialog").count():
                page.keyboard.press("Escape")
                page.wait_for_selector("dialog", state="detached")
            press(page, "1 a Enter")
            page.wait_for_selector(f"#progress:has-text('已标 {n} 段')")
        assert page.locator("dialog").count() == 0


def test_a_key_right_after_a_dialog_closed_is_for_the_page(browser, differing):
    with visit(browser, differing) as page:
        start_labelling(page)
        page.click("#add")
        # The focus is still in the dialog: the browser moves it when it next draws.
        page.evaluate(
            """() => {
                const field = document.getElementById("add-text");
                field.closest("dialog").close();
                field.dispatchEvent(new KeyboardEvent("keydown", { key: "1", bubbles: true }));
            }"""
        )
        page.wait_for_selector(".theme-key[data-theme=investment_attraction][aria-pressed=true]")


@pytest.mark.parametrize(("size", "locale"), [(PHONE, "zh-CN"), (PHONE, "en-US"), (WIDE, "en-US")])
def test_the_tables_of_the_guideline_fit_and_break_no_name(browser, differing, size, locale):
    with visit(browser, differing, size=size, touch=size is PHONE, locale=locale) as page:
        start_labelling(page, "林")
        page.click("[data-command=guide_key]")
        guide = page.wait_for_selector(".guideline-text")
        assert guide.evaluate("node => node.scrollWidth <= node.clientWidth")
        room = page.locator(".guideline-text th").nth(1).bounding_box()["width"]
        assert room > 4 * 16  # for a name of four characters


def test_on_a_phone_what_the_model_chose_is_told_where_one_looks(browser, differing):
    with visit(browser, differing, size=PHONE, touch=True) as page:
        start_labelling(page, "林")
        page.locator("#suggest").tap()
        page.wait_for_selector(".status:has-text('没有可挑的')")
        assert page.evaluate(
            """() => { const { top, bottom } = document.querySelector(".status").getBoundingClientRect();
                       return top >= 0 && bottom <= innerHeight; }"""
        )


def test_a_queue_of_which_nothing_can_be_chosen_says_so(browser, start, store, model):
    kept = LabelStore(store, model.themes)
    kept.add([LabelRecord(id=f"q{n}", text=f"{FIRST}（{n}）", article=f"q{n}") for n in range(5)])
    for n in range(5):
        kept.answer(Answer(key=f"key-a-{n:04d}", paragraph=f"q{n}", annotator="林"))
    kept.open("q4", "苏")  # one of those asked of two people
    with visit(browser, f"http://127.0.0.1:{start(label_store=store).port}/label") as page:
        start_labelling(page, "林")
        page.wait_for_selector(".finished h2:text-is('都标完了，谢谢！')")
        page.click("#suggest")
        page.wait_for_selector(".status:text-is('没有可挑的：每一段都有人标过或跳过了。')")
        page.click("#who")
        start_labelling(page, "王")
        page.wait_for_selector(".finished h2:text-is('现在没有要您标的段落')")
        assert "还有 1 段正由别人标" in page.inner_text(".finished")


def test_on_a_phone_long_names_of_files_and_people_widen_nothing(browser, start, store, model):
    kept = LabelStore(store, model.themes)
    kept.add([LabelRecord(id=i, text=FIRST, article=i, source=f"{'final_' * 20}.docx") for i in ("q1", "q2")])
    kept.answer(Answer(key="key-long", paragraph="q1", annotator="W" * 64, labels=model.themes[:1]))
    address = f"http://127.0.0.1:{start(label_store=store).port}/label"
    with visit(browser, address, size={"width": 320, "height": 640}, touch=True) as page:
        start_labelling(page, "M" * 64)
        page.wait_for_selector("text=出处")
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        page.tap(".views a[href='#list']")
        page.wait_for_selector(".said")
        assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_on_a_phone_a_decision_is_told_by_the_name_of_its_button(browser, differing):
    with visit(browser, differing, size=PHONE, touch=True) as page:
        start_labelling(page, "王")
        page.locator("text=分歧（1）").tap()
        page.locator("[data-row=decide]").tap()
        page.wait_for_selector(".deciding")
        page.locator("[data-command=decide]").tap()
        assert "再点一次“裁定”，就这样存" in page.inner_text(".status")
        page.locator("#none").tap()
        assert "点“裁定”存下" in page.inner_text(".status")


def test_the_way_back_from_a_paragraph_of_the_list_changes_nothing(browser, differing, store):
    with visit(browser, differing) as page:
        start_labelling(page, "林")
        page.click(".views a[href='#list']")
        page.click("[data-row=correct] >> nth=0")
        page.wait_for_selector("[data-command=back_to_list]")
        press(page, "3 Escape")
        page.wait_for_selector(".labelled-row")
    assert len(LabelStore(store, ()).answers()) == 61


def test_paragraphs_are_added_by_paste_and_by_file(browser, start, store):
    with visit(browser, f"http://127.0.0.1:{start(label_store=store).port}/label", errors_allowed=True) as page:
        start_labelling(page)
        page.wait_for_selector("text=队列是空的")
        page.click("#add")
        page.fill("#add-text", "园区明年建成中试平台三个。\n\n区里举行了职工篮球赛。")
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("#add-told .told:text-is('加了 2 段。')")
        assert page.input_value("#add-text") == ""
        assert accessibility_faults(page) == []
        page.set_input_files(
            "#add-file", {"name": "坏.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 broken"}
        )
        page.wait_for_selector("#add-told .is-bad")
        page.set_input_files(
            "#add-file",
            {"name": "新.txt", "mimeType": "text/plain", "buffer": "园区新签约项目九个。\n".encode("gb18030")},
        )
        page.wait_for_selector("#add-told .told:text-is('加了 1 段。')")
        page.keyboard.press("Escape")
        assert page.inner_text(".task-text").endswith("园区明年建成中试平台三个。")
        assert page.inner_text("#progress") == "3 段中已标 0 段"
        assert page.inner_text(".task > .hint") == "出处：粘贴的文字"
        page.click("#language")
        page.wait_for_selector(".task > .hint:text-is('From: Pasted text')")


def test_an_empty_queue_offers_to_be_filled_and_one_bad_file_of_several_stops_none(browser, start, store):
    with visit(browser, f"http://127.0.0.1:{start(label_store=store).port}/label", errors_allowed=True) as page:
        start_labelling(page)
        assert page.locator("[data-command]:visible").count() == 0
        page.click(".finished button")
        files = [
            ("坏.docx", b"PK\3\4 broken"),
            ("空.txt", b" "),
            ("一.txt", "园区签约九个项目。\n".encode()),
            ("二.txt", "污水厂提标。\n".encode()),
        ]
        page.set_input_files(
            "#add-file", [{"name": name, "mimeType": "text/plain", "buffer": data} for name, data in files]
        )
        page.wait_for_selector("#add-told .told:text-is('二.txt：加了 1 段。')")
        told = page.locator("#add-told .told").all()
        assert [line.inner_text().partition("：")[0] for line in told] == ["坏.docx", "空.txt", "一.txt", "二.txt"]
        assert ["is-bad" in line.get_attribute("class") for line in told] == [True, True, False, False]
        page.keyboard.press("Escape")
        page.click("#language")
        page.click("#add")
        page.set_input_files(
            "#add-file", [{"name": name, "mimeType": "text/plain", "buffer": data} for name, data in files[:2]]
        )
        page.wait_for_selector("#add-told .told:has-text('坏.docx: Cannot be read. It is a damaged')")
        page.wait_for_selector("#add-told .told:has-text('空.txt: Cannot be read. There is no text in it.')")
        page.keyboard.press("Escape")
        page.click("#language")
        page.keyboard.press("Escape")
        assert page.inner_text("#progress") == "2 段中已标 0 段"


def test_what_is_too_large_is_told_in_megabytes(browser, differing):
    problem = {"type": "urn:gxclassify:problem:body-too-long", "detail": "The body is too long.", "most": 2**25}
    with visit(browser, differing, errors_allowed=True) as page:
        page.route("**/label/queue*", lambda route: route.fulfill(status=413, json=problem))
        start_labelling(page, "林")
        page.click("#add")
        page.fill("#add-text", "园区签约。")
        page.click("#add-go")
        page.wait_for_selector("#add-told .is-bad:text-is('文件太大：最大 32 MB。分成几份再试。')")


def test_a_sheet_tells_its_column_without_options_that_a_page_has_not(browser, start, store, tmp_path):
    sheet = tmp_path / "内参.csv"
    sheet.write_text("稿件登记（三月）,\n序号,正文\n1,园区签约九个项目。\n", encoding="utf-8")
    with visit(browser, f"http://127.0.0.1:{start(label_store=store).port}/label") as page:
        start_labelling(page)
        page.click("#add")
        page.set_input_files("#add-file", sheet)
        said = "加了 1 段。表头以上的内容已略去：“稿件登记（三月）”。文字取自字段“正文”。"
        page.wait_for_selector(f"#add-told .told:text-is('{said}')")
        page.keyboard.press("Escape")
        assert page.inner_text(".task > .hint") == "出处：内参.csv"


def test_a_file_that_changed_after_it_was_chosen_is_told_from_a_server_that_is_away(browser, start, store, tmp_path):
    file = tmp_path / "稿.txt"
    file.write_text("园区签约九个项目。\n", encoding="utf-8")
    with visit(browser, f"http://127.0.0.1:{start(label_store=store).port}/label", errors_allowed=True) as page:
        start_labelling(page)
        page.click("#add")
        page.evaluate(  # the page hears of the choice only after the file has changed
            """() => document.getElementById("add-file").addEventListener(
                 "change", (event) => event.stopImmediatePropagation(), { capture: true, once: true })"""
        )
        page.set_input_files("#add-file", file)
        page.evaluate("document.getElementById('add-file').files[0].lastModified")  # the browser looks at the file
        file.write_text("园区签约十个项目，总投资三亿元。\n", encoding="utf-8")
        os.utime(file, (changed := time.time() + 60, changed))
        page.evaluate("document.getElementById('add-file').dispatchEvent(new Event('change'))")
        page.wait_for_selector("#add-told .is-bad:has-text('请重新选择')")


def test_a_paragraph_opened_from_a_list_is_of_that_list_until_one_labels_on(browser, differing):
    with visit(browser, differing) as page:
        start_labelling(page, "林")
        page.click(".views a[href='#differ']")
        page.click("[data-row=decide] >> nth=0")
        page.wait_for_selector(".deciding")
        assert page.locator(".views [aria-current]").get_attribute("href") == "#differ"
        page.click(".views a[href='#task']")
        page.wait_for_selector(".deciding", state="detached")
        assert page.locator(".views [aria-current]").get_attribute("href") == "#task"


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_a_paragraph_is_shown_from_its_beginning_to_who_was_far_down(browser, differing, store, size):
    LabelStore(store, ()).add([LabelRecord(id=f"new{n}", text=FIRST * (20 - n), article=f"n{n}") for n in range(4)])
    in_sight = """() => { const { top } = document.getElementById("task-text").getBoundingClientRect();
                           return top >= 0 && top < innerHeight / 2; }"""
    with visit(browser, differing, size=size) as page:
        start_labelling(page, "林")
        page.evaluate("scrollTo(0, 400)")
        page.keyboard.press("0")
        save(page)
        assert page.evaluate(in_sight)
        page.click(".views a[href='#list']")
        page.click("[data-row=correct] >> nth=40")
        page.wait_for_selector("[data-command=back_to_list]")
        page.wait_for_selector("#task-text")
        assert page.evaluate(in_sight)


def test_few_answers_of_two_are_said_to_tell_little(browser, differing, store, model):
    with visit(browser, differing) as page:
        start_labelling(page, "林")
        assert "段数还少" in page.inner_text("#agreement-few")
        own = LabelStore(store, model.themes)
        for i in range(60):
            for who in ("甲", "乙"):
                own.answer(Answer(key=f"key-{who}-{i:04}", paragraph=f"q{i}", annotator=who, labels=()))
        page.click(".views a[href='#list']")
        page.wait_for_selector("#agreement:has-text('60 段')")
        assert page.locator("#agreement-few").count() == 0


def test_a_list_that_does_not_come_says_so_once(browser, store, queue):
    port = free_port()
    server = serve(port, store, queue)
    with visit(browser, f"http://127.0.0.1:{port}/label", errors_allowed=True) as page:
        start_labelling(page)
        page.click(".views a[href='#list']")
        page.wait_for_selector("text=还没有标过的段落。")
        kill(server, port)
        page.click(".views a[href='#differ']")
        page.wait_for_selector("text=列表没有取来")
        page.wait_for_load_state("networkidle")
        assert page.inner_text("main").count("连不上服务器") == 1


@pytest.mark.parametrize(
    ("locale", "asked"), [("en-GB", "Who is labelling?"), ("zh-TW", "您怎么称呼？"), ("fr-FR", "您怎么称呼？")]
)
def test_the_first_question_is_in_the_language_of_the_browser(browser, differing, locale, asked):
    with visit(browser, differing, locale=locale) as page:
        page.wait_for_selector(f"#who-title:text-is('{asked}')")


def test_a_name_is_judged_while_it_is_typed(browser, differing):
    with visit(browser, differing) as page:
        page.wait_for_selector("#annotator")
        for name, told, usable in (
            ("", "写一个名字", False),
            ("甲+乙", "不能有加号", False),
            ("很" * 65, "最多 64 个字", False),
            ("林", "“林”已经标了 60 段", True),
            ("林 ", "“林”已经标了 60 段", True),
            ("苏　", "“苏”已经标了 1 段", True),
            ("新人", "是新名字", True),
        ):
            page.fill("#annotator", name)
            assert told in page.inner_text("#who-told")
            assert page.locator(".dialog .primary").is_enabled() is usable


def test_a_failure_stands_where_one_looks(browser, start, store, queue):
    long = write_jsonl(queue.with_name("long.jsonl"), [{"id": "long", "text": f"{FIRST}{SECOND}" * 60}])
    served = start(label_store=store, label_queue=long)
    with visit(browser, f"http://127.0.0.1:{served.port}/label", size=PHONE, touch=True, errors_allowed=True) as page:
        start_labelling(page)
        page.route("**/label/answer", lambda route: route.abort())
        page.route("**/label/list*", lambda route: route.abort())
        page.tap("[data-command=save]")
        assert "再点一次“保存”" in page.inner_text(".status")  # there is no Enter on a phone
        page.tap("[data-command=save]")
        page.wait_for_selector(".status.is-bad")
        box = page.locator(".status").bounding_box()
        assert 0 <= box["y"] < box["y"] + box["height"] <= PHONE["height"]
        problem = '{"type": "urn:x:internal", "texts": {"en": "A defect.", "zh": "程序有缺陷。"}}'
        page.route("**/label/answer", lambda route: route.fulfill(status=500, body=problem))
        page.tap("[data-command=save]")
        page.wait_for_selector(".status:has-text('没有存上：程序有缺陷。答案还在这里')")
        page.evaluate("location.hash = '#list'")
        page.wait_for_selector("[role=alert] >> text=列表没有取来")
        page.unroute("**/label/list*")
        page.click("[role=alert] button")
        page.wait_for_selector("text=还没有标过的段落。")


def test_with_accounts_nobody_is_asked_for_a_name(browser, start, store, queue, tmp_path):
    token = add_account(tmp_path / "people.toml", "林编辑")
    served = start(label_store=store, label_queue=queue, accounts=tmp_path / "people.toml")
    with visit(browser, f"http://127.0.0.1:{served.port}/label", errors_allowed=True) as page:
        page.fill("#token", f"口令：{token}")  # no header takes it
        page.keyboard.press("Enter")
        page.wait_for_selector("text=这个口令不对。")
        page.fill("#token", token)
        page.keyboard.press("Enter")
        page.wait_for_selector(".task")
        assert page.inner_text("#who") == "标注人：林编辑"
        press(page, "1 a")
        save(page)
    assert [answer.annotator for answer in LabelStore(store, ()).answers()] == ["林编辑"]


def test_who_gave_the_token_of_a_program_can_give_their_own(browser, start, store, queue, tmp_path):
    own = add_account(tmp_path / "people.toml", "林编辑")
    served = start(label_store=store, label_queue=queue, accounts=tmp_path / "people.toml", token="t" * 20)
    with visit(browser, f"http://127.0.0.1:{served.port}/label", errors_allowed=True) as page:
        page.fill("#token", "t" * 20)
        page.keyboard.press("Enter")
        page.wait_for_selector("text=各人只能用自己账号的名字标。")
        page.reload()
        page.click("#again:text-is('输入口令')")
        page.fill("#token", own)
        page.keyboard.press("Enter")
        page.wait_for_selector("#who:text-is('标注人：林编辑')")
        page.wait_for_selector(".task")  # the name may stand before the paragraph does
        page.evaluate("token => sessionStorage.setItem('gxclassify-token', token)", "t" * 20)
        press(page, "1 a Enter")
        page.wait_for_selector(".status.is-bad:has-text('答案还在这里')")
        press(page, "Enter")
        page.fill("#token", own)
        page.keyboard.press("Enter")
        page.wait_for_selector("text=已存好。")


def test_who_gives_a_token_that_is_no_administrators_is_told_so(browser, start, store, queue, tmp_path):
    own = add_account(tmp_path / "people.toml", "林编辑")
    program = "t" * 20
    served = start(
        label_store=store, label_queue=queue, accounts=tmp_path / "people.toml", token=program, admin_token="a" * 20
    )
    with visit(browser, f"http://127.0.0.1:{served.port}/label", errors_allowed=True) as page:
        page.fill("#token", own)
        page.keyboard.press("Enter")
        page.wait_for_selector(".task")
        # What the button that takes a model into use asks, without a training before it.
        page.evaluate(
            """void import("./static/api.js").then(({ askJson }) => askJson("label/models/back",
            { method: "POST", json: { annotator: "林编辑" }, admin: true }).catch(() => {}))"""
        )
        for token, told in (
            ("", "这一步要管理员的口令。"),
            (program, "这个口令对，但不是管理员的"),
            (own, "这个口令对，但不是管理员的"),
            ("wrong", "这个口令不对。"),
        ):
            if token:
                page.fill("#token", token)
                page.keyboard.press("Enter")
            page.wait_for_selector(f"dialog >> text={told}")


def test_who_presses_their_name_hands_over_to_a_colleague(browser, start, store, queue, tmp_path):
    people = tmp_path / "people.toml"
    first, second = add_account(people, "林", admin=True), add_account(people, "苏")
    served = start(label_store=store, label_queue=queue, accounts=people, token="t" * 20)
    with visit(browser, f"http://127.0.0.1:{served.port}/label", errors_allowed=True) as page:

        def give(token: str) -> None:
            page.fill("#token", token)
            page.keyboard.press("Enter")

        give(first)
        page.wait_for_selector(".task")
        page.click("#who[title='换别人标：输入对方的口令']")
        assert accessibility_faults(page) == []
        page.keyboard.press("Escape")  # and nothing has changed
        page.click("#who")
        give("t" * 20)  # of a program
        page.wait_for_selector("text=各人只能用自己账号的名字标。")
        press(page, "1 a")
        save(page)
        press(page, "2")
        page.click("#who")
        give("wrong")
        page.wait_for_selector("dialog >> text=这个口令不对。")
        page.keyboard.press("Escape")
        page.wait_for_selector(".status:text-is('输入的口令不对，这一步没有做。')")
        page.click("#who")
        give(second)
        page.wait_for_selector("#who:text-is('标注人：苏')")
        page.wait_for_selector("[aria-pressed=true].theme-key", state="detached")
        press(page, "3 a")
        save(page)
    assert [answer.annotator for answer in LabelStore(store, ()).answers()] == ["林", "苏"]


def test_whose_account_is_removed_is_told_that_the_answer_is_kept(browser, start, store, queue, tmp_path):
    people = tmp_path / "people.toml"
    first = add_account(people, "林")
    served = start(label_store=store, label_queue=queue, accounts=people)
    with visit(browser, f"http://127.0.0.1:{served.port}/label", errors_allowed=True) as page:
        page.fill("#token", first)
        page.keyboard.press("Enter")
        page.wait_for_selector(".task")
        add_account(people, "苏")
        remove_account(people, "林")
        press(page, "1 a Enter")
        page.wait_for_selector("dialog >> text=这个口令不再有效，请输入现在的口令。页面上写的、选的都还在。")


def test_who_signs_in_anew_labels_under_their_own_name(browser, start, store, queue, tmp_path):
    people = tmp_path / "people.toml"
    first = add_account(people, "林")
    served = start(label_store=store, label_queue=queue, accounts=people)
    with visit(browser, f"http://127.0.0.1:{served.port}/label", errors_allowed=True) as page:
        page.wait_for_selector("#token")
        page.keyboard.press("Escape")
        page.wait_for_selector("text=没有口令，做不了。")
        page.click("#again")
        page.fill("#token", first)
        page.keyboard.press("Enter")
        page.wait_for_selector(".task")
        text = page.inner_text(".task-text")
        press(page, "1 a")
        second = add_account(people, "苏")
        page.evaluate("token => sessionStorage.setItem('gxclassify-token', token)", second)
        press(page, "Enter")
        page.wait_for_selector(".status:has-text('现在是苏在标。答案还在这里')")
        assert page.inner_text("#who") == "标注人：苏"
        assert page.inner_text(".task-text") == text
        save(page)
    assert [answer.annotator for answer in LabelStore(store, ()).answers()] == ["苏"]


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


def test_another_name_begins_with_a_paragraph_of_its_own(browser, differing, store):
    with visit(browser, differing) as page:
        start_labelling(page, "林")
        page.click(".views a[href='#differ']")
        page.click("[data-row=decide]")
        page.wait_for_selector(".deciding")
        page.click("#who")
        start_labelling(page, "新人")
        page.wait_for_selector("#who:has-text('新人')")
        page.wait_for_selector("[data-command=skip_key]")
        press(page, "1 a")
        save(page)
    kept = LabelStore(store, ())
    assert not kept.decisions()
    assert [answer.annotator for answer in kept.answers()].count("新人") == 1
