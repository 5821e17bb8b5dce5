"""Parquet of strangers: whatever a file unpacks to or claims, memory stays within the limit and the rest is done."""

from __future__ import annotations

import contextlib
import json
import random
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import gxclassify as gx
from gxclassify.config import ReadingConfig
from gxclassify.errors import InputError
from gxclassify.reading import sandbox
from gxclassify.reading.records.cutter import parquet_rows
from support import ROOT, python, require

LIMIT = 300 << 20
SMALL = ReadingConfig(parse_memory=LIMIT)
TEXT = "园区污水处理厂完成提标改造。"
MANY = 10_000_000


def write(path: Path, table: dict, **options: object) -> Path:
    pq.write_table(pa.table(table), path, **options)
    return path


def page(path):
    """A page of 150 MB in a file of some kilobytes."""
    return write(path, {"text": ["x" * (150 << 20)]}, compression="zstd", use_dictionary=False)


def dictionary(path):
    """A text of 3 MB, and a hundred thousand rows that say: that one."""
    texts = pa.array(["园" * (1 << 20)])
    return write(path, {"text": pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), texts)})


def columns(path):
    return write(path, {"text": [TEXT]} | {f"c{i}": [i] for i in range(10_001)})


def nested(path):
    kind = pa.int8()
    for _ in range(3000):
        kind = pa.list_(kind)
    return write(path, {"text": [TEXT], "n": pa.array([None], kind)})


def lying_page(path):
    """The header of the first page says that it unpacks to two gigabytes."""
    data = write(path, {"text": [TEXT] * 9}, compression="snappy", use_dictionary=False).read_bytes()
    assert data[4:7] == b"\x15\x00\x15"  # type, 0: a data page; then its size unpacked, of one byte or more
    end = next(i for i in range(7, 17) if data[i] < 0x80) + 1
    path.write_bytes(data[:7] + b"\xfe\xff\xff\xff\x0f" + data[end:])
    return path


def nulls(path):
    """A list of ten million values that take no bytes at all."""
    lists = pa.ListArray.from_arrays(pa.array([0, 0, MANY], pa.int32()), pa.nulls(MANY))
    return write(path, {"text": [TEXT, TEXT], "n": lists})


MEMORY = "needs more memory than is allowed (reading.parse_memory)"
REFUSED = {
    page: MEMORY, dictionary: MEMORY, columns: "10,002 columns, more than 10,000",
    nested: "the Parquet file is damaged", lying_page: ("reading.parse_memory", "the Parquet file is damaged"),
}  # fmt: skip


@pytest.mark.parametrize("make", REFUSED, ids=lambda make: make.__name__)
def test_a_bomb_is_refused_and_the_next_file_is_read(tmp_path, make):
    require(sys.platform == "linux", "memory is limited as on Linux")
    bomb, good = make(tmp_path / "bomb.parquet"), write(tmp_path / "good.parquet", {"text": [TEXT]})
    assert bomb.stat().st_size < 4 << 20
    code = (
        "import json, re\n"
        "from pathlib import Path\n"
        "from gxclassify.config import ReadingConfig\n"
        "from gxclassify.scoring.bulk import tag_files\n"
        f"done = tag_files({[str(bomb), str(good)]}, {str(tmp_path / 'out.jsonl')!r},"
        f" reading=ReadingConfig(parse_memory={LIMIT}))\n"
        "peak = int(re.search('VmHWM: *([0-9]+)', Path('/proc/self/status').read_text().expandtabs())[1])\n"
        "print(json.dumps([done.paragraphs, done.left_out, str(done.problems[0]), peak]))"
    )
    paragraphs, left_out, problem, peak = json.loads(python(code, cwd=ROOT))
    sentences = REFUSED[make] if isinstance(REFUSED[make], tuple) else (REFUSED[make],)
    assert (paragraphs, left_out) == (1, 1)
    assert any(sentence in problem for sentence in sentences), problem
    assert peak < 300 << 10, f"{peak} KB here, and not in the child"


def test_a_row_that_python_could_not_hold_is_left_out_and_named(tmp_path):
    require(sys.platform == "linux", "memory is limited as on Linux")
    document = gx.read(nulls(tmp_path / "a.parquet"))
    assert [article.paragraphs[0].text for article in document.articles] == [TEXT]
    assert "a.parquet:2: this row takes more than 33,554,432 bytes; it is left out." in str(document.notices)


def test_a_file_of_many_rows_without_text_is_unpacked_no_further_than_others(tmp_path):
    empty = write(tmp_path / "a.parquet", {"text": pa.nulls(100_000, pa.string())})
    with pytest.raises(InputError, match=r"unpacked there are more than 6,000,000 bytes"):
        gx.read(empty, config=ReadingConfig(max_bytes=6_000_000))


def test_many_row_groups_and_small_pages_make_pieces_of_a_chunk(tmp_path):
    path = tmp_path / "a.parquet"
    with pq.ParquetWriter(path, pa.schema([("text", pa.string())])) as file:
        for _ in range(5000):
            file.write_table(pa.table({"text": [TEXT]}))
    rows = [piece["rows"] for piece, _ in parquet_rows(path, "a", ReadingConfig())]
    assert rows[0] == 5000  # as the footer says
    assert sum(rows[1:]) == 5000
    assert len(rows) < 4


def test_large_rows_are_cut_into_pieces_that_a_process_can_hold(tmp_path):
    long = pa.DictionaryArray.from_arrays(pa.array([0] * 4096, pa.int32()), pa.array(["一" * 20_000]))
    path = write(tmp_path / "a.parquet", {"text": [TEXT] * 4096, "article": long})
    pieces = list(parquet_rows(path, "a", ReadingConfig()))[1:]
    assert sum(piece["rows"] for piece, _ in pieces) == 4096
    assert max(len(data) for _, data in pieces) < 17 << 20


def test_types_of_every_kind_arrive_as_they_are(tmp_path):
    columns = {
        "text": pa.array([TEXT, "", None], pa.large_string()),
        "dictionary": pa.array(["a", None, "a"]).dictionary_encode(),
        "list": [[1, None], [], None],
        "struct": [{"a": 1, "b": ["x"]}, None, {"a": None, "b": []}],
        "map": pa.array([[("k", 1)], [], None], pa.map_(pa.string(), pa.int64())),
        "fixed": pa.array([[1, 2], [3, 4], [5, 6]], pa.list_(pa.int16(), 2)),
        "nested dictionary": pa.array([["q"], None, ["q", "q"]], pa.list_(pa.dictionary(pa.int8(), pa.string()))),
        "time": pa.array([0, None, 10**9], pa.timestamp("s", "Asia/Shanghai")),
        "nothing": pa.nulls(3),
        "binary": pa.array([b"\xff", None, b""]),
    }
    path = write(tmp_path / "a.parquet", columns)
    records = [article.paragraphs[0].record for article in gx.read(path).articles]
    rows = pq.read_table(path).to_pylist()
    for row in rows:
        row.pop("text")
    assert records == rows


def test_bytes_changed_anywhere_end_in_records_or_in_a_sentence(tmp_path):
    good = write(tmp_path / "good.parquet", {"text": [TEXT] * 50, "n": list(range(50))}).read_bytes()
    random_ = random.Random(1)  # `make torture` has more of them
    bad = tmp_path / "bad.parquet"
    for _ in range(40):
        data = bytearray(good)
        for _ in range(random_.choice((1, 1, 3))):
            data[random_.randrange(4, len(data))] = random_.randrange(256)
        bad.write_bytes(data)
        with contextlib.suppress(InputError):
            gx.read(bad, config=SMALL)


@pytest.fixture
def children(monkeypatch):
    """The children that pieces come from."""
    found = []
    stream = sandbox._Child.stream

    def noted(child, *arguments):
        found.append(child)
        return stream(child, *arguments)

    monkeypatch.setattr(sandbox._Child, "stream", noted)
    return found


def test_a_reader_that_stops_early_leaves_no_child_behind(tmp_path, children):
    path = write(tmp_path / "a.parquet", {"text": [TEXT] * 100_000})
    pieces = parquet_rows(path, "a", ReadingConfig())
    next(pieces)
    next(pieces)
    pieces.close()
    assert children[0]._process.poll() is not None
    assert gx.read(write(tmp_path / "b.parquet", {"text": [TEXT]})).articles


def test_a_child_that_dies_between_pieces_is_told_and_what_came_before_counts(tmp_path, children):
    path = write(tmp_path / "a.parquet", {"text": [TEXT] * 100_000})
    pieces = parquet_rows(path, "a", ReadingConfig())
    next(pieces)
    assert next(pieces)[0]["rows"] == 4096
    children[0].kill()
    with pytest.raises(InputError, match="the Parquet file cannot be read; it is damaged or needs more than 1024 MiB"):
        list(pieces)


def test_a_child_serves_file_after_file(tmp_path, children):
    path = write(tmp_path / "a.parquet", {"text": [TEXT]})
    for _ in range(3):
        assert gx.read(path).articles
    assert len({child._process.pid for child in children}) == 1
