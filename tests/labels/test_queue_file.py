import pytest

from gxclassify.errors import LabelError
from gxclassify.labels.queue_file import guideline, read_queue
from reading.stories import STORIES
from reading.typeset import wrap


def test_a_queue_of_records_leaves_their_labels_out(tmp_path):
    path = tmp_path / "q.jsonl"
    path.write_text('{"id": "x", "text": "项目签约。", "labels": ["招商"], "article": "文", "source": "报"}\n', "utf-8")
    [record] = read_queue(path)
    assert (record.id, record.labels, record.article, record.source) == ("x", (), "文", "报")


def test_a_queue_of_plain_texts_gets_ids_from_the_texts(tmp_path):
    path = tmp_path / "q.txt"
    path.write_text("\ufeff项目签约。\n\n园区绿化。\n项目签约。\n", "utf-8")
    first, second = read_queue(path)
    assert (first.text, second.text) == ("项目签约。", "园区绿化。")
    assert [record.id for record in read_queue(path)] == [first.id, second.id]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{broken\n", "q:1"),
        ('\n{"text": ""}\n', "q:2"),
        ('{"id": "x"}\n', "needs a 'text'"),
        ("\n\n", "no paragraph"),
        ("", "go on without --label-queue"),
        ("\u3000\n", "q: the queue holds no paragraph; give one"),
        ("[]", "q: the queue holds no paragraph; give one"),
        ("{}\n", "q: the queue holds no paragraph; give one"),
        ("[\n]\n\n", "q: the queue holds no paragraph; give one"),
    ],
)
def test_a_queue_that_cannot_be_read_is_told(tmp_path, content, message):
    path = tmp_path / "q"
    path.write_text(content, "utf-8")
    with pytest.raises(LabelError, match=message):
        read_queue(path)


@pytest.mark.parametrize(
    "content",
    [
        "编号,正文,标签\n1,东港签约7个，投资21亿元。,招商\n",
        "编号\t正文\n1\t东港签约。\n",
        '[{"id": "1", "text": "东港签约。"}]',
        '[\n  {"text": "东港签约。"}\n]\n',
    ],
)
def test_a_table_is_no_queue(tmp_path, content):
    path = tmp_path / "q.csv"
    path.write_text(content, "utf-8")
    with pytest.raises(LabelError, match=r"q\.csv: a table"):
        read_queue(path)


def test_what_is_no_text_is_sent_to_the_page(tmp_path):
    path = tmp_path / "q.xlsx"
    path.write_bytes(b"PK\x03\x04" + bytes(range(256)))
    with pytest.raises(LabelError, match=r"q\.xlsx: this is no text, and so no queue"):
        read_queue(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("q.md", "## 招商\n\n东港签约7个，投资21亿元。\n\n西港绿化。\n"),
        ("q.txt", "# 园区\n\n## 招商\n\n东港签约7个，投资21亿元。\n\n## 生态\n\n西港绿化。\n"),
    ],
)
def test_markdown_is_no_queue(tmp_path, name, content):
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(LabelError, match=r"q\.\w+: Markdown is no queue"):
        read_queue(tmp_path / name)
    (tmp_path / "plain.md").write_text("东港签约7个，投资21亿元。\n西港绿化。\n", "utf-8")  # nothing in it is marked
    assert len(read_queue(tmp_path / "plain.md")) == 2
    (tmp_path / "q.txt").write_text("东港[签约](a)。\n西港[绿化](b)，[开园](c)。\n", "utf-8")  # texts with links
    assert len(read_queue(tmp_path / "q.txt")) == 2


def test_lines_with_commas_and_brackets_are_texts(tmp_path):
    path = tmp_path / "q.csv"
    path.write_text("东港签约,投资21亿元。\n[本报讯] 西港绿化。\n", "utf-8")
    assert [record.text for record in read_queue(path)] == ["东港签约,投资21亿元。", "[本报讯] 西港绿化。"]


def test_the_nearest_guideline_counts(tmp_path):
    (tmp_path / "queues").mkdir()
    for encoding in ("utf-8", "gb18030", "utf-8-sig"):  # as editors of Windows write it
        (tmp_path / "GUIDELINES.md").write_text("# 我们的准则\n", encoding)
        assert guideline(tmp_path / "queues" / "q.jsonl", "en", ()) == "# 我们的准则\n"


def test_the_printed_lines_of_a_page_are_no_queue(tmp_path):
    path = tmp_path / "page.txt"
    paragraphs = [paragraph for story in STORIES[:2] for paragraph in story.paragraphs]
    path.write_text("\n".join(line for text in paragraphs for line in wrap(text, 16, 2, hang=True)), encoding="utf-8")
    with pytest.raises(LabelError, match=r"page\.txt: its lines are those of a printed page"):
        read_queue(path)
    path.write_text("\n".join(paragraphs), encoding="utf-8")
    assert [record.text for record in read_queue(path)] == paragraphs


def test_without_a_guideline_beside_the_queue_the_packages_own_is_shown():
    assert "investment_attraction" in guideline(None, "en", ["eco_park", "talent"])
    assert guideline(None, "zh", ["交通", "教育"]) == ""
