"""Word in the child process, from its XML, as Word shows it: what is inserted is in, what is deleted is out.

Office Open XML in its transitional and strict form, with macros, as a template, as one XML file (Flat OPC), and the
XML of Word 2003. Elements are told by their local names, which these share. Every character of the body, the notes, the
running heads and the comments becomes part of a line; the role of the line says why one is not shown.
"""

from __future__ import annotations

import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from gxclassify.errors import InputError
from gxclassify.messages import Message
from gxclassify.reading.decode import decode
from gxclassify.reading.office.numbering import Numbering, circled, switched_on
from gxclassify.reading.office.type_sizes import LONGEST_HEADING, find_titles, printed
from gxclassify.reading.package import Package, attribute, child, descendants, elements, flat_text, local, whole
from gxclassify.reading.parsed import LEFT_OUT, Notice, Parsed, ParsedLine, solid
from gxclassify.reading.text.cues import STRONG_END
from gxclassify.reading.text.signatures import AT_RIGHT

if TYPE_CHECKING:
    from collections.abc import Iterator

_USUAL = ("word/document.xml", "xl/workbook.xml", "ppt/presentation.xml")
_MAIN_TYPES = ("document.main+xml", "document.macroenabled.main+xml", "template.main+xml", "templatetemplate.main+xml")
_DELETIONS = frozenset({"del", "moveFrom"})
_PROPERTIES = frozenset({"pPr", "rPr", "tblPr", "trPr", "tcPr", "sdtPr", "sdtEndPr", "tblGrid", "rubyPr", "ctrlPr"})
_DRAWN_SIGNS = frozenset({"tab", "ptab", "br", "cr", "noBreakHyphen", "sym"})
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
# The characters of Word's symbol fonts that say something in a text: boxes, ticks, crosses.
_SYMBOLS = {
    ("wingdings", 0xFE): "☑", ("wingdings", 0xFC): "✓", ("wingdings", 0xFD): "☒", ("wingdings", 0xFB): "✗",
    ("wingdings", 0xA8): "□", ("wingdings", 0x6F): "□", ("wingdings", 0x71): "□", ("wingdings", 0x6E): "■",
    ("wingdings", 0x6C): "●", ("wingdings", 0x75): "◆", ("wingdings", 0xD8): "➢", ("wingdings", 0xE0): "→",
    ("wingdings 2", 0x52): "☑", ("wingdings 2", 0x50): "✓", ("wingdings 2", 0x54): "☒", ("wingdings 2", 0xA3): "□",
    ("wingdings 2", 0x30): "□", ("symbol", 0xB0): "°", ("symbol", 0xB1): "±", ("symbol", 0xB3): "≥",
    ("symbol", 0xA3): "≤", ("symbol", 0xB4): "×", ("symbol", 0x6D): "μ",
}  # fmt: skip
_PRIVATE = re.compile("[\uf020-\uf0ff]")  # where the signs of symbol fonts stand
_CIRCLE = re.compile(r"\\o\s*\\ac\s*\(\s*[^,;，；]*[,;，；]\s*([^)]+?)\s*\)", re.IGNORECASE)
_READING = re.compile(r"\\s\s*\\up\s*\d+\s*\([^)]*\)\s*[,;，；]\s*([^)]+?)\s*\)", re.IGNORECASE)
_HEADING = re.compile(r"(?:heading|标题|标题样式)\s*(\d)?$", re.IGNORECASE)
_LONG_CELL = 40
_SENTENCE = 20  # characters with a full stop: prose, not a figure or a name
_BODY_SIZE = 21  # half-points: 五号, Word's default in Chinese
_MOST_STYLES = 20  # links from a style to what it is based on
_RIGHT = frozenset({"right", "end"})
_SHOWN = frozenset({"", "note", "contents"})
_NOT_NOTES = frozenset({"separator", "continuationSeparator", "continuationNotice"})


def parse_docx(package: Package) -> Parsed:
    """Return the lines of a Word document in an opened package.

    Raises
    ------
    InputError
        There is no main part, it is damaged, or there is no text in it.
    """
    main = main_part(package)
    root = package.xml(main) if main else None
    if root is None:
        raise InputError("the Word document has no main part; open it in Word or WPS and save it again.")
    return _answer(_Reader(package, main or "", root).read())


def parse_word_xml(root: Any) -> Parsed:
    """Return the lines of a Word document that is one XML file: Flat OPC, or the XML of Word 2003."""
    if local(root) == "package":
        return parse_docx(Package.flat(root))
    return _answer(_Reader(Package({}), "", root).read())


def main_part(package: Package) -> str | None:
    """Return the name of the main part of an Office file: by its relationship, else its type, else its usual name."""
    candidates = [*package.related("", "/officeDocument").values(), *package.typed(*_MAIN_TYPES), *_USUAL]
    return next((name for name in candidates if name in package), None)


def _answer(parsed: Parsed) -> Parsed:
    if not any(line.text.strip() and line.role not in LEFT_OUT for line in parsed.lines):
        what = [*{line.role for line in parsed.lines if line.role}]
        raise InputError(
            "the Word document shows no text{what}; if it is images, run OCR.",
            what=Message(" (it holds only: {what})", what=what) if what else "",
        )
    return parsed


@dataclass(frozen=True, slots=True)
class _Style:
    """What a paragraph or character style says, with what it is based on."""

    name: str = ""
    outline: int | None = None
    number: str = ""
    depth: int | None = None
    vanish: bool | None = None
    size: int | None = None
    alignment: str = ""


@dataclass(slots=True)
class _Field:
    """A field that is open: its instruction, and whether its result has begun."""

    code: str = ""
    result: bool = False

    @property
    def contents(self) -> bool:
        return self.code.lstrip().upper().startswith("TOC")


@dataclass(slots=True)
class _Pieces:
    """What was met of one paragraph."""

    texts: list[tuple[str, str]] = field(default_factory=list)  # (role in LEFT_OUT or "", text)
    boxes: list[Any] = field(default_factory=list)
    sizes: Counter[int] = field(default_factory=Counter)
    contents: bool = False


class _Styles:
    """The styles of a document, each worked out when it is asked for: few of those that are there are in use.

    `usual` is what holds where a paragraph names none.
    """

    def __init__(self, root: Any) -> None:
        self._found: dict[str, Any] = {}
        self._known: dict[str, _Style] = {}
        self.usual = _Style()
        if root is None:
            return
        styles = (element for element in elements(root) if local(element) == "style")
        self._found = {attribute(style, "styleId"): style for style in styles}
        for key, element in self._found.items():
            if attribute(element, "default") in {"1", "true", "on"} and attribute(element, "type") == "paragraph":
                self.usual = self.get(key)
                break
        defaults = child(root, "docDefaults")
        size = _said(child(defaults, "pPrDefault"), child(defaults, "rPrDefault")).size
        self.usual = replace(self.usual, size=self.usual.size or size)

    def __contains__(self, key: str) -> bool:
        return key in self._found

    def get(self, key: str) -> _Style:
        """Return a style with what it takes from those that it is based on, an empty one where there is none."""
        if key not in self._known:
            self._known[key] = self._resolved(key)
        return self._known[key]

    def _resolved(self, key: str) -> _Style:
        merged: dict[str, Any] = {}
        for _ in range(_MOST_STYLES):
            element = self._found.get(key)
            if element is None:
                break
            said = _said(element, element)
            heading = _HEADING.match(_named(element))
            outline = whole(heading.group(1) or "1", 1) - 1 if heading and said.outline is None else said.outline
            merged.setdefault("name", _named(element))
            for name in ("number", "depth", "vanish", "size", "alignment"):
                merged.setdefault(name, getattr(said, name)) if getattr(said, name) not in (None, "") else None
            if outline is not None:
                merged.setdefault("outline", outline)
            key = _value(element, "basedOn")
        return _Style(**merged)


class _Reader:
    """One document on its way to lines."""

    def __init__(self, package: Package, main: str, root: Any) -> None:
        self._package = package
        self._main = main
        self._root = root
        self._styles = _Styles(self._part("/styles", "styles"))
        self._numbering = Numbering(self._part("/numbering", "lists"), lambda key: self._styles.get(key).number)
        self._fields: list[_Field] = []
        self._forced = ""  # the role of every line of what is being read
        self._carry: _Pieces | None = None  # a paragraph whose mark is deleted goes on in the next
        self._lines: list[ParsedLine] = []
        self._centred: list[ParsedLine] = []
        self._cell = False
        self._held = 0
        self._notices: list[Notice] = []

    def _part(self, kind: str, name: str) -> Any:
        """Return a part of the package, or the element that Word 2003 has for it."""
        found = next(iter(self._package.related(self._main, kind).values()), None) if self._main else None
        return self._package.xml(found) if found else child(self._root, name)

    def read(self) -> Parsed:
        """Return all lines: the body, then the notes, the running heads and feet, and the comments."""
        self._story(self._root)
        find_titles(self._lines, {id(line) for line in self._centred}, _BODY_SIZE)
        body = len(self._lines)
        related = self._package.related
        for kind in ("/footnotes", "/endnotes"):
            for name in related(self._main, kind).values():
                self._notes(self._package.xml(name))
        for kind, role in (("/header", "furniture"), ("/footer", "furniture"), ("/comments", "comment")):
            for name in related(self._main, kind).values():
                root = self._package.xml(name)
                if root is not None:
                    with self._forcing(role):
                        self._story(root)
        for line in self._lines[body:]:
            line.size = 1.0
        return Parsed(self._lines, self._notices, self._held, wrapped=printed(self._lines[:body]))

    @contextmanager
    def _forcing(self, role: str) -> Iterator[None]:
        """Give all lines a role; what is left out is left out of notes and contents as well."""
        before = self._forced
        self._forced = role if role and before in _SHOWN else before
        yield
        self._forced = before

    def _story(self, root: Any) -> None:
        """Read a part of the document: all its blocks; what it holds is counted on its own."""
        choose(root)
        self._held += _held(root)
        self._blocks(root)
        self._flush()
        self._fields.clear()

    def _notes(self, root: Any) -> None:
        for note in elements(root) if root is not None else ():
            kept = attribute(note, "type") not in _NOT_NOTES
            with self._forcing("note" if kept else "furniture"):
                self._story(note)

    # ---- blocks

    def _blocks(self, parent: Any) -> None:
        for element in elements(parent):
            name = local(element)
            if name == "p":
                self._paragraph(element)
            elif name == "tbl":
                self._flush()
                self._table(element)
            elif name == "sdt":
                content, role = _control(element)
                with self._forcing(role):
                    self._blocks(content)
            elif name in _DELETIONS or _annotation(element) == "deleted":
                with self._forcing("deleted"):
                    self._blocks(element)
            elif name == "sectPr":
                self._running(element)
            elif name == "altChunk":
                self._chunk(element)
            elif name in {"r", "oMath", "oMathPara"}:  # between paragraphs by mistake
                self._paragraph(parent=element)
            elif name not in _PROPERTIES and name not in {"styles", "lists", "fonts", "docPr", "binData"}:
                self._blocks(element)

    def _running(self, element: Any) -> None:
        """Read the running heads and feet that stand within the properties of a section (Word 2003)."""
        with self._forcing("furniture"):
            for found in descendants(element, "hdr", "ftr"):
                self._blocks(found)

    def _chunk(self, element: Any) -> None:
        """Read a file that is embedded as a part of the text, if it is HTML, as programs write it; else say so."""
        name = self._package.related(self._main).get(attribute(element, "id"), "")
        lines = _embedded(self._package, name)
        if lines:
            self._flush()
            self._held += sum(solid(line.text) for line in lines)
            self._lines += lines
            return
        text = Message(
            "a part of the text is an embedded file ({name}) that is not read; open the document in "
            "Word and save it again.",
            name=name.rpartition(".")[2] or Message("missing"),
        )
        self._notices.append(Notice("format", name, 1, text))

    # ---- paragraphs

    def _paragraph(self, element: Any = None, *, parent: Any = None) -> None:
        properties = child(element, "pPr") if element is not None else None
        style_id, style = self._style_of(properties)
        pieces, self._carry = self._carry or _Pieces(), None
        pieces.contents |= any(known.contents and known.result for known in self._fields)
        self._runs(element if parent is None else parent, pieces, style)
        pieces.contents |= any(known.contents for known in self._fields) or style.name.startswith(("toc ", "目录"))
        mark = child(properties, "rPr")
        gone = _gone(mark) or self._vanished(mark, _Style())
        if (gone or _is_drop_cap(properties)) and (pieces.texts or pieces.boxes):
            self._carry = pieces
            return
        if not gone:
            self._deliver(pieces, properties, style_id, style)

    def _flush(self) -> None:
        """Deliver a paragraph whose mark is deleted and that nothing follows."""
        if self._carry is not None:
            pieces, self._carry = self._carry, None
            self._deliver(pieces, None, "", self._styles.usual)

    def _deliver(self, pieces: _Pieces, properties: Any, style_id: str, style: _Style) -> None:
        shown = "".join(text for role, text in pieces.texts if not role)
        number = "" if self._forced else self._number(properties, style_id, style)
        if number and (shown.strip() or self._cell):
            shown = number + shown.lstrip()
            self._held += solid(number)
        role = self._forced or ("contents" if pieces.contents else self._role(properties, style, shown))
        lines = [shown.replace("\n", "")] if role in {"title", "heading"} else shown.split("\n")
        usual = style.size or self._styles.usual.size or _BODY_SIZE
        size = pieces.sizes.most_common(1)[0][0] if pieces.sizes else usual
        alignment = _value(properties, "jc") or style.alignment
        for text in lines:
            if text.strip():
                line = ParsedLine(flat_text(text), role, size=float(size))
                self._lines.append(line)
                if alignment == "center":
                    self._centred.append(line)
                elif alignment in _RIGHT:
                    line.indent = AT_RIGHT
        out: dict[str, str] = {}
        for kind, text in pieces.texts:
            if kind and text.strip():
                out[kind] = out.get(kind, "") + text
        for kind, text in out.items():
            self._lines.append(ParsedLine(flat_text(text), kind if self._forced in _SHOWN else self._forced))
        for box in pieces.boxes:
            self._drawn(box) if local(box) in {"textpath", "relIds"} else self._box(box)

    def _box(self, box: Any) -> None:
        """Read what floats beside a paragraph: a text box, or a note within the text (Word 2003)."""
        fields, self._fields = self._fields, []
        with self._forcing("note" if local(box) in {"footnote", "endnote"} else ""):
            self._blocks(box)
            self._flush()
        self._fields = fields

    def _style_of(self, properties: Any) -> tuple[str, _Style]:
        named = child(properties, "pStyle")
        key = attribute(named, "val") if named is not None else ""
        if key in self._styles:
            return key, self._styles.get(key)
        return key, replace(self._styles.usual, name=key.lower()) if key else self._styles.usual

    def _number(self, properties: Any, style_id: str, style: _Style) -> str:
        """Return the automatic number of a paragraph, which is counted by asking."""
        own = child(properties, "numPr")
        if own is None:
            listed = child(properties, "listPr")  # of Word 2003, which writes the number down
            if listed is not None:
                written = next((item for item in elements(listed) if local(item) == "t"), None)
                return attribute(written, "val") if written is not None else ""
        number = _value(own, "numId") or style.number
        if not number or number == "0":
            return ""
        depth = _value(own, "ilvl")
        if not depth:
            bound = self._numbering.level_of_style(number, style_id)
            depth = str(style.depth or 0) if bound is None else str(bound)
        return self._numbering.next(number, whole(depth, 0))

    def _role(self, properties: Any, style: _Style, shown: str) -> str:
        """Return the role that style and outline level give a paragraph."""
        text = shown.strip()
        if not text or len(text) > LONGEST_HEADING or STRONG_END.search(text) or text[-1] in "；;：:，,":
            return ""
        if style.name in {"title", "标题"}:
            return "title"
        if style.name in {"caption", "题注"}:
            return "caption"
        level = _value(properties, "outlineLvl")
        outline = whole(level, 9) if level else style.outline
        heading = _HEADING.match(style.name) or style.name in {"subtitle", "副标题"}
        return "heading" if heading or (outline is not None and outline < 9) else ""  # noqa: PLR2004 (9 is body text)

    # ---- runs

    def _runs(self, parent: Any, pieces: _Pieces, style: _Style, out: str = "") -> None:
        """Collect what stands in a paragraph; `out` is why it is not shown."""
        for element in elements(parent):
            name = local(element)
            if name == "r":
                self._run(element, pieces, style, out)
            elif name in _DELETIONS or _annotation(element) == "deleted":
                self._runs(element, pieces, style, out or "deleted")
            elif name == "rt":
                self._runs(element, pieces, style, out or "ruby")
            elif name == "sdt":
                content, role = _control(element)
                pieces.contents |= role == "contents"
                self._runs(content, pieces, style, out or ("hidden" if role == "hidden" else ""))
            elif name == "fldSimple":
                pieces.contents |= attribute(element, "instr").lstrip().upper().startswith("TOC")
                self._runs(element, pieces, style, out)
            elif name == "oMath":
                pieces.texts.append((out, self._formula(element)))
            elif name not in _PROPERTIES:
                self._runs(element, pieces, style, out)

    def _run(self, run: Any, pieces: _Pieces, style: _Style, out: str) -> None:
        properties = child(run, "rPr")
        hidden = self._vanished(properties, style)
        out = out or ("hidden" if hidden else "")
        if _gone(properties) and not hidden:
            out = out or "deleted"
        size = whole(_value(properties, "sz"), 0) or self._character_style(properties).size or style.size
        self._run_content(run, pieces, style, out, size or self._styles.usual.size or _BODY_SIZE)

    def _run_content(self, run: Any, pieces: _Pieces, style: _Style, out: str, size: int) -> None:
        for element in elements(run):
            name = local(element)
            unseen = out or ("hidden" if any(not known.result for known in self._fields) else "")
            if name in {"t", "delText"}:
                text = _typed(_text(element), run)
                role = unseen or ("deleted" if name == "delText" else "")
                pieces.texts.append((role, text))
                if not role:
                    pieces.sizes[size] += len(text)
            elif name in _DRAWN_SIGNS:
                pieces.texts.append((unseen, _SIGNS.get(name) or _symbol(element)))
            elif name == "fldChar":
                self._field(attribute(element, "fldCharType"), pieces, out)
            elif name == "instrText" and self._fields and not out:
                self._fields[-1].code += element.text or ""
            elif name == "ruby":
                self._runs(element, pieces, style, out)
            elif name in {"txbxContent", "footnote", "endnote", "textpath", "relIds"}:
                pieces.boxes.append(element)
            elif name not in _PROPERTIES:
                self._run_content(element, pieces, style, out, size)

    def _field(self, step: str, pieces: _Pieces, out: str) -> None:
        if step == "begin":
            self._fields.append(_Field())
        elif step == "separate" and self._fields:
            self._fields[-1].result = True
            pieces.contents |= self._fields[-1].contents
        elif step == "end" and self._fields:
            closed = self._fields.pop()
            if not closed.result and closed.code.lstrip().upper().startswith("EQ"):
                made = _equation(closed.code)
                self._held += solid(made)
                pieces.texts.append((out, made))

    def _drawn(self, element: Any) -> None:
        """Take the words that are drawn: WordArt, which is a watermark in a running head, and diagrams."""
        if local(element) == "textpath":
            text = attribute(element, "string")
            self._held += solid(text)
            self._lines.append(ParsedLine(flat_text(text), "watermark" if self._forced else ""))
            return
        root = self._package.xml(self._package.related(self._main).get(attribute(element, "dm"), "-"))
        for item in descendants(root, "p") if root is not None else ():
            text = "".join(found.text or "" for found in descendants(item, "t"))
            if text.strip():
                self._held += solid(text)
                self._lines.append(ParsedLine(flat_text(text), self._forced))

    def _formula(self, element: Any) -> str:
        """Return a formula on one line: its characters in order, with a stroke in its fractions."""
        name = local(element)
        if name == "t":
            return element.text or ""
        parts = [self._formula(item) for item in elements(element) if local(item) not in _PROPERTIES]
        if name == "f" and all(parts[-2:]) and len(parts) >= 2:  # noqa: PLR2004 (above and below)
            self._held += 1
            return f"{parts[-2]}/{parts[-1]}"
        return "".join(parts)

    def _character_style(self, properties: Any) -> _Style:
        named = child(properties, "rStyle")
        return self._styles.get(attribute(named, "val")) if named is not None else _Style()

    def _vanished(self, properties: Any, style: _Style) -> bool:
        own = child(properties, "vanish")
        if own is not None:
            return switched_on(own)
        return bool(self._character_style(properties).vanish or style.vanish)

    # ---- tables

    def _table(self, table: Any) -> None:
        rows = list(_rows(table))
        single = all(len(list(_cells(row))) <= 1 for row in rows)
        for row in rows:
            properties = child(row, "trPr")
            gone = _gone(properties)
            hidden = child(properties, "hidden")
            role = "deleted" if gone else "hidden" if hidden is not None and switched_on(hidden) else ""
            with self._forcing(role):
                cells = [self._read_cell(cell) for cell in _cells(row)]
            flat = self._forced or role or single
            self._lines += [line for cell in cells for line in cell] if flat else row_lines(cells)

    def _read_cell(self, cell: Any) -> list[ParsedLine]:
        """Return the lines of a cell; what goes on from the cell above, or to the left, is not shown twice."""
        properties = child(cell, "tcPr")
        merged = [child(properties, name) for name in ("vMerge", "hMerge")]
        goes_on = any(item is not None and attribute(item, "val", "continue") != "restart" for item in merged)
        gone = child(properties, "cellDel") is not None
        before, self._lines = self._lines, []
        inside, self._cell = self._cell, not goes_on
        with self._forcing("deleted" if gone else "hidden" if goes_on else ""):
            self._blocks(cell)
            self._flush()
        self._cell = inside
        found, self._lines = self._lines, before
        return found


def row_lines(cells: list[list[ParsedLine]]) -> list[ParsedLine]:
    """Return the lines of a table's row: one, with a tab between its cells; or, of a row that lays out text, all.

    What stands in the cells beside entries, such as rows of inner tables and what is left out, comes behind.
    """
    if _is_prose(cells):
        return [line for cell in cells for line in cell]
    texts = [" ".join(" ".join(line.text.split()) for line in cell if _own(line)) for cell in cells]
    row = [ParsedLine("\t".join(texts), "row")] if any(texts) else []
    return row + [line for cell in cells for line in cell if not _own(line)]


def _own(line: ParsedLine) -> bool:
    """Tell whether a line belongs to the row of its cell: not one of a table in it, nor one that is left out."""
    return line.role != "row" and line.role not in LEFT_OUT


def _is_prose(cells: list[list[ParsedLine]]) -> bool:
    """Tell whether a row holds text that was only placed by the table: paragraphs, not entries."""
    own = [[line for line in cell if _own(line)] for cell in cells]
    sentences = [[line for line in cell if _is_sentence(line)] for cell in own]
    several = any(len(cell) > 1 and found for cell, found in zip(own, sentences, strict=True))
    long = sum(sum(len(line.text) for line in found) >= _LONG_CELL for found in sentences)
    return several or long > 1 or (long == 1 and sum(map(bool, own)) == 1)


def _is_sentence(line: ParsedLine) -> bool:
    return len(line.text) >= _SENTENCE and STRONG_END.search(line.text) is not None


def _rows(table: Any) -> Iterator[Any]:
    for element in elements(table):
        name = local(element)
        if name == "tr":
            yield element
        elif name not in _PROPERTIES and name not in {"tbl", "p"}:
            yield from _rows(element)


def _cells(row: Any) -> Iterator[Any]:
    for element in elements(row):
        name = local(element)
        if name == "tc":
            yield element
        elif name not in _PROPERTIES and name not in {"tr", "tbl", "p"}:
            yield from _cells(element)


def _control(element: Any) -> tuple[Any, str]:
    """Return what a content control holds, and its role; a prompt that nobody has filled in is no text."""
    properties = child(element, "sdtPr")
    prompt = child(properties, "showingPlcHdr")
    gallery = next(descendants(properties, "docPartGallery"), None) if properties is not None else None
    role = "hidden" if prompt is not None and switched_on(prompt) else ""
    if gallery is not None and "contents" in attribute(gallery, "val").lower():
        role = "contents"
    content = child(element, "sdtContent")
    return (() if content is None else content), role


def _embedded(package: Package, name: str) -> list[ParsedLine]:
    """Return the lines of an embedded web page, none where the file is something else."""
    from gxclassify.reading.web.html import read_fragment
    from gxclassify.reading.web.mail import parse_mail

    ending = name.lower().rpartition(".")[2]
    data = package.read(name)
    if ending in {"mht", "mhtml"} and data:
        return parse_mail(data).lines
    if ending in {"htm", "html", "xhtml"} and data:
        return read_fragment(decode(data, name, declared=True).text).lines
    return []


def choose(root: Any) -> None:
    """Leave one of the branches of each choice (mc:AlternateContent), the first that holds text."""
    for choice in list(descendants(root, "AlternateContent")):
        branches = list(elements(choice))
        kept = next((b for b in branches if next(descendants(b, "t", "delText", "textpath"), None) is not None), None)
        for branch in branches:
            if branch is not (branches[0] if kept is None else kept):
                choice.remove(branch)


def _held(root: Any) -> int:
    """Return how many characters a part holds, by its elements alone."""
    texts = (element.text or "" for element in descendants(root, "t", "delText"))
    signs = (_SIGNS.get(local(element)) or _symbol(element) for element in descendants(root, "sym", "noBreakHyphen"))
    return sum(map(solid, [*texts, *signs]))


def _text(element: Any) -> str:
    text = element.text or ""
    kept = any(key.endswith("}space") for key in element.keys())  # noqa: SIM118 (attributes of lxml)
    return flat_text(text) if kept else flat_text(text.strip("\r\n"))


def _typed(text: str, run: Any) -> str:
    """Return a text with the signs of a symbol font that were typed into it, as far as they are known."""
    if not _PRIVATE.search(text):
        return text
    fonts = child(child(run, "rPr"), "rFonts")
    font = attribute(fonts, "ascii").lower() if fonts is not None else ""
    return _PRIVATE.sub(lambda sign: _SYMBOLS.get((font, ord(sign[0]) - 0xF000)) or sign[0], text)


def _symbol(element: Any) -> str:
    code = attribute(element, "char")
    try:
        point = int(code, 16)
    except ValueError:
        return ""
    font = attribute(element, "font").lower()
    known = _SYMBOLS.get((font, point - 0xF000 if 0xF000 <= point <= 0xF0FF else point))  # noqa: PLR2004
    return known or ("" if point < 0x20 or 0xD800 <= point <= 0xF8FF or point > 0x10FFFF else chr(point))  # noqa: PLR2004


def _equation(code: str) -> str:
    """Return what a field EQ shows, which has no result: a sign in a circle, or a character under its reading."""
    circle = _CIRCLE.search(code)
    if circle:
        sign = circle.group(1)
        return circled(int(sign)) if sign.isascii() and sign.isdigit() else f"({sign})"
    reading = _READING.search(code)
    return reading.group(1) if reading else ""


def _annotation(element: Any) -> str:
    """Return ``deleted`` for a deletion as Word 2003 writes it."""
    if local(element) != "annotation":
        return ""
    return "deleted" if attribute(element, "type").endswith((".Deletion", ".Comment")) else ""


def _gone(properties: Any) -> bool:
    """Tell whether run or row properties say: deleted, or moved away."""
    return properties is not None and any(
        local(item) in _DELETIONS or _annotation(item) == "deleted" for item in elements(properties)
    )


def _is_drop_cap(properties: Any) -> bool:
    """Tell whether a paragraph is the large first character of the next, in a frame of its own."""
    frame = child(properties, "framePr")
    return frame is not None and attribute(frame, "dropCap", "none") != "none"


def _value(properties: Any, name: str) -> str:
    found = child(properties, name)
    return attribute(found, "val") if found is not None else ""


def _named(style: Any) -> str:
    return _value(style, "name").strip().lower()


def _said(paragraph: Any, run: Any) -> _Style:
    """Return what the properties in an element say of paragraphs and runs."""
    of_paragraph, of_run = child(paragraph, "pPr"), child(run, "rPr")
    numbered = child(of_paragraph, "numPr")
    level, depth, size = _value(of_paragraph, "outlineLvl"), _value(numbered, "ilvl"), _value(of_run, "sz")
    vanish = child(of_run, "vanish")
    return _Style(
        outline=whole(level, 9) if level else None,
        number=_value(numbered, "numId"),
        depth=whole(depth, 0) if depth else None,
        vanish=None if vanish is None else switched_on(vanish),
        size=whole(size, 0) or None,
        alignment=_value(of_paragraph, "jc"),
    )
