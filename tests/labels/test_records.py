from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path

import pytest

from gxclassify.errors import LabelError
from gxclassify.labels.records import LabelRecord, indicators, label_files, load_labels, parse_record, write_records
from gxclassify.labels.store import LabelStore
from gxclassify.loading import load_model
from gxclassify.themes import Taxonomy
from support import ROOT, names, write_jsonl


def record(**changes):
    return {"id": "a", "text": "新签约项目12个。", "labels": ["招商"], **changes}


def parse(table, taxonomy=None):
    line = table if isinstance(table, str) else json.dumps(table)
    return parse_record(line, "f.jsonl:7", taxonomy)


def test_a_record_with_all_its_fields():
    table = record(
        maybe=["政策"], evidence={"招商": [[0, 5], [5, 9]]}, article="x", source="报", annotator="甲", time="2026"
    )
    read = parse(table)
    assert read.labels == ("招商",)
    assert read.evidence == {"招商": ((0, 5), (5, 9))}
    assert (read.article, read.annotator, read.where) == ("x", "甲", "f.jsonl:7")
    assert read.to_json() == table


def test_the_article_defaults_to_the_id():
    assert parse(record()).article == "a"
    assert parse(record(article="")).article == "a"


def test_no_label_says_looked_at_and_none():
    assert parse(record(labels=[])).labels == ()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("{", "this line is not JSON (it ends too early)"),
        ("[" * 100_000, "not JSON (a value is too large or nested too deep)"),
        ('{"id": ' + "1" * 5000 + "}", "not JSON (a value is too large or nested too deep)"),
        ("[]", "not a JSON object but an array"),
        ('"text"', "not a JSON object but a text"),
        (record(id=3), "'id' must be a text that is not empty. Got 3"),
        (record(id=" "), "'id' must be a text that is not empty"),
        (record(text=""), "'text' must be a text that is not empty"),
        ({"id": "a", "labels": []}, "'text' must be a text that is not empty. Got None"),
        ({"id": "a", "text": "b"}, "'labels' must be a list of theme ids"),
        (record(labels="招商"), "'labels' must be a list of theme ids"),
        (record(labels=[1]), "'labels' must be a list of theme ids"),
        (record(labels=[""]), "'labels' must be a list of theme ids"),
        (record(labels=["a\nb"]), "'labels' must be a list of theme ids"),
        (record(labels=["招商", "招商"]), "'labels' repeats a theme"),
        (record(maybe=None), "'maybe' must be a list of theme ids"),
        (record(maybe=["招商"]), "'招商' stands in labels and in maybe"),
        (record(labls=[]), "the key 'labls' is not known"),
        (record(article=3), "'article' must be a text. Got 3"),
        (record(evidence=[1]), "'evidence' must be an object of theme ids to spans"),
        (record(evidence={"政策": [[0, 1]]}), "evidence is marked for '政策', which is not among the labels"),
        (record(evidence={"招商": [0, 1]}), "the evidence of '招商' must be a list of [start, end]"),
        (record(evidence={"招商": [[0, 1, 2]]}), "the evidence of '招商' must be a list of [start, end]"),
        (record(evidence={"招商": [[0, True]]}), "the evidence of '招商' must be a list of [start, end]"),
        (record(evidence={"招商": [[0, 10]]}), "[0, 10] of '招商' lies outside the text of 9 characters"),
        (record(evidence={"招商": [[3, 3]]}), "lies outside the text"),
        (record(evidence={"招商": [[-1, 3]]}), "lies outside the text"),
    ],
)
def test_every_error_starts_with_file_and_line(table, message):
    with pytest.raises(LabelError) as error:
        parse(table)
    assert str(error.value).startswith("f.jsonl:7: ")
    assert message in str(error.value)


def test_unknown_theme_names_the_known_ones():
    with pytest.raises(LabelError, match=r"f\.jsonl:7: the theme '招商' is not in the taxonomy; known: 政策, 生态"):
        parse(record(), Taxonomy.of_ids(["生态", "政策"]))


def test_unknown_theme_in_maybe():
    with pytest.raises(LabelError, match="the theme '生态' is not in the taxonomy"):
        parse(record(maybe=["生态"]), Taxonomy.of_ids(["招商"]))


def test_the_shipped_labels_are_valid():
    labels = load_labels([ROOT / "labels" / "train"])
    assert len(labels.records) >= 1000
    assert labels.taxonomy.notice == ""
    assert any(record.evidence for record in labels.records)


def test_lines_hashes_and_order(tmp_path):
    one = write_jsonl(tmp_path / "one.jsonl", [record(id="1"), record(id="2")])
    two = write_jsonl(tmp_path / "two.jsonl", [record(id="3")])
    labels = load_labels([two, one])
    assert [r.id for r in labels.records] == ["3", "1", "2"]
    assert labels.records[2].where == f"{one}:2"
    assert labels.hashes["one.jsonl"] == hashlib.sha256(one.read_bytes()).hexdigest()


def test_blank_lines_a_byte_order_mark_and_dos_line_ends_are_read_over(tmp_path):
    file = tmp_path / "a.jsonl"
    line = json.dumps(record(), ensure_ascii=False)
    file.write_bytes(b"\xef\xbb\xbf\r\n" + line.encode() + b"\r\n  \r\n")
    labels = load_labels([file])
    assert labels.records[0].where == f"{file}:2"


def test_a_line_separator_inside_a_text_ends_no_line(tmp_path):
    file = write_jsonl(tmp_path / "a.jsonl", [record(text="一\u2028二\x85三")])
    assert load_labels([file]).records[0].text == "一\u2028二\x85三"


def test_duplicate_id_names_both_places(tmp_path):
    one = write_jsonl(tmp_path / "one.jsonl", [record(id="x")])
    two = write_jsonl(tmp_path / "two.jsonl", [record(id="y"), record(id="x")])
    with pytest.raises(LabelError, match=re.escape(f"{two}:2: the id 'x' stands already at {one}:1; ids are unique.")):
        load_labels([one, two])


def test_without_a_taxonomy_the_themes_are_the_ids_found(tmp_path):
    file = write_jsonl(tmp_path / "a.jsonl", [record(labels=["体育"], maybe=["财经"]), record(id="b", labels=["АБВ"])])
    taxonomy = load_labels([file]).taxonomy
    assert taxonomy.ids == ("АБВ", "体育", "财经")
    assert "the themes are the 3 ids found" in taxonomy.notice


def test_themes_found_stand_in_the_order_of_the_shipped_ones(tmp_path):
    shipped = load_model().taxonomy.ids
    rows = [record(id=str(n), labels=[theme]) for n, theme in enumerate(["体育", *reversed(shipped), "agriculture"])]
    taxonomy = load_labels([write_jsonl(tmp_path / "a.jsonl", rows)]).taxonomy
    assert taxonomy.ids == (*shipped, "agriculture", "体育")


def test_a_taxonomy_above_the_file_is_used(tmp_path):
    (tmp_path / "themes.toml").write_text("[[theme]]\nid = '招商'\n[[theme]]\nid = '政策'\n", encoding="utf-8")
    file = write_jsonl(tmp_path / "train" / "a.jsonl", [record()])
    assert load_labels([file]).taxonomy.ids == ("招商", "政策")
    bad = write_jsonl(tmp_path / "train" / "b.jsonl", [record(id="b"), record(id="c", labels=["生态"])])
    with pytest.raises(LabelError, match=re.escape(f"{bad}:2: the theme '生态' is not in the taxonomy")):
        load_labels([tmp_path / "train"])


@pytest.mark.parametrize("themes", [["a", "b"], []])
def test_exclusive_themes_need_exactly_one(tmp_path, themes):
    file = write_jsonl(tmp_path / "a.jsonl", [record(labels=themes)])
    with pytest.raises(LabelError, match=r"a\.jsonl:1: "):
        load_labels([file], Taxonomy.of_ids(["a", "b"], exclusive=True))


def test_at_least_one_refuses_none(tmp_path):
    taxonomy = Taxonomy.of_ids(["a", "b"], at_least_one=True)
    write_jsonl(tmp_path / "a.jsonl", [record(labels=["a", "b"]), record(id="b", labels=[], maybe=["a"])])
    assert len(load_labels([tmp_path / "a.jsonl"], taxonomy).records) == 2
    write_jsonl(tmp_path / "a.jsonl", [record(labels=[])])
    with pytest.raises(LabelError, match="every text has a theme in this taxonomy"):
        load_labels([tmp_path / "a.jsonl"], taxonomy)


def test_files_of_one_name_are_told_apart_without_the_machines_folders(tmp_path):
    write_jsonl(tmp_path / "x" / "a.jsonl", [record(id="1")])
    write_jsonl(tmp_path / "y" / "a.jsonl", [record(id="2")])
    assert set(load_labels([tmp_path]).hashes) == {"a.jsonl", "y/a.jsonl"}


@pytest.mark.parametrize("as_given", [str, Path, lambda path: [str(path)]])
def test_a_path_may_be_a_text_and_stand_alone(as_given):
    folder = ROOT / "labels" / "test"
    assert load_labels(as_given(folder)).texts == load_labels([folder]).texts


def test_a_folder_stands_for_its_label_files_in_order(tmp_path):
    for name in ("b.jsonl", "a.jsonl", "c/a.jsonl"):
        write_jsonl(tmp_path / name, [record(id=name)])
    (tmp_path / "notes.txt").write_text("no", encoding="utf-8")
    found = [str(path.relative_to(tmp_path)) for path in label_files([tmp_path])]
    assert found == ["a.jsonl", "b.jsonl", os.path.join("c", "a.jsonl")]  # noqa: PTH118 - the system's separator


def test_a_file_that_is_named_twice_or_with_its_folder_is_read_once(tmp_path):
    file = write_jsonl(tmp_path / "a.jsonl", [record(id="1")])
    other = write_jsonl(tmp_path / "b.jsonl", [record(id="2")])
    assert label_files([other, tmp_path, file, tmp_path / ".." / tmp_path.name / "b.jsonl"]) == [other, file]


def test_lists_of_errors_in_a_store_of_mlflow_are_no_labels(tmp_path):
    own = write_jsonl(tmp_path / "a.jsonl", [record()])
    store = tmp_path / "experiments" / "store"
    errors = write_jsonl(store / "artifacts" / "oof" / "worst_errors.jsonl", [{"probability": 0.1}])
    (store / "mlflow.db").touch()
    assert label_files([tmp_path]) == [own]
    assert label_files([errors]) == [errors]


@pytest.mark.parametrize("name", ["nothing.jsonl", "n" * 300, "nul\0"])
def test_a_missing_file_is_one_sentence(tmp_path, name):
    with pytest.raises(LabelError, match="there is no such label file or folder"):
        load_labels([tmp_path / name])


def test_an_empty_folder(tmp_path):
    with pytest.raises(LabelError, match=r"the folder holds no \.jsonl label file"):
        load_labels([tmp_path])


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_an_empty_file(tmp_path, content):
    (tmp_path / "a.jsonl").write_bytes(content)
    with pytest.raises(LabelError, match="no label record was found"):
        load_labels([tmp_path / "a.jsonl"])


def test_the_store_of_the_labelling_page_is_told_from_a_label_file(tmp_path):
    LabelStore(tmp_path / "labels.db", ())
    with pytest.raises(LabelError, match=r"labels\.db: this is a database.*labels export --store"):
        load_labels([tmp_path / "labels.db"])


def test_a_file_that_is_not_utf8_names_the_line(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_bytes(json.dumps(record()).encode() + b"\n" + '{"id": "二"}'.encode("gb18030"))
    with pytest.raises(LabelError, match=r"a\.jsonl:2: label files are UTF-8"):
        load_labels([file])


def test_labels_that_state_no_theme(tmp_path):
    file = write_jsonl(tmp_path / "a.jsonl", [record(labels=[])])
    with pytest.raises(LabelError, match="no record states a theme"):
        load_labels([file])


def test_indicators_are_told_and_known_by_column():
    records = [
        LabelRecord(id="1", text="段", labels=("b", "a"), article="1"),
        LabelRecord(id="2", text="段", labels=("c",), maybe=("b", "d"), article="2"),
    ]
    told, known = indicators(records, ["a", "b", "c"])
    assert told.tolist() == [[True, True, False], [False, False, True]]
    assert known.tolist() == [[True, True, True], [True, False, True]]
    assert [array.shape for array in indicators([], ["a", "b"])] == [(0, 2), (0, 2)]


def test_fit_arguments_stand_row_by_row(tmp_path):
    table = record(maybe=["政策"], evidence={"招商": [[0, 3]]}, article="x")
    labels = load_labels([write_jsonl(tmp_path / "a.jsonl", [table, record(id="b")])])
    arguments = labels.fit_arguments()
    assert arguments["y"] == [("招商",), ("招商",)]
    assert arguments["maybe"] == [("政策",), ()]
    assert arguments["evidence"][0] == {"招商": ((0, 3),)}
    assert arguments["groups"] == ["x", "b"]
    assert labels.texts == [table["text"]] * 2


def test_records_written_are_read_back(tmp_path):
    file = tmp_path / "a.jsonl"
    records = [parse(record(text="引号“”\n换行", evidence={"招商": [[0, 2]]})), parse(record(id="b"))]
    write_records(file, records)
    assert load_labels([file]).records == tuple(records)
    assert names(tmp_path) == ["a.jsonl"]


def test_a_failed_write_leaves_the_old_file(tmp_path):
    file = tmp_path / "a.jsonl"
    write_records(file, [parse(record())])
    before = file.read_bytes()

    def failing():
        yield LabelRecord(id="x", text="y", article="x")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_records(file, failing())
    assert file.read_bytes() == before
    assert names(tmp_path) == ["a.jsonl"]


def test_themes_are_named_in_either_language():
    taxonomy = load_model().taxonomy
    named = record(labels=["招商引资", "POLICY"], maybe=["Eco-park"], evidence={"招商引资": [[0, 9]]})
    found = parse(named, taxonomy)
    assert found.labels == ("investment_attraction", "policy")
    assert found.maybe == ("eco_park",)
    assert found.evidence == {"investment_attraction": ((0, 9),)}
    with pytest.raises(LabelError, match="'labels' repeats a theme"):
        parse(record(labels=["政策", "policy"]), taxonomy)


@pytest.mark.parametrize("sign", ["?", "？"])
def test_a_record_says_in_maybe_what_it_leaves_open(tmp_path, sign):
    path = write_jsonl(tmp_path / "a.jsonl", [{"id": "1", "text": "园区签约十二个项目。", "labels": [f"政策{sign}"]}])
    with pytest.raises(LabelError, match="is left open, which a label record says by 'maybe'"):
        load_labels([path])
