"""What ZIP archives, single XML files and old Office files are, told from what they hold; each goes to its parser."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, NoReturn

from gxclassify.errors import InputError
from gxclassify.messages import Message
from gxclassify.reading.decode import is_feed
from gxclassify.reading.office.docx import main_part, parse_docx, parse_word_xml
from gxclassify.reading.office.epub import parse_epub
from gxclassify.reading.office.opendocument import parse_opendocument
from gxclassify.reading.office.pptx import parse_pptx
from gxclassify.reading.office.xlsx import parse_xlsx
from gxclassify.reading.package import Package, attribute, child, local, parse_xml

if TYPE_CHECKING:
    from gxclassify.reading.parsed import Parsed

# What is told by a part of this name, and what to do with what has no parser here.
_FOREIGN = (
    ("Index/Document.iwa", Message("an Apple Pages, Numbers or Keynote file; export it as .docx, .xlsx or PDF")),
    ("FixedDocumentSequence.fdseq", Message("an XPS document; print it to PDF")),
    ("visio/document.xml", Message("a Visio drawing; save it as PDF")),
    ("content/uof.xml", Message("a UOF document; save it as .docx in WPS")),
    ("uof.xml", Message("a UOF document; save it as .docx in WPS")),
    ("Contents/content.hpf", Message("a Hangul HWPX document; save it as .docx")),
    ("META-INF/MANIFEST.MF", Message("a Java archive, not a document")),
    ("AndroidManifest.xml", Message("an Android program, not a document")),
)


def parse_archive(data: bytes, most_pages: int) -> Parsed:
    """Return the lines of a ZIP archive that is a document: Word, Excel, PowerPoint, OpenDocument, EPUB or OFD.

    Raises
    ------
    InputError
        It is none of these, damaged, encrypted or too large.
    """
    package = Package.unzip(data)
    kind = package.read("mimetype").strip().decode("ascii", "replace")
    if kind.startswith("application/epub") or "META-INF/container.xml" in package:
        return _named(parse_epub(package), "epub")
    if kind.startswith("application/vnd.oasis.opendocument") or _is_opendocument(package):
        return _opendocument(package)
    if "OFD.xml" in package:
        from gxclassify.reading.office.ofd import parse_ofd

        return _named(parse_ofd(package, most_pages), "ofd")
    main = main_part(package)
    root = package.xml(main) if main and not main.endswith(".bin") else None
    name = local(root) if root is not None else ""
    if main and name in {"workbook", "Workbook"}:
        return _named(parse_xlsx(package, main), "xlsx")
    if main and (name == "presentation" or main.startswith("ppt/")):
        return _named(parse_pptx(package, main), "pptx")
    if name in {"document", "wordDocument"}:
        return _named(parse_docx(package), "docx")
    raise InputError(_what_else(package, main or ""))


def _named(parsed: Parsed, kind: str) -> Parsed:
    parsed.format = kind
    return parsed


def _what_else(package: Package, main: str) -> str:
    """Say what an archive is that cannot be read, and what to do."""
    if main.endswith(".bin"):
        return Message("this is an Excel binary workbook (.xlsb); save it as .xlsx.")
    for part, what in _FOREIGN:
        if part in package:
            return Message("this is {what}.", what=what)
    if "[Content_Types].xml" in package:
        return Message("this is an Office file without a main part; open it where it was made and save it again.")
    files = [name for name in package.names if not name.endswith("/")]
    if not files:
        return Message("this is an empty ZIP archive; give another file.")
    return Message(
        "this is a ZIP archive of {n} {n:file|files} and no document itself; give what it holds, for example {file}.",
        n=len(files),
        file=_as_packed(files[0]),
    )


def _as_packed(name: str) -> str:
    """Return the name of a file in an archive that does not say how it wrote it, which is taken for code page 437.

    Windows writes names in the encoding of the country, others in UTF-8.

    >>> _as_packed("页.txt".encode("gb18030").decode("cp437")), _as_packed("页.txt"), _as_packed("café.txt")
    ('页.txt', '页.txt', 'café.txt')
    """
    for encoding in ("utf-8", "gb18030"):
        with contextlib.suppress(UnicodeError):
            told = name.encode("cp437").decode(encoding)
            if max(told) >= "\u3400":  # two bytes of GB 18030 may be a letter in UTF-8, three hardly a character
                return told
    return name


def _is_opendocument(package: Package) -> bool:
    """Tell whether a package that does not name its kind, as one that was packed again, is OpenDocument."""
    root = package.xml("content.xml") if "META-INF/manifest.xml" in package else None
    return root is not None and local(root) == "document-content"


def _opendocument(package: Package) -> Parsed:
    manifest = package.read("META-INF/manifest.xml")
    if b"encryption-data" in manifest:
        raise InputError("the OpenDocument file is encrypted with a password; save it without.")
    root = package.xml("content.xml")
    if root is None:
        raise InputError("the OpenDocument file has no content; open it in LibreOffice and save it again.")
    body = child(root, "body")
    kinds = ("ods", "spreadsheet"), ("odp", "presentation")
    kind = next((kind for kind, name in kinds if child(body, name) is not None), "odt")
    return _named(parse_opendocument(root, package.xml("styles.xml")), kind)


def parse_xml_file(data: bytes) -> Parsed:
    """Return the lines of a document that is one XML file: Flat OPC, Word 2003, flat OpenDocument, articles.

    Raises
    ------
    InputError
        It is another kind of XML, or damaged.
    """
    from gxclassify.reading.records.feeds import parse_feed, parse_records

    if is_feed(data):
        return parse_feed(data)
    try:
        root = parse_xml(data)
    except InputError:
        found = parse_records(data)  # dumps that do not declare their encoding
        if found is None:
            raise
        return found
    return _office(root) or parse_records(data) or _refuse(local(root))


def _office(root: Any) -> Parsed | None:
    """Return the lines of a document of Office or OpenDocument that is one file."""
    name = local(root)
    if name == "wordDocument":
        return _named(parse_word_xml(root), "docx")
    if name == "package":
        package = Package.flat(root)
        main = main_part(package)
        inner = local(package.xml(main)) if main else ""
        if main and inner == "presentation":
            return _named(parse_pptx(package, main), "pptx")
        return _named(parse_docx(package), "docx")
    if name == "document" and child(root, "body") is not None:
        kind = attribute(root, "mimetype").rpartition(".")[2]
        return _named(parse_opendocument(root), {"spreadsheet": "ods", "presentation": "odp"}.get(kind, "odt"))
    return None


def _refuse(name: str) -> NoReturn:
    if name == "Workbook":
        msg = Message("this is an Excel 2003 XML workbook; save it as .xlsx or CSV.")
    else:
        msg = Message(
            "this is XML of a kind that is not known (its root is {name!r}); save it as .docx, HTML or plain text.",
            name=name,
        )
    raise InputError(msg)
