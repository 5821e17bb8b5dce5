r"""Rich Text in the child process: what Word shows of it, with its numbers, which the file holds as text.

After the Rich Text Format specification 1.9.1. Text is in the code page of its font, or in ``\u`` with a substitute
that is passed over; a destination that is not known here and is marked as optional is no text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from gxclassify.errors import InputError
from gxclassify.reading.office.docx import row_lines
from gxclassify.reading.office.type_sizes import find_titles, main_size, printed
from gxclassify.reading.parsed import LEFT_OUT, Parsed, ParsedLine

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])"
    rb"|([{}])|[\r\n\x00]+|([^\\{}\r\n\x00]+)|\\"
)
_CODE_PAGES = {128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253", 204: "cp1251", 238: "cp1250"}
_SIGNS = {
    "tab": "\t", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip
_SYMBOLS = {b"~": " ", b"_": "-", b"{": "{", b"}": "}", b"\\": "\\"}
_UNSEEN = frozenset(
    "fonttbl colortbl stylesheet info pict themedata colorschememapping latentstyles datastore listtable fldinst "  # noqa: SIM905
    "listoverridetable rsidtbl generator xmlnstbl mmathPr bkmkstart bkmkend pntxtb pntxta datafield filetbl revtbl "
    "template nonshppict sn sv shprslt listname formfield falt panose nonesttables objdata docvar userprops "
    "atnid atnauthor atntime atndate atnref atnparent xe tc rxe bxe txe ud".split()
)
_NUMBER = re.compile(
    r"^\s*((?:[0-9一二三四五六七八九十]+|[A-Za-z])[.．、)）]|[(（][^\s()（）]{1,4}[)）])\t"
)  # that Word set itself
_OPTIONAL = frozenset({"shpinst", "annotation", "moMath", "moMathPara", "footnote", "shppict", "cxp", "listtext"})
"""Destinations that are marked as optional and hold text all the same."""
_ROLES = {"footnote": "note", "annotation": "comment"} | dict.fromkeys(
    ("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "ftnsep", "ftnsepc"),
    "furniture",
)
_OWN_FLOW = frozenset({*_ROLES, "shptxt"})
_BREAKS = frozenset({"par", "sect", "line", "page", "column"})
_HEADING = re.compile(r"(?:heading|标题)\s*\d", re.IGNORECASE)
_DEEPEST = 10_000
_USUAL_SIZE = 24.0  # half-points, where nothing is said


@dataclass(slots=True)
class _Flow:
    """A flow of text of its own: the body, a note, a box."""

    role: str = ""
    pieces: list[tuple[str, str, float]] = field(default_factory=list)  # (role in LEFT_OUT or "", text, type size)
    cell: list[ParsedLine] = field(default_factory=list)
    cells: list[list[ParsedLine]] = field(default_factory=list)
    lines: list[ParsedLine] = field(default_factory=list)
    style: str = ""
    centred: bool = False


@dataclass(slots=True)
class _Group:
    """What holds until the group closes."""

    flow: _Flow
    seen: bool = True
    hidden: bool = False
    deleted: bool = False
    substitutes: int = 1
    font: int = -1
    size: float = _USUAL_SIZE
    table: str = ""  # the table of fonts or styles that is being read
    own: bool = False  # whether the flow is the group's own


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._code_page = "cp1252"
        self._fonts: dict[int, str] = {}
        self._default_font = 0
        self._styles: dict[int, str] = {}
        self._bytes = bytearray()
        self._units: list[int] = []
        self._group = _Group(_Flow())
        self._above: list[_Group] = []
        self._skip = 0
        self._optional = False
        self._number = 0  # of the font or style that a table defines
        self.centred: list[ParsedLine] = []

    def read(self) -> list[ParsedLine]:
        position, data = 0, self._data
        while position < len(data):
            token = _TOKEN.match(data, position)
            if token is None:
                break
            position = token.end()
            word, number, code, symbol, brace, text = token.groups()
            if word is not None:
                position += self._control(word, None if number is None else int(number))
            elif code is not None:
                self._text(bytes([int(code, 16)]))
            elif symbol is not None:
                self._symbol(symbol)
            elif brace is not None:
                self._flush()
                self._skip = 0
                self._open() if brace == b"{" else self._close()
            elif text is not None:
                self._text(text)
        self._flush()
        while self._above:
            self._close()
        self._end_paragraph(self._group.flow)
        self._end_row(self._group.flow)
        return self._group.flow.lines

    def _control(self, word: bytes, number: int | None) -> int:
        """Obey a control word; return how many bytes behind it are no text."""
        if word == b"u":
            self._flush_bytes()  # its neighbours may be the halves of one character
        else:
            self._flush()
        if word == b"bin":
            return max(0, number or 0)
        if self._skip and word != b"u":
            self._skip -= 1
        else:
            self._word(word.decode("ascii"), number)
        return 0

    def _open(self) -> None:
        if len(self._above) > _DEEPEST:
            raise InputError("its groups are nested too deeply; save it again as .docx.")
        self._above.append(self._group)
        self._group = replace(self._group, own=False)
        self._optional = False

    def _close(self) -> None:
        if not self._above:
            return
        closed, self._group = self._group, self._above.pop()
        if closed.own:
            flow = closed.flow
            self._end_paragraph(flow)
            self._end_row(flow)
            around = self._group.flow
            # What has a role of its own keeps it within what is left out as a whole.
            out = around.role if around.role in LEFT_OUT else ""
            beside = [replace(line, role=out or line.role) for line in flow.lines]
            (around.cell if around.cell or around.cells else around.lines).extend(beside)

    def _symbol(self, symbol: bytes) -> None:
        if self._skip:
            self._skip -= 1
        elif symbol == b"*":
            self._optional = True
        elif symbol in _SYMBOLS:
            self._flush()
            self._put(_SYMBOLS[symbol])
        elif symbol in b"\r\n":
            self._flush()
            self._break()

    def _text(self, text: bytes) -> None:
        passed = min(self._skip, len(text))
        self._skip -= passed
        if passed < len(text):
            self._flush_units()
            self._bytes += text[passed:]

    def _flush(self) -> None:
        self._flush_units()
        self._flush_bytes()

    def _flush_units(self) -> None:
        if self._units:
            units, self._units = self._units, []
            raw = b"".join(unit.to_bytes(2, "little") for unit in units)
            self._put(raw.decode("utf-16-le", "replace"))

    def _flush_bytes(self) -> None:
        if self._bytes:
            raw, self._bytes = bytes(self._bytes), bytearray()
            font = self._group.font if self._group.font >= 0 else self._default_font
            codec = self._fonts.get(font) or self._code_page
            self._put(raw.decode(codec, "replace"))

    def _put(self, text: str) -> None:
        group = self._group
        if group.table == "stylesheet":
            self._styles[self._number] = self._styles.get(self._number, "") + text
        elif group.seen:
            why = "deleted" if group.deleted else "hidden" if group.hidden else ""
            group.flow.pieces.append((why, text, group.size))

    def _word(self, word: str, number: int | None) -> None:
        group = self._group
        on = number != 0
        optional, self._optional = self._optional, False
        if word == "u":
            self._units.append((number or 0) % 65_536)
            self._skip = group.substitutes
        elif word in _UNSEEN or (optional and word not in _OPTIONAL):
            group.seen, group.table = False, word if word in {"fonttbl", "stylesheet"} else ""
            self._number = 0
        elif word in _OWN_FLOW:
            group.flow, group.own = _Flow(_ROLES.get(word, "")), True
            group.hidden = group.deleted = False
        elif word in {"v", "deleted", "uc", "f", "plain", "ansicpg", "deff", "fcharset", "cpg"}:
            self._state(word, number, on=on)
        elif word in {"s", "outlinelevel"} and number is not None:
            self._styled(word, number)
        elif group.seen:
            self._shown(word, number)

    def _state(self, word: str, number: int | None, *, on: bool) -> None:
        group = self._group
        if word == "v":
            group.hidden = on
        elif word == "deleted":
            group.deleted = on
        elif word == "uc":
            group.substitutes = max(0, number or 0)
        elif word == "plain":
            group.hidden = group.deleted = False
            group.font, group.size = -1, _USUAL_SIZE
        elif word == "deff":
            self._default_font = number or 0
        elif word == "ansicpg":
            self._code_page = {936: "gb18030"}.get(number or 0) or _known(f"cp{number}") or self._code_page
        elif word == "f":
            group.font = number or 0
            self._number = group.font if group.table == "fonttbl" else self._number
        elif group.table == "fonttbl":
            codec = _CODE_PAGES.get(number or 0, "") if word == "fcharset" else _known(f"cp{number}")
            if codec:
                self._fonts[self._number] = codec

    def _styled(self, word: str, number: int) -> None:
        if self._group.table == "stylesheet":
            self._number = number
        elif word == "s":
            self._group.flow.style = self._styles.get(number, "").strip(" ;").lower()
        else:
            self._group.flow.style = "heading 1"

    def _shown(self, word: str, number: int | None) -> None:
        flow = self._group.flow
        if word in _BREAKS:
            self._break()
        elif word in _SIGNS:
            self._put(_SIGNS[word])
        elif word == "fs":
            self._group.size = number or _USUAL_SIZE
        elif word == "pard":
            flow.style, flow.centred = "", False
        elif word in {"qc", "ql", "qr", "qj"}:
            flow.centred = word == "qc"
        elif word in {"cell", "nestcell"}:
            self._end_paragraph(flow, cell=True)
            flow.cells.append(flow.cell)
            flow.cell = []
        elif word in {"row", "nestrow"}:
            self._end_row(flow)
        elif word == "intbl":
            flow.cells = flow.cells or []
            flow.style = flow.style or "\tcell"

    def _break(self) -> None:
        flow = self._group.flow
        self._end_paragraph(flow, cell=bool(flow.cells) or flow.style == "\tcell")

    def _end_paragraph(self, flow: _Flow, *, cell: bool = False) -> None:
        pieces, flow.pieces = flow.pieces, []
        lines = []
        text = " ".join("".join(text for why, text, _ in pieces if not why).splitlines())
        text = _NUMBER.sub(r"\1", text)
        if text.strip():
            style = flow.style
            role = "title" if style in {"title", "标题"} else "heading" if _HEADING.match(style) else ""
            size = main_size((size, len(text.strip())) for why, text, size in pieces if not why)
            lines.append(ParsedLine(text, flow.role or role, size=size))
            self.centred += lines if flow.centred and not cell else []
        for kind in ("deleted", "hidden"):
            out = " ".join("".join(text for why, text, _ in pieces if why == kind).splitlines())
            if out.strip():
                lines.append(ParsedLine(out, flow.role if flow.role in LEFT_OUT else kind))
        (flow.cell if cell else flow.lines).extend(lines)

    def _end_row(self, flow: _Flow) -> None:
        cells = [*flow.cells, flow.cell] if flow.cell else flow.cells
        flow.cells, flow.cell = [], []
        if flow.role:
            flow.lines += [line for cell in cells for line in cell]
        elif cells:
            flow.lines += row_lines(cells)


def _known(codec: str) -> str:
    import codecs

    try:
        return codecs.lookup(codec).name
    except LookupError:
        return ""


def parse_rtf(data: bytes) -> Parsed:
    """Return the lines of a Rich Text file.

    Raises
    ------
    InputError
        It shows no text.
    """
    reader = _Reader(data)
    lines = reader.read()
    find_titles(lines, {id(line) for line in reader.centred}, _USUAL_SIZE)
    if not any(line.text.strip() and line.role not in LEFT_OUT for line in lines):
        raise InputError("the Rich Text file shows no text; open it in Word or WPS and save it as .docx.")
    return Parsed(lines, wrapped=printed(lines))
