"""Bytes to text: the kind of the content, and the encoding of text."""

from __future__ import annotations

import binascii
import codecs
import html
import re
import sys
from dataclasses import dataclass
from typing import NamedTuple

from gxclassify.errors import InputError
from gxclassify.messages import Message
from gxclassify.reading.parsed import Notice

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_REFUSED = (
    (b"\xff\xd8\xff", Message("an image; run OCR on it first")),
    (b"\x89PNG", Message("an image; run OCR on it first")),
    (b"GIF8", Message("an image; run OCR on it first")),
    (b"II*\x00", Message("an image; run OCR on it first")),
    (b"MM\x00*", Message("an image; run OCR on it first")),
    (b"\x1f\x8b", Message("a gzip archive; unpack it first")),
    (b"\x28\xb5\x2f\xfd", Message("packed with zstd once more; unpack it first")),
    (b"7z\xbc\xaf", Message("an archive; unpack it first")),
    (b"Rar!", Message("an archive; unpack it first")),
    (b"CAJ\x00", Message("an article of CNKI (.caj, .nh); save it as PDF with their reader")),
    (b"HN\x00\x00", Message("an article of CNKI (.caj, .nh); save it as PDF with their reader")),
    (b"\xfd7zXZ\x00", Message("packed with xz; unpack it first, or pack it with gzip or zstd")),
)
_BZIP2 = re.compile(rb"BZh[1-9]1AY&SY")
_TAR = 257
"""Where a tar archive names itself."""
_MAGIC = ((b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"\xd0\xcf\x11\xe0", "ole"), (b"{\\rt", "rtf"))
_XML = re.compile(
    rb"progid=[\"']Word\.Document|office/word/2003/wordml|office/2006/xmlPackage|opendocument:xmlns:office:1\.0"
)
# A page, or a piece of one, that declares itself as XML; <body> may be a field of a record.
_XHTML = re.compile(rb"<!doctype\s+html|<(?:html|head|p|br|div)[\s/>]", re.IGNORECASE)
_CDATA = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)
_FEED = re.compile(
    rb"\s*(?:<\?[^>]{0,400}\?>\s*|<!--.{0,400}?-->\s*){0,9}<(?:rss|feed|rdf:RDF|urlset|sitemapindex)[\s>]", re.DOTALL
)
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
# A page may leave out <html> and <head>: it begins with what stands in a head, a title among that.
_OF_HEAD = re.compile(
    rb"\s*(?:<!--.{0,400}?-->\s*){0,9}(?:<meta(?:\s[^>]*)?>\s*){0,9}"
    rb"<(?:title>[^<]{0,400}</title>|(?:base|link|style|script|meta)[\s>](?=.{0,4000}?<title>[^<]{0,400}</title>))",
    re.IGNORECASE | re.DOTALL,
)
_ARCHIVE = re.compile(rb"^content-type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)
_MAIL = re.compile(
    rb"(?:[A-Za-z][A-Za-z0-9-]{1,40}:[^\n]*\n(?:[ \t][^\n]*\n)*)+?(?:MIME-Version|Message-ID|Received|Content-Type):",
    re.IGNORECASE,
)
_MARKS = b"\xef\xbb\xbf\xff\xfe \t\r\n"  # of byte order, and white space
MAILBOX = re.compile(
    rb"^From \S{1,200}[^\n]{0,80} (?:19|20)\d\d[^\n]{0,9}\r?\n(?=[A-Za-z][A-Za-z0-9-]{1,40}:)", re.MULTILINE
)
"""The line before each mail of a mailbox: From a@b.cn Tue May 19 08:00:00 2026"""
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
_HEADERS = 8192  # bytes in which a mail shows itself as one
_SAMPLE = 200_000  # bytes: enough to tell an encoding, few enough to be quick
# The commonest characters of Chinese prose, the first row common to both scripts, then simplified, then traditional.
_COMMON = frozenset(
    "的一是不了在人有我他大上中到地出生可以下和年月日工作用家市区新高方成多能作行行政主要力公司技全面建改革部分"
    "这个们来为国时会学对发说产业开发园区项资创经济进设实现动机关于体战场应"
    "這個們來為國時會學對發說產業開發園區項資創經濟進設實現動機關於體戰場應，。、：；“”（）「」"
)
BIG5_NOTICE = Notice("encoding", "", 0, Message("The text was decoded from Big5."))
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
    """Tell from the content what `data` is: ``pdf``, ``zip``, ``ole``, ``rtf``, ``xml``, ``mail``, ``html``, ``text``.

    A ``zip`` is a document of many formats, an ``ole`` container an old one of Office; which, their parsers find out.

    Raises
    ------
    InputError
        It is of a kind that cannot be read, such as an image or an archive.
    """
    head = data[:1024]
    if b"%PDF-" in head:
        return "pdf"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if what := _refused(head):
        raise InputError("{name}: this is {what}.", name=name, what=what)
    letter = MAILBOX.sub(b"", data[:_HEADERS], count=1) if data.startswith(b"From ") else data[:_HEADERS]
    if _ARCHIVE.search(head) or _MAIL.match(letter):
        return "mail"
    start = data[:4096].replace(b"\x00", b"")
    declared = start.lstrip(_MARKS).startswith(b"<?xml ")
    page = (_XHTML if declared else _HTML).search(_CDATA.sub(b"", start)) is not None
    page = page or _OF_HEAD.match(start.lstrip(_MARKS)) is not None
    xml = _XML.search(start) or (declared and not page)
    if is_feed(data) or (xml and start.lstrip(_MARKS).startswith(b"<")):
        return "xml"
    return "html" if page else "text"


def is_feed(data: bytes) -> bool:
    """Tell whether data are a feed, or a list of a site's pages, by how they begin."""
    return _FEED.match(data[:4096].replace(b"\x00", b"").lstrip(_MARKS)) is not None


def _refused(head: bytes) -> Message | None:
    """Return what a file is that cannot be read, by its first bytes."""
    if _BZIP2.match(head):
        return Message("packed with bzip2; unpack it first, or pack it with gzip or zstd")
    if head.startswith(b"ustar", _TAR):
        return Message("a tar archive; unpack it first")
    return next((what for magic, what in _REFUSED if head.startswith(magic)), None)


def is_no_text(head: bytes) -> bool:
    """Tell whether a file is something else than text, by its first bytes and whatever its name."""
    return head.startswith((b"%PDF-", *(magic for magic, _ in _MAGIC))) or _refused(head) is not None


def decode(data: bytes, name: str, *, declared: bool = False, encoding: str = "") -> Decoded:
    """Decode text.

    Parameters
    ----------
    data : bytes
    name : str
        What errors call the text.
    declared : bool
        Whether to heed the charset that an HTML page names.
    encoding : str
        The encoding, where it is known; else it is told from the bytes.

    Raises
    ------
    InputError
        The bytes are text in no known encoding, or what they say was spoilt by a wrong one before.
    """
    if declared and not encoding and not any(data.startswith(bom) for bom, _ in _BOMS):
        named = _CHARSET.search(data[:4096])
        known = _try_named(data, named.group(1).decode("ascii")) if named else None
        if known:
            return _mended(known, name)
    data, carried = _as_sent(data)
    found = detect(data, name, encoding=encoding)
    text = data[found.mark :].decode(found.codec, "replace")
    notices = (BIG5_NOTICE, *carried) if found.name == "big5" else carried
    if not encoding and found.codec in _ALTERNATIVES and (mixed := _by_line(data[found.mark :], found)):
        text, notice = mixed
        notices += (notice,)
    bad = text.count("\ufffd") - (data.count(b"\xef\xbf\xbd") if found.codec == "utf-8" else 0)
    if bad > 0:
        notices += (Notice("damaged", "", bad, Message("{bad} damaged characters were replaced by �.", bad=bad)),)
    check_asked(text, encoding, name, data)
    decoded = _checked(Decoded(text, found.name, notices), name)
    try:
        return _mended(decoded if declared else _unescaped(decoded), name)
    except InputError as error:
        raise (_no_such_text(encoding, name) if encoding else error) from None


_LINE = 76  # characters: lines of a mail's body are no longer
_QUOTED = re.compile(rb"=[0-9A-F]{2}|=\r?\n")
_BASE64 = re.compile(rb"\s*(?:[A-Za-z0-9+/]{4}\s*){15,}(?:[A-Za-z0-9+/]{2}(?:==|[A-Za-z0-9+/]=)\s*)?")


def _as_sent(data: bytes) -> tuple[bytes, tuple[Notice, ...]]:
    """Undo the encoding in which mails are sent, where a body was kept without its headers."""
    sample = data[:_LOOKED_AT]
    if not sample.isascii() or max(map(len, sample.split(b"\n"))) > _LINE + 1:
        return data, ()
    if 2 * sum(map(len, _QUOTED.findall(sample))) > len(sample):
        how, bare = "quoted-printable", binascii.a2b_qp(data)
    elif data.isascii() and _BASE64.fullmatch(data):
        how, bare = "base64", binascii.a2b_base64(data)
    else:
        return data, ()
    text = bare.decode("utf-8" if _decodes(bare, "utf-8", whole=True) else "gb18030", "replace")
    if _chineseness(text[:_LOOKED_AT]) < _CHINESE:
        return data, ()
    sentence = Message("The text was in {how}, as mails are sent; this was undone.", how=how)
    return bare, (Notice("encoding", "", len(text), sentence),)


_ALTERNATIVES = {"utf-8": ("gb18030", "big5hkscs"), "gb18030": ("utf-8",)}
"""The encodings in which lines of a text in another may be: files are put together from others."""
_SURE = 3  # characters of more than one byte: fewer may be valid UTF-8 by chance
_MOST_PLACES = 10


def _by_line(data: bytes, found: Detected) -> tuple[str, Notice] | None:
    """Decode a text with lines in another encoding line by line; None where all are in one."""
    if _decodes(data, found.codec, whole=True) and (found.codec == "utf-8" or not _has_utf8(data)):
        return None
    lines: list[str] = []
    foreign: dict[str, list[int]] = {}
    for number, line in enumerate(data.split(b"\n"), start=1):
        codec = _codec_of(line, found.codec)
        lines.append(line.decode(codec, "replace"))
        if codec != found.codec:
            foreign.setdefault(codec, []).append(number)
    if not foreign:
        return None
    told = []
    for codec, numbers in foreign.items():
        places = ", ".join(map(str, numbers[:_MOST_PLACES])) + (" …" if len(numbers) > _MOST_PLACES else "")
        told.append(Message("{n} in {codec} (line {places})", n=len(numbers), codec=codec, places=places))
    count = sum(map(len, foreign.values()))
    first = min(numbers[0] for numbers in foreign.values())
    text = Message(
        "Lines of several encodings: most are in {name}, {told}; each was read in its own.",
        name=found.name,
        told=[*told],
    )
    return "\n".join(lines), Notice("encoding", Message("line {first}", first=first), count, text)


_UTF8_RUN = re.compile(rb"(?:[\xe2-\xef][\x80-\xbf]{2}){3}")


def _has_utf8(data: bytes) -> bool:
    return _UTF8_RUN.search(data) is not None


def _codec_of(line: bytes, usual: str) -> str:
    """Return the encoding of one line: another than the usual one only where it reads better beyond doubt."""
    if line.isascii():
        return usual
    if usual == "utf-8" and _decodes(line, "utf-8", whole=True):
        return usual
    own = _chineseness(line.decode(usual, "replace"))
    for codec in _ALTERNATIVES[usual]:
        if _decodes(line, codec, whole=True):
            text = line.decode(codec)
            wide = sum(char > "\x7f" for char in text)
            if (wide >= _SURE or usual == "utf-8") and _chineseness(text) > max(own, 0.0):
                return codec
    return usual


# ---- Text that was decoded wrongly before it was written: 鏈姤璁 for 本报讯.


_MISREAD = (
    ("gb18030", "utf-8"),
    ("cp1252", "utf-8"),
    ("latin-1", "utf-8"),
    ("latin-1", "gb18030"),
    ("cp1252", "gb18030"),
    ("big5hkscs", "utf-8"),
)
"""Pairs of encodings: as which a text was read, and in which it was."""
_LOOKED_AT = 4_000  # characters
_FEW_WIDE = 20
_ODD = 0.06  # share of the commonest characters: any Chinese prose has more


# One character each, of a web page or of JSON: &#26149; &#x6625; \u6625
_ESCAPE = re.compile(r"&#(?:[0-9]{2,7}|[xX][0-9A-Fa-f]{2,6});|\\u[0-9A-Fa-f]{4}")
ESCAPED_TAGS = re.compile(r"^[^<]*&lt;(?:p|div|section)\b[^<]*&lt;/(?:p|div|section)&gt;\s*[^<]*$", re.IGNORECASE)
_ESCAPED = 0.5  # of all characters: a program or a page of examples has fewer in escapes


def _unescaped(decoded: Decoded) -> Decoded:
    """Undo the escapes of a text whose Chinese is written in them throughout."""
    sample = decoded.text[:_LOOKED_AT]
    if ESCAPED_TAGS.search(sample):
        sentence = Message(
            "The tags of HTML were written as escapes such as {example}; this was undone.", example="&lt;"
        )
        text = html.unescape(decoded.text)
        return Decoded(text, decoded.encoding, (*decoded.notices, Notice("encoding", "", len(text), sentence)))
    if "&#" not in sample and "\\u" not in sample:
        return decoded
    found = _ESCAPE.findall(sample)
    if sum(map(len, found)) < _ESCAPED * len(sample) or _chineseness(_plain(sample)) < _CHINESE:
        return decoded
    text = _plain(decoded.text)
    sentence = Message("The characters were written as escapes such as {example}; this was undone.", example=found[0])
    return Decoded(text, decoded.encoding, (*decoded.notices, Notice("encoding", "", len(text), sentence)))


def _plain(text: str) -> str:
    return _ESCAPE.sub(_character, text).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _character(escape: re.Match[str]) -> str:
    digits = escape.group().strip("&#;\\")
    code = int(digits[1:], 16) if digits[0] in "xXu" else int(digits)
    char = chr(min(code, sys.maxunicode))
    return escape.group() if char in "<>&" or (code < ord(" ") and not char.isspace()) else char  # else a tag begins


def _mended(decoded: Decoded, name: str) -> Decoded:
    """Undo a wrong decoding that lies before the text; refuse it where characters were lost by it."""
    sample = decoded.text[:_LOOKED_AT]
    if sample.isascii() or sum(char > "\x7f" for char in sample) < _FEW_WIDE or _chineseness(sample, odd=0) > _ODD:
        return decoded
    for wrong, right in _MISREAD:
        told = sample.encode(wrong, "ignore").decode(right, "ignore")
        if _chineseness(told) < _CHINESE or 5 * len(told) < len(sample):
            continue
        try:
            text = decoded.text.encode(wrong).decode(right)
        except UnicodeError:
            raise InputError(
                "{name}: this does not read as Chinese: it is {right} that was once read as {wrong}, and "
                "characters are lost; get it again from where it came from.",
                name=name,
                right=right,
                wrong=wrong,
            ) from None
        sentence = Message(
            "The text was {right} that had been read as {wrong}; this was undone.", right=right, wrong=wrong
        )
        return Decoded(text, decoded.encoding, (*decoded.notices, Notice("encoding", "", len(text), sentence)))
    return decoded


def detect(data: bytes, name: str, *, whole: bool = True, encoding: str = "") -> Detected:
    """Tell the encoding of text: the one answer that whole files, files of records and labels are read by.

    Parameters
    ----------
    data : bytes
    name : str
        What errors call the text.
    whole : bool
        Whether `data` is all of it; else it may end within a character.
    encoding : str
        The encoding, where it is known.

    Raises
    ------
    InputError
        The bytes are text in no known encoding, or `encoding` is none.
    """
    mark = next(((bom, codec) for bom, codec in _BOMS if data.startswith(bom)), None)
    if encoding:
        codec = _codec(encoding)
        return Detected(codec, _common_name(codec), len(mark[0]) if mark and mark[1] == codec else 0)
    if mark:
        return Detected(mark[1], mark[1], len(mark[0]))
    if _decodes(data, "utf-8", whole=whole) and b"\x00" not in data[:_SAMPLE]:
        # JSON is UTF-8 by its standard (RFC 8259), so of two readings it is that.
        gbk = not data.lstrip().startswith((b"{", b"[")) and _GBK_BY_CHANCE.match(data)
        return Detected("gb18030", "gb18030") if gbk else Detected("utf-8", "utf-8")
    codec = _guess(data[:_SAMPLE], name)
    return Detected(codec, _common_name(codec))


# 签约 in GBK is ǩԼ in UTF-8: bytes in two and more pairs, all of GB 2312, and not one character of three bytes.
_GBK_BY_CHANCE = re.compile(rb"[\x00-\x7f]*+(?:(?:[\xc2-\xd7][\xa1-\xbf]){2,}+(?:[\x00-\x7f]++|\Z))+\Z")


def _common_name(codec: str) -> str:
    return "big5" if codec == "big5hkscs" else codec


def _codec(encoding: str) -> str:
    """Return the codec of an encoding by its name: the widest of its family, as files seldom keep to the narrow one."""
    wide = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}
    try:
        codec = codecs.lookup(encoding)
    except (LookupError, ValueError):
        codec = None
    if codec is None or not codec._is_text_encoding:  # noqa: SLF001 (bytes.decode asks the same)
        raise InputError(
            "{encoding!r} is no known encoding; give one such as utf-8, gb18030 or big5.", encoding=encoding
        )
    return wide.get(codec.name, {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(codec.name, codec.name))


def _decodes(data: bytes, encoding: str, *, whole: bool) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(data, final=whole)
    except UnicodeDecodeError:
        return False
    return True


def _try_named(data: bytes, encoding: str) -> Decoded | None:
    try:
        codec = _codec(encoding)
        return Decoded(data.decode(codec), codecs.lookup(codec).name)
    except (InputError, UnicodeDecodeError):
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
    if best_score >= _CHINESE:
        return best
    return _guess_by_line(sample) or _guess_little(sample, name)


def _guess_by_line(sample: bytes) -> str:
    """Return the encoding of most lines where lines of several make up the text, else nothing."""
    lines = sample.split(b"\n")
    told = dict.fromkeys(_ALTERNATIVES, 0)
    for line in lines:
        for encoding in told:
            if _decodes(line, encoding, whole=True) and _chineseness(line.decode(encoding)) >= _CHINESE:
                told[encoding] += len(line)
                break
    return max(told, key=told.__getitem__) if 2 * sum(told.values()) > len(sample) else ""


def _chineseness(text: str, odd: float = 4.0) -> float:
    """Return the share of the commonest characters among those beyond ASCII, less `odd` times that of damaged ones."""
    wide = [char for char in text if char > "\x7f"]
    if not wide:
        return 0.0
    bad = sum(char == "\ufffd" or "\ue000" <= char <= "\uf8ff" for char in wide) / len(wide)
    return sum(char in _COMMON for char in wide) / len(wide) - odd * bad


def _guess_little(sample: bytes, name: str) -> str:
    """Tell the encoding where there is no Chinese prose, or too little to count characters."""
    if sample.count(0) * 4 > len(sample):  # every other byte of Latin letters
        return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    text = sample.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    if not damaged or sum(char > "\x7f" for char in text) > 2 * damaged:  # whole characters by chance are rare
        return "utf-8"
    if _is_gbk(sample):
        return "gb18030"
    from charset_normalizer import from_bytes

    match = from_bytes(sample).best()
    if match is not None and b"\x00" not in sample:
        return match.encoding
    raise InputError(
        "{name}: this is not text in UTF-8, UTF-16, GB18030 or Big5; convert it or give another file.", name=name
    )


def _is_gbk(sample: bytes) -> bool:
    """Tell whether a text of few characters is GBK: in pairs of bytes, most of them of GB 2312, as no Latin text is."""
    if _decodes(sample, "gb2312", whole=False):
        return True
    if not _decodes(sample, "gb18030", whole=False):
        return False
    pairs = [char.encode("gb18030") for char in sample.decode("gb18030", "ignore") if char > "\x7f"]
    plain = sum(len(pair) == 2 and min(pair) > 0xA0 for pair in pairs)  # noqa: PLR2004 (the plane of GB 2312)
    return 2 * plain >= len(pairs)


def check_asked(text: str, encoding: str, name: str, data: bytes) -> None:
    """Raise an `InputError` where an `encoding` was asked for in which `data` is no text, or plainly another one."""
    if encoding and (_odd(text) > _most_odd(text) or _is_another(data[:_SAMPLE], _chineseness(text[:_SAMPLE]))):
        raise _no_such_text(encoding, name)


def _is_another(sample: bytes, score: float) -> bool:
    """Tell whether a sample is far more Chinese in UTF-8 or GB18030 than the `score` of how it was read says."""
    texts = [sample.decode(codec, "ignore") for codec in _ALTERNATIVES if _decodes(sample, codec, whole=False)]
    return any(_chineseness(text) >= max(_CHINESE, 2 * score) for text in texts)


def _no_such_text(encoding: str, name: str) -> InputError:
    return InputError(
        "{name}: this was read as {encoding}, as was asked for, and is no text in it; leave the encoding out "
        "(--encoding, encoding=), so that it is told from the bytes.",
        name=name,
        encoding=encoding,
    )


def _odd(text: str) -> int:
    return len(_CONTROL.findall(text[:_SAMPLE]))


def _most_odd(text: str) -> float:
    return 2 + _MUCH_DAMAGE * len(text[:_SAMPLE])


def _checked(decoded: Decoded, name: str) -> Decoded:
    sample = decoded.text[:_SAMPLE]
    odd = _odd(sample)
    if odd > _most_odd(sample):
        raise InputError(
            "{name}: this is not text ({odd:,} control or damaged characters in the first {sample_count:,}).",
            name=name,
            odd=odd,
            sample_count=len(sample),
        )
    return decoded
