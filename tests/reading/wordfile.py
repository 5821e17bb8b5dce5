"""Word documents and other packages of XML for the tests, from the markup of their parts."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "r": _RELATIONS,
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "v": "urn:schemas-microsoft-com:vml",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
}
_DECLARED = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in _NAMESPACES.items())
_STRICT = {
    _NAMESPACES["w"]: "http://purl.oclc.org/ooxml/wordprocessingml/main",
    _NAMESPACES["m"]: "http://purl.oclc.org/ooxml/officeDocument/math",
    _RELATIONS: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
# Part -> the root of its XML, and its relationship from the main part.
_PARTS = {
    "styles": "styles", "numbering": "numbering", "footnotes": "footnotes", "endnotes": "endnotes",
    "comments": "comments", "header": "hdr", "footer": "ftr",
}  # fmt: skip


def zipped(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def relations(*entries):
    """Return a part of relationships; an entry is (id, kind, target)."""
    inner = "".join(f'<Relationship Id="{i}" Type="{_RELATIONS}/{kind}" Target="{to}"/>' for i, kind, to in entries)
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'
    )


def root(name, inner):
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{name} {_DECLARED}>{inner}</w:{name}>'


def docx(body, *, main="word/document.xml", strict=False, extra=(), dangling=False, **parts):
    """Return a Word document; `parts` gives the inside of styles, numbering, footnotes, header …"""
    related = [(f"r{i}", kind, f"{kind}.xml") for i, kind in enumerate(parts)]
    related += [("gone", "header", "../nowhere/header9.xml")] if dangling else []
    folder, _, name = main.rpartition("/")
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": relations(("r1", "officeDocument", main)),
        main: root("document", f"<w:body>{body}</w:body>"),
        f"{folder}/_rels/{name}.rels": relations(*related),
        **{f"{folder}/{kind}.xml": root(_PARTS[kind], inner) for kind, inner in parts.items()},
        **dict(extra),
    }
    if strict:
        for old, new in _STRICT.items():
            files = {key: text.replace(old, new) for key, text in files.items()}
    return zipped(files)


def p(*inner, style="", props=""):
    """Return a paragraph; a plain string is a run of text."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{props}</w:pPr>{''.join(run(x) if not x.startswith('<') else x for x in inner)}</w:p>"


def run(text, props=""):
    return f'<w:r><w:rPr>{props}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def deleted(text):
    return f'<w:del w:id="1" w:author="a"><w:r><w:delText xml:space="preserve">{escape(text)}</w:delText></w:r></w:del>'


def inserted(*inner):
    return f'<w:ins w:id="2" w:author="a">{"".join(run(x) if not x.startswith("<") else x for x in inner)}</w:ins>'


def table(*rows):
    """Return a table; a cell is a text, or markup of blocks."""
    cells = ["".join(f"<w:tc>{c if c.startswith('<') else p(c)}</w:tc>" for c in row) for row in rows]
    return f"<w:tbl><w:tblPr/>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def field(code, result=None):
    """Return a field as Word writes it: begin, instruction, separate, result, end."""
    shown = "" if result is None else f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(result)}'
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText>{code}</w:instrText></w:r>{shown}"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def box(inner, *, old=False):
    """Return a run with a text box: as VML alone, or as both kinds, of which one is shown."""
    vml = f"<w:pict><v:shape><v:textbox><w:txbxContent>{inner}</w:txbxContent></v:textbox></v:shape></w:pict>"
    if old:
        return f"<w:r>{vml}</w:r>"
    new = f"<w:drawing><wps:wsp><wps:txbx><w:txbxContent>{inner}</w:txbxContent></wps:txbx></wps:wsp></w:drawing>"
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{new}</mc:Choice>'
        f"<mc:Fallback>{vml}</mc:Fallback></mc:AlternateContent></w:r>"
    )


def numbering(*levels, overrides="", more=""):
    """Return the inside of numbering.xml with list 1; a level is (format, text) or (format, text, further markup)."""
    inner = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{level[0]}"/>{"".join(level[2:])}'
        f'<w:lvlText w:val="{level[1]}"/></w:lvl>'
        for i, level in enumerate(levels)
    )
    return (
        f'<w:abstractNum w:abstractNumId="0">{inner}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        f'<w:num w:numId="2"><w:abstractNumId w:val="0"/>{overrides}</w:num>{more}'
    )


def item(text, depth=0, number=1):
    return p(text, props=f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>')
