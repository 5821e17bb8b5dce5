import re
from pathlib import Path

import pytest

from gxclassify.output.html import LOWEST_THRESHOLD
from gxclassify.output.html import STATIC as SHARED
from gxclassify.server.middleware import CONTENT_SECURITY_POLICY
from gxclassify.server.pages import STATIC
from gxclassify.server.settings import Limits
from server.loopback import TEXT

PAGES = sorted(STATIC.glob("*.html"))
FILES = sorted([*STATIC.iterdir(), *SHARED.iterdir()])
SCRIPTS = [file for file in FILES if file.suffix == ".js"]


def view_of(client, text: str, name: str = "a.txt") -> dict:
    response = client.post("/page/document", params={"name": name}, content=text.encode())
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize("path", ["/", "/label"])
def test_a_page_is_html_under_the_content_policy(client, path):
    response = client.get(path)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert '<html lang="zh-CN">' in response.text


def test_every_file_that_a_page_names_is_served(client):
    named = {name for page in PAGES for name in re.findall(r'(?:src|href)="static/([^"]+)"', page.read_text("utf-8"))}
    assert {"page.js", "label.js", "base.css", "boot.js"} <= named
    for name in named:
        assert client.get(f"/static/{name}").status_code == 200


def test_every_module_that_a_script_imports_is_served(client):
    imported = {name for script in SCRIPTS for name in re.findall(r'from "\./([^"]+)"', script.read_text("utf-8"))}
    assert len(imported) > 15
    for name in imported:
        assert client.get(f"/static/{name}").headers["content-type"] == "text/javascript; charset=utf-8"


def test_a_browser_that_has_a_file_gets_304(client):
    first = client.get("/static/base.css")
    again = client.get("/static/base.css", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("name", ["nothing.js", "..%2fpages.py", "%2e%2e%2fapp.py", "page.js%00", "."])
def test_nothing_but_the_files_of_the_pages_is_served(client, name):
    assert client.get(f"/static/{name}").status_code == 404


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_has_no_inline_script_or_style(page):
    source = page.read_text("utf-8")
    assert not re.search(r"<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son\w+=", source)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_file_names_another_address(file: Path):
    addresses = set(re.findall(r"https?://[^\s\"'<>]+", file.read_text("utf-8")))
    assert addresses <= {"http://www.w3.org/2000/svg"}


def test_no_script_makes_markup_from_text():
    for script in SCRIPTS:
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script.read_text("utf-8")
        ), script


VAGUE = (
    "管委会今年将新建两个孵化器，力争引进企业二十家，单位能耗下降百分之五。",
    "高新区的企业去年研发投入增长两成，产值过百亿元。",
    "开发区推进制度创新，为企业提供一站式服务。",
)


def test_the_view_has_evidence_down_to_the_lowest_threshold(client, model):
    more = False
    for text in VAGUE:
        [paragraph] = view_of(client, text)["documents"][0]["articles"][0]["pieces"]
        likely = {theme for theme, score in paragraph["scores"].items() if score >= LOWEST_THRESHOLD}
        more = more or likely > {t for t, score in paragraph["scores"].items() if score >= model.thresholds[t]}
        assert set(paragraph["evidence"]) == likely
    assert more


def test_the_view_names_the_models_own_thresholds(client, model):
    view = view_of(client, TEXT)
    assert {theme["id"]: theme["threshold"] for theme in view["themes"]} == model.thresholds
    assert view["model"] == model.name


@pytest.mark.parametrize("body", [b"", b" \n\t "])
def test_an_empty_text_is_a_problem(client, body):
    response = client.post("/page/document", content=body)
    assert (response.status_code, response.json()["type"]) == (422, "urn:gxclassify:problem:unreadable")


def test_a_document_may_be_longer_than_a_json_body(start):
    limits = Limits(json_bytes=1_000, document_bytes=10_000)
    client = start(limits=limits).client
    assert client.post("/page/document", content=TEXT.encode() * 50).status_code == 200
    assert client.post("/page/document", content=TEXT.encode() * 500).status_code == 413


def test_pages_are_open_and_what_they_ask_for_needs_the_token(start):
    client = start(token="t" * 20).client
    assert client.get("/").status_code == client.get("/static/page.js").status_code == 200
    assert client.post("/page/document", content=TEXT.encode()).status_code == 401
    authorised = client.post("/page/document", content=TEXT.encode(), headers={"Authorization": f"Bearer {'t' * 20}"})
    assert authorised.status_code == 200


def test_the_pages_routes_are_no_part_of_the_api(client):
    paths = client.get("/openapi.json").json()["paths"]
    assert not [path for path in paths if path == "/" or path.startswith(("/page", "/label", "/static"))]
