from __future__ import annotations

import pytest

from gxclassify.labels.records import LabelRecord, LabelSet
from gxclassify.labels.statistics import ThemeCount, kinds_of, label_statistics, length_band
from gxclassify.messages import spoken
from gxclassify.themes import Taxonomy

TAXONOMY = Taxonomy.of_ids(["招商", "生态", "政策"])


def record(number, labels=(), maybe=(), *, evidence=None, length=10, article="", source="报"):
    return LabelRecord(
        id=str(number), text="字" * length, labels=labels, maybe=maybe, evidence=evidence or {},
        article=article or str(number), source=source,
    )  # fmt: skip


RECORDS = (
    record(1, ("招商", "政策"), evidence={"招商": ((0, 4),)}, article="x"),
    record(2, ("招商",), ("生态",), length=80, article="x"),
    record(3, length=300, source="刊"),
    record(4, ("招商", "政策"), length=200),
    record(5, (), ("生态", "政策"), length=200),
)
COUNTED = label_statistics(LabelSet(RECORDS, TAXONOMY, {}))


def test_paragraphs_and_articles():
    assert (COUNTED.paragraphs, COUNTED.articles) == (5, 4)
    assert (COUNTED.without_theme, COUNTED.with_maybe) == (1, 2)  # what is left open alone is not without a theme


def test_counts_of_a_theme():
    assert COUNTED.per_theme["招商"] == ThemeCount(told=3, alone=1, maybe=0, marked=1)
    assert COUNTED.per_theme["生态"] == ThemeCount(told=0, alone=0, maybe=2, marked=0)


def test_pairs_of_themes():
    assert COUNTED.pairs == {("招商", "生态"): 0, ("招商", "政策"): 2, ("生态", "政策"): 0}


def test_themes_per_paragraph():
    assert COUNTED.themes_per_paragraph == {0: 2, 1: 1, 2: 2}


def test_lengths():
    assert list(COUNTED.lengths.values()) == [1, 1, 2, 1]
    assert COUNTED.length_quantiles["least"] == 10
    assert COUNTED.length_quantiles["greatest"] == 300


def test_kinds_are_sources_most_frequent_first():
    assert COUNTED.kinds == {"报": 4, "刊": 1}


def test_pairs_have_one_name_in_json():
    assert COUNTED.to_json()["pairs"]["招商 + 政策"] == 2


@pytest.mark.parametrize(
    ("length", "band"),
    [(0, "under 80"), (79, "under 80"), (80, "80 to 159"), (239, "160 to 239"), (240, "240 and over")],
)
def test_the_bands_of_length(length, band):
    assert length_band("字" * length) == band


def test_what_all_sources_begin_with_is_left_out():
    assert kinds_of([record(1, source="written: news"), record(2, source="written: law")]) == ["news", "law"]


def test_one_source_stays_as_it_is():
    assert kinds_of([record(1, source="written: news")]) == ["written: news"]


def test_a_missing_source_has_a_name():
    (kind,) = kinds_of([record(1, source="")])
    assert (kind, spoken(kind, "zh")) == ("(no source)", "（未注明来源）")


def test_the_rarest_of_many_kinds_are_put_together():
    records = [record(n, source=f"s{n % 14:02d}") for n in range(14 + 11)]
    kinds = kinds_of(records)
    assert kinds[0] == "s00"
    assert kinds.count("(other kinds)") == 3
    assert len(set(kinds)) == 12
