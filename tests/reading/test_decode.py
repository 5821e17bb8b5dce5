from __future__ import annotations

import pytest

from gxclassify.errors import InputError
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
        (b"PK\x03\x04rest", "docx"),
        (b"\n<!DOCTYPE html><html>", "html"),
        ("<html>".encode("utf-16"), "html"),
        ("高新区".encode(), "text"),
        (b'{"text": ""}', "text"),
    ],
)
def test_the_kind_is_told_from_the_content(head, kind):
    assert sniff(head, "file") == kind


@pytest.mark.parametrize(
    ("head", "advice"),
    [(b"\x89PNG\r\n", "OCR"), (b"\xff\xd8\xff\xe0", "OCR"), (b"\xd0\xcf\x11\xe0", "docx"), (b"\x1f\x8b\x08", "unpack")],
)
def test_what_cannot_be_read_is_refused_with_advice(head, advice):
    with pytest.raises(InputError, match=advice):
        sniff(head, "file")
