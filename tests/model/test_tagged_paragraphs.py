import json


def test_a_tagged_paragraph_has_the_fields_of_the_schema(tiny_model):
    paragraph = next(tiny_model.tag(["经开区引进亿元以上项目18个！天气转凉。"]))
    table = json.loads(json.dumps(paragraph.to_json()))
    assert set(table) == {
        "document", "article", "title", "paragraph", "text", "span", "tags", "scores", "review", "evidence", "model"
    }  # fmt: skip
    assert table["tags"] == ["investment_attraction"]
    assert table["span"] == [0, 20]
    assert set(table["evidence"]) == set(table["tags"])
    sentence = table["evidence"]["investment_attraction"][0]
    assert set(sentence) == {"span", "within", "score", "terms"}
    assert set(sentence["terms"][0]) == {"term", "weight", "spans", "within"}
    assert table["model"] == "gxclassify-unsaved"
