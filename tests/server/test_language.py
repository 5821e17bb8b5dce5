from __future__ import annotations

import pytest

from gxclassify.server.problems import asked_language


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9,zh;q=0.5", "en"),
        ("fr, zh;q=0.2, en;q=0.1", "zh"),
        ("zh;q=0, en;q=0.1", "en"),
        ("zh;q=nan", "en"),
        ("de", "en"),
    ],
)
def test_the_best_liked_language_is_spoken(asked, language):
    assert asked_language({"headers": [(b"accept-language", asked.encode())]}) == language


@pytest.mark.parametrize(("asked", "language"), [("zh-CN", "zh"), ("en", "en"), ("fr", "en")])
def test_a_problem_is_told_in_the_language_asked_for_and_in_both(client, asked, language):
    answer = client.post("/v1/predict", json={"texts": 7}, headers={"Accept-Language": asked})
    problem = answer.json()
    assert answer.status_code == 422
    assert answer.headers["content-language"] == language
    assert "accept-language" in answer.headers["vary"].lower()
    assert set(problem["texts"]) == {"en", "zh"}
    assert problem["detail"] == problem["texts"][language]
    assert problem["texts"]["zh"] == "请求体的格式不对，见 errors。"
    assert problem["errors"][0]["detail"] == {"zh": "应为 JSON 数组。", "en": "It must be a JSON array."}[language]


@pytest.mark.parametrize(("body", "pointer"), [(["签约"], ""), ({"records": ["签约"]}, "/records/0")])
def test_what_is_no_object_is_told_so(client, body, pointer):
    [error] = client.post("/v1/predict", json=body).json()["errors"]
    texts = {"en": "It must be a JSON object.", "zh": "应为 JSON 对象。"}
    assert error == {"pointer": pointer, "detail": texts["en"], "texts": texts}


def test_what_reading_says_is_told_in_chinese(client):
    answer = client.post("/v1/documents?name=a.pdf", content=b"%PDF-1.7 no", headers={"Accept-Language": "zh"})
    assert answer.json()["detail"].startswith("PDF 已损坏")


def test_thresholds_name_their_themes_in_either_language(client):
    text = "园区出台扶持政策，对研发投入给予补贴。"
    for name in ("政策", "policy"):
        answer = client.post("/v1/predict", json={"texts": [text], "thresholds": {name: 1.0}})
        assert "policy" not in answer.json()["paragraphs"][0]["tags"]
