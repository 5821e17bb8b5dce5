import csv
import dataclasses
import io
import json

import pytest

from gxclassify.model.model import Model
from gxclassify.reading import read
from server.loopback import OTHER, TEXT


def predict(client, **body):
    return client.post("/v1/predict", json=body)


def test_a_member_of_another_name_is_told_what_is_wanted(client):
    answer = client.post("/v1/predict", json={"text": TEXT})
    assert answer.status_code == 422
    assert [error["detail"] for error in answer.json()["errors"]] == ["Give either texts or records."]


def test_texts_are_tagged_as_in_python(client, model):
    texts = [TEXT, OTHER, "", "今天天气很好。"]
    answer = predict(client, texts=texts).json()
    assert answer["model"] == model.name
    assert answer["paragraphs"] == json.loads(json.dumps([p.to_json() for p in model.tag(texts)]))


def test_a_form_is_refused_where_the_file_itself_is_asked_for(client):
    answer = client.post("/v1/documents", files={"file": ("page.txt", TEXT.encode())})
    assert answer.status_code == 415
    assert answer.json()["detail"] == "Send the file itself as the body, not a form: curl --data-binary @FILE."


def test_many_texts_come_back_in_order(client):
    texts = [f"{TEXT}第{i}批。" for i in range(1000)]
    answer = predict(client, texts=texts, evidence=False).json()
    assert [p["text"] for p in answer["paragraphs"]] == texts
    assert [p["article"] for p in answer["paragraphs"]] == list(range(1000))


def test_no_texts_are_an_empty_answer(client, model):
    assert predict(client, texts=[]).json() == {"model": model.name, "paragraphs": []}


def test_evidence_can_be_left_out(client):
    (paragraph,) = predict(client, texts=[TEXT], evidence=False).json()["paragraphs"]
    assert paragraph["tags"]
    assert paragraph["evidence"] == {}


def test_amounts_are_told_without_the_evidence_as_well(client):
    text = "济宁高新区新签约项目12个，总投资38亿元。"
    (bare,) = predict(client, texts=[text], evidence=False, zones=True).json()["paragraphs"]
    (whole,) = predict(client, texts=[text], zones=True).json()["paragraphs"]
    assert [one["text"] for one in bare["amounts"]] == ["12个", "38亿元"]
    assert bare == whole | {"evidence": {}}
    params = {"evidence": False, "zones": True, "name": "a.txt"}
    (read,) = client.post("/v1/documents", params=params, content=text.encode()).json()["paragraphs"]
    assert (read["amounts"], read["evidence"]) == (whole["amounts"], {})


@pytest.mark.parametrize(
    ("path", "body"), [("/v1/predict", {"texts": [TEXT]}), ("/invocations", {"inputs": [TEXT], "params": {}})]
)
def test_thresholds_that_decide_nothing_are_refused(start, model, tmp_path, path, body):
    rules = dataclasses.replace(model.taxonomy, exclusive=True)
    Model(dataclasses.replace(model.parts, taxonomy=rules)).save(tmp_path / "exclusive")
    client = start(model=str(tmp_path / "exclusive")).client
    assert client.post(path, json=body).status_code == 200
    assert client.post("/v1/documents", content=TEXT.encode()).status_code == 200
    assert client.post("/page/document", content=TEXT.encode()).status_code == 200
    thresholds = {"thresholds": {"goals": 0.99}}
    answer = client.post(path, json=body | ({"params": thresholds} if "params" in body else thresholds))
    assert (answer.status_code, answer.json()["type"].split(":")[-1]) == (422, "thresholds")
    assert "exclude each other, so the most probable one is tagged" in answer.json()["detail"]


def test_a_record_comes_back_with_its_other_members(client):
    record = {"text": TEXT, "page": 3, "source": {"paper": "济宁日报", "none": None, "list": [1.5, "二"]}}
    (paragraph,) = predict(client, records=[record]).json()["paragraphs"]
    assert paragraph["text"] == TEXT
    assert paragraph["record"] == {key: value for key, value in record.items() if key != "text"}


def test_thresholds_decide(client, model):
    every = predict(client, texts=[OTHER], thresholds=dict.fromkeys(model.themes, 0)).json()["paragraphs"][0]
    none = predict(client, texts=[OTHER], thresholds=dict.fromkeys(model.themes, 1)).json()["paragraphs"][0]
    assert every["tags"] == list(model.themes)
    assert none["tags"] == []
    assert every["scores"] == none["scores"]


@pytest.mark.parametrize("thresholds", [{"nonsense": 0.5}, {"goals": 1.5}, {"goals": "high"}])
def test_wrong_thresholds_are_refused(client, thresholds):
    assert predict(client, texts=[TEXT], thresholds=thresholds).status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"texts": [TEXT], "records": [{"text": TEXT}]},
        {"texts": TEXT},
        {"texts": [1]},
        {"records": [{}]},
        {"records": [TEXT]},
        {"texts": [TEXT], "evidence": "perhaps"},
        {"texts": [TEXT], "format": "pdf"},
        {"texts": [TEXT], "unknown": 1},
        [],
        "text",
    ],
)
def test_a_body_of_another_form_is_refused(client, body):
    answer = client.post("/v1/predict", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_csv_has_a_row_a_paragraph_and_no_formulas(client, model):
    formula = "=HYPERLINK(A1)高新区"
    answer = predict(client, texts=[TEXT, formula], format="csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment")
    first, second = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (first["text"], first["article"]) == (TEXT, "0")
    assert (second["text"], second["article"]) == ("'" + formula, "1")
    assert set(model.themes) <= set(first)


def test_the_encoding_of_a_document_can_be_named(client):
    data = f"{TEXT}簽約。".encode("big5", "ignore")
    answer = client.post("/v1/documents?encoding=big5", content=data).json()
    assert answer["encoding"] == "big5"
    assert client.post("/v1/documents?encoding=klingon", content=data).status_code == 422


def test_json_lines_are_the_same_paragraphs(client):
    lines = predict(client, texts=[TEXT, OTHER], format="jsonl").text.splitlines()
    assert list(map(json.loads, lines)) == predict(client, texts=[TEXT, OTHER]).json()["paragraphs"]


RECORDS = [{"id": 7, "page": 3, "text": TEXT}, {"id": "=1+1", "text": OTHER}]


def test_records_come_back_in_every_form(client):
    expected = [{"id": 7, "page": 3}, {"id": "=1+1"}]
    answer = predict(client, records=RECORDS).json()["paragraphs"]
    assert [paragraph["record"] for paragraph in answer] == expected
    lines = predict(client, records=RECORDS, format="jsonl").text.splitlines()
    assert list(map(json.loads, lines)) == answer
    first, second = csv.DictReader(
        io.StringIO(predict(client, records=RECORDS, format="csv").content.decode("utf-8-sig"))
    )
    assert [first["record.id"], first["record.page"], first["record"]] == ["7", "3", ""]
    assert [second["record.id"], second["record.page"]] == ["'=1+1", ""]


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_what_utf_8_and_json_lack_never_breaks_an_answer(client, form):
    data = json.dumps({"text": f"{TEXT}\ud800", "share": float("nan"), "name": "\udfff"}).encode()
    answer = client.post(f"/v1/documents?name=a.jsonl&format={form}", content=data)
    assert answer.status_code == 200
    text = answer.content.decode("utf-8-sig")
    if form == "csv":
        [row] = csv.DictReader(io.StringIO(text))
        assert (row["record.share"], row["record.name"]) == ("", "?")
    else:
        loaded = json.loads(text)
        [paragraph] = loaded["paragraphs"] if form == "json" else [loaded]
        assert paragraph["record"] == {"share": None, "name": "?"}


def column_of(client, name, data, **query):
    return client.post("/v1/documents", params={"name": name, **query}, content=data)


TABLE = f"编号,全文（正文版）\n7,{TEXT}\n"
PEOPLE = "姓名,电话\n周宁,0532-1\n"


def test_the_column_of_the_text_can_be_named(client):
    refused = column_of(client, "a.csv", PEOPLE.encode())
    assert refused.status_code == 422
    assert refused.json()["detail"].endswith("(choose by the parameter text_column). No record is left.")
    assert "--text-column" not in refused.text
    [paragraph] = column_of(client, "a.csv", TABLE.encode(), text_column="全文（正文版）").json()["paragraphs"]
    assert (paragraph["text"], paragraph["record"]) == (TEXT, {"编号": "7"})


def test_a_column_that_there_is_not_is_told_also_of_json(client):
    data = json.dumps([{"正文": TEXT}]).encode()
    answer = column_of(client, "a.json", data, text_column="全文")
    assert answer.status_code == 422
    assert "(choose by the parameter text_column)" in answer.json()["detail"]
    assert "（可用参数 text_column 选择）" in answer.json()["texts"]["zh"]


def test_which_column_was_taken_is_told_with_the_parameter_that_chooses(client):
    answer = column_of(client, "a.json", json.dumps([{"正文": TEXT}]).encode()).json()
    [notice] = answer["notices"]
    assert notice["text"].endswith("'正文' (choose by the parameter text_column).")


def test_the_page_names_no_parameter(client):
    answer = client.post("/page/document?name=a.csv", content=PEOPLE.encode())
    assert answer.status_code == 422
    assert "choose" not in answer.text


@pytest.mark.parametrize(
    "record", [{"正文": TEXT, "id": 7}, {"Content": TEXT, "id": 7}, {"标题": "签约", "说": TEXT * 2, "id": 7}]
)
def test_the_text_of_records_is_told_as_in_files(client, record):
    [sent] = predict(client, records=[record]).json()["paragraphs"]
    [read_] = column_of(client, "a.json", json.dumps([record]).encode()).json()["paragraphs"]
    assert sent["text"] == read_["text"]
    assert sent["record"] == read_["record"]
    assert sent["title"] == read_["title"]


def test_the_member_of_the_text_can_be_named(client):
    record = {"text": "编辑部的话。", "要闻": TEXT}
    [paragraph] = predict(client, records=[record], text_column="要闻").json()["paragraphs"]
    assert (paragraph["text"], paragraph["record"]) == (TEXT, {"text": "编辑部的话。"})


def test_records_without_a_text_or_with_none_in_words_are_told(client):
    answer = predict(client, records=[{"id": 1}, {"page": 2}])
    said = "No record has a member 'text' that holds the text; they have 'id', 'page'. Name it by text_column."
    assert answer.json()["errors"][0]["detail"] == said
    answer = predict(client, records=[{"正文": TEXT, "期": 1}], text_column="正问")
    said = "No record has a member '正问' that holds the text; they have '正文', '期'. Name it by text_column."
    assert (answer.status_code, answer.json()["errors"][0]["detail"]) == (422, said)
    answer = predict(client, records=[{}])
    said = "No record has a member that holds the text; name it by text_column."
    assert answer.json()["errors"][0]["detail"] == said
    answer = predict(client, records=[{"正文": TEXT}, {"正文": 5}])
    said = "Record 2: the member that holds the text must be a string or null."
    assert (answer.status_code, answer.json()["errors"][0]["detail"]) == (422, said)
    texts = [p["text"] for p in predict(client, records=[{"正文": TEXT}, {"正文": None}, {}]).json()["paragraphs"]]
    assert texts == [TEXT, "", ""]


def test_one_record_of_many_with_a_text_suffices(client):
    records = [{"id": i} for i in range(60)] + [{"text": TEXT}]
    assert predict(client, records=records).json()["paragraphs"][60]["text"] == TEXT


PAGE = f"济宁高新区招商忙\n\n{TEXT}\n\n{OTHER}\n".encode()


def test_a_document_is_read_and_tagged_as_in_python(client, model):
    answer = client.post("/v1/documents?name=page.txt", content=PAGE).json()
    document = read(PAGE, name="page.txt")
    assert answer["paragraphs"] == json.loads(json.dumps([p.to_json() for p in model.tag(document)]))
    assert {key: answer[key] for key in document.to_json()} == json.loads(json.dumps(document.to_json()))


def test_what_a_web_page_says_of_itself_comes_back(client):
    head = "<title>开园_青溪网</title></head><body><h1>开园</h1><p>2026-10-10 来源：日报</p>"
    page = f"<html><head>{head}<p>{TEXT}</p></body></html>"
    answer = client.post("/v1/documents", content=page.encode()).json()
    assert answer["metadata"] == read(page.encode()).metadata != {}


def test_spans_of_a_document_point_into_its_source(client):
    answer = client.post("/v1/documents", params={"source": True}, content=PAGE).json()
    for paragraph in answer["paragraphs"]:
        for sentences in paragraph["evidence"].values():
            for sentence in sentences:
                for term in sentence["terms"]:
                    for start, end in term["spans"]:
                        assert answer["source"][start:end] == term["term"]


def test_a_document_in_an_old_encoding_is_read(client):
    answer = client.post("/v1/documents", content=(TEXT * 5).encode("gb18030")).json()
    assert answer["encoding"].lower().startswith("gb")
    assert TEXT in answer["paragraphs"][0]["text"]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize("level", ["paragraph", "article"])
def test_what_there_is_to_know_of_a_document_stands_beside_a_table_in_a_header(client, form, level):
    damaged = PAGE + b"\xe4\xb8 \n"
    told = client.post("/v1/documents", content=damaged).json()["notices"]
    answer = client.post(f"/v1/documents?format={form}&level={level}", content=damaged)
    assert json.loads(answer.headers["gxclassify-notices"]) == [
        {name: notice[name] for name in ("kind", "place", "count")} for notice in told
    ]
    assert "gxclassify-notices" not in client.post(f"/v1/documents?format={form}", content=PAGE).headers


def test_a_document_can_be_asked_for_as_csv(client):
    answer = client.post("/v1/documents?format=csv&name=%3Dcmd.txt", content=PAGE)
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows
    assert {row["document"] for row in rows} == {"'=cmd.txt"}


def test_an_empty_document_is_refused(client):
    assert client.post("/v1/documents").status_code == 422


def test_themes_are_those_of_the_model(client, model):
    answer = client.get("/v1/themes").json()
    assert [theme["id"] for theme in answer["themes"]] == list(model.themes)
    assert {theme["id"]: theme["threshold"] for theme in answer["themes"]} == model.thresholds


def test_the_model_is_described_without_its_place_on_the_machine(start, model, tmp_path):
    model.save(tmp_path / "secret-place")
    answer = start(model=str(tmp_path / "secret-place")).client.get("/v1/model")
    assert answer.json()["name"] == model.name
    assert answer.json()["description"]["format"] == 1
    assert "secret-place" not in answer.text


def test_health_is_what_label_studio_expects(client):
    assert client.get("/health").json()["status"] == "UP"


def test_ready_turns_when_the_server_stops(start):
    server = start()
    assert server.client.get("/ready").status_code == 200
    server.state.ready = False
    answer = server.client.get("/ready")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nothing", 404), ("DELETE", "/v1/predict", 405)])
def test_unknown_paths_and_methods_are_problems(client, method, path, status):
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.json()["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/", "/health", "/ready", "/ping", "/v1/themes", "/static/boot.js"])
def test_head_is_answered_as_get_without_the_body(client, path):
    """Monitors and proxies ask by it; a 405 tells them that the server is away."""
    got, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers["content-length"] == got.headers["content-length"]
    assert head.headers["content-type"] == got.headers["content-type"]
    assert client.head("/v1/predict").status_code == 405
    assert client.get("/health").json()["status"] == "UP"  # on the same connection


def test_dates_that_are_not_understood_are_among_the_notices(client):
    data = "刊发日期,正文\n10月8日,园区新签约项目12个。\n2024-10-08,园区开工。\n".encode()
    params = {"name": "a.csv", "zones": True}
    notices = client.post("/v1/documents", content=data, params=params).json()["notices"]
    (found,) = [one for one in notices if one["kind"] == "dates"]
    assert (found["count"], "10月8日" in str(found)) == (1, True)
    notices = client.post("/v1/documents", content=data, params=params | {"zones": False}).json()["notices"]
    assert "dates" not in {one["kind"] for one in notices}


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_dates_of_records_that_are_not_understood_are_noticed(client, form):
    records = [{"text": TEXT, "date": day} for day in ("10月8日", "10/28/2024", "10/8/2024")]
    body = {"records": records, "format": form}
    answer = client.post("/v1/predict", json=body | {"zones": True})
    notices = answer.json()["notices"] if form == "json" else json.loads(answer.headers["Gxclassify-Notices"])
    assert [(one["kind"], one["place"], one["count"]) for one in notices] == [("dates", "", 1)]
    if form == "json":
        assert notices[0]["text"].startswith("1 of 3 records has a date that is not understood")
        dates = [one["date"] for one in answer.json()["paragraphs"]]
        assert [date and date["date"] for date in dates] == [None, "2024-10-28", "2024-10-08"]  # as those of a file
    for silent in ({"zones": False}, {"zones": True, "records": records[1:]}):
        answer = client.post("/v1/predict", json=body | silent)
        assert "notices" not in answer.text
        assert "Gxclassify-Notices" not in answer.headers


def test_a_date_column_that_no_record_has_is_refused_with_those_that_there_are(client):
    record = {"text": TEXT, "签约日": "2022-07-01"}
    said = "No record has the field 'when' that the date is to be in; there are: '签约日'."
    answer = predict(client, records=[record], zones=True, date_column="when")
    assert (answer.status_code, answer.json()["detail"]) == (422, said)
    data = json.dumps(record).encode()
    answer = client.post(
        "/v1/documents", content=data, params={"name": "a.jsonl", "zones": True, "date_column": "when"}
    )
    assert (answer.status_code, answer.json()["detail"]) == (422, said)
    assert predict(client, records=[record], date_column="when").status_code == 200
    assert predict(client, texts=[TEXT], zones=True, date_column="when").status_code == 200
