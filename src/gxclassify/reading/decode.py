"""Bytes to text: the kind of the content, and the encoding of text."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import NamedTuple

from gxclassify.errors import InputError
from gxclassify.reading.parsed import Notice

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_REFUSED = (
    (b"\xd0\xcf\x11\xe0", "an old Word or Office file; save it as .docx"),
    (b"\xff\xd8\xff", "an image; run OCR on it first"),
    (b"\x89PNG", "an image; run OCR on it first"),
    (b"GIF8", "an image; run OCR on it first"),
    (b"II*\x00", "an image; run OCR on it first"),
    (b"MM\x00*", "an image; run OCR on it first"),
    (b"{\\rtf", "a Rich Text file; save it as .docx or plain text"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"7z\xbc\xaf", "an archive; unpack it first"),
    (b"Rar!", "an archive; unpack it first"),
)
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_ARCHIVE = re.compile(rb"^content-type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
_SAMPLE = 200_000  # bytes: enough to tell an encoding, few enough to be quick
# The commonest characters of Chinese prose, the first row common to both scripts, then simplified, then traditional.
_COMMON = frozenset(
    "的一是不了在人有我他大上中到地出生可以下和年月日工作用家市区新高方成多能作行行政主要力公司技全面建改革部分"
    "这个们来为国时会学对发说产业开发园区项资创经济进设实现动机关于体战场应"
    "這個們來為國時會學對發說產業開發園區項資創經濟進設實現動機關於體戰場應，。、：；“”（）「」"
)
BIG5_NOTICE = Notice("encoding", "", 0, "Decoded from Big5: the text is in traditional characters.")
_MUCH_DAMAGE = 0.02
_CHINESE = 0.12  # share of the commonest characters, which real prose exceeds twofold


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with the name of its encoding and what should be said about it."""

    text: str
    encoding: str
    notices: tuple[Notice, ...] = ()


class Detected(NamedTuple):
    """An encoding: the codec to decode with, its common name, and how many bytes its byte-order mark has."""

    codec: str
    name: str
    mark: int = 0


def sniff(data: bytes, name: str) -> str:
    """Tell from the content whether `data` is ``pdf``, ``docx``, ``mht``, ``html`` or ``text``.

    Raises
    ------
    InputError
        It is of a kind that cannot be read, such as an image or an archive.
    """
    head = data[:1024]
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return "docx"
    for magic, what in _REFUSED:
        if head.startswith(magic):
            msg = f"{name}: this is {what}."
            raise InputError(msg)
    if _ARCHIVE.search(head):
        return "mht"
    if _HTML.search(data[:4096].replace(b"\x00", b"")):
        return "html"
    return "text"


def decode(data: bytes, name: str, *, declared: bool = False, encoding: str | None = None) -> Decoded:
    """Decode text of unknown encoding; `declared` heeds the charset that an HTML page names.

    Raises
    ------
    InputError
        The bytes are text in no known encoding.
    """
    if encoding and (told := _try_named(data, encoding)):
        return told
    if declared and not any(data.startswith(bom) for bom, _ in _BOMS):
        named = _CHARSET.search(data[:4096])
        known = _try_named(data, named.group(1).decode("ascii")) if named else None
        if known:
            return known
    found = detect(data, name)
    text = data[found.mark :].decode(found.codec, "replace")
    bad = text.count("\ufffd") - (data.count(b"\xef\xbf\xbd") if found.codec == "utf-8" else 0)
    notices: tuple[Notice, ...] = (BIG5_NOTICE,) if found.name == "big5" else ()
    if bad > 0:
        notices += (Notice("damaged", "", bad, f"{bad} damaged characters were replaced by \ufffd."),)
    return _checked(Decoded(text, found.name, notices), name)


def detect(data: bytes, name: str, *, whole: bool = True) -> Detected:
    """Tell the encoding of text: the one answer that whole files, files of records and labels are read by.

    Parameters
    ----------
    data : bytes
    name : str
        What errors call the text.
    whole : bool
        Whether `data` is all of it; else it may end within a character.

    Raises
    ------
    InputError
        The bytes are text in no known encoding.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return Detected(encoding, encoding, len(bom))
    if _decodes(data, "utf-8", whole=whole) and b"\x00" not in data[:_SAMPLE]:
        return Detected("utf-8", "utf-8")
    codec = _guess(data[:_SAMPLE], name)
    return Detected(codec, "big5" if codec == "big5hkscs" else codec)


def _decodes(data: bytes, encoding: str, *, whole: bool) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(data, final=whole)
    except UnicodeDecodeError:
        return False
    return True


def _try_named(data: bytes, encoding: str) -> Decoded | None:
    encoding = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}.get(encoding.lower(), encoding)
    try:
        return Decoded(data.decode(encoding), codecs.lookup(encoding).name)
    except (LookupError, UnicodeDecodeError, ValueError):
        return None


def _guess(sample: bytes, name: str) -> str:
    """Choose among UTF-16 without a mark, damaged UTF-8, GB18030 and Big5 by the commonest characters."""
    candidates = ["utf-16-le", "utf-16-be"] if b"\x00" in sample else []
    best, best_score = "", 0.0
    for encoding in [*candidates, "utf-8", "gb18030", "big5hkscs"]:
        text = sample[: len(sample) // 2 * 2].decode(encoding, "replace")
        score = _chineseness(text)
        if score > best_score:
            best, best_score = encoding, score
    return best if best_score >= _CHINESE else _guess_little(sample, name)


def _chineseness(text: str) -> float:
    wide = [char for char in text if char > "\x7f"]
    if not wide:
        return 0.0
    bad = sum(char == "\ufffd" or "\ue000" <= char <= "\uf8ff" for char in wide) / len(wide)
    return sum(char in _COMMON for char in wide) / len(wide) - 4 * bad


def _guess_little(sample: bytes, name: str) -> str:
    """Tell the encoding where there is no Chinese prose, or too little to count characters."""
    if sample.count(0) * 4 > len(sample):  # every other byte of Latin letters
        return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    text = sample.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    if not damaged or sum(char > "\x7f" for char in text) > 2 * damaged:  # whole characters by chance are rare
        return "utf-8"
    if _decodes(sample, "gb2312", whole=False):
        return "gb18030"
    from charset_normalizer import from_bytes

    match = from_bytes(sample).best()
    if match is not None and b"\x00" not in sample:
        return match.encoding
    msg = f"{name}: this is not text in UTF-8, UTF-16, GB18030 or Big5; convert it or give another file."
    raise InputError(msg)


def _checked(decoded: Decoded, name: str) -> Decoded:
    sample = decoded.text[:_SAMPLE]
    odd = len(_CONTROL.findall(sample))
    if odd > 2 + _MUCH_DAMAGE * len(sample):
        msg = f"{name}: this is not text ({odd} control or damaged characters in the first {len(sample):,})."
        raise InputError(msg)
    return decoded
