import pytest

from gxclassify.server.problems import ProblemError
from gxclassify.server.protocols import read_controls
from server.loopback import OTHER, TEXT

CONFIG = """
<View>
  <Labels name="sentences" toName="words"><Label value="招商引资"/><Label value="eco_park"/></Labels>
  <Text name="words" value="$content"/>
  <Choices name="themes" toName="words" choice="multiple">
    <Choice value="招商" alias="investment_attraction"/>
    <Choice value="eco_park"/>
    <Choice value="Policy"/>
    <Choice value="其他"/>
  </Choices>
</View>
"""
WITHOUT_LABELS = CONFIG.replace("Labels", "Relations")


def tasks(*texts):
    return [{"id": i, "data": {"content": text}, "annotations": []} for i, text in enumerate(texts)]


def test_setup_names_the_model(client, model):
    body = {"project": "1.2", "schema": CONFIG, "hostname": "http://ls.example", "access_token": "secret"}
    answer = client.post("/setup", json=body)
    assert answer.json() == {"model_version": model.name}
    assert "secret" not in answer.text


def test_tasks_get_the_choices_of_their_themes(client, model):
    body = {"tasks": tasks(TEXT, OTHER), "label_config": WITHOUT_LABELS, "project": "1.2", "params": {"login": None}}
    answer = client.post("/predict", json=body).json()
    assert answer["model_version"] == model.name
    names = {"investment_attraction": "招商", "eco_park": "eco_park", "policy": "Policy"}
    for result, paragraph in zip(answer["results"], model.tag([TEXT, OTHER]), strict=True):
        (choice,) = result["result"]
        assert choice == {
            "from_name": "themes",
            "to_name": "words",
            "type": "choices",
            "value": {"choices": [names[tag] for tag in paragraph.tags if tag in names]},
        }
        assert 0.5 <= result["score"] <= 1


def test_sentences_that_tell_a_theme_become_regions(client):
    text = f"今天天气很好。{TEXT}"
    answer = client.post("/predict", json={"tasks": tasks(text), "label_config": CONFIG}).json()
    (region,) = [part for part in answer["results"][0]["result"] if part["type"] == "labels"]
    assert (region["from_name"], region["to_name"]) == ("sentences", "words")
    assert region["value"]["labels"] == ["招商引资"]
    assert region["value"]["text"] == text[region["value"]["start"] : region["value"]["end"]] == TEXT


def test_a_task_without_text_gets_an_empty_prediction(client):
    body = {"tasks": [{"data": {"image": "a.png"}}, *tasks(TEXT)], "label_config": CONFIG}
    empty, full = client.post("/predict", json=body).json()["results"]
    assert empty["result"] == []
    assert full["result"]


def test_without_a_configuration_themes_go_by_their_chinese_names(client):
    (result,) = client.post("/predict", json={"tasks": [{"data": {"text": TEXT}}]}).json()["results"]
    assert result["result"][0]["value"] == {"choices": ["招商引资"]}


def test_events_are_heard_and_nothing_is_done(client):
    answer = client.post("/webhook", json={"action": "ANNOTATION_CREATED", "annotation": {"id": 1}})
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "config",
    [
        "<View/>",
        "<View><Text name='t' value='$t'/><Choices name='c' toName='t'><Choice value='甲'/></Choices></View>",
        "<View><Image name='t' value='$t'/><Choices name='c' toName='t'><Choice value='goals'/></Choices></View>",
        "<View>",
        "not xml",
        "<!DOCTYPE x [<!ENTITY a 'aaaa'>]><View>&a;</View>",
        "<!-- --><!DOCTYPE x><View/>",
        '<?xml version="1.0" encoding="utf-7"?><View/>',
    ],
)
def test_a_configuration_without_themes_is_refused(model, config):
    with pytest.raises(ProblemError) as refused:
        read_controls(config, model.taxonomy)
    assert refused.value.status == 422
