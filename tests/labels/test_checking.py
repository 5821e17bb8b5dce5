from __future__ import annotations

import json

import pytest

from gxclassify.errors import LabelError
from gxclassify.labels.checking import Limits, check_labels, distinct_share
from gxclassify.themes import Taxonomy
from support import THEMES, tiny_records, write_jsonl

TAXONOMY = Taxonomy.of_ids(THEMES)
LOOSE = Limits(support=0, distinct=0)

TEXTS = (
    "小镇的集市从清晨六点开始热闹，卖豆腐的老张总是头一个到。",
    "专家组昨天看过三号码头，认为泊位水深足够停靠五万吨货轮。",
    "因连日暴雨，通往水库的乡道塌方，养路工人抢修到半夜。",
    "少年宫的航模队拿回两块奖牌，教练却说还差得远。",
)


def plain(number, **changes):
    return {"id": f"r{number}", "text": TEXTS[number], "labels": [], "article": f"a{number}", **changes}


def check(tmp_path, train, test=(), limits=LOOSE):
    files = [write_jsonl(tmp_path / "train.jsonl", list(train))]
    held_out = [write_jsonl(tmp_path / "test.jsonl", list(test))] if test else []
    return check_labels(files, held_out, limits=limits, taxonomy=TAXONOMY)


def kinds(report):
    return [problem.kind for problem in report.problems]


def test_different_paragraphs_in_order_are_ok(tmp_path):
    report = check(tmp_path, [plain(0), plain(1)], [plain(2)])
    assert report.ok
    assert report.paragraphs == {"train": 2, "test": 1}


def test_every_bad_line_is_reported_with_its_place(tmp_path):
    path = write_jsonl(tmp_path / "a.jsonl", [plain(0), plain(1, labels=["sport"]), plain(2, labels=None), plain(3)])
    report = check_labels([path], limits=LOOSE, taxonomy=TAXONOMY)
    assert [(p.kind, p.where) for p in report.problems] == [("form", f"{path}:2"), ("form", f"{path}:3")]
    assert report.problems[0].text.startswith("the theme 'sport' is not in the taxonomy")
    assert report.paragraphs == {"train": 2}


def test_an_id_may_stand_once_over_all_files(tmp_path):
    report = check(tmp_path, [plain(0)], [plain(1, id="r0")])
    assert kinds(report) == ["id"]
    assert report.problems[0].where.endswith("test.jsonl:1")


def test_near_duplicates_are_named_both(tmp_path):
    report = check(tmp_path, [plain(0), plain(1, text=TEXTS[0].replace("老张", "老李"))])
    assert kinds(report) == ["duplicate"]
    assert "r1 is a near-duplicate" in report.problems[0].text
    assert "r0" in report.problems[0].text


def test_how_alike_near_duplicates_are_is_a_limit(tmp_path):
    records = [plain(0), plain(1, text=TEXTS[0].replace("老张", "老李"))]
    assert check(tmp_path, records, limits=Limits(support=0, distinct=0, similarity=0.95)).ok


@pytest.mark.parametrize(("articles", "found"), [(("a", "b", "c", "d"), 1), (("a", "b", "c", "c"), 0)])
def test_an_opening_may_stand_in_three_articles(tmp_path, articles, found):
    records = [plain(i, text=f"记者昨天从园区获悉，{TEXTS[i]}", article=articles[i]) for i in range(4)]
    report = check(tmp_path, records)
    assert kinds(report) == ["opening"] * found


def test_the_repeated_opening_is_quoted(tmp_path):
    records = [plain(i, text=f"记者昨天从园区获悉，{TEXTS[i]}") for i in range(4)]
    (problem,) = check(tmp_path, records).problems
    assert problem.text == "paragraphs of 4 articles begin with «记者昨天从园区获»."


def test_evidence_of_whole_sentences_is_right(tmp_path):
    text = "签约12个项目。区长到会。下午参观。"
    spans = [[0, 8], [8, 18]]
    report = check(tmp_path, [plain(0, text=text, labels=["policy"], evidence={"policy": spans})])
    assert report.ok


@pytest.mark.parametrize("span", [[0, 7], [1, 8], [3, 12]])
def test_evidence_that_cuts_a_sentence_is_reported(tmp_path, span):
    text = "签约12个项目。区长到会。下午参观。"
    report = check(tmp_path, [plain(0, text=text, labels=["policy"], evidence={"policy": [span]})])
    assert kinds(report) == ["evidence"]
    assert report.problems[0].where.endswith("train.jsonl:1")


def test_white_space_beside_a_marked_sentence_does_not_matter(tmp_path):
    text = "签约12个项目。 区长到会。"
    report = check(tmp_path, [plain(0, text=text, labels=["policy"], evidence={"policy": [[0, 9]]})])
    assert report.ok


def test_themes_with_too_few_paragraphs_are_reported_on_each_side(tmp_path):
    records = [plain(0, labels=["policy"])]
    report = check(tmp_path, records, [plain(1, labels=list(THEMES))], Limits(support=1, distinct=0))
    assert [(p.where, p.text.split()[0]) for p in report.problems] == [
        ("train", "investment_attraction"),
        ("train", "eco_park"),
    ]


def test_an_article_on_both_sides_is_a_leak(tmp_path):
    report = check(tmp_path, [plain(0)], [plain(1, article="a0")])
    assert kinds(report) == ["leak"]
    assert "'a0'" in report.problems[0].text


def test_a_text_on_both_sides_is_a_leak(tmp_path):
    report = check(tmp_path, [plain(0)], [plain(1, text=TEXTS[0])])
    assert kinds(report) == ["leak"]
    assert "has the text of r0" in report.problems[0].text


def test_a_near_duplicate_on_the_other_side_is_a_leak(tmp_path):
    report = check(tmp_path, [plain(0)], [plain(1, text=TEXTS[0].replace("老张", "老李"))])
    assert kinds(report) == ["leak"]
    assert report.problems[0].where.endswith("test.jsonl:1")


def test_texts_from_one_mould_lack_variety(tmp_path):
    report = check(tmp_path, tiny_records(8), limits=Limits(support=0, similarity=1, opening=99))
    assert "variety" in kinds(report)


def test_labels_without_marks_are_counted(tmp_path):
    report = check(tmp_path, [plain(0, labels=["policy", "eco_park"])])
    assert report.unmarked == 2
    assert report.ok


def test_the_share_of_distinct_8_grams_by_hand():
    # 9 characters twice: 2 + 2 grams, 2 of them distinct.
    assert distinct_share(["一二三四五六七八九", "一二三四五六七八九"]) == 0.5


def test_texts_without_8_grams_are_all_distinct():
    assert distinct_share(["短句。"]) == 1.0


def test_a_theme_and_its_evidence_may_go_by_two_names_of_a_shipped_one(tmp_path):
    text = TEXTS[0]
    file = write_jsonl(
        tmp_path / "a.jsonl", [plain(0, labels=["招商引资"], evidence={"investment_attraction": [[0, len(text)]]})]
    )
    report = check_labels([file], limits=LOOSE)
    assert (report.ok, report.notices, report.taxonomy.ids) == (True, (), ("investment_attraction",))


def test_what_nothing_says_to_be_a_theme_is_told(tmp_path):
    file = write_jsonl(tmp_path / "a.jsonl", [plain(0, labels=["招商"]), plain(1, labels=["policy"])])
    report = check_labels([file], limits=LOOSE)
    assert report.notices == (
        "No themes.toml says which labels are themes: whatever stands as a label is one: 'policy', '招商'.",
    )


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(LabelError, match=r"nowhere\.jsonl"):
        check_labels([tmp_path / "nowhere.jsonl"])


def test_the_report_is_json(tmp_path):
    report = check(tmp_path, [plain(0)], [plain(1, article="a0")])
    table = json.loads(json.dumps(report.to_json()))
    assert table["ok"] is False
    assert table["problems"][0]["kind"] == "leak"


def test_files_without_a_record_are_refused(tmp_path):
    path = tmp_path / "empty.jsonl"
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(LabelError, match=r"empty\.jsonl: no label record was found"):
        check_labels([path])
