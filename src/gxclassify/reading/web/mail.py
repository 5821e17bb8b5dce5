"""Mails (RFC 5322), and web pages saved with their pictures in one file (MHTML), in the child process."""

from __future__ import annotations

import email.policy
from email import message_from_bytes
from typing import TYPE_CHECKING

from gxclassify.errors import InputError
from gxclassify.messages import Message
from gxclassify.reading.decode import decode
from gxclassify.reading.parsed import Notice, Parsed, ParsedLine, solid
from gxclassify.reading.web.html import read_fragment, read_page

if TYPE_CHECKING:
    from email.message import MIMEPart


def parse_mail(data: bytes) -> Parsed:
    """Return the lines of a mail, its subject as the title; of a web archive those of its page.

    Raises
    ------
    InputError
        It holds neither text nor a web page.
    """
    message = message_from_bytes(data, policy=email.policy.default)
    page = message.get_body(("html",))
    if message.get_content_type() == "multipart/related" and message["to"] is None:
        if page is None:
            raise InputError("the web archive holds no web page.")
        parsed = read_page(_text(page, declared=True))
        parsed.format = "mht"
        return parsed
    body = message.get_body(("plain",)) if page is None else page
    if body is None:
        raise InputError("the mail holds no text; save what is attached to it, and read that.")
    if page is None:
        lines = _text(body).splitlines()
        parsed = Parsed([ParsedLine(line, "furniture" * (line.rstrip() == "--")) for line in lines], wrapped=True)
    else:
        parsed = read_fragment(_text(page, declared=True))
    subject = " ".join(_header(message, "subject").split())
    if subject:
        parsed.lines[:0] = [ParsedLine(subject, "title")]
        parsed.held = parsed.held and parsed.held + solid(subject)
    told = {"title": subject, "date": _header(message, "date"), "author": _header(message, "from")}
    parsed.metadata = {name: value for name, value in told.items() if value}
    attached = [part.get_filename() or part.get_content_type() for part in message.iter_attachments()]
    if attached:
        text = Message("Files attached to the mail that are not read: {attached}.", attached=[*attached])
        parsed.notices.append(Notice("attachment", "", len(attached), text))
    parsed.format = "mail"
    return parsed


def _header(message: MIMEPart, name: str) -> str:
    """Return the value of a header, also where its characters stand in it without the encoding that mails ask for."""
    raw = next((value for key, value in message.raw_items() if key.lower() == name), "")
    data = str(raw).encode("utf-8", "surrogateescape")
    return str(message[name] or "") if data.isascii() else decode(data, "its header").text


def _text(part: MIMEPart, *, declared: bool = False) -> str:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)  # noqa: S101 (a part that is text is no list of parts)
    return decode(content, "its text", declared=declared, encoding=part.get_content_charset() or "").text
