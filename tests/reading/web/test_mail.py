"""Mails whose page shows nothing."""

from __future__ import annotations

import pytest

from gxclassify.reading import read
from reading.checks import assert_nothing_lost

TEXT = "望江高新区近日在三家轴承企业试点共享检测台，单件费用下降四成。"


@pytest.mark.parametrize("page", ["<p>&nbsp;</p>", '<img src="cid:1">', ""])
def test_the_plain_text_stands_for_a_page_without_text(page):
    parts = "".join(
        f"--b\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
        for kind, text in (("plain", TEXT), ("html", f"<html><body>{page}</body></html>"))
    )
    head = "From: a@b.cn\r\nTo: c@d.cn\r\nSubject: 检测台进车间\r\nMIME-Version: 1.0\r\n"
    mail = f'{head}Content-Type: multipart/alternative; boundary="b"\r\n\r\n{parts}--b--\r\n'
    document = read(mail.encode())
    assert_nothing_lost(document)
    assert [paragraph.text for paragraph in document.articles[0].paragraphs] == [TEXT]
