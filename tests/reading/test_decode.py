from __future__ import annotations

import base64
import quopri

import pytest

from gxclassify.errors import InputError
from gxclassify.reading import read
from gxclassify.reading.decode import decode, sniff

TEXT = "本报讯 近日，临江高新区引进十二个新材料项目，总投资八十六亿元。这是今年的第一批项目，涉及三个产业。\n"
TRADITIONAL = "近日，這個產業園區的經濟發展很好，市政府對於企業的創新給予大力支持，我們在這裡看到了新的變化。\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk", "utf-32"]
)
def test_text_comes_back_whatever_its_encoding(encoding):
    assert decode((TEXT * 3).encode(encoding), "page").text == TEXT * 3


def test_big5_is_converted_and_said_so():
    decoded = decode((TRADITIONAL * 3).encode("big5hkscs"), "page")
    assert decoded.text == TRADITIONAL * 3
    assert "Big5" in decoded.notices[0].text


def test_a_short_gbk_text_is_not_taken_for_big5():
    assert decode("高新区的项目在今年开工建设，发展很快。".encode("gbk"), "page").encoding == "gb18030"


def test_truncated_utf8_keeps_the_whole_characters_and_says_so():
    decoded = decode((TEXT * 50).encode()[:-2], "page")
    assert decoded.text.startswith(TEXT)
    assert "damaged" in decoded.notices[0].text


def test_bytes_of_no_encoding_are_refused_with_the_name():
    with pytest.raises(InputError, match="noise"):
        decode(bytes(range(256)) * 40, "noise")


def test_control_characters_are_no_text():
    with pytest.raises(InputError, match="not text"):
        decode(b"\x01\x02\x03\x04\x05\x06" * 100, "noise")


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (b"PK\x03\x04rest", "zip"),
        (b"\xd0\xcf\x11\xe0", "ole"),
        (b"{\\rtf1", "rtf"),
        (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?>', "xml"),
        (b"\n<!DOCTYPE html><html>", "html"),
        ("<html>".encode("utf-16"), "html"),
        ("高新区".encode(), "text"),
        (b'{"text": ""}', "text"),
        ("<meta charset=utf-8><title>园区</title><style>p{}</style><h1>园区</h1>".encode(), "html"),
        ("<!-- 保存 -->\n<title>园区</title><p>签约。</p>".encode(), "html"),
        ('<script>a()</script>\n<link rel="icon" href="a.ico">\n<title>园区</title>'.encode(), "html"),
        ("<title>是网页标题的标签。".encode(), "text"),
        (b"<svg><title>a</title></svg>", "text"),
    ],
)
def test_the_kind_is_told_from_the_content(head, kind):
    assert sniff(head, "file") == kind


@pytest.mark.parametrize(
    ("head", "advice"),
    [(b"\x89PNG\r\n", "OCR"), (b"\xff\xd8\xff\xe0", "OCR"), (b"\x1f\x8b\x08", "unpack")],
)
def test_what_cannot_be_read_is_refused_with_advice(head, advice):
    with pytest.raises(InputError, match=advice):
        sniff(head, "file")


LONG = "云栖高新区管委会昨天召开通气会，公布今年上半年的招商成绩，新签约项目46个，总投资218亿元。"


@pytest.mark.parametrize(("usual", "other"), [("utf-8", "gb18030"), ("gb18030", "utf-8"), ("utf-8", "big5hkscs")])
def test_lines_in_another_encoding_are_read_in_it_and_said_so(usual, other):
    strange = TRADITIONAL.strip() if other == "big5hkscs" else LONG
    lines = [TEXT.strip().encode(usual)] * 4
    lines[2] = strange.encode(other)
    decoded = decode(b"\r\n".join(lines), "page")
    assert decoded.text.split("\r\n") == [TEXT.strip(), TEXT.strip(), strange, TEXT.strip()]
    (notice,) = decoded.notices
    assert (notice.kind, notice.place, notice.count) == ("encoding", "line 3", 1)


@pytest.mark.parametrize("pattern", ["gu", "ggu", "guu", "ggugu", "uuugg"])
def test_lines_of_two_encodings_are_read_however_many_there_are_of_each(pattern):
    codecs = {"g": "gb18030", "u": "utf-8"}
    decoded = decode(b"\n".join(TEXT.strip().encode(codecs[sign]) for sign in pattern), "page")
    assert decoded.text.split("\n") == [TEXT.strip()] * len(pattern)
    assert [notice.kind for notice in decoded.notices] == ["encoding"]


ESCAPES = ["&#{0};", "&#x{0:X};", "\\u{0:04x}"]


@pytest.mark.parametrize("escape", ESCAPES)
def test_a_text_of_escapes_is_read(escape):
    escaped = "".join(char if char.isascii() else escape.format(ord(char)) for char in TEXT)
    decoded = decode(escaped.encode(), "page")
    assert decoded.text == TEXT
    assert [notice.kind for notice in decoded.notices] == ["encoding"]
    assert decode(f"{TEXT}例：{escaped[:24]}\n".encode(), "page").text.count(escaped[:24]) == 1


def test_an_escaped_mark_or_half_a_pair_does_no_harm():
    escaped = "".join(f"&#{ord(char)};" for char in TEXT)
    assert decode(f"{escaped}&#60;b&#62;&#99999999;\\ud83d&#{0x10FFFF};&#xD800;".encode(), "page").text.startswith(TEXT)


def test_a_damaged_line_is_not_another_encoding():
    decoded = decode(TEXT.encode() + LONG.encode()[:-10] + b"\xe4\n" + TEXT.encode(), "page")
    assert [notice.kind for notice in decoded.notices] == ["damaged"]


@pytest.mark.parametrize("text", ["签约", "喆镕签约", "招商引资", "朱镕基考察", "项目12个"])
def test_a_very_short_gbk_text_is_chinese(text):
    assert decode(text.encode("gbk"), "page").text == text


@pytest.mark.parametrize("text", ["été à Genève", "Привет, мир", "naïve café"])
def test_other_languages_in_utf8_stay(text):
    assert decode(text.encode(), "page").text == text


def test_the_encoding_can_be_given():
    data = "簽約項目".encode("big5")
    assert decode(data, "page", encoding="big5").text == "簽約項目"
    assert decode(b"\xff\xfe" + "签约".encode("utf-16-le"), "page", encoding="UTF-16").text == "签约"
    assert decode('<meta charset="utf-8">签约'.encode("gbk"), "page", declared=True, encoding="gbk").text.endswith(
        "签约"
    )


@pytest.mark.parametrize("encoding", ["klingon", "base64", "a\0b"])
def test_an_unknown_encoding_is_an_error(encoding):
    with pytest.raises(InputError, match="no known encoding"):
        decode(b"x", "page", encoding=encoding)


MISREAD = [("gb18030", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "gb18030")]


@pytest.mark.parametrize(("wrong", "right"), MISREAD[1:])
def test_a_wrong_decoding_is_undone_where_nothing_is_lost(wrong, right):
    decoded = decode(LONG.encode(right).decode(wrong).encode(), "page")
    assert decoded.text == LONG
    assert right in decoded.notices[0].text


@pytest.mark.parametrize(("wrong", "right"), MISREAD)
def test_a_wrong_decoding_that_lost_characters_is_refused(wrong, right):
    spoilt = LONG.encode(right).decode(wrong, "ignore").replace(" ", "")
    with pytest.raises(InputError, match="does not read as Chinese"):
        decode((spoilt[:20] + "签" + spoilt[20:]).encode(), "page")


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        TRADITIONAL,
        "滕王高阁临江渚，佩玉鸣鸾罢歌舞。画栋朝飞南浦云，珠帘暮卷西山雨。",
        "人名：赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华",
    ],
)
def test_unusual_chinese_is_left_alone(text):
    assert decode(text.encode(), "page").text == text


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
@pytest.mark.parametrize("encode", [base64.encodebytes, quopri.encodestring])
def test_a_body_of_a_mail_without_its_headers_is_decoded(encode, encoding, end):
    text = "近日，临江高新区举行春季项目集中签约仪式，12个新材料项目落户园区，计划总投资86.5亿元。\n" * 3
    document = read(encode(text.encode(encoding)).replace(b"\n", end))
    assert [p.text for p in document.articles[0].paragraphs] == text.splitlines()
    assert [notice.kind for notice in document.notices] == ["encoding"]


def test_what_only_looks_like_the_body_of_a_mail_stays():
    text = "\n".join(["ABCDefgh" * 9] * 3)
    assert read(text.encode()).source == text


@pytest.mark.parametrize(
    ("asked", "real"), [("utf-16", "utf-8"), ("big5", "gb18030"), ("gbk", "utf-8"), ("utf-8", "gb18030")]
)
def test_an_encoding_that_was_asked_for_and_gives_other_characters_is_refused(asked, real):
    data = "高新区引进项目12个，总投资30亿元。".encode(real)
    with pytest.raises(InputError, match=f"read as {asked}, as was asked for, .* leave the encoding out"):
        decode(data, "a.txt", encoding=asked)


def test_an_encoding_that_was_asked_for_serves_for_other_languages():
    assert (
        decode("Парк открыл новый завод.".encode("cp1251"), "a.txt", encoding="cp1251").text
        == "Парк открыл новый завод."
    )
