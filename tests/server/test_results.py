"""Results that people ask to be kept: their addresses, their bounds, and that nothing is kept unasked."""

import json

import pytest

from browsing import accessibility_faults, visit
from gxclassify.errors import StoreError
from gxclassify.labels.store import LabelStore
from gxclassify.server import results
from gxclassify.server.results import FullError, ResultStore

BODY = "高新区新签约项目12个，总投资38亿元。".encode()


@pytest.fixture
def client(start, tmp_path):
    return start(results=tmp_path / "results.db").client


def test_a_kept_result_has_an_address_until_it_is_deleted(client):
    shown = client.post("/page/document", params={"name": "页.txt"}, content=BODY).json()
    assert client.get("/page/results").json()["results"] == []  # tagging keeps nothing
    made = client.post("/page/results", params={"name": "页.txt"}, content=BODY)
    assert made.status_code == 201
    entry = made.json()
    assert client.get(f"/page/results/{entry['id']}").json() == {"name": "页.txt", "view": shown}
    [listed] = client.get("/page/results").json()["results"]
    assert listed == entry
    assert (listed["name"], listed["paragraphs"]) == ("页.txt", 1)
    assert client.delete(f"/page/results/{entry['id']}").json() == {"deleted": True}
    for response in (client.get(f"/page/results/{entry['id']}"), client.delete(f"/page/results/{entry['id']}")):
        assert (response.status_code, response.json()["type"]) == (404, "urn:gxclassify:problem:no-result")


def test_a_server_without_a_file_for_them_keeps_none_and_says_so(start, client):
    plain = start().client
    assert plain.get("/page/settings").json() == {"results": False, "token": False}
    assert plain.get("/page/results").json()["kept"] is False
    assert plain.post("/page/results", content=BODY).status_code == 405
    assert client.get("/page/settings").json() == {"results": True, "token": False}


def test_thresholds_that_were_moved_are_kept_beside_the_models(client):
    shown = client.post("/page/document", content=BODY).json()
    theme = shown["themes"][0]["id"]
    made = client.post("/page/results", params={"thresholds": json.dumps({theme: 1.0})}, content=BODY).json()
    assert client.get(f"/page/results/{made['id']}").json()["view"] == shown | {"thresholds": {theme: 1.0}}
    for given in ('{"nothing": 0.5}', f'{{"{theme}": 2}}', "[]", "{"):
        refused = client.post("/page/results", params={"thresholds": given}, content=BODY)
        assert (refused.status_code, refused.json()["type"]) == (422, "urn:gxclassify:problem:thresholds")


def test_what_is_kept_is_what_was_seen(client):
    """Where another model is in use by now nothing is kept; who names no model has what the one in use says."""
    shown = client.post("/page/document", content=BODY).json()
    for model, status in ((shown["model"], 201), ("another-0123456789ab", 409), ("", 201)):
        answer = client.post("/page/results", params={"model": model}, content=BODY)
        assert answer.status_code == status
        kept = client.get("/page/results").json()["results"]
        assert {one["model"] for one in kept} == {shown["model"]}
    assert len(kept) == 2
    refused = client.post("/page/results", params={"model": "another"}, content=BODY).json()
    assert refused["type"] == "urn:gxclassify:problem:other-model"
    assert "nothing was kept" in refused["detail"]


def test_results_need_the_token_and_the_settings_of_the_page_do_not(start, tmp_path):
    client = start(results=tmp_path / "results.db", token="t" * 20).client
    assert client.get("/page/results").status_code == client.post("/page/results", content=BODY).status_code == 401
    assert client.get("/page/settings").json() == {"results": True, "token": True}


def test_a_page_of_another_origin_deletes_nothing(client):
    entry = client.post("/page/results", content=BODY).json()
    headers = {"Origin": "http://evil.example"}
    assert client.delete(f"/page/results/{entry['id']}", headers=headers).status_code == 403


def test_number_and_size_are_bounded_and_nothing_goes_by_itself(start, tmp_path, monkeypatch):
    monkeypatch.setattr(results, "MOST_RESULTS", 2)
    store = ResultStore(tmp_path / "results.db")
    first = [store.keep(f"{n}", "m", 1, b"{}").id for n in range(2)]
    with pytest.raises(FullError):
        store.keep("2", "m", 1, b"{}")
    assert {entry.id for entry in store.entries()} == set(first)
    client = start(results=tmp_path / "results.db").client
    refused = client.post("/page/results", content=BODY)
    assert (refused.status_code, refused.json()["type"]) == (507, "urn:gxclassify:problem:results-full")
    store.delete(first[0])
    monkeypatch.setattr(results, "MOST_BYTES", 10)
    with pytest.raises(FullError):
        store.keep("3", "m", 1, b"{}" * 1000)


def test_a_file_that_is_something_else_is_refused(tmp_path):
    LabelStore(tmp_path / "labels.db", ())
    with pytest.raises(StoreError, match="holds something else"):
        ResultStore(tmp_path / "labels.db")
    (tmp_path / "text").write_text("no database at all, but text", "utf-8")
    with pytest.raises(StoreError, match="cannot be used"):
        ResultStore(tmp_path / "text")


@pytest.mark.integration
def test_a_result_is_kept_loaded_again_and_deleted_in_the_browser(browser, start, tmp_path):
    address = f"http://127.0.0.1:{start(results=tmp_path / 'results.db').port}/"
    with visit(browser, address) as page:
        page.wait_for_selector("#kept-note:has-text('只有您点“留存”时才会留下')")
        page.click("[data-example=newspaper]")
        button, panel = (page.locator(name).bounding_box() for name in ("#keep", ".panel"))
        assert panel["y"] - button["y"] - button["height"] > 12  # pixels of white between them
        page.click("#keep")
        page.wait_for_selector("#kept-here")
        kept = page.url
        assert "?result=" in kept
        assert page.evaluate("document.activeElement.href") == kept  # the button is gone
        assert accessibility_faults(page) == []
    with visit(browser, kept) as page:  # somebody else, by the address
        page.wait_for_selector(".article")
        assert "报纸版面" in page.inner_text(".result-head")
        page.click("#another")
        page.wait_for_selector(".kept li")
        assert accessibility_faults(page) == []
        page.go_back()
        page.wait_for_selector("#forget")
        page.click("#forget")
        page.wait_for_selector("#sure")
        page.keyboard.press("Escape")
        assert page.is_visible("#forget")
        page.click("#forget")
        page.click("#sure")
        page.wait_for_selector("text=“报纸版面”已经删掉。")
        assert page.locator(".kept li").count() == 0
    with visit(browser, kept, errors_allowed=True) as page:
        page.wait_for_selector(".status.is-bad:has-text('没有这个结果')")


@pytest.mark.integration
def test_quotes_in_the_title_of_a_kept_result_are_single_where_it_is_quoted(browser, start, tmp_path):
    with visit(browser, f"http://127.0.0.1:{start(results=tmp_path / 'results.db').port}/") as page:
        page.fill("#text", f"“一网通办”改革提速\n\n{BODY.decode()}")
        page.click("#go")
        page.wait_for_selector(".article")
        page.click("#keep")
        page.wait_for_selector("#kept-here")
        page.click("#forget")
        page.wait_for_selector("dialog:has-text('删除“‘一网通办’改革提速”？')")
        page.click("#sure")
        page.wait_for_selector("text=“‘一网通办’改革提速”已经删掉。")


@pytest.mark.integration
def test_a_result_of_a_model_that_went_is_not_kept_and_can_be_tagged_anew(browser, start, tmp_path, model, tiny_model):
    served = start(results=tmp_path / "results.db")
    with visit(browser, f"http://127.0.0.1:{served.port}/", errors_allowed=True) as page:
        page.click("[data-example=web]")
        page.wait_for_selector(f".model:has-text('{model.name}')")
        served.state.models.current = tiny_model
        page.click("#keep")
        page.wait_for_selector(".status.is-bad:has-text('没有留存')")
        assert served.client.get("/page/results").json()["results"] == []
        page.click("#tag-anew")
        page.wait_for_selector(f".model:has-text('{tiny_model.name}')")
        page.click("#keep")
        page.wait_for_selector("#kept-here")
    [kept] = served.client.get("/page/results").json()["results"]
    assert kept["model"] == tiny_model.name


@pytest.mark.integration
def test_a_kept_result_is_opened_at_the_thresholds_it_was_kept_at(browser, start, tmp_path):
    with visit(browser, f"http://127.0.0.1:{start(results=tmp_path / 'results.db').port}/") as page:
        page.fill("#text", BODY.decode())
        page.click("#go")
        page.wait_for_selector(".article")
        sliders = page.locator(".slider input")
        model, names = sliders.first.input_value(), page.locator(".filter .figure")
        sliders.first.evaluate("(slider) => { slider.value = 1; slider.dispatchEvent(new Event('input')); }")
        page.wait_for_selector(".slider output >> nth=0 >> text='100%'")
        figures = names.all_inner_texts()
        page.click("#keep")
        page.wait_for_selector("#kept-here")
        kept = page.url
    with visit(browser, kept) as page:
        page.wait_for_selector(".slider output >> nth=0 >> text='100%'")
        assert page.locator(".filter .figure").all_inner_texts() == figures
        page.click(".panel button.quiet >> text=/恢复|还原|默认/")
        assert page.locator(".slider input").first.input_value() == model


@pytest.mark.integration
def test_kept_texts_that_were_pasted_are_told_apart_by_how_they_begin(browser, start, tmp_path):
    with visit(browser, f"http://127.0.0.1:{start(results=tmp_path / 'results.db').port}/") as page:
        for text in ("园区签约九个项目。", "\n管委会" + "出台措施" * 10 + "。\n\n区里举行了篮球赛。"):
            page.fill("#text", text)
            page.click("#go")
            page.click("#keep")
            page.wait_for_selector("#kept-here")
            page.click("#another")
        page.wait_for_selector(".kept li >> nth=1")
        names = sorted(page.locator(".kept li a").all_inner_texts())
        assert names == ["园区签约九个项目。", "管委会" + "出台措施" * 5 + "出…"]


@pytest.mark.integration
def test_a_server_that_keeps_nothing_offers_nothing(browser, start):
    with visit(browser, f"http://127.0.0.1:{start().port}/") as page:
        page.wait_for_selector("#kept-note:has-text('不作留存')")
        page.click("[data-example=web]")
        page.wait_for_selector(".article")
        assert page.locator("#keep").count() == 0
