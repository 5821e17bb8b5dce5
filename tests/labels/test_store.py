import json
import multiprocessing
import sqlite3
import threading
import time

import pytest

from gxclassify.errors import LabelError, StoreError
from gxclassify.labels.queue_file import read_queue
from gxclassify.labels.records import LabelSet, load_labels, write_records
from gxclassify.labels.statistics import label_statistics
from gxclassify.labels.store import (
    CLAIM_SECONDS,
    SECOND_OPINION_EVERY,
    ConflictError,
    LabelStore,
    export_records,
    progress,
)
from gxclassify.themes import Taxonomy
from labels.sayings import THEMES, paragraphs, said
from support import run


@pytest.fixture
def store(tmp_path) -> LabelStore:
    made = LabelStore(tmp_path / "labels.db", THEMES)
    made.add(paragraphs(12))
    return made


# ---- the queue


def test_paragraphs_come_in_order(store):
    for i in range(4):
        task = store.next("甲")
        assert task.id == f"p{i}"
        store.answer(said(task.id))


def test_the_same_paragraph_comes_until_it_is_answered(store):
    assert store.next("甲") == store.next("甲")


def test_two_people_never_have_the_same_paragraph_before_them(store):
    assert [store.next(name).id for name in ("甲", "乙", "丙", "甲")] == ["p0", "p1", "p2", "p0"]


def test_a_claim_ends_after_a_while(store, monkeypatch):
    store.next("甲")
    later = time.time() + CLAIM_SECONDS + 1
    monkeypatch.setattr("gxclassify.labels.store.time.time", lambda: later)
    assert store.next("乙").id == "p0"


def test_who_looks_at_their_own_answer_holds_it_from_nobody(store):
    for i in range(12):
        store.answer(said(f"p{i}"))
    assert store.open("p4", "甲").previous  # one of those asked of two people
    assert progress(store, "乙")["held"] == 0
    assert store.next("乙").id == "p4"
    assert (progress(store, "丙")["held"], progress(store, "甲")["held"]) == (1, 0)
    assert store.next("丙").id == "p9"
    assert store.next("丁") is None
    assert progress(store, "丁")["held"] == 2


def test_one_in_five_is_asked_of_two_people(store):
    for name in ("甲", "乙", "丙"):
        while (task := store.next(name)) is not None:
            store.answer(said(task.id, name))
    answered = {}
    for answer in store.answers():
        answered.setdefault(answer.paragraph, []).append(answer.annotator)
    twice = [paragraph for paragraph, names in answered.items() if len(names) == 2]
    assert twice == [f"p{i}" for i in range(SECOND_OPINION_EVERY - 1, 12, SECOND_OPINION_EVERY)]
    assert all(len(set(names)) == len(names) <= 2 for names in answered.values())


def test_what_one_skips_another_gets(store):
    store.answer(said("p0", kind="skip"))
    assert store.next("甲").id == "p1"
    assert store.next("乙").id == "p0"


def test_adding_the_queue_again_adds_nothing(store):
    assert store.add(paragraphs(13)) == 1
    assert list(store.paragraphs()) == [f"p{i}" for i in range(13)]


def test_suggested_paragraphs_come_first(store):
    store.put_first(["p7", "p3"])
    assert list(store.paragraphs())[:3] == ["p7", "p3", "p0"]


def test_unanswered_leaves_out_what_anyone_labelled_or_skipped(store):
    store.answer(said("p0"))
    store.answer(said("p1", "乙", kind="skip"))
    assert [record.id for record in store.unanswered()] == [f"p{i}" for i in range(2, 12)]


# ---- answers


def test_an_answer_comes_back_as_it_was_given(store):
    store.answer(said("p1", labels=["招商"], maybe=["政策"], evidence={"招商": ((4, 9),)}, guess_seen=True))
    [answer] = store.answers()
    assert (answer.labels, answer.maybe, answer.evidence) == (("招商",), ("政策",), {"招商": ((4, 9),)})
    assert answer.guess_seen
    assert answer.time.endswith("+00:00")


def test_the_same_answer_sent_twice_counts_once(store):
    answer = said("p0", labels=["招商"])
    store.answer(answer)
    store.answer(answer)
    assert len(store.answers()) == 1
    with store.connection() as db:
        assert db.execute("SELECT count(*) FROM answer").fetchone() == (1,)


def test_a_second_answer_takes_the_place_of_the_first_and_both_are_kept(store):
    store.answer(said("p0", labels=["招商"]))
    store.answer(said("p0", labels=["生态"]))
    assert [answer.labels for answer in store.answers()] == [("生态",)]
    with store.connection() as db:
        assert db.execute("SELECT count(*) FROM answer").fetchone() == (2,)


@pytest.mark.parametrize(
    "answer",
    [
        said("nowhere"),
        said("p0", labels=["体育"]),
        said("p0", labels=["招商"], maybe=["招商"]),
        said("p0", labels=["招商", "招商"]),
        said("p0", labels=["招商"], evidence={"招商": ((0, 99),)}),
        said("p0", labels=["招商"], evidence={"政策": ((0, 4),)}),
    ],
)
def test_an_answer_that_is_no_label_record_is_refused(store, answer):
    with pytest.raises(LabelError):
        store.answer(answer)
    assert store.answers() == []


def test_undo_takes_back_the_last_answer_and_shows_its_paragraph_again(store):
    store.answer(said("p0", labels=["招商"]))
    store.answer(said("p1", labels=["生态"]))
    assert store.next("甲").id == "p2"
    task = store.undo("甲")
    assert (task.id, task.previous.labels) == ("p1", ("生态",))
    assert store.next("甲").id == "p1"
    assert [answer.paragraph for answer in store.answers()] == ["p0"]


def test_undo_leaves_others_answers_alone(store):
    store.answer(said("p0", "乙"))
    assert store.undo("甲") is None
    assert len(store.answers()) == 1


def test_undone_answers_can_be_undone_one_after_another(store):
    for i in range(3):
        store.answer(said(f"p{i}"))
    assert [store.undo("甲").id for _ in range(3)] == ["p2", "p1", "p0"]
    assert store.undo("甲") is None


def test_what_one_looks_at_meanwhile_does_not_take_the_place_of_what_one_has_before_them(store):
    store.answer(said("p0", "乙"))
    assert store.next("甲").id == "p1"
    assert store.open("p4", "甲").id == "p4"
    assert store.next("乙").id == "p2"
    assert store.next("甲").id == "p1"
    assert store.next("丙").id == "p3"
    assert store.next("丁").id == "p4"  # it was looked at, and is nobody's any more


def test_the_answers_before_are_found_one_after_another_and_go_on_to_stand(store):
    for i in range(3):
        store.answer(said(f"p{i}", labels=["招商"]))
    store.answer(said("p9", "乙"))
    last = store.last("甲")
    assert (last.id, last.previous.labels) == ("p2", ("招商",))
    assert store.last("甲", last.previous.key).id == "p1"
    assert store.last("甲", store.last("甲", last.previous.key).previous.key).id == "p0"
    assert store.last("甲", store.answers()[0].key) is None
    assert store.last("丙") is None
    assert len(store.answers()) == 4
    store.answer(said("p0", labels=["生态"]))  # what was changed is the last one
    assert store.last("甲").id == "p0"


def test_one_answer_is_taken_back_by_its_paragraph(store):
    for i in range(3):
        store.answer(said(f"p{i}"))
    store.answer(said("p1", "乙"))
    assert store.next("甲").id == "p3"
    assert store.undo("甲", "p1").id == "p1"
    assert store.undo("甲", "p1") is None
    assert [(answer.paragraph, answer.annotator) for answer in store.answers()] == [
        ("p0", "甲"),
        ("p1", "乙"),
        ("p2", "甲"),
    ]
    assert store.next("甲").id == "p3"  # what was before them still is


@pytest.mark.parametrize("store_it", ["answer", "decide"])
def test_a_key_is_that_of_one_content(store, store_it):
    keep = getattr(store, store_it)
    keep(said("p0", labels=["招商"], evidence={"招商": ((4, 9),)}, key="key-0001"))
    keep(said("p0", labels=["招商"], evidence={"招商": ((4, 9),)}, key="key-0001"))
    for other in (
        said("p0", labels=["生态"], key="key-0001"),
        said("p0", labels=["招商"], key="key-0001"),
        said("p1", labels=["招商"], evidence={"招商": ((4, 9),)}, key="key-0001"),
        said("p0", "乙", labels=["招商"], evidence={"招商": ((4, 9),)}, key="key-0001"),
    ):
        with pytest.raises(ConflictError, match="key is that of another"):
            keep(other)
    [kept] = [*store.answers(), *store.decisions().values()]
    assert (kept.labels, kept.annotator) == (("招商",), "甲")


def test_a_skip_under_the_key_of_an_answer_is_refused(store):
    store.answer(said("p0", key="key-0001"))
    with pytest.raises(ConflictError):
        store.answer(said("p0", key="key-0001", kind="skip"))


def test_an_answer_replaces_only_what_was_seen_where_that_is_told(store):
    store.answer(said("p0", labels=["招商"], key="key-0001"), seen=[])
    with pytest.raises(ConflictError) as refused:
        store.answer(said("p0", labels=["生态"], key="key-0002"), seen=[])
    assert (refused.value.stands.key, refused.value.stands.labels) == ("key-0001", ("招商",))
    store.answer(said("p0", labels=["招商"], key="key-0001"), seen=[])  # sent again
    store.answer(said("p0", labels=["生态"], key="key-0002"), seen=["key-0000", "key-0001"])
    with pytest.raises(ConflictError) as refused:  # sent again, and replaced since
        store.answer(said("p0", labels=["招商"], key="key-0001"), seen=[])
    assert refused.value.stands.key == "key-0002"
    store.answer(said("p0", "乙", key="key-0003"), seen=[])  # others' answers are others'
    store.answer(said("p0", key="key-0004"))  # who does not tell what they saw replaces any
    assert [(answer.annotator, answer.key) for answer in store.answers()] == [("乙", "key-0003"), ("甲", "key-0004")]


def test_only_what_was_seen_is_taken_back_where_that_is_told(store):
    store.answer(said("p0", labels=["招商"], key="key-0001"))
    store.decide(said("p0", labels=["招商"], key="key-0002"))
    with pytest.raises(ConflictError) as refused:
        store.undo("甲", "p0", seen=["key-0000"])
    assert refused.value.stands.key == "key-0001"
    with pytest.raises(ConflictError):
        store.withdraw("p0", seen=["key-0001"])
    assert len(store.answers()) == len(store.decisions()) == 1
    assert store.undo("甲", "p0", seen=["key-0001"]).id == "p0"
    assert store.withdraw("p0", seen=["key-0002"])
    assert store.answers() == []
    assert store.decisions() == {}
    assert store.undo("甲", "p0", seen=[]) is None  # what is gone already is no conflict
    assert not store.withdraw("p0", seen=[])


def test_a_decision_replaces_only_the_one_that_was_seen_whoevers_it_is(store):
    store.answer(said("p0"))
    store.decide(said("p0", "乙", labels=["招商"], key="key-0001"), seen=[])
    with pytest.raises(ConflictError) as refused:
        store.decide(said("p0", "丙", key="key-0002"), seen=[])
    assert refused.value.stands.annotator == "乙"
    assert store.decisions()["p0"].key == "key-0001"
    store.decide(said("p0", "丙", key="key-0002"), seen=["key-0001"])
    store.withdraw("p0")
    store.decide(said("p0", "丁", key="key-0003"), seen=["key-0002"])  # nothing is lost by it
    assert store.decisions()["p0"].annotator == "丁"


def test_what_a_person_skipped_is_counted_apart_from_what_nobody_labelled(store):
    store.answer(said("p0", kind="skip"))
    store.answer(said("p0", "乙", labels=["招商"]))
    store.answer(said("p1", "乙", kind="skip"))
    own = [progress(store, name) for name in ("甲", "乙", "丙")]
    assert [(one["mine"], one["mine_skipped"], one["skipped"]) for one in own] == [(0, 1, 1), (1, 1, 1), (0, 0, 1)]


# ---- the file


def test_every_answer_is_synchronised_with_the_disk(store):
    with store.connection() as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL


def test_a_store_that_is_taken_away_is_not_made_anew(store):
    for file in store.path.parent.glob("labels.db*"):
        file.unlink()
    with pytest.raises(StoreError, match="unable to open database file"):
        store.next("甲")
    assert not store.path.exists()


def test_a_newer_store_is_refused(store):
    with store.connection() as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(LabelError, match="format 99"):
        LabelStore(store.path, THEMES)


def test_another_database_is_refused(tmp_path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE mine (x)")
    db.close()
    with pytest.raises(LabelError, match="no label store"):
        LabelStore(path, THEMES)
    path.write_bytes(b"no database at all " * 100)
    with pytest.raises(StoreError, match="cannot be used"):
        LabelStore(path, THEMES)


def test_a_full_disk_is_said_in_a_sentence_and_a_bug_is_not(store):
    before = len(store.paragraphs())
    insert = "INSERT INTO paragraph VALUES ('x', 9, ?, '', '', 1)"
    with pytest.raises(StoreError, match="full"), store.change() as db:
        db.execute("PRAGMA max_page_count = 1").connection.execute(insert, ("园" * 1_000_000,))
    assert len(store.paragraphs()) == before
    with pytest.raises(sqlite3.OperationalError, match="nowhere"), store.change() as db:
        db.execute("SELECT text FROM nowhere")


def _label(path, name: str, barrier) -> None:
    store = LabelStore(path, THEMES)
    barrier.wait(30)
    while (task := store.next(name)) is not None:
        store.answer(said(task.id, name, labels=["招商"]))


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_several_writers_lose_and_double_nothing(tmp_path, kind):
    store = LabelStore(tmp_path / "labels.db", THEMES)
    store.add(paragraphs(30))
    context = multiprocessing.get_context("spawn")
    barrier = threading.Barrier(3) if kind == "threads" else context.Barrier(3)
    make = threading.Thread if kind == "threads" else context.Process
    writers = [make(target=_label, args=(store.path, f"人{n}", barrier)) for n in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    answers = store.answers()
    assert len({(answer.paragraph, answer.annotator) for answer in answers}) == len(answers) == 36
    assert {answer.paragraph for answer in answers} == {f"p{i}" for i in range(30)}


# ---- what it comes to


def test_progress_counts(store):
    store.answer(said("p0", labels=["招商"], maybe=["政策"]))
    store.answer(said("p1"))
    store.answer(said("p2", "乙", labels=["招商"]))
    store.answer(said("p3", "乙", kind="skip"))
    store.answer(said("p5", "乙", maybe=["生态"]))
    found = progress(store, "甲")
    assert (found["paragraphs"], found["labelled"], found["skipped"], found["mine"]) == (12, 4, 1, 2)
    assert found["people"] == {"甲": 2, "乙": 2}
    assert found["labels"] == {"招商": 2, "生态": 0, "政策": 0}
    themes = Taxonomy.of_ids(store.themes)
    counted = label_statistics(LabelSet(tuple(export_records(store)), themes, {}))
    assert (found["maybe"]["政策"], found["none"], counted.without_theme) == (1, 1, 1)


def test_who_only_decided_is_one_of_the_people(store):
    store.answer(said("p0", labels=["招商"]))
    store.decide(said("p0", "审定", labels=["招商"], key="key-0002"))
    assert progress(store, "甲")["people"] == {"甲": 1, "审定": 0}


def test_export_gives_records_that_load(store, tmp_path):
    store.answer(said("p1", labels=["招商"], evidence={"招商": ((4, 9),)}))
    store.answer(said("p0"))
    store.answer(said("p2", kind="skip"))
    records = export_records(store)
    assert [record.id for record in records] == ["p0", "p1"]
    write_records(tmp_path / "out.jsonl", records)
    loaded = load_labels([tmp_path / "out.jsonl"], Taxonomy.of_ids(THEMES)).records
    assert list(loaded) == records
    assert export_records(store.path) == records


def test_export_of_a_store_that_is_not_there(tmp_path):
    with pytest.raises(LabelError, match="no such label store"):
        export_records(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_exports_a_store(store, tmp_path):
    store.answer(said("p0", labels=["招商"]))
    out = tmp_path / "out.jsonl"
    done = run("labels", "export", "--format", "jsonl", "--store", store.path, "--out", out)
    assert done.returncode == 0, done.stderr
    assert json.loads(out.read_text("utf-8"))["labels"] == ["招商"]


# ---- the queue file and the guideline


def test_an_id_of_two_texts_loses_neither(tmp_path, store):
    path = tmp_path / "q.jsonl"
    path.write_text('{"id": "1", "text": "东港签约。"}\n{"id": "1", "text": "西港绿化。"}\n' * 2, "utf-8")
    for _ in range(2):  # a server reads it at every start
        store.add(read_queue(path))
    path.write_text('{"id": "1", "text": "东港又签约。"}\n', "utf-8")  # the same line, rewritten
    assert store.add(read_queue(path)) == 1
    texts = [record.text for record in store.unanswered()]
    assert [texts.count(text) for text in ("东港签约。", "西港绿化。", "东港又签约。")] == [1, 1, 1]


def test_the_id_of_a_queue_may_be_a_number(tmp_path, store):
    path = tmp_path / "q.jsonl"
    path.write_text('{"text": "东港签约。"}\n{"text": "西港绿化。", "id": true}\n', "utf-8")
    assert store.add(read_queue(path)) == 2
    path.write_text('{"id": 7, "text": "东港签约。"}\n{"id": 0, "article": 3, "text": "南港开工。"}\n', "utf-8")
    assert [(record.id, record.article) for record in read_queue(path)] == [("7", "7"), ("0", "3")]
    assert store.add(read_queue(path)) == 1  # the first is there, under an id made of its text
