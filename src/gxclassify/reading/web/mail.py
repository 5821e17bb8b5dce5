"""Mails (RFC 5322), mailboxes, and web pages saved with their pictures in one file (MHTML), in the child process."""

from __future__ import annotations

import email.policy
import re
from email import message_from_bytes
from typing import TYPE_CHECKING

from gxclassify.errors import InputError
from gxclassify.messages import Message
from gxclassify.reading.decode import MAILBOX, decode
from gxclassify.reading.parsed import Notice, Parsed, ParsedLine, solid
from gxclassify.reading.web.html import read_fragment, read_page

if TYPE_CHECKING:
    from email.message import EmailMessage, MIMEPart

_SENT_FROM = re.compile(
    r"发自我的.{1,20}|来自我的(?:iPhone|iPad|.{0,8}手机)|从我的.{1,16}(?:发送|发出)|Sent from my .{1,30}"
    r"|Get Outlook for .{1,20}"
)
_DEEPEST = 8  # mails in mails


def parse_mail(data: bytes) -> Parsed:
    """Return the lines of a mail, its subject as the title; of a web archive those of its page; of a mailbox all mails.

    Raises
    ------
    InputError
        It holds neither text nor a web page.
    """
    if not MAILBOX.match(data):
        return _read(message_from_bytes(data, policy=email.policy.default), 0)
    first, *others = (message_from_bytes(mail, policy=email.policy.default) for mail in MAILBOX.split(data) if mail)
    parsed = _read(first, 0)
    for message in others:
        _add(parsed, message, 0)
    return parsed


def _read(message: EmailMessage, depth: int) -> Parsed:
    """Return the lines of a mail or an archive; a mail that is attached to it is another article."""
    page = message.get_body(("html",))
    if message.get_content_type() == "multipart/related" and message["to"] is None:
        if page is None:
            raise InputError("the web archive holds no web page.")
        return _archived(message, page)
    plain = message.get_body(("plain",))
    body = plain if page is None else page
    attached = list(message.iter_attachments())
    passed_on = [part for part in attached if part.get_content_type() == "message/rfc822" and depth < _DEEPEST]
    if body is None and not passed_on:
        raise InputError("the mail holds no text; save what is attached to it, and read that.")
    parsed = Parsed([], held=0) if body is None else _body(body)
    if page is not None and plain is not None and not any(line.text.strip() for line in parsed.lines):
        parsed = _body(plain)  # the page shows but a picture
    subject = " ".join(_header(message, "subject").split())
    if subject:
        parsed.lines[:0] = [ParsedLine(subject, "title")]
        parsed.held = (parsed.held or 0) + solid(subject)
    told = {"title": subject, "date": _header(message, "date"), "author": _header(message, "from")}
    parsed.metadata = {name: value for name, value in told.items() if value}
    shown = [part for part in attached if _is_shown(part)]  # as some programs part a text around its pictures
    for part in shown:
        more = _body(part)
        parsed.lines += more.lines
        parsed.held = (parsed.held or 0) + (more.held or 0)
    for line in parsed.lines:
        line.role = line.role or "furniture" * (_SENT_FROM.fullmatch(line.text.strip()) is not None)
    names = [part.get_filename() or part.get_content_type() for part in attached if part not in [*passed_on, *shown]]
    if names:
        text = Message("Files attached to the mail that are not read: {attached}.", attached=names)
        parsed.notices.append(Notice("attachment", "", len(names), text))
    for part in passed_on:
        _add(parsed, part.get_content(), depth + 1)
    parsed.format = "mail"
    return parsed


def _body(part: MIMEPart) -> Parsed:
    """Return the lines of a part with text."""
    if part.get_content_type() == "text/html":
        return read_fragment(_text(part, declared=True))
    lines = _text(part).splitlines()
    told = [ParsedLine(line, "furniture" * (line.rstrip() == "--")) for line in lines]
    return Parsed(told, held=sum(map(solid, lines)), wrapped=True)


def _is_shown(part: MIMEPart) -> bool:
    """Tell whether a part is more of the text, and no file: without a name."""
    text = part.get_content_type() in {"text/plain", "text/html"}
    return text and part.get_filename() is None and part.get_content_disposition() != "attachment"


def _add(parsed: Parsed, message: EmailMessage, depth: int) -> None:
    """Add another mail to what was read of one."""
    try:
        other = _read(message, depth)
    except InputError as error:
        parsed.notices.append(Notice("attachment", "", 1, error.message))
        return
    parsed.lines += other.lines
    parsed.notices += other.notices
    parsed.held = (parsed.held or 0) + (other.held or 0)


def _archived(message: EmailMessage, page: MIMEPart) -> Parsed:
    """Return the lines of an archive's page; where that only frames others, of the longest that reads as one."""
    pages = [part for part in message.walk() if part.get_content_type() == "text/html" and part is not page]
    texts = [_text(page, declared=True), *sorted((_text(part, declared=True) for part in pages), key=len, reverse=True)]
    refused: InputError | None = None
    for text in texts:
        try:
            parsed = read_page(text)
        except InputError as error:
            refused = refused or error
        else:
            parsed.format = "mht"
            return parsed
    assert refused is not None  # noqa: S101 (there is one page at least)
    raise refused


def _header(message: MIMEPart, name: str) -> str:
    """Return the value of a header, also where its characters stand in it without the encoding that mails ask for."""
    raw = next((value for key, value in message.raw_items() if key.lower() == name), "")
    data = str(raw).encode("utf-8", "surrogateescape")
    return str(message[name] or "") if data.isascii() else decode(data, "its header").text


def _text(part: MIMEPart, *, declared: bool = False) -> str:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)  # noqa: S101 (a part that is text is no list of parts)
    charset = part.get_content_charset() or ""
    try:
        return decode(content, "its text", declared=declared, encoding=charset).text
    except InputError:
        if not charset:
            raise
        return decode(content, "its text", declared=declared).text  # the header is wrong, as some programs write it
