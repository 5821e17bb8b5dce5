"""Files as the tools really write them, and round trips through every format."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import os
import threading
import zipfile
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxclassify.errors import ConfigError, LabelError
from gxclassify.labels.exchange import FORMATS, export_labels, import_labels, load_any_label_sets, load_any_labels
from gxclassify.labels.exchange.label_studio import configuration
from gxclassify.labels.records import LabelRecord, write_records
from gxclassify.messages import spoken
from gxclassify.themes import Taxonomy, Theme, load_taxonomy
from reading.wordfile import zipped
from support import ROOT, SHARED, require

TAXONOMY = Taxonomy(
    themes=(
        Theme(id="investment_attraction", zh="招商引资", en="Investment attraction", colour="#D55E00"),
        Theme(id="policy", zh="政策", en="Policy", colour="#CC79A7"),
        Theme(id="goals", zh="目标", en="Goals", colour="#E69F00"),
    )
)
TEXT = "签约12个项目。区长到会。下午参观。"
RECORD = LabelRecord(
    id="r1",
    text=TEXT,
    labels=("investment_attraction", "policy"),
    maybe=("goals",),
    evidence={"investment_attraction": ((0, 8),), "policy": ((0, 8), (8, 13))},
    article="a1",
    source="报",
    annotator="甲",
    time="2026-01-02T03:04:05Z",
)
PLAIN = LabelRecord(id="r2", text="下午打篮球。", article="r2")


def load(tmp_path, form, content, **rest):
    path = tmp_path / "export"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return import_labels(path, form, TAXONOMY, **rest)


def load_open(tmp_path, content):
    path = tmp_path / "export"
    path.write_text(content, encoding="utf-8")
    return import_labels(path, None, None)


def passed_over(none_told):
    return f"Lines or tasks that say nothing of any theme: 1, passed over; {none_told} says that none is told."


A_CHOICE = "a choice for that, such as 无, with '--map 无=' of 'labels import'"
NO_TICK = "0, 否 or × in a cell, or '--map =' of 'labels import' for all,"


def lines(*tables):
    return "\n".join(json.dumps(table, ensure_ascii=False) for table in tables) + "\n"


# ---- round trips


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "fasttext"])
def test_everything_comes_back(tmp_path, form):
    exported = export_labels([RECORD, PLAIN], form, TAXONOMY)
    assert load(tmp_path, form, exported.data).records == [RECORD, PLAIN]
    assert load(tmp_path, None, exported.data).records == [RECORD, PLAIN]


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "fasttext"])
@given(text=st.text(min_size=1).filter(str.strip), ends=st.integers(1, 5))
def test_any_text_comes_back(tmp_path_factory, form, text, ends):
    text = text.encode("utf-8", "ignore").decode() or "字"
    if not text.strip():
        return
    record = LabelRecord(
        id="x", text=text, labels=("policy",), evidence={"policy": ((0, min(ends, len(text))),)}, article="x"
    )
    exported = export_labels([record], form, TAXONOMY)
    assert load(tmp_path_factory.mktemp("any"), form, exported.data).records == [record]


MARKED = {"investment_attraction": ((0, 8),), "policy": ((0, 8), (8, 13))}
DROPPED = "Evidence of themes that are not told, or left open, is dropped in 1 record: {themes}."


def corrected(form, labels, maybe):
    """What a tool gives of a record whose labels somebody changed there, and whose marks were left."""
    record = dataclasses.replace(RECORD, labels=labels, maybe=maybe, evidence=MARKED)
    return export_labels([record, dataclasses.replace(RECORD, id="r3", text=TEXT + TEXT)], form, TAXONOMY).data


@pytest.mark.parametrize("form", [form for form in FORMATS if form not in {"fasttext", "jsonl"}])
@pytest.mark.parametrize(
    ("labels", "maybe", "evidence", "dropped"),
    [
        (("policy",), (), {"policy": MARKED["policy"]}, "'investment_attraction'"),
        ((), (), {}, "'investment_attraction', 'policy'"),
        ((), ("investment_attraction",), {}, "'investment_attraction', 'policy'"),
        (("goals",), ("policy",), {}, "'investment_attraction', 'policy'"),
    ],
)
def test_labels_decide_over_marks_that_were_left(tmp_path, form, labels, maybe, evidence, dropped):
    imported = load(tmp_path, form, corrected(form, labels, maybe))
    record = imported.records[0]
    assert (record.labels, record.maybe, record.evidence) == (labels, maybe, evidence)
    assert DROPPED.format(themes=dropped) in imported.notices
    assert imported.records[1].evidence == RECORD.evidence


def test_ticks_decide_over_marks_that_were_left(tmp_path):
    table = f"text,政策,目标,evidence\n{TEXT},0,1,policy:0-8;goals:0-8;investment_attraction:8-13\n"
    imported = load(tmp_path, "csv", table)
    assert (imported.records[0].labels, imported.records[0].evidence) == (("goals",), {"goals": ((0, 8),)})
    assert imported.notices == [DROPPED.format(themes="'investment_attraction', 'policy'")]


@pytest.mark.parametrize("small", [False, True])
def test_choices_of_a_label_studio_of_ones_own_decide_over_its_marks(tmp_path, small):
    asked = task([choices("topic", "目标"), mark(0, 8, "政策")])
    if small:
        asked = {"id": 1, "text": TEXT, "topic": "目标", "evidence": [{"start": 0, "end": 8, "labels": ["政策"]}]}
    imported = load(tmp_path, "label-studio", json.dumps([asked]))
    assert (imported.records[0].labels, imported.records[0].evidence) == (("goals",), {})
    assert imported.notices == [DROPPED.format(themes="'policy'")]


def test_a_mark_that_leaves_its_theme_open_leaves_it_open_where_marks_alone_tell(tmp_path):
    (record,) = load(tmp_path, "doccano", lines({"text": TEXT, "label": [[0, 8, "政策？"], [8, 13, "目标"]]})).records
    assert (record.labels, record.maybe, record.evidence) == (("goals",), ("policy",), {"goals": ((8, 13),)})


def test_fasttext_brings_text_and_labels_back(tmp_path):
    exported = export_labels([RECORD, PLAIN], "fasttext", TAXONOMY)
    back = load(tmp_path, "fasttext", exported.data).records
    assert [(r.text, r.labels) for r in back] == [(RECORD.text, RECORD.labels), (PLAIN.text, ())]


def test_fasttext_says_nothing_of_a_text_of_which_all_is_left_open(tmp_path):
    record = LabelRecord(id="x", text="园区或将扩容。", maybe=("policy",), article="x")
    exported = export_labels([record, PLAIN], "fasttext", TAXONOMY)
    back = load(tmp_path, "fasttext", exported.data)
    assert ([r.text for r in back.records], back.notices) == (
        [PLAIN.text],
        [passed_over("__label__ without a name")],
    )


def test_fasttext_keeps_blanks_between_latin_words(tmp_path):
    record = LabelRecord(id="x", text="与Green Energy 2000签约。", labels=(), article="x")
    back = load(tmp_path, "fasttext", export_labels([record], "fasttext", TAXONOMY).data).records
    assert back[0].text == record.text


def test_what_a_format_cannot_carry_is_said_once():
    (notice,) = export_labels([RECORD, PLAIN], "fasttext", TAXONOMY).notices
    assert notice.startswith("fastText does not carry: ids (2 records)")
    assert "themes left open (written as not told, and no label where none is told) (1 records)" in notice
    assert "marked sentences (1 records)" in notice
    assert "who labelled, when and who decided (1 records)" in notice


@pytest.mark.parametrize("form", ["jsonl", "prodigy", "csv"])
def test_formats_that_carry_everything_say_nothing(form):
    assert export_labels([RECORD], form, TAXONOMY).notices == []


# ---- doccano


def test_a_doccano_text_classification_export(tmp_path):
    content = lines(
        {"id": 7, "text": TEXT, "label": ["政策", "Goals"], "Comments": []}, {"id": 8, "text": "甲。", "label": []}
    )
    first, second = load(tmp_path, "doccano", content).records
    assert (first.id, first.labels) == ("doccano-7", ("policy", "goals"))
    assert (second.id, second.labels) == ("doccano-8", ())


def test_a_doccano_sequence_labelling_export(tmp_path):
    content = lines({"id": 7, "text": TEXT, "label": [[0, 8, "政策"], [8, 13, "政策"]]})
    (record,) = load(tmp_path, "doccano", content).records
    assert record.labels == ("policy",)
    assert record.evidence == {"policy": ((0, 8), (8, 13))}


def test_a_doccano_export_with_relations(tmp_path):
    entity = {"id": 1, "label": "policy", "start_offset": 0, "end_offset": 8}
    (record,) = load(tmp_path, "doccano", lines({"id": 7, "text": TEXT, "entities": [entity], "relations": []})).records
    assert record.evidence == {"policy": ((0, 8),)}


def test_a_doccano_intent_detection_export(tmp_path):
    content = lines({"id": 7, "text": TEXT, "cats": ["policy", "goals?"], "entities": [[0, 8, "policy"]]})
    (record,) = load(tmp_path, "doccano", content).records
    assert (record.labels, record.maybe) == (("policy",), ("goals",))
    assert record.evidence == {"policy": ((0, 8),)}


def test_doccano_records_with_marks_are_for_intent_detection():
    exported = export_labels([RECORD], "doccano", TAXONOMY)
    table = json.loads(exported.data)
    assert table["cats"] == ["investment_attraction", "policy", "goals?"]
    assert table["entities"] == [[0, 8, "investment_attraction"], [0, 8, "policy"], [8, 13, "policy"]]
    assert "Intent Detection" in exported.notices[0]


def test_doccano_records_without_marks_are_for_text_classification():
    exported = export_labels([PLAIN], "doccano", TAXONOMY)
    assert json.loads(exported.data) == {"text": PLAIN.text, "label": [], "record_id": "r2", "article": "r2"}


# ---- Label Studio


def task(results, **changes):
    annotation = {"id": 1, "completed_by": 1, "result": results, "was_cancelled": False, "lead_time": 4.2}
    return {"id": 11, "data": {"text": TEXT}, "annotations": [annotation], "predictions": [], **changes}


def choices(name, *chosen):
    return {"value": {"choices": list(chosen)}, "id": "a", "from_name": name, "to_name": "text", "type": "choices"}


def mark(start, end, name, text=None):
    value = {"start": start, "end": end, "labels": [name]} | ({"text": text} if text else {})
    return {"value": value, "id": "b", "from_name": "evidence", "to_name": "text", "type": "labels", "origin": "manual"}


def test_a_label_studio_export(tmp_path):
    results = [choices("themes", "政策"), choices("maybe", "目标"), mark(0, 8, "政策", "签约12个项目。")]
    (record,) = load(tmp_path, "label-studio", json.dumps([task(results)])).records
    assert (record.id, record.labels, record.maybe) == ("label-studio-11", ("policy",), ("goals",))
    assert record.evidence == {"policy": ((0, 8),)}


def test_utf_16_offsets_of_older_label_studios_are_understood(tmp_path):
    text = "𬭸元素项目签约。"  # the first character takes two UTF-16 units
    old = task([mark(4, 6, "政策", "项目")], data={"text": text})
    (record,) = load(tmp_path, "label-studio", json.dumps([old])).records
    assert record.evidence == {"policy": ((3, 5),)}


def test_a_label_studio_mark_that_is_elsewhere_is_refused(tmp_path):
    with pytest.raises(LabelError, match="the mark 0 to 2 is not «项目» in the text"):
        load(tmp_path, "label-studio", json.dumps([task([mark(0, 2, "政策", "项目")])]))


def test_tasks_without_annotation_are_passed_over_with_a_notice(tmp_path):
    cancelled = task([])
    cancelled["annotations"][0]["was_cancelled"] = True
    imported = load(tmp_path, "label-studio", json.dumps([task([choices("themes", "政策")]), cancelled]))
    assert len(imported.records) == 1
    assert imported.notices == ["Tasks without an annotation: 1, passed over."]


def annotated(*readings, **changes):
    """Return a task that people, by number, have annotated with results."""
    done = [{"completed_by": by, "result": results, "was_cancelled": False} for by, results in readings]
    return task([], **{"annotations": done, **changes})


def test_of_several_annotations_of_one_person_the_last_counts(tmp_path):
    twice = annotated((1, [choices("themes", "政策")]), (1, [choices("themes", "目标")]))
    imported = load(tmp_path, "label-studio", json.dumps([twice]))
    assert [record.labels for record in imported.records] == [("goals",)]
    assert imported.notices == []


def test_readings_of_several_people_are_kept_apart(tmp_path):
    read = annotated(({"id": 4, "email": "a@b.c"}, [choices("themes", "政策")]), (2, [choices("themes", "目标")]))
    imported = load(tmp_path, "label-studio", json.dumps([read]))
    assert [(r.id, r.annotator, r.labels) for r in imported.records] == [
        ("label-studio-11@a@b.c", "a@b.c", ("policy",)),
        ("label-studio-11@2", "2", ("goals",)),
    ]
    assert {r.article for r in imported.records} == {"label-studio-11"}
    assert "1 paragraph has several readings" in imported.notices[0]


@pytest.mark.parametrize(
    ("by", "name"), [({"id": 3, "email": "a@b.c"}, "a@b.c"), ({"id": 3}, "3"), (3, "3"), ("a@b.c", "a@b.c"), (None, "")]
)
@pytest.mark.parametrize("merge", [None, "majority"])
def test_who_alone_read_a_task_is_told(tmp_path, by, name, merge):
    imported = load(tmp_path, None, json.dumps([annotated((by, [choices("themes", "政策")]))]), merge=merge)
    (record,) = imported.records
    assert (record.id, record.annotator) == ("label-studio-11", name)
    again = [
        load(tmp_path, form, export_labels([record], form, TAXONOMY).data).records
        for form in FORMATS
        if form != "fasttext"
    ]
    assert again == [[record]] * len(again)


@pytest.mark.parametrize(
    ("annotations", "readings"),
    [
        ([("importer", "政策", None)], [("甲", "policy")]),  # nobody has looked at what was brought
        ([("乙", "目标", 3.5)], [("乙", "goals")]),
        ([("importer", "政策", None), ("乙", "目标", 3.5)], [("甲", "policy"), ("乙", "goals")]),
        ([("importer", "政策", None), ("甲", "目标", 3.5)], [("甲", "goals")]),
        ([("丙", "政策", None), ("乙", "目标", None)], [("丙", "policy"), ("乙", "goals")]),
        ([(None, "政策", 3.5)], [("甲", "policy")]),
    ],
)
@pytest.mark.parametrize("field", ["annotator", "标注人"])
def test_who_read_what_was_brought_to_label_studio_is_not_who_imported_it(tmp_path, field, annotations, readings):
    done = [
        {"completed_by": by, "result": [choices("themes", theme)], "lead_time": seconds}
        for by, theme, seconds in annotations
    ]
    brought = task([], annotations=done, data={"text": TEXT, "record_id": "r1", field: "甲"})
    imported = load(tmp_path, "label-studio", json.dumps([brought]))
    assert [(record.annotator, *record.labels) for record in imported.records] == readings


def test_the_same_paragraph_read_in_two_tasks_has_two_readings(tmp_path):
    data = {"text": TEXT, "record_id": "r1"}
    tasks = [annotated((by, [choices("themes", theme)]), data=data) for by, theme in ((1, "政策"), (2, "目标"))]
    imported = load(tmp_path, "label-studio", json.dumps(tasks))
    assert [(record.id, record.annotator) for record in imported.records] == [("r1@1", "1"), ("r1@2", "2")]
    (merged,) = load(tmp_path, "label-studio", json.dumps(tasks), merge="maybe").records
    assert (merged.id, merged.annotator, set(merged.maybe)) == ("r1", "", {"policy", "goals"})


READINGS = [("政策",), ("政策", "目标"), ("政策", "目标", "招商引资")]


@pytest.mark.parametrize(
    ("readings", "merge", "labels", "maybe"),
    [
        (READINGS, "agree", None, None),
        ([("政策", "目标"), ("目标", "政策")], "agree", {"policy", "goals"}, set()),
        (READINGS, "majority", {"policy", "goals"}, set()),
        (READINGS[:2], "majority", {"policy"}, {"goals"}),
        (READINGS, "maybe", {"policy"}, {"goals", "investment_attraction"}),
        ([("政策",), ()], "maybe", set(), {"policy"}),
        ([("政策",), ("政策?",)], "agree", None, None),
        ([("政策",), ("政策?",)], "maybe", set(), {"policy"}),
    ],
)
def test_readings_are_settled(tmp_path, readings, merge, labels, maybe):
    tasks = [
        annotated(*((n, [choices("themes", *(own or ["[]"]))]) for n, own in enumerate(readings, 1))),
        annotated((1, [choices("themes", "目标")]), id=12, data={"text": "另一段。"}),
    ]
    imported = load(tmp_path, "label-studio", json.dumps(tasks), merge=merge)
    record = next((record for record in imported.records if record.text == TEXT), None)
    assert len(imported.records) == 2 - (labels is None)
    assert (record and set(record.labels), record and set(record.maybe)) == (labels, maybe)


def test_a_taxonomy_control_gives_the_last_level(tmp_path):
    value = {"taxonomy": [["主题", "政策"], ["主题", "目标"]]}
    result = {"value": value, "from_name": "tax", "to_name": "text", "type": "taxonomy"}
    (record,) = load(tmp_path, "label-studio", json.dumps([task([result])])).records
    assert record.labels == ("policy", "goals")
    value["taxonomy"] = [["政策", "奖补"]]
    with pytest.raises(LabelError, match=r"the label '奖补' is no theme.*--map 奖补=THEME"):
        load(tmp_path, "label-studio", json.dumps([task([result])]))


def test_controls_that_do_not_ask_for_themes_are_left_alone(tmp_path):
    tasks = [
        task([choices("label", "政策"), choices("sentiment", "正面")]),
        task([choices("sentiment", "负面")], id=12, data={"text": "没说主题。"}),
    ]
    imported = load(tmp_path, "label-studio", json.dumps(tasks))
    assert [record.labels for record in imported.records] == [("policy",)]
    assert imported.notices == [passed_over(A_CHOICE)]
    with pytest.raises(LabelError, match=r"no control is called 'x'\. There are: label, sentiment"):
        load(tmp_path, "label-studio", json.dumps(tasks), label_column="x")


def test_one_unknown_choice_is_refused_not_taken_for_no_theme(tmp_path):
    none = [task([choices("themes", "无主题")])]
    with pytest.raises(LabelError, match=r"'无主题' is no theme.*'--map 无主题=' that it is none; '--themes any'"):
        load(tmp_path, "label-studio", json.dumps(none))
    (record,) = load(tmp_path, "label-studio", json.dumps(none), mapping={"无主题": ""}).records
    assert record.labels == ()


def test_a_table_that_is_trained_on_is_told_how_to_be_imported(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("text,label\n新签约项目12个。,政策\n今日天气晴。,无\n", encoding="utf-8")
    with pytest.raises(
        LabelError, match=r"t\.csv:3: .*'gxclassify labels import \S+t\.csv --map 无= --themes any --out"
    ):
        load_any_labels([table], TAXONOMY)


def test_a_label_that_is_no_theme_never_advises_to_leave_themes_of_ones_own(tmp_path):
    own = tmp_path / "themes.toml"
    own.write_text('[[theme]]\nid = "政策"\n', encoding="utf-8")
    table = tmp_path / "t.csv"
    table.write_text("text,label\n新签约项目12个。,政策\n今日天气晴。,无\n", encoding="utf-8")
    with pytest.raises(LabelError, match=r"labels import \S+t\.csv --map 无= --themes (\S+) --out labels") as told:
        load_any_labels([table])
    assert f"--themes {own.resolve()} " in str(told.value)
    assert f"--themes {own.resolve()} " in spoken(told.value.args[0], "zh")
    with pytest.raises(LabelError) as told:
        import_labels(table, None, TAXONOMY)
    assert str(told.value).endswith(f"is none; '--themes {own.resolve()}' takes the themes of that file.")
    with pytest.raises(LabelError) as told:
        import_labels(table, None, load_taxonomy(own))
    assert str(told.value).endswith(f"is none; a [[theme]] in {own} makes it a theme.")
    assert "any" not in spoken(told.value.args[0], "zh")
    lines_of = tmp_path / "train.txt"
    lines_of.write_text(f"__label__政策 {ONE}\n", encoding="utf-8")
    with pytest.raises(LabelError) as told:
        load_any_labels([lines_of])
    assert f"labels import {lines_of} --themes {own.resolve()} --out" in str(told.value)


@pytest.mark.parametrize("text", ['[{"id": 1}]', '\n[\n {"id": 1}\n]'])
def test_an_array_of_tasks_is_no_file_of_records_but_can_be_imported(tmp_path, text):
    path = tmp_path / "project.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LabelError, match=r"one array of JSON.*labels import \S+project\.json --themes any --out"):
        load_any_labels([path])


def test_a_table_in_a_folder_is_told_not_passed_over_in_silence(tmp_path):
    (tmp_path / "t.csv").write_text("text,label\n甲。,policy\n", encoding="utf-8")
    with pytest.raises(LabelError, match=r"holds no \.jsonl label file, but t\.csv; name a table"):
        load_any_labels([tmp_path])
    line = json.dumps({"id": "1", "text": "新签约项目12个。", "labels": ["policy"]})
    (tmp_path / "a.jsonl").write_text(line, encoding="utf-8")
    assert "not read in this folder: t.csv" in load_any_labels([tmp_path]).notices[0]


def test_label_studios_json_min(tmp_path):
    small = [
        {
            "id": 3,
            "text": TEXT,
            "themes": {"choices": ["政策", "目标"]},
            "evidence": [{"start": 0, "end": 8, "labels": ["政策"]}],
        },
        {"id": 4, "text": "甲。", "themes": "policy", "annotator": 1},
    ]
    first, second = load(tmp_path, "label-studio", json.dumps(small)).records
    assert (first.labels, first.evidence) == (("policy", "goals"), {"policy": ((0, 8),)})
    assert second.labels == ("policy",)


def test_label_studios_text_is_found_by_name_or_look(tmp_path):
    told = [task([choices("themes", "政策")])]
    for field in ("content", "新闻全文"):
        named = [{**one, "data": {"链接": "http://a.cn/1", field: TEXT}} for one in told]
        (record,) = load(tmp_path, "label-studio", json.dumps(named)).records
        assert record.text == TEXT
    with pytest.raises(LabelError, match=r"no field is called '稿'.* There are: 链接, 新闻全文"):
        load(tmp_path, "label-studio", json.dumps(named), text_column="稿")


def test_json_min_names_its_controls_as_the_project_does(tmp_path):
    small = [
        {"id": 1, "内容": TEXT, "theme": {"choices": ["政策", "目标"]}, "mood": "喜", "annotator": 1},
        {"id": 2, "内容": "甲。", "theme": "招商引资", "mood": "忧"},
        {"id": 3, "内容": "乙。", "mood": "忧"},
    ]
    imported = load(tmp_path, "label-studio", json.dumps(small))
    assert [record.labels for record in imported.records] == [("policy", "goals"), ("investment_attraction",)]
    assert [record.text for record in imported.records] == [TEXT, "甲。"]
    assert imported.silent == 0
    assert imported.notices == [passed_over(A_CHOICE)]
    with pytest.raises(LabelError, match="'喜' is no theme"):
        load(tmp_path, "label-studio", json.dumps(small), label_column="mood")
    with pytest.raises(LabelError, match="--label-column: theme, mood"):
        load_open(tmp_path, json.dumps(small))


def test_the_labelling_configuration_names_the_controls_that_tasks_use():
    view = ET.fromstring(configuration(TAXONOMY))
    controls = {element.get("name") for element in view if element.get("name")}
    results = json.loads(export_labels([RECORD], "label-studio", TAXONOMY).data)[0]["annotations"][0]["result"]
    assert {result["from_name"] for result in results} == {"themes", "maybe", "evidence"} <= controls
    of_themes, of_maybe = ({e.get("alias") for e in control} for control in view.iter("Choices"))
    assert (of_themes, of_maybe) == ({*TAXONOMY.ids, "[]"}, {*TAXONOMY.ids})


def small(name, results):
    """The same answers as JSON-MIN has them."""
    told = {r["from_name"]: r["value"] if r["type"] == "choices" else [r["value"]] for r in results}
    return {"id": 12, "text": name, **told}


@pytest.mark.parametrize("shape", [lambda name, results: task(results, id=12, data={"text": name}), small])
@pytest.mark.parametrize(
    ("results", "labels"),
    [
        ([], None),
        ([mark(0, 2, "政策")], None),
        ([choices("themes")], None),
        ([choices("mood", "喜")], None),
        ([choices("themes", "[]")], ()),
        ([choices("themes", "无")], ()),
        ([choices("maybe", "政策")], ()),
        ([choices("themes", "目标"), mark(0, 2, "政策")], ("goals",)),
    ],
)
def test_a_label_studio_annotation_in_which_nothing_is_chosen_says_nothing(tmp_path, shape, results, labels):
    tasks = [shape("说了的。", [choices("themes", "政策")]), shape("另一段。", results)]
    tasks[0]["id"] = 13
    imported = load(tmp_path, "label-studio", json.dumps(tasks), mapping={"无": ""})
    assert [r.labels for r in imported.records] == [("policy",), *([] if labels is None else [labels])]
    assert (passed_over(A_CHOICE) in imported.notices) == (labels is None)
    taken = load(tmp_path, "label-studio", json.dumps(tasks), mapping={"无": "", "": ""}).records
    assert [r.labels for r in taken] == [("policy",), labels or ()]


# ---- Prodigy


def test_a_prodigy_choice_export(tmp_path):
    table = {
        "text": TEXT, "_input_hash": 1, "_task_hash": 2, "options": [{"id": "policy", "text": "政策"}],
        "_view_id": "choice", "accept": ["policy"], "config": {"choice_style": "multiple"}, "answer": "accept",
    }  # fmt: skip
    (record,) = load(tmp_path, "prodigy", lines(table)).records
    assert record.labels == ("policy",)


def test_prodigy_tasks_that_were_ignored_are_passed_over(tmp_path):
    tasks = [{"text": TEXT, "accept": ["policy"], "answer": a} for a in ("ignore", "reject", "accept")]
    imported = load(tmp_path, "prodigy", lines(*tasks))
    assert len(imported.records) == 1
    assert imported.notices == ["2 tasks were ignored or rejected in Prodigy, and passed over."]


def test_prodigys_binary_answers_to_one_text_are_put_together(tmp_path):
    tasks = [
        {"text": TEXT, "label": "policy", "answer": "accept"},
        {"text": TEXT, "label": "goals", "answer": "reject"},
    ]
    (record,) = load(tmp_path, "prodigy", lines(*tasks)).records
    assert (record.labels, record.maybe) == (("policy",), ("investment_attraction",))


def test_prodigys_numbered_options_are_resolved(tmp_path):
    options = [{"id": 0, "text": "政策"}, {"id": 1, "text": "Goals"}, {"id": 2, "text": "体育"}]
    table = {"text": TEXT, "options": options, "accept": [1, 0], "answer": "accept"}
    (record,) = load(tmp_path, "prodigy", lines(table)).records
    assert record.labels == ("goals", "policy")
    with pytest.raises(LabelError, match="the label '体育' is no theme"):
        load(tmp_path, "prodigy", lines({**table, "accept": [2]}))
    with pytest.raises(LabelError, match="the label 3 is no theme"):
        load(tmp_path, "prodigy", lines({**table, "accept": [3]}))


def test_prodigys_sessions_are_readings(tmp_path):
    tasks = [
        {"text": TEXT, "accept": ["policy"], "answer": "accept", "_session_id": "x-a"},
        {"text": TEXT, "accept": ["goals"], "answer": "accept", "_session_id": "x-b"},
    ]
    assert [(r.annotator, r.labels) for r in load(tmp_path, "prodigy", lines(*tasks)).records] == [
        ("x-a", ("policy",)),
        ("x-b", ("goals",)),
    ]
    (record,) = load(tmp_path, "prodigy", lines(*tasks), merge="maybe").records
    assert record.maybe == ("policy", "goals")


def test_who_answered_prodigy_goes_before_who_read_what_it_was_given(tmp_path):
    given = json.loads(export_labels([RECORD], "prodigy", TAXONOMY).data)
    tasks = [
        {**given, "accept": [theme], "spans": [], "_session_id": by}
        for by, theme in (("x-a", "policy"), ("x-b", "goals"))
    ]
    assert [(r.annotator, r.labels) for r in load(tmp_path, "prodigy", lines(*tasks)).records] == [
        ("x-a", ("policy",)),
        ("x-b", ("goals",)),
    ]
    (alone,) = load(tmp_path, "prodigy", lines(tasks[0])).records
    assert (alone.id, alone.annotator) == ("r1", "x-a")


def test_a_prodigy_span_export_tells_its_themes(tmp_path):
    span = {"start": 0, "end": 8, "token_start": 0, "token_end": 5, "label": "policy"}
    (record,) = load(tmp_path, "prodigy", lines({"text": TEXT, "spans": [span], "answer": "accept"})).records
    assert (record.labels, record.evidence) == (("policy",), {"policy": ((0, 8),)})


def test_a_prodigy_task_has_its_options():
    table = json.loads(export_labels([RECORD], "prodigy", TAXONOMY).data)
    assert table["accept"] == ["investment_attraction", "policy", "goals?"]
    assert set(table["accept"]) <= {option["id"] for option in table["options"]}


# ---- CSV


def test_a_spreadsheet_with_a_column_per_theme(tmp_path):
    content = "text,政策,goals\n甲。,1,?\n乙。,0,x\n"
    first, second = load(tmp_path, "csv", content).records
    assert (first.labels, first.maybe) == (("policy",), ("goals",))
    assert (second.labels, second.maybe) == (("goals",), ())


@pytest.mark.parametrize("joined", ["政策;目标", "policy, goals", "政策、目标", "policy#goals"])
def test_a_spreadsheet_with_joined_labels(tmp_path, joined):
    (record,) = load(tmp_path, "csv", f'text,label\n甲。,"{joined}"\n').records
    assert record.labels == ("policy", "goals")


@pytest.mark.parametrize(
    ("cell", "labels"),
    [
        ("政策／目标", ("policy", "goals")),
        ("policy goals", ("policy", "goals")),
        ("Investment attraction", ("investment_attraction",)),
        ("['政策', '目标']", ("policy", "goals")),
        ("['政策' '目标']", ("policy", "goals")),
        ('["政策"]', ("policy",)),
        ("[政策, 目标]", ("policy", "goals")),
        ("[]", ()),
        ("无", ()),
    ],
)
def test_lists_and_separators_of_all_kinds(tmp_path, cell, labels):
    content = io.StringIO()
    csv.writer(content).writerows([["正文", "标签"], ["甲。", cell]])
    (record,) = load(tmp_path, "csv", content.getvalue(), mapping={"无": ""}).records
    assert record.labels == labels


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_a_table_in_any_encoding(tmp_path, encoding):
    text = "园区的污水经过处理以后可以回用，企业在这里发展得很好，大家都說好。"
    content = f"text\tlabels\n{text}\t政策\n".encode(encoding)
    (record,) = load(tmp_path, "csv", content, mapping={"政策": "policy"}).records
    assert (record.text, record.labels) == (text, ("policy",))


def test_columns_by_name_and_labels_by_mapping(tmp_path):
    content = "编号,评语,归口\n1,甲。,招商\n2,乙。,其他\n3,丙。,政策;招商\n"
    look = {"text_column": "评语", "label_column": "归口", "mapping": {"招商": "investment_attraction", "其他": ""}}
    found = [record.labels for record in load(tmp_path, "csv", content, **look).records]
    assert found == [("investment_attraction",), (), ("policy", "investment_attraction")]
    with pytest.raises(LabelError, match=r"export:1: there is no column '正'\. There are: '编号', '评语', '归口'"):
        load(tmp_path, "csv", content, **{**look, "text_column": "正"})
    with pytest.raises(LabelError, match=r"name them with --text-column and --label-column"):
        load(tmp_path, "csv", content)
    with pytest.raises(ConfigError, match=r"--map 招商=x: 'x' is no theme"):
        load(tmp_path, "csv", content, **{**look, "mapping": {"招商": "x"}})


def test_a_mapping_of_a_label_that_stands_nowhere_is_told(tmp_path):
    content = "text,labels\n甲。,招商\n乙。,无\n"
    mapping = {"招商": "policy", "无": "", "無": "", "": ""}
    assert load(tmp_path, "csv", content, mapping=mapping).notices == [
        f"--map: no label in {tmp_path / 'export'} is called '無'."
    ]
    columns = load(tmp_path, "csv", "text,招商\n甲。,√\n", mapping={"招商": "policy", "商": "policy"})
    assert [text.endswith("is called '商'.") for text in columns.notices] == [True]


TICKED = "编号,段落,招商引资,政策\nP1,签约12个项目。,√,\nP2,职工篮球赛开幕。,{},\nP3,出台十条措施。,,√\n"


def test_of_a_column_for_each_theme_it_is_said_what_tells_no_theme_there(tmp_path):
    imported = load(tmp_path, "csv", TICKED.format(""))
    assert ([record.id for record in imported.records], imported.notices) == (["P1", "P3"], [passed_over(NO_TICK)])
    listed = load(tmp_path, "csv", f"正文,标签,政策\n{ONE},政策,\n{TWO},,\n")
    assert listed.notices == [passed_over("[] as the label")]
    with pytest.raises(
        LabelError, match=r"2 rows say nothing of any theme; write the themes; 0, 否 or × in a cell, or "
    ):
        load(tmp_path, "csv", f"正文,政策\n{ONE},\n{TWO},\n")
    rows = [{"正文": ONE, "政策": "", "目标": "√"}, {"正文": TWO, "政策": None, "目标": ""}]
    assert load(tmp_path, "csv", lines(*rows)).notices == [passed_over(NO_TICK)]


@pytest.mark.parametrize(("cell", "mapping"), [("0", {}), ("否", {}), ("×", {}), ("", {"": ""})])
def test_what_is_said_to_tell_no_theme_does(tmp_path, cell, mapping):
    imported = load(tmp_path, "csv", TICKED.format(cell), mapping=mapping)
    assert [record.labels for record in imported.records] == [("investment_attraction",), (), ("policy",)]
    assert imported.notices == []


def test_a_row_that_says_nothing_is_passed_over_and_counted(tmp_path):
    content = "text,labels\n甲。,政策\n乙。,\n,\n"
    imported = load(tmp_path, "csv", content)
    assert [record.text for record in imported.records] == ["甲。"]
    assert imported.notices == [passed_over("[] as the label")]
    assert [r.labels for r in load(tmp_path, "csv", content, mapping={"": ""}).records] == [("policy",), ()]
    assert [r.labels for r in load(tmp_path, "csv", "text,政策,目标\n甲。,√,\n乙。,,\n丙。,否,否\n").records] == [
        ("policy",),
        (),
    ]
    silent = load(tmp_path, "fasttext", "__label__policy 甲 。\n乙 。\n")
    assert len(silent.records) == 1
    assert silent.notices == [passed_over("__label__ without a name")]
    assert (
        len(
            load(
                tmp_path, "doccano", lines({"text": "甲。", "label": ["政策"]}, {"text": "乙。", "label": None})
            ).records
        )
        == 1
    )


def test_without_a_taxonomy_every_label_is_a_theme(tmp_path):
    path = tmp_path / "reviews.csv"
    path.write_text("text,themes\n慢,配送\n慢又破,配送 包装\n破,包装\n好,客服 态度\n不明,味道?\n", encoding="utf-8")
    records = import_labels(path, "csv", None).records
    assert [r.labels for r in records] == [("配送",), ("配送", "包装"), ("包装",), ("客服 态度",), ()]
    assert records[-1].maybe == ("味道",)
    assert load_any_labels([path]).taxonomy.ids == ("包装", "味道", "客服 态度", "配送")


def workbook(cells, shared):
    """Return the bytes of a workbook whose first sheet has these cells, as XML."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{relation}"><sheets><sheet r:id="rId7"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Rels><Rel Id="rId7" Target="worksheets/own.xml"/>'
        f'<Rel Id="rId8" Type="{relation}/sharedStrings" Target="sharedStrings.xml"/></Rels>',
        "xl/sharedStrings.xml": f"<sst {main}>{''.join(f'<si>{text}</si>' for text in shared)}</sst>",
        "xl/worksheets/own.xml": f"<worksheet {main}><sheetData>{cells}</sheetData></worksheet>",
    }
    return zipped(parts)


def test_an_xlsx_workbook(tmp_path):
    shared = ["<t>text</t>", "<t>政策</t>", "<r><t>签约</t></r><r><t>12个_x000A_项目</t></r><rPh><t>qian</t></rPh>"]
    cells = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c>'
        '<c r="D1" t="inlineStr"><is><t>目标</t></is></c></row>'
        '<row r="2"><c r="A2" t="s"><v>2</v></c><c r="C2"><v>1</v></c><c r="D2" t="str"><f>A1</f><v>?</v></c></row>'
    )
    (record,) = load(tmp_path, "csv", workbook(cells, shared)).records
    assert (record.text, record.labels, record.maybe) == ("签约12个\n项目", ("policy",), ("goals",))


def test_a_workbook_keeps_its_row_numbers_below_empty_rows_and_a_title(tmp_path):
    def row(number, *cells):
        texts = (f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
        return f'<row r="{number}">{"".join(texts)}</row>'

    table = row(2, "五月留言标注表") + row(4, "正文", "招商引资", "政策") + row(9, "签约12个项目。", "1", "0")
    (record,) = load(tmp_path, "csv", workbook(table, []), text_column="正文").records
    assert (record.text, record.labels) == ("签约12个项目。", ("investment_attraction",))
    with pytest.raises(
        LabelError, match=r"export:11: the column '招商引资' holds one of 1, √, ✓.*, 是,.* one of 0, ×.*, 否.* \? where"
    ):
        load(tmp_path, "csv", workbook(table + row(11, "出台九条。", "大概", "1"), []))
    with pytest.raises(LabelError, match=r"export:4: the header needs"):
        load(tmp_path, "csv", workbook(row(4, "正文", "人数") + row(5, "签约。", "3"), []))


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04 and no more", workbook("<row", []), workbook("", [])], ids=["cut", "torn", "empty"]
)
def test_a_damaged_workbook_is_named(tmp_path, data):
    with pytest.raises(LabelError, match=r"export"):
        load(tmp_path, "csv", data)


OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (OLE + "EncryptedPackage".encode("utf-16-le") + bytes(2000), "an Office document that is encrypted"),
        (OLE + "WordDocument".encode("utf-16-le") + bytes(2000), "a Word 97-2003 or WPS document"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "this is an image"),
        (b"%PDF-1.4\n" + bytes(range(256)), "this is no text; label files are JSON Lines"),
        (b"SQLite format 3\0" + bytes(range(256)), r"labels export --store \S+book\.xlsx --format jsonl"),
    ],
)
@pytest.mark.parametrize("form", [None, "csv"])
def test_what_is_no_text_is_named(tmp_path, monkeypatch, data, what, form):
    monkeypatch.setattr("gxclassify.reading.office.legacy.soffice", lambda: None)
    (tmp_path / "book.xlsx").write_bytes(data)
    with pytest.raises(LabelError, match=what):
        import_labels(tmp_path / "book.xlsx", form, TAXONOMY)


def test_entities_of_a_workbook_are_not_read(tmp_path):
    (tmp_path / "secret").write_text("秘密", encoding="utf-8")
    bomb = f'<!DOCTYPE sst [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>'
    data = workbook('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', ["<t>&x;</t>"])
    patched = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(patched, "w") as new:
        for name in old.namelist():
            new.writestr(name, (bomb if "shared" in name else "") + old.read(name).decode())
    with pytest.raises(LabelError) as error:
        load(tmp_path, "csv", patched.getvalue())
    assert "秘密" not in str(error.value)


def test_the_table_opens_as_utf_8_in_excel():
    data = export_labels([RECORD], "csv", TAXONOMY).data
    assert data.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert row["evidence"] == "investment_attraction:0-8;policy:0-8;policy:8-13"


@pytest.mark.parametrize("text", ["=1+1", "'=1+1", "''-x", "@甲", "'甲'"])
def test_formulas_are_harmless_in_a_spreadsheet_and_come_back(tmp_path, text):
    data = export_labels([LabelRecord(id="x", text=text, article="x")], "csv", TAXONOMY).data
    (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert row["text"][0] not in "=+-@"
    assert load(tmp_path, "csv", data).records[0].text == text


# ---- what all share


def test_the_kind_of_text_can_be_given(tmp_path):
    assert load(tmp_path, "csv", "text,label\n甲。,policy\n", source="web").records[0].source == "web"


def test_a_paragraph_that_comes_twice_alike_is_taken_once(tmp_path):
    imported = load(tmp_path, "csv", "text,label\n甲。,policy\n甲。,policy\n")
    assert len(imported.records) == 1
    assert imported.notices == ["1 paragraph comes more than once; each was taken once."]


def test_an_id_with_two_sets_of_labels_is_refused(tmp_path):
    with pytest.raises(LabelError, match=r"stands at .*export:2 with another text or other labels"):
        load(tmp_path, "csv", "id,text,label\na,甲。,policy\na,甲。,goals\n")


def test_a_text_without_id_that_comes_with_two_sets_of_labels_is_two_readings_of_one_article(tmp_path):
    imported = load(tmp_path, "csv", "text,label\n甲。,policy\n甲。,goals\n")
    first, second = imported.records
    assert (first.labels, second.labels) == (("policy",), ("goals",))
    assert first.id != second.id
    assert first.article == second.article
    assert "1 paragraph has several readings" in imported.notices[0]


def test_texts_that_differ_in_signs_alone_are_two_paragraphs_of_one_article(tmp_path):
    imported = load(tmp_path, "csv", "text,label\n好！,policy\n好？,goals\n……,goals\n！！,policy\n")
    assert [record.text for record in imported.records] == ["好！", "好？", "……", "！！"]
    assert len({record.id for record in imported.records}) == 4
    assert imported.records[0].article == imported.records[1].article


def test_rows_without_text_are_passed_over_and_counted(tmp_path):
    imported = load(tmp_path, "csv", "text,label\n,policy\n甲。,goals\n")
    assert len(imported.records) == 1
    assert imported.notices == ["Rows without text: 1, passed over."]


@pytest.mark.parametrize(
    ("cells", "labels"),
    [
        (["财经/交易-出售/收购", "组织行为-罢工", "财经/交易-涨价;组织行为-罢工"],
         [["财经/交易-出售/收购"], ["组织行为-罢工"], ["财经/交易-涨价", "组织行为-罢工"]]),
        (["味道/服务", "味道", "服务"], [["味道", "服务"], ["味道"], ["服务"]]),
        (["C#", "Java", "C#;Java"], [["C#"], ["Java"], ["C#", "Java"]]),
        (["味道+服务", "味道", "服务"], [["味道", "服务"], ["味道"], ["服务"]]),
        (["味道#服务", "味道", "服务"], [["味道", "服务"], ["味道"], ["服务"]]),
    ],
)  # fmt: skip
def test_a_sign_in_names_separates_nothing(tmp_path, cells, labels):
    content = "text\tlabel\n" + "".join(f"第{n}段。\t{cell}\n" for n, cell in enumerate(cells))
    (tmp_path / "export").write_text(content, encoding="utf-8")
    imported = import_labels(tmp_path / "export", "csv", None)
    assert [list(record.labels) for record in imported.records] == labels


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "评论内容,情感标签\n甲。,质量、服务\n"),
        ("a.csv", "评论,意图\n甲。,质量;服务\n"),
        ("a.csv", "序号,文本,质量,服务,其他\n7,甲。,√,√,\n8,乙。,,,√\n"),
        ("a.csv", "review,质量,服务,其他\n甲。,TRUE,TRUE,FALSE\n乙。,FALSE,FALSE,TRUE\n"),
        ("a.jsonl", '{"text": "甲。", "label": ["质量", "服务"]}\n'),
        ("a.jsonl", '{"id": 3, "text": "甲。", "labels": ["质量", "服务"]}\n'),
    ],
)
def test_what_projects_have_trains_as_it_is(tmp_path, name, content):
    (tmp_path / name).write_text(content, encoding="utf-8")
    first, *_ = load_any_labels([tmp_path / name]).records
    assert (first.text, first.labels) == ("甲。", ("质量", "服务"))


BY_ID = ("investment_attraction", "policy")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "a.jsonl",
            lines({"id": "1", "text": TEXT, "labels": ["招商引资", "Policy"], "evidence": {"policy": [[0, 8]]}}),
        ),
        ("a.jsonl", lines({"text": TEXT, "label": ["招商引资", "政策"]})),
        ("a.csv", f"text,labels,evidence\n{TEXT},招商引资;policy,政策:0-8\n"),
        ("a.csv", f"text,招商引资,政策\n{TEXT},1,1\n"),
    ],
)
def test_names_of_shipped_themes_are_their_ids_where_no_themes_toml_lies(tmp_path, name, content):
    (tmp_path / name).write_text(content, encoding="utf-8")
    found = load_any_labels([tmp_path / name])
    assert found.records[0].labels == found.taxonomy.ids == BY_ID
    assert [theme.zh for theme in found.taxonomy.themes] == ["招商引资", "政策"]
    assert "the themes are the 2 shipped ones found" in found.taxonomy.notice


@pytest.mark.parametrize("ticked", ["招商引资", "政策"])
def test_a_column_of_open_marks_is_a_theme_where_it_is_called_as_a_shipped_one(tmp_path, ticked):
    file = tmp_path / "a.csv"
    file.write_text(f"text,招商引资,政策\n甲。,{'1' if ticked == '招商引资' else ''},？\n", encoding="utf-8")
    assert load_any_labels([file]).records[0].maybe == ("policy",)


def test_themes_of_ones_own_keep_the_names_of_shipped_ones_that_stand_beside_them(tmp_path):
    sets = []
    for name, theme in (("a.jsonl", "政策"), ("b.jsonl", "城管")):
        (tmp_path / name).write_text(lines({"id": "1", "text": TEXT, "labels": [theme]}), encoding="utf-8")
        sets.append([tmp_path / name])
    own, _ = load_any_label_sets(sets)
    assert own.records[0].labels == ("政策",)
    assert load_any_label_sets(sets[:1])[0].records[0].labels == ("policy",)


def test_a_pipe_of_label_records_is_read_once(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    told = lines({"id": "1", "text": TEXT, "labels": ["政策"]})
    writer = threading.Thread(target=pipe.write_text, args=(told,), kwargs={"encoding": "utf-8"}, daemon=True)
    writer.start()
    assert load_any_labels([pipe]).records[0].labels == ("policy",)
    writer.join(timeout=10)


def test_two_columns_that_may_be_the_labels_are_asked_about(tmp_path):
    with pytest.raises(LabelError, match=r"of 'labels import'\. There are: '评价', '一级分类', '二级分类'"):
        load(tmp_path, "csv", "评价,一级分类,二级分类\n甲。,外卖,味道\n")


def test_a_paragraph_of_two_tables_is_a_reading_in_each(tmp_path):
    for name, label in (("a.csv", "policy"), ("b.csv", "goals")):
        (tmp_path / name).write_text(f"text,label\n甲。,{label}\n,x\n", encoding="utf-8")
    found = load_any_labels([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert [record.labels for record in found.records] == [("policy",), ("goals",)]
    assert len({record.article for record in found.records}) == 1
    assert [notice.split(": ", 1)[1] for notice in found.notices] == ["Rows without text: 1, passed over."] * 2


@pytest.mark.parametrize(
    ("form", "item", "place"),
    [("doccano", {"label": ["policy"]}, "第 1 项"), ("label-studio", {"id": 7, "data": {"text": ""}}, "任务 7")],
)
def test_items_and_tasks_are_told_in_chinese(tmp_path, form, item, place):
    item |= {
        "annotations": [{"result": [{"from_name": "themes", "type": "choices", "value": {"choices": ["policy"]}}]}]
    }
    (tmp_path / "export").write_text(json.dumps([item]), encoding="utf-8")
    with pytest.raises(LabelError) as refused:
        import_labels(tmp_path / "export", form, TAXONOMY)
    assert spoken(refused.value.message, "zh").startswith(f"{tmp_path / 'export'}：{place}：")


@pytest.mark.parametrize(
    ("form", "content", "message"),
    [
        ("doccano", "[]", r"holds no labelled paragraph"),
        ("doccano", "[1]", r"export: item 1 is no JSON object"),
        ("doccano", "[1", r"export: not JSON"),
        ("doccano", "nonsense", r"export:1: this line is not JSON"),
        ("doccano", lines({"text": "甲。"}), r"export:1: neither label, cats nor entities"),
        ("doccano", lines({"text": "甲。", "label": ["体育"]}), r"export:1: the label '体育' is no theme"),
        ("doccano", lines({"text": "甲。", "label": [[0, 9, "policy"]]}), r"export:1: .*lies outside"),
        ("doccano", lines({"label": ["policy"]}), r"export:1: there is no text"),
        ("doccano", lines({"text": "甲。", "label": 3.5}), r"'label' is a list of labels"),
        ("doccano", lines({"text": "甲。", "label": [[0, 1]]}), r"nor a marked span of doccano"),
        ("label-studio", "{", r"export: not JSON"),
        ("label-studio", "[" + "9" * 5000 + "]", r"export: not JSON"),
        ("label-studio", "[" * 100_000, r"export: not JSON"),
        ("label-studio", "{}", r"is a list of tasks"),
        ("prodigy", lines({"text": "甲。"}), r"neither 'accept' nor 'label' nor 'spans'"),
        ("csv", "a,b\n1,2\n", r"export:1: the header needs a column of texts"),
        ("csv", "text,policy\n甲。,maybe\n", r"export:2: the column 'policy' holds one of 1, √"),
        ("csv", "text,label,evidence\n甲。,policy,somewhere\n", r"evidence is written theme:start-end"),
        ("csv", "text,label\n", r"holds no labelled paragraph: no row below the header has a text\.$"),
        ("csv", "text,label\n,policy\n", r"holds no labelled paragraph: no row below the header has a text\.$"),
        ("csv", "text,label\n甲。,\n乙。,\n", r"holds no labelled paragraph: 2 rows say nothing of any theme; write"),
        ("csv", "\n", r"export: the file is empty\.$"),
        ("fasttext", "", r"export: the file is empty\.$"),
        ("fasttext", "__label__体育 甲 。\n", r"export:1: the label '体育' is no theme"),
        ("jsonl", lines({"id": "1", "text": "甲。"}), r"export:1: 'labels' must be a list"),
        ("jsonl", "\n签约项目".encode() + b"\xff", r"export:2: this is not text in utf-8; save the file as UTF-8"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path, form, content, message):
    with pytest.raises(LabelError, match=message):
        load(tmp_path, form, content)


def test_an_unknown_format_is_refused():
    with pytest.raises(ConfigError, match="no label format 'xml'"):
        export_labels([RECORD], "xml", TAXONOMY)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_an_export_is_read_whatever_its_encoding(tmp_path, encoding):
    text = "这个产业园区的经济发展很好，我们在这里看到了新的变化。"
    (record,) = load(tmp_path, "doccano", lines({"text": text, "label": ["政策"]}).encode(encoding)).records
    assert record.text == text


# ---- files as people sent them


CASES = SHARED.parent / "cases"
SHIPPED = {"无": "", "其他": "", "无主题": ""}


@pytest.mark.parametrize(
    ("name", "form", "look", "labels"),
    [
        ("r70-labels-csv-excel/c-gbk.csv", "csv", {}, None),
        ("r70-labels-csv-excel/m-zh-header.csv", "csv", {}, [{"policy"}]),
        ("r70-labels-csv-excel/n-none.csv", "csv", {"mapping": SHIPPED}, [set(), set()]),
        ("r70-labels-csv-excel/o-pylist.csv", "csv", {}, [{"policy", "innovation_platforms"}, set(), {"eco_park"}]),
        ("r70-labels-csv-excel/k-dunhao.csv", "csv", {}, None),
        ("r71-labels-label-studio/h-taxonomy.json", "label-studio", {}, [{"policy", "innovation_platforms"}]),
        (
            "r71-labels-label-studio/b-two-annotators.json",
            "label-studio",
            {},
            [{"policy"}, {"policy", "innovation_platforms"}],
        ),
        ("r71-labels-label-studio/g-other-choices.json", "label-studio", {}, [{"policy"}]),
        ("r71-labels-label-studio/t-none-choice.json", "label-studio", {"mapping": SHIPPED}, [set(), set()]),
        ("r74-labels-prodigy/d-conflict.jsonl", "prodigy", {}, [{"policy"}, {"innovation_platforms"}]),
        ("r74-labels-prodigy/f-num-ids.jsonl", "prodigy", {}, [{"policy", "innovation_platforms"}]),
    ],
)
def test_files_as_projects_have_them(name, form, look, labels):
    require((CASES / name).exists(), "the shared cases are not here")
    records = import_labels(CASES / name, form, load_taxonomy(ROOT / "labels" / "themes.toml"), **look).records
    if labels is None:
        assert all(record.labels for record in records)
    else:
        assert [set(record.labels) for record in records] == labels


def test_a_training_file_without_labels_is_refused_with_the_count():
    path = CASES / "r73-labels-fasttext" / "h-nolabel.txt"
    require(path.exists(), "the shared cases are not here")
    with pytest.raises(LabelError, match=r"holds no labelled paragraph.*; 1 line or task says nothing"):
        import_labels(path, "fasttext", TAXONOMY)


@pytest.mark.parametrize("form", ["csv", None])
def test_a_table_with_an_open_quote_is_refused_with_its_line(tmp_path, form):
    with pytest.raises(LabelError, match=r"export:3: a quote opens here that is never closed: 2 lines would be"):
        load(tmp_path, form, 'text,labels\n签约12个项目。,policy\n"下午参观。,policy\n区长到会。,policy\n')


@pytest.mark.parametrize("head", ["text|labels", "sep=|\ntext|labels"])
def test_a_table_is_separated_as_its_head_says(tmp_path, head):
    found = load(tmp_path, "csv", f"{head}\n签约，12个项目。|policy\n下午，参观。|goals\n")
    assert [(record.text, record.labels) for record in found.records] == [
        ("签约，12个项目。", ("policy",)), ("下午，参观。", ("goals",)),
    ]  # fmt: skip


# ---- what the tools write besides


def told(imported):
    return [(record.text, record.labels) for record in imported.records]


ONE, TWO = "签约12个项目。", "出台十条措施。"
BOTH = [(ONE, "招商引资"), (TWO, "政策")]


def by_line(make):
    return lines(*(make(text, theme) for text, theme in BOTH))


def of_studio(text, theme):
    result = {"from_name": "t", "type": "choices", "value": {"choices": [theme]}}
    return {"data": {"text": text}, "annotations": [{"result": [result]}]}


SHAPES = {
    "doccano, an array": json.dumps([{"text": text, "label": [theme]} for text, theme in BOTH]),
    "prodigy, an array": json.dumps([{"text": text, "accept": [theme], "answer": "accept"} for text, theme in BOTH]),
    "categories with numbers": by_line(
        lambda text, theme: {"text": text, "cats": {"招商引资": 0.0, "政策": 0} | {theme: 1.0}}
    ),
    "a name in a text": by_line(lambda text, theme: {"text": text, "label": theme}),
    "label studio, a task on each line": by_line(of_studio),
    "label studio, a table": f'id,text,topic,lead_time\n1,{ONE},"{{""choices"": [""招商引资""]}}",3\n2,{TWO},政策,4\n',
    "no header": f"招商引资\t{ONE}\n政策\t{TWO}\n",
    "no header, the label behind": f"{ONE}\t招商引资\n{TWO}\t政策\n",
    "numbered columns": f"文本,标签1,标签2\n{ONE},招商引资,\n{TWO},,政策\n",
    "fasttext with commas": f"__label__招商引资 , {ONE}\r\n__label__政策 , {TWO}\r\n",
}


def recognised_in(tmp_path, content):
    path = tmp_path / "export"
    path.write_text(content, encoding="utf-8")
    return import_labels(path, None, TAXONOMY)


@pytest.mark.parametrize("shape", SHAPES)
def test_other_shapes_of_exports_are_read(tmp_path, shape):
    found = recognised_in(tmp_path, SHAPES[shape])
    assert told(found) == [(ONE, ("investment_attraction",)), (TWO, ("policy",))]


def test_several_labels_in_one_text_or_glued_together(tmp_path):
    both = ("investment_attraction", "policy")
    assert told(recognised_in(tmp_path, lines({"text": ONE, "label": "招商引资、政策"}))) == [(ONE, both)]
    assert told(recognised_in(tmp_path, f"__label__招商引资,__label__政策 {ONE}\n")) == [(ONE, both)]


def test_rows_above_the_header_of_a_table_are_left_out_and_told(tmp_path):
    imported = recognised_in(tmp_path, f"标注表,,\n填表：孙宁,,\n序号,正文,主题\n1,{ONE},招商引资\n2,{TWO},政策\n")
    assert [record.labels for record in imported.records] == [("investment_attraction",), ("policy",)]
    assert imported.records[0].where.endswith(":4")
    assert imported.notices[0] == "What stands above the header is left out: '标注表 填表：孙宁'."


def test_a_table_without_header_has_any_themes_in_the_column_of_names_that_come_again(tmp_path):
    rows = [f"{'乐队' if n % 2 else '画展'}\t{n}\t第{n}场演出昨晚在河边的旧仓库里开始。" for n in range(8)]
    imported = load_open(tmp_path, "\n".join(rows))
    assert [record.labels for record in imported.records[:2]] == [("画展",), ("乐队",)]
    assert imported.records[1].text == "第1场演出昨晚在河边的旧仓库里开始。"
    with pytest.raises(LabelError, match="the header needs a column"):
        load_open(tmp_path, "\n".join(["栏目\t序\t稿子", *rows]))


@pytest.mark.parametrize("label", [3, [3]])
def test_the_number_of_a_class_is_its_name(tmp_path, label):
    rows = lines({"text": ONE, "label": label})
    assert [record.labels for record in load_open(tmp_path, rows).records] == [("3",)]
    (record,) = load(tmp_path, "doccano", rows, mapping={"3": "policy"}).records
    assert record.labels == ("policy",)


def test_json_lines_with_the_fields_of_a_table_are_one(tmp_path):
    rows = [
        {"正文": ONE, "标签": ["招商引资", "政策"], "来源": None},
        {"正文": TWO, "标签": "政策、目标", "页": 3},
        {"正文": "乙。", "标签": None},
    ]
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    imported = recognised_in(tmp_path, text)
    assert [record.labels for record in imported.records] == [("investment_attraction", "policy"), ("policy", "goals")]
    assert imported.records[1].where.endswith(":2")
    assert imported.notices[0] == "Columns that are not read: '页'."
    assert imported.notices[1].startswith("Lines or tasks that say nothing of any theme: 1")
    file = tmp_path / "labels.jsonl"
    file.write_text(text, encoding="utf-8")
    assert [record.labels for record in load_any_labels([file], TAXONOMY).records] == [
        ("investment_attraction", "policy"),
        ("policy", "goals"),
    ]


def test_an_array_of_records_is_a_table_as_its_lines_are(tmp_path):
    rows = [{"正文": ONE, "标签": ["招商引资"], "来源": "日报"}, {"正文": TWO, "标签": "政策", "来源": "晚报"}]
    imported = recognised_in(tmp_path, json.dumps(rows, ensure_ascii=False))
    assert [record.labels for record in imported.records] == [("investment_attraction",), ("policy",)]


@pytest.mark.parametrize("sign", [";", "\t"])
def test_a_title_without_separators_above_labels_is_left_out(tmp_path, sign):
    table = f"正文,标签\n{ONE},招商引资\n{TWO},政策\n".replace(",", sign)
    imported = recognised_in(tmp_path, f"五月标注表\n{table}")
    assert [record.labels for record in imported.records] == [("investment_attraction",), ("policy",)]
    assert imported.notices == ["What stands above the header is left out: '五月标注表'."]


def test_sheets_with_the_columns_of_the_first_are_read_and_others_named(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "一月"
    for row in (["一月标注表"], ["正文", "标签"], [ONE, "招商引资"]):
        book.active.append(row)
    for title, rows in {
        "二月": (["正文", "标签"], [TWO, "政策"]),
        "说明": (["项目", "值"], ["人数", 3]),
        "空": (),
    }.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path = tmp_path / "labels.xlsx"
    book.save(path)
    imported = import_labels(path, None, TAXONOMY)
    assert [record.labels for record in imported.records] == [("investment_attraction",), ("policy",)]
    assert [record.where for record in imported.records] == [f"{path}:3", f"{path} (二月):2"]
    assert imported.notices == [
        "What stands above the header is left out: '一月标注表'.",
        "Sheets whose columns are not those of '一月' are not read: '说明'.",
    ]


def book_of(path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_sheets_with_the_same_columns_in_another_order_are_read_by_their_names(tmp_path):
    path = book_of(
        tmp_path / "labels.xlsx",
        一月=(["编号", "正文", "标签"], ["1", ONE, "招商引资"]),
        二月=(["标签", "正文", "", " 编号"], ["政策", TWO, "", "2"]),
        三月=(["正文", "标签", "编号", "编号"], [TWO, "目标", "3", "4"]),
    )
    imported = import_labels(path, None, TAXONOMY)
    assert [(record.text, record.labels) for record in imported.records] == [
        (ONE, ("investment_attraction",)),
        (TWO, ("policy",)),
    ]
    assert imported.notices == [
        "Columns that are not read: '编号'.",  # it only counts the rows
        "Sheets whose columns are not those of '一月' are not read: '三月'.",
    ]


@pytest.mark.parametrize(
    "told",
    [
        [["填写说明"], ["每行一段。"], ["标签只填主题的名字。"]],
        [["列名", "填写内容"], ["正文", "文章里的一段。"], ["标签", "这一段说的主题。"]],
    ],
)
def test_how_to_fill_in_the_sheets_hides_none_of_them(tmp_path, told):
    path = book_of(
        tmp_path / "labels.xlsx",
        填写说明=told,
        一月=(["正文", "标签"], [ONE, "招商引资"]),
        二月=(["标签", "正文"], ["政策", TWO]),
    )
    imported = import_labels(path, None, TAXONOMY)
    assert [record.labels for record in imported.records] == [("investment_attraction",), ("policy",)]
    assert [record.where for record in imported.records] == [f"{path} (一月):2", f"{path} (二月):2"]
    assert imported.notices == ["Sheets whose columns are not those of '一月' are not read: '填写说明'."]


def test_a_workbook_without_labels_is_refused_for_the_sheet_that_is_most_like_a_table(tmp_path):
    path = book_of(tmp_path / "labels.xlsx", 说明=(["怎样填写。"],), 一月=(["正文", "备注"], [ONE, "甲"]))
    with pytest.raises(LabelError, match="There are: '正文', '备注'"):
        import_labels(path, None, TAXONOMY)


@pytest.mark.parametrize(("taxonomy", "themes"), [(TAXONOMY, ""), (None, " --themes any")])
def test_training_lines_of_fasttext_are_named_with_what_makes_records_of_them(tmp_path, taxonomy, themes):
    path = tmp_path / "train.txt"
    path.write_text(f"__label__政策 {ONE}\n__label__政策 {TWO}\n", encoding="utf-8")
    with pytest.raises(LabelError) as told:
        load_any_labels([path], taxonomy)
    assert "lines of fastText (__label__…)" in str(told.value)
    assert f"labels import {path}{themes} --out labels.jsonl" in str(told.value)
    assert len(import_labels(path, None, taxonomy).records) == 2


def test_a_table_without_header_or_themes_is_refused(tmp_path):
    with pytest.raises(LabelError, match="the header needs a column"):
        recognised_in(tmp_path, f"{ONE}\t0\n{TWO}\t1\n")


@pytest.mark.parametrize("name", ["编号", "序号", "工单号", "ID", "UUID", "key", "doc_id", "信访件编号"])
def test_ids_stand_in_a_column_of_a_usual_name(tmp_path, name):
    content = f"{name},正文,标签\nGX-7,{ONE},招商引资\nGX-4,{TWO},政策\n"
    imported = load(tmp_path, "csv", content)
    assert [record.id for record in imported.records] == ["GX-7", "GX-4"]
    assert imported.notices == []


@pytest.mark.parametrize(
    ("ids", "notice"),
    [
        (("1", "2", "3"), "Columns that are not read: '序号'."),
        (
            ("7", "7", "8"),
            "The column '序号' is not taken for ids: 0 rows have none, 1 has one that stands above; mend that,",
        ),
        (
            ("7", "", "8"),
            "The column '序号' is not taken for ids: 1 row has none, 0 have one that stands above; mend that,",
        ),
        (("7", "", ""), "Columns that are not read: '序号'."),
    ],
)
def test_what_counts_rows_or_comes_again_is_no_id(tmp_path, ids, notice):
    rows = zip(ids, (ONE, TWO, "下午打篮球。"), strict=True)
    imported = load(tmp_path, "csv", "序号,正文,标签\n" + "".join(f"{n},{text},政策\n" for n, text in rows))
    assert not {record.id for record in imported.records} & {*ids}
    (told,) = map(str, imported.notices)
    assert told.startswith(notice)


def test_two_columns_of_one_name_hold_no_ids(tmp_path):
    imported = load(tmp_path, "csv", f"编号,编号,正文,标签\na1,b1,{ONE},政策\na2,b2,{TWO},目标\n")
    assert not {record.id for record in imported.records} & {"a1", "a2", "b1", "b2"}
    assert imported.notices == ["Columns that are not read: '编号', '编号' in column 2."]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("header", "row"),
    [
        (("正文", "标签"), (ONE, "政策", "目标")),
        (("id", "正文", "标签"), ("x", ONE, "政策", "", "目标")),
        (("标签", "正文"), ("政策", "出台措施", "奖励二十万元。")),
        (("正文", "政策", "目标"), (ONE, "1", "", "1")),
    ],
)
def test_a_row_wider_than_the_header_is_refused(tmp_path, sign, header, row):
    lines = [header, ("", *[""] * len(row)), row, ("", "")]
    where = r"export:3: this row has \d cells where the header has \d: put a cell that holds a separator in quotes"
    with pytest.raises(LabelError, match=where):
        load(tmp_path, "csv", "".join(sign.join(line) + "\n" for line in lines))


def test_columns_without_a_name_of_their_own_are_told(tmp_path):
    imported = load(tmp_path, "csv", f"正文,标签,,正文,\n{ONE},政策,目标,别的,\n")
    assert [(record.text, record.labels) for record in imported.records] == [(ONE, ("policy",))]
    assert imported.notices == ["Columns that are not read: column 3, '正文' in column 4."]


def test_cells_beside_the_header_of_a_workbook_are_told(tmp_path):
    book = openpyxl.Workbook()
    for row in [("正文", "标签"), (ONE, "政策", "目标"), (TWO, "目标")]:
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    imported = import_labels(tmp_path / "t.xlsx", "csv", TAXONOMY)
    assert [record.labels for record in imported.records] == [("policy",), ("goals",)]
    assert imported.notices == ["Columns that are not read: column 3."]


def test_columns_of_labels_with_one_name_are_one_list(tmp_path):
    imported = load(tmp_path, "csv", f"正文,标签,标签\n{ONE},政策,目标\n{TWO},目标,\n")
    assert [record.labels for record in imported.records] == [("policy", "goals"), ("goals",)]
    assert not imported.notices


@pytest.mark.parametrize("word", ["没有主题", "No theme"])
def test_what_the_page_calls_no_theme_is_none_unless_a_theme_is_called_so(tmp_path, word):
    content = f"正文,标签\n{ONE},{word}\n{TWO},目标\n"
    assert [record.labels for record in load(tmp_path, "csv", content).records] == [(), ("goals",)]
    assert load_open(tmp_path, content).records[0].labels == (word,)


def test_readings_with_ids_of_their_own_are_readings_of_one_text(tmp_path):
    content = f"uuid,正文,标签\na5,{ONE},政策\nb3,{ONE},政策\nc1,{TWO},目标\n"
    imported = load(tmp_path, "csv", content)
    assert [record.text for record in imported.records] == [ONE, TWO]
    assert imported.records[1].id == "c1"


def test_columns_that_are_left_out_are_named_once(tmp_path):
    content = f"id,正文,标签,承办部门,日期,空,annotator\nx,{ONE},政策,环保局,5月,,甲\n"
    imported = load(tmp_path, "csv", content)
    assert imported.notices == ["Columns that are not read: '承办部门', '日期'."]
    assert (imported.records[0].id, imported.records[0].annotator) == ("x", "甲")


THREE = "晚上演出话剧。"


@pytest.mark.parametrize(
    "rows",
    [
        [("1", ONE, "政策"), ("2", TWO, "目标"), ("合计", "2", "")],
        [("1", ONE, "政策"), ("2", TWO, ""), ("3", THREE, "目标")],
        [("1", ONE, "政策"), ("2", "", "政策"), ("3", THREE, "目标")],
        [("1", ONE, "政策"), ("2", TWO, "目标"), ("小计", "2", ""), ("3", THREE, "目标"), ("", "", "")],
        [("1.0", ONE, "政策"), ("2.0", TWO, "目标"), ("", "合计", "")],
    ],
)
@pytest.mark.parametrize("empty", [{}, {"": ""}])
def test_a_column_that_counts_rows_holds_no_ids_whichever_rows_are_passed_over(tmp_path, rows, empty):
    content = "序号,正文,标签\n" + "".join(f"{','.join(row)}\n" for row in rows)
    counted = load(tmp_path, "csv", content, mapping=empty)
    without = load(
        tmp_path, "csv", "".join(f"{line.partition(',')[2]}\n" for line in content.splitlines()), mapping=empty
    )
    assert [record.id for record in counted.records] == [record.id for record in without.records]
    assert "Columns that are not read: '序号'." in counted.notices


def test_rows_that_are_passed_over_take_no_ids_from_the_others(tmp_path):
    imported = load(tmp_path, "csv", f"编号,正文,标签\nGX-7,{ONE},政策\n,{ONE},\nGX-4,{TWO},目标\n合计,2,\n")
    assert [record.id for record in imported.records] == ["GX-7", "GX-4"]


READINGS = (
    f"编号,正文,标注人,标签\nd1,{ONE},李,政策;目标\nd1,{ONE},a@b.cn,政策\nd2,{TWO},李,目标\nd2,{TWO},a@b.cn,目标\n"
)
UNSIGNED = f"正文,标签\n{ONE},政策;目标\n{ONE},政策\n{ONE},[]\n{TWO},目标\n"


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "fasttext"])
@pytest.mark.parametrize("merge", ["agree", "majority", "maybe"])
@pytest.mark.parametrize("content", [READINGS, UNSIGNED])
def test_readings_that_were_kept_apart_are_merged_as_where_they_came_from(tmp_path, form, merge, content):
    at_once = load(tmp_path, "csv", content, merge=merge)
    apart = load(tmp_path, "csv", content).records
    assert len(apart) == 4
    again = load(tmp_path, form, export_labels(apart, form, TAXONOMY).data, merge=merge)
    assert again.records == at_once.records
    assert any("several readings" in str(notice) for notice in again.notices)


def test_ids_that_only_look_like_readings_stay(tmp_path):
    table = {"text": ONE, "labels": ["policy"], "maybe": []}
    one, two = {**table, "id": "x@甲", "annotator": "甲"}, {**table, "id": "x@乙", "annotator": "乙", "text": TWO}
    imported = load(tmp_path, "jsonl", lines(one, two), merge="agree")
    assert [record.id for record in imported.records] == ["x@甲", "x@乙"]
    assert imported.notices == ["No paragraph has several readings: --merge has nothing to do."]


@pytest.mark.parametrize("name", ["annotator", "标注人", "标注员", "标注者", "注释者", "Labeler", "labeller", "Rater"])
@pytest.mark.parametrize("form", ["csv", "json lines", "doccano"])
def test_who_labelled_stands_in_a_field_of_a_usual_name(tmp_path, name, form):
    if form == "csv":
        content = f"正文,{name},标签\n{ONE},李,政策\n{ONE},赵,政策\n"
    else:
        text, label = ("正文", "标签") if form == "json lines" else ("text", "label")
        content = lines(*({text: ONE, name: reader, label: ["政策"]} for reader in ("李", "赵")))
    imported = load(tmp_path, None, content)
    assert [(record.annotator, record.labels) for record in imported.records] == [
        ("李", ("policy",)),
        ("赵", ("policy",)),
    ]
    (notice,) = map(str, imported.notices)
    assert notice.endswith("'labels agree' compares them.")


def test_who_labelled_may_be_a_number(tmp_path):
    imported = load(tmp_path, None, lines(*({"text": ONE, "rater": n, "label": ["政策"]} for n in (1, 2))))
    assert [record.annotator for record in imported.records] == ["1", "2"]


def test_readings_of_nobody_known_are_told_what_makes_them_known(tmp_path):
    imported = load(tmp_path, "csv", f"审核人,正文,标签\n李,{ONE},政策\n赵,{ONE},目标\n")
    assert [record.annotator for record in imported.records] == ["", ""]
    assert str(imported.notices[-1]).endswith(
        "settles them. 'labels agree' compares them where a column 'annotator' or '标注人' says who labelled."
    )
    with pytest.raises(LabelError, match="'labels agree' compares them where a column 'annotator'"):
        load(tmp_path, "csv", f"id,正文,标签\nx,{ONE},政策\nx,{ONE},目标\n")
    with pytest.raises(LabelError, match=r"settles them\.$"):
        load(tmp_path, "csv", f"id,正文,标注人,标签\nx,{ONE},李,政策\nx,{ONE},李,目标\n")


@pytest.mark.parametrize("sign", ["?", "？", " ？"])
@pytest.mark.parametrize(
    ("form", "content"),
    [
        ("csv", "正文,标签\n{text},目标、政策{sign}\n"),
        ("csv", "正文,标签,maybe\n{text},目标,政策{sign}\n"),
        ("csv", "正文,政策,目标\n{text},{sign},1\n"),
        ("csv", '{{"正文": "{text}", "标签": ["目标", "policy{sign}"]}}\n'),
        ("doccano", '{{"text": "{text}", "label": ["目标", "Policy{sign}"]}}\n'),
        ("doccano", '{{"text": "{text}", "label": "目标#政策{sign}"}}\n'),
        ("prodigy", '{{"text": "{text}", "accept": ["目标", "政策{sign}"], "answer": "accept"}}\n'),
        (
            "label-studio",
            (
                '[{{"id": 1, "data": {{"text": "{text}"}}, "annotations": [{{"result": [{{"from_name": "themes", '
                '"type": "choices", "value": {{"choices": ["目标", "政策{sign}"]}}}}]}}]}}]'
            ),
        ),
        ("fasttext", "__label__目标 __label__政策{sign} {text}\n"),
    ],
)
def test_a_full_width_sign_leaves_a_label_open_too(tmp_path, form, content, sign):
    if form == "fasttext":
        sign = sign.strip()
    imported = load(tmp_path, form, content.format(text=ONE, sign=sign))
    assert [(record.labels, record.maybe) for record in imported.records] == [(("goals",), ("policy",))]


def test_without_a_taxonomy_a_full_width_sign_leaves_a_label_open_too(tmp_path):
    imported = load_open(tmp_path, f"正文,标签\n{ONE},目标;政策？\n")
    assert [(record.labels, record.maybe) for record in imported.records] == [(("目标",), ("政策",))]


@pytest.mark.parametrize("target", ["policy?", "政策？"])
def test_a_mapping_may_leave_a_theme_open(tmp_path, target):
    content = f"正文,标签\n{ONE},人才;目标\n{TWO},人才？\n"
    imported = load(tmp_path, "csv", content, mapping={"人才": target})
    assert [(record.labels, record.maybe) for record in imported.records] == [
        (("goals",), ("policy",)),
        ((), ("policy",)),
    ]
    path = tmp_path / "export"
    opened = import_labels(path, None, None, mapping={"人才": target}).records
    assert [record.maybe for record in opened] == [(target[:-1],), (target[:-1],)]
    tasks = lines(
        {"text": ONE, "label": "人才", "answer": "accept"}, {"text": ONE, "label": "目标", "answer": "reject"}
    )
    (asked,) = load(tmp_path, "prodigy", tasks, mapping={"人才": target}).records
    assert (asked.labels, asked.maybe) == ((), ("policy", "investment_attraction"))


@pytest.mark.parametrize("taxonomy", [TAXONOMY, None])
def test_a_mapping_to_a_sign_alone_is_refused(tmp_path, taxonomy):
    path = tmp_path / "export"
    path.write_text(f"正文,标签\n{ONE},人才\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="'\\?' is no theme; known: "):
        import_labels(path, "csv", taxonomy, mapping={"人才": "?"})


@pytest.mark.parametrize("cell", ["？", "?"])
def test_a_mark_alone_leaves_no_theme_open_and_is_none_by_a_map_alone(tmp_path, cell):
    path = tmp_path / "标注.csv"
    path.write_text(f"正文,标签\n园区签约十二个项目。,招商\n园区新建污水厂。,{cell}\n", encoding="utf-8")
    for themes in (None, Taxonomy.of_ids(["招商"])):
        with pytest.raises(LabelError, match=rf"'\{cell}' by itself names no theme to be left open; .*--map") as error:
            import_labels(path, None, themes)
        assert "--themes any" not in str(error.value)
    records = import_labels(path, None, None, mapping={cell: "招商?"}).records
    assert [(record.labels, record.maybe) for record in records] == [(("招商",), ()), ((), ("招商",))]


def test_a_majority_of_readings_is_counted_where_nobody_says_who_read(tmp_path):
    path = tmp_path / "标注.csv"
    rows = "".join(f"7,园区签约十二个项目。,{theme}\n" for theme in ("招商", "招商", "政策"))
    path.write_text("id,正文,标签\n" + rows, encoding="utf-8")
    (record,) = import_labels(path, None, None, merge="majority").records
    assert (record.labels, record.maybe) == (("招商",), ())


@pytest.mark.parametrize(
    "votes",
    [
        ["policy", "policy", "goals"],
        ["policy", "goals", "goals", "[]"],
        ["[]", "policy?"],
        ["policy", "policy"],
        ["policy", "policy?", "policy?", "policy"],
    ],
)
@pytest.mark.parametrize("merge", ["agree", "majority", "maybe"])
def test_readings_of_nobody_that_were_kept_apart_merge_as_at_once(tmp_path, votes, merge):
    table, apart = tmp_path / "votes.csv", tmp_path / "apart.jsonl"
    table.write_text("text,labels\n" + "".join(f"签约。,{vote}\n" for vote in votes), encoding="utf-8")
    write_records(apart, import_labels(table, None, None).records)
    at_once, later = ([*import_labels(file, None, None, merge=merge).records] for file in (table, apart))
    assert [(one.id, {*one.labels}, {*one.maybe}) for one in at_once] == [
        (one.id, {*one.labels}, {*one.maybe}) for one in later
    ]


def test_readings_of_nobody_that_are_alike_are_one(tmp_path):
    table = tmp_path / "again.csv"
    table.write_text("text,labels\n签约。,policy\n签约。,policy\n", encoding="utf-8")
    imported = import_labels(table, None, None)
    assert len(imported.records) == 1
    assert "1 paragraph comes more than once; each was taken once." in imported.notices


ENCRYPTED = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(2000)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("data", [b"PK\x03\x04" + b"x" * 8, ENCRYPTED], ids=["damaged", "encrypted"])
def test_a_workbook_that_cannot_be_read_is_refused_in_the_language_in_force(tmp_path, data, language):
    path = tmp_path / "labels.xlsx"
    path.write_bytes(data)
    with pytest.raises(LabelError) as refused:
        load_any_labels([path], TAXONOMY)
    assert spoken(refused.value.message, language).startswith(f"{path}{': ' if language == 'en' else '：'}")
