from __future__ import annotations

import io
import subprocess
import sys

import pytest

from gxclassify.config import ReadingConfig
from gxclassify.errors import InputError
from gxclassify.reading import iter_files, read, read_text


def test_a_path_names_the_document(tmp_path):
    path = tmp_path / "页.txt"
    path.write_bytes("高新区签约。".encode())
    assert read(path).document == str(path)


def test_a_name_may_be_given():
    assert read("高新区签约。".encode(), name="standard input").document == "standard input"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path / "none.txt")


def test_a_folder_is_not_a_file(tmp_path):
    with pytest.raises(InputError, match="is a folder"):
        read(tmp_path)


def test_too_many_bytes_are_refused(tmp_path):
    path = tmp_path / "page.txt"
    path.write_bytes(b"x" * 11)
    for source in (path, b"x" * 11):
        with pytest.raises(InputError, match=r"max_bytes"):
            read(source, config=ReadingConfig(max_bytes=10))


def test_a_paragraph_beyond_the_limit_is_refused():
    with pytest.raises(InputError, match=r"longer than 20"):
        read_text("高新区签约项目，" * 5, config=ReadingConfig(max_paragraph_chars=20))


def test_files_come_sorted_and_hidden_ones_do_not(tmp_path):
    for name in ("b.txt", "a.txt", ".hidden", "sub/c.txt", ".git/d.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name, "utf-8")
    assert [str(p.relative_to(tmp_path)) for p in iter_files([tmp_path])] == ["a.txt", "b.txt", "sub/c.txt"]
    assert [*iter_files(tmp_path)] == [*iter_files(str(tmp_path))] == [*iter_files([tmp_path])]
    for wrong in (None, 3, b"a.txt", [None]):
        with pytest.raises(InputError, match="An input must be a path"):
            list(iter_files(wrong))


@pytest.mark.parametrize(
    ("source", "why"),
    [(None, "Got a NoneType"), (["a.txt"], r"Got a list: .*tag\(paths\)"), (3, "Got a int"), ("", "empty")],
)
def test_what_is_neither_a_path_nor_bytes_is_told(source, why):
    with pytest.raises(InputError, match=why):
        read(source)


def test_a_missing_path_is_named():
    with pytest.raises(InputError, match="no such file"):
        list(iter_files(["/nowhere/page.txt"]))


def test_a_file_that_is_named_twice_comes_once_and_is_told(tmp_path):
    page, other = tmp_path / "a.txt", tmp_path / "b.txt"
    page.write_text("园区出台政策。", encoding="utf-8")
    other.write_text("园区开工。", encoding="utf-8")
    (link := tmp_path / "link.txt").symlink_to(page)
    again = []
    assert [*iter_files([page, str(page), tmp_path, link], on_named_again=again.append)] == [page, other]
    assert again == [page, page, link, link]


def test_the_json_form_has_the_fields_of_the_format():
    form = read_text("高新区签约。").to_json()
    assert form["articles"] == [
        {
            "title": None,
            "byline": None,
            "captions": [],
            "subheads": [],
            "parts": [],
            "paragraphs": [{"text": "高新区签约。", "span": [0, 6], "repairs": []}],
        }
    ]


@pytest.mark.parametrize("file", [io.BytesIO("高新区签约。".encode()), io.StringIO("高新区签约。")])
def test_an_open_file_is_refused_with_what_to_give(file):
    with pytest.raises(InputError, match=r"Got a (Bytes|String)IO; give what it holds: read\(file\.read\(\)\)\."):
        read(file)
    with pytest.raises(InputError, match=r"An input must be a path\. Got a (Bytes|String)IO"):
        next(iter_files(file))


@pytest.mark.parametrize("address", ["https://x.cn/a.txt", "s3://bucket/a.jsonl", "file:///a.txt", "hdfs://x/y"])
def test_an_address_is_told_as_one(address):
    with pytest.raises(InputError, match="this is an address, and nothing is fetched"):
        next(iter_files(address))


@pytest.mark.parametrize(
    "name",
    ["~$报告.docx", "desktop.ini", "Thumbs.db", "报告 - 快捷方式.lnk", "空.txt", "报告.txt:Zone.Identifier"],
)
def test_what_nobody_put_in_a_folder_to_be_read_is_passed_over(tmp_path, name):
    (tmp_path / name).write_bytes(b"" if name == "空.txt" else b"\x05Administrator")
    (tmp_path / "page.txt").write_text("高新区签约。", "utf-8")
    passed = []
    assert [path.name for path in iter_files([tmp_path], on_passed_over=passed.append)] == ["page.txt"]
    assert [path.name for path in passed] == [name]
    assert [path.name for path in iter_files([tmp_path / name])] == [name]  # whoever names it means it


@pytest.mark.parametrize("folder", ["园区要闻_files", "园区要闻.files"])
@pytest.mark.parametrize("page", ["园区要闻.html", "园区要闻.HTM"])
def test_the_folder_of_a_saved_page_is_passed_over_and_counted_once(tmp_path, folder, page):
    (tmp_path / folder / "img").mkdir(parents=True)
    for name in ("jquery.js", "main.css", "img/a.gif", "saved_resource.html"):
        (tmp_path / folder / name).write_text("var a = 1;", "utf-8")
    assert len(list(iter_files([tmp_path]))) == 4  # without its page it is any folder
    (tmp_path / page).write_text("<p>高新区签约。</p>", "utf-8")
    passed = []
    assert [path.name for path in iter_files([tmp_path], on_passed_over=passed.append)] == [page]
    assert [path.name for path in passed] == [folder]
    assert len(list(iter_files([tmp_path / folder]))) == 4  # whoever names it means it


@pytest.mark.parametrize(
    "garbage",
    [
        "高新区新签约项目十二个，总投资三十八亿元。".encode().decode("gb18030", "replace"),
        "".join(chr(0x4E00 + 7 * n % 20_000) for n in range(900, 1000)),
        "#@%&*(){}[]<>~^|" * 8,
        "!5W-k]]k-W5!u#9]5uik!?kK95?W#W?59Kk?!kiu5]9#u!5W-k]]k-W5!u#9FZ6((6R",
    ],
)
def test_what_does_not_read_as_text_is_named(garbage):
    (notice,) = read_text("\n".join([garbage] * 5)).notices
    assert (notice.kind, notice.place) == ("not_prose", "")


@pytest.mark.parametrize(
    "text",
    [
        "高新區新簽約項目十二個，總投資三十八億元，帶動就業。",
        "The zone signed twelve projects worth four billion.",
        "2024\t12.5\t38%\t2025\t13.1\t40%\t",
        "\\repeat, 359, 378\t\\rightarrow, 202, 359, 391\t索引\t\\relax, 10, 257, 358",
    ],
)
def test_other_scripts_and_figures_read_as_text(text):
    assert "not_prose" not in {notice.kind for notice in read_text("\n".join([text] * 12)).notices}


def test_plain_text_loads_no_parser():
    code = (
        "import sys; from gxclassify.reading import read; read('高新区签约。'.encode());"
        "heavy = ('charset_normalizer', 'lxml', 'pypdfium2', 'docx', 'subprocess');"
        "print([m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
