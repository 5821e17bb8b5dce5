"""Markdown, mostly as programs write it that read scans: marks off, headings and tables as what they are.

Told from its content: a report that happens to hold an asterisk is none. A text is turned into lines (`Parsed`), whose
characters are those of the text without marks, addresses of links and pictures.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from gxclassify.messages import Message
from gxclassify.reading.parsed import LEFT_OUT, Notice, Parsed, ParsedLine
from gxclassify.reading.text.bylines import is_byline
from gxclassify.reading.text.cues import (
    HEADING,
    ITEM,
    LETTERHEAD,
    NUMBERED_CAPTION,
    PAGE_MARK,
    STRONG_END,
    is_furniture,
)
from gxclassify.reading.text.folio import is_folio

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_HTML_HEADING = re.compile(r"[ \t]*<h([1-6])\b[^<>]{0,200}>(.{1,200})</h\1>[ \t]*$", re.IGNORECASE)
_CLOSE_HEADING = re.compile(
    r"(?:##+|#(?=[^\s#]{8}))([^\s#][^#，。；]{1,39})$"
)  # ##项目建设: without a space, and no keyword
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_RULE = re.compile(r" {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|(\d{1,3}[.)]))[ \t]+(?:\[[ xX]\][ \t]+)?(?=\S)")
_QUOTE = re.compile(r" {0,3}(?:>[ \t]?)+")
_TABLE_RULE = re.compile(
    r"[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*$|[ \t]*\|?:?-:?(?:\|:?-:?)+\|?[ \t]*$"
)
_IMAGE = re.compile(r"!\[([^\]\n]{0,500})\](?:\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"\n]*\")?\)|\[[^\]\n]*\])")
_LINK = re.compile(r"\[([^\]\n]{1,500})\]\(<?[^()\s<>]*(?:\([^()\s]*\)[^()\s]*)*>?(?:\s+[\"'][^\"'\n]*[\"'])?\)")
_STRONG = re.compile(r"(?<!\\)(\*\*\*|\*\*|__|~~|==)(?=\S)([^\n]{0,2000}?\S)(?<!\\)\1")
_EMPHASIS = re.compile(
    r"(?<![\\*\w])\*(?=[^\s*])([^*\n]{0,500}[^\s*\\])\*(?!\*)"
    r"|(?<![\\\w])_(?=[^\s_])([^_\n]{0,500}[^\s_\\])_(?!\w)"
)
_CODE = re.compile(r"(`+)(?!`)([^\n]{1,1000}?)(?<!`)\1(?!`)")
_FORMULA = re.compile(
    r"\$\$([^$]{1,2000})\$\$|(?<![\\$A-Za-z0-9])\$([^$\n]{1,400}?)(?<!\\)\$(?!\d{2,}[^$]*\$)"
    r"|\\\((.{1,400}?)\\\)|\\\[(.{1,2000}?)\\\]"
)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~$])")
_OPENS_TABLE = re.compile(r"(?:<html>\s*(?:<body>\s*)?)?<table\b[^<>]*>", re.IGNORECASE)
# Marks by which a file named as Markdown is known too: comments, quotations, slanted type, # without a space.
_ANY_MARK = re.compile(
    r"<!--|^ {0,3}>|^=+[ \t]*$|^##|\*[^\s*][^*\n]*\*|\\[.()\[\]*_#-]|<(?:center|div|br|b|p|h[1-6])\b", re.MULTILINE
)
_ANY_TABLE = re.compile(r"<table\b|\\begin\{tabular\}")
# A table of TeX, with the braces of its columns: \begin{tabular}{|l|p{3cm}|} … \end{tabular}
_TABULAR = re.compile(
    r"(?:\\begin\{table\*?\}(?:\[\w*!?\])?\s*)?(?:\\centering\s*)?"
    r"\\begin\{tabular\}(?:\[\w\])?\s*\{(?:[^{}]|\{[^{}]{0,80}\}){0,400}\}(.{0,100000}?)\\end\{tabular\}"
    r"(?:\s*\\end\{table\*?\})?",
    re.DOTALL,
)
_TEX_RULE = re.compile(
    r"\\(?:hline|toprule|midrule|bottomrule|c(?:mid)?rule|cline)\b(?:\([lr]*\))?(?:\{[^{}]{0,40}\})?"
)
_TEX_SPAN = re.compile(
    r"\\multi(?:column|row)\{[^{}]{0,20}\}\{[^{}]{0,80}\}\{([^{}]{0,500})\}|\\multirow\{\d+\}\*\{([^{}]{0,500})\}"
)
_TEX_CELL_END, _TEX_ROW_END = re.compile(r"(?<!\\)&"), re.compile(r"\\\\(?:\[[^\]]{0,10}\])?")
_CLOSES_TABLE = re.compile(r"</table>(?:\s*</body>)?(?:\s*</html>)?", re.IGNORECASE)
_ROW = re.compile(r"<tr\b[^>]*>(.*?)(?=</tr>|<tr\b|$)", re.DOTALL | re.IGNORECASE)
_CELL = re.compile(r"<t[dh]\b[^>]*>(.*?)(?=</t[dh]>|<t[dh]\b|$)", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/p|/div|/li)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:html|body|div|span|p|b|i|u|s|em|strong|sup|sub|font|center|a|img|details|summary|br|hr|ul|ol|li|small|mark"
    r"|ins|del|figure|figcaption|h[1-6])\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
_FRONT = re.compile(r"---[ \t]*\n(.{0,4000}?)\n(?:---|\.\.\.)[ \t]*\n", re.DOTALL)
# What it says of itself where it has no title, such as a scan's language and rotation: settings and lists, no text.
_SETTINGS = re.compile(r"[A-Za-z][\w-]*:(?:[ \t].*)?|[ \t]*-[ \t].*|[ \t]*")
_TOLD = re.compile(r"^(title|date|author):\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE | re.IGNORECASE)  # in it
_SIGNS = ("**", "# ", "#\t", "](", "|-", "| -", "|:", "| :")
_COMMENTS = re.compile(r"(?:<!--.{0,2000}?-->\s*)+", re.DOTALL)  # <!-- image -->, with which programs begin a page
# Where a model that reads scans found a block: <|ref|>text<|/ref|><|det|>[[1, 2, 3, 4]]<|/det|>
_FOUND_AT = re.compile(r"<\|ref\|>[^<>\n]{0,60}<\|/ref\|>\s*<\|det\|>[^<>\n]{0,400}<\|/det\|>")
_ATTRIBUTES = re.compile(r"[ \t]+\{[#.][^{}\n]{0,200}\}[ \t]*$")  # of a heading: {#sec1 .unnumbered}
_GRID = re.compile(r"[ \t]*\+(?:[-=:]{2,}\+)+[ \t]*$")  # a rule of a table drawn with signs
_TABLE_NAME = re.compile(r"(?:Table)?:[ \t]+(?=\S)")  # before the caption of a table
# As notebooks of notes write them: [[page|words]], ![[picture]], %%remark%%, > [!note], a name of the paragraph.
_PAGE_LINK = re.compile(r"(!?)\[\[(?:[^\[\]|\n]{1,200}\|)?([^\[\]|\n]{1,200})\]\]")
_REMARK = re.compile(r"%%(?=\S)[^%\n]{1,1000}%%")
_CALLOUT = re.compile(r"\[![A-Za-z-]{1,20}\][+-]?[ \t]*")
_NAMED_SO = re.compile(r"[ \t]+\^[A-Za-z][A-Za-z0-9-]{2,40}[ \t]*$")
# What lies between two pages, in a line of its own: their mark or number, a picture, a rule.
_TURN = re.compile(
    rf"{PAGE_MARK.pattern}|\{{\d{{1,5}}\}}-{{10,}}|<!--\s*(?:page|第).{{0,80}}-->|!\[[^\[\]]{{0,80}}\]\([^()\s]{{1,400}}\)|\\(?:newpage|pagebreak)"
    r"|(?:<div\b[^<>]{0,80}>)?<img\b[^<>]{1,400}>(?:</div>)?|<div [^<>]{0,80}page-break[^<>]{0,80}></div>"
    r"|[-—·\s]{0,6}[1-9][0-9]{0,2}[-—·\s]{0,6}|(?P<rule>[-=_*]{3,})",
    re.IGNORECASE,
)
# Of a page's first block, unless that is a table or has tags.
_PAGE_ANCHOR = re.compile(r"^<span id=\"page-\d{1,5}-\d{1,5}\"></span>(?![^\n]*(?:<|\|))", re.MULTILINE)
_PAGE_BREAK = re.compile(r"\\(?:newpage|pagebreak)\s*")
_NOT_PLAIN = re.compile(r"\s*(?:[#|<>!*+`$=-]|\d+[.、)]|\[)")
_LONGEST_TABLE = 200  # rows
_KICKER = 30  # characters
_LONGEST_MARK = 100  # characters
_BROKEN = 15  # characters of a line that breaks off, at the least
_KEYWORDS = re.compile(r"(?:#[^\s#，。；]{1,20}[ \t]*)+$")
_LABELLED = re.compile("[\u4e00-\u9fff]{2,6}[：:]")
_SAMPLE = 200_000  # characters that are looked at
_OVER = 6  # lines that may stand over the title of a document
_WRAP = 6.0  # characters by which the lines of one wrapped paragraph may differ in length

_TEX = {
    "times": "×", "div": "÷", "pm": "±", "leq": "≤", "leqslant": "≤", "le": "≤", "geq": "≥", "geqslant": "≥", "ge": "≥",
    "neq": "≠", "ne": "≠", "approx": "≈", "sim": "~", "cdot": "·", "cdots": "…", "ldots": "…", "dots": "…",
    "circ": "°", "degree": "°", "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "mu": "μ", "pi": "π",
    "sigma": "σ", "Sigma": "Σ", "sum": "∑", "Delta": "Δ", "lambda": "λ", "theta": "θ", "rho": "ρ", "eta": "η",
    "rightarrow": "→", "to": "→", "Rightarrow": "⇒", "infty": "∞", "square": "□", "checkmark": "✓", "textcircled": "",
    "bullet": "•", "star": "★", "triangle": "△", "prime": "′", "sqrt": "√", "quad": " ", "qquad": " ", "textyen": "¥",
}  # fmt: skip
_TEXT_IN_TEX = re.compile(r"\\(?:text|mathrm|mbox)\s*\{[^{}]*\}")
_CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_COMMAND = re.compile(r"\\([A-Za-z]+)\s*")
_TYPE = re.compile(
    r"\\(?:text|mathrm|mathbf|operatorname|mbox|rm|bf|mathit|mathsf|boldsymbol|left|right|displaystyle|[,;!:])(?![A-Za-z])"
)
_NOTE = re.compile(r"\[\^([^\]\s]{1,20})\]:\s*(\S.*)")
_NOTE_MARK = re.compile(r"\[\^[^\]\s]{1,20}\](?!:)")
# Notes as programs write them that read scans: <sup>1</sup> before the note, and behind the word that it belongs to.
_RAISED_NOTE = re.compile(r"[ \t]*<sup>\s*([0-9]{1,3}|[①-⑳*])\s*</sup>[ \t]*(?=\S)(.*)")
_RAISED = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])<sup>\s*([0-9]{1,3}|[①-⑳*])\s*</sup>")
# A mark of a note behind a word, as programs write it that link it to where the note stands: [1](#page-2-0)
_LINKED_NOTE = re.compile(
    r"(?<=[\u3000-\u9fff\uff00-\uffef])\[(?:\\?\[)?(?:[0-9]{1,3}|[①-⑳*†])(?:\\?\])?\]\(#[^()\s]{1,80}\)"
)
# All of it within a fence, as models answer that are asked for Markdown.
_FENCED = re.compile(r"\s*```(?:markdown|md)[ \t]*\n")
_FENCE_LINE = re.compile(r"^```(?:markdown|md)?[ \t]*$", re.MULTILINE)
_PAGE = re.compile(r"\{\d{1,5}\}-{10,}[ \t]*$", re.MULTILINE)  # where such a program begins a page
_ADDRESS = re.compile(r"<((?:https?://|mailto:)[^\s<>]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)>")
_SENTENCE_MARK = re.compile("[，。；：！？,;:]")
_BOLD_LINE = re.compile(r"\*\*([^*]{2,30})\*\*[ \t]*$")
_OPENS = re.compile(r"<(?:div|table|img|p|span|center|a|h[1-6])\b", re.IGNORECASE)  # a tag that Markdown may begin with
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")


def is_markdown(text: str, *, named: bool = False) -> bool:
    r"""Tell whether a text is Markdown, by headings, tables, pictures, links; of one `named` so any mark will do.

    >>> is_markdown("# 招商\n\n## 项目\n签约12个。"), is_markdown("#招商 今年签约12个。")
    (True, False)
    """
    sample = text[:_SAMPLE]
    head = sample.lstrip("\ufeff \n\r\t")
    if head.startswith("<!--") and (comments := _COMMENTS.match(head)):
        head = head[comments.end() :]
    paged = _PAGE.match(head) or _FOUND_AT.match(head) or _FENCED.match(head)
    tagged = head[:1] in {"<", "{"} and not paged
    if tagged and not (_OPENS.match(head) and (_stands_between_tags(head) or (named and _leaves_tags(head)))):
        return False
    if paged or (head[:1] == "<" and not named):
        return True
    if not (named or sample.startswith(("---", "\ufeff---")) or any(sign in sample for sign in _SIGNS)):
        return False
    if _front(sample.lstrip("\ufeff")):
        return True
    lines = sample.split("\n")
    headings = sum(_HEADING.match(line) is not None and PAGE_MARK.fullmatch(line) is None for line in lines)
    tables = sum(_TABLE_RULE.match(line) is not None and "|" in line for line in lines)
    pictures = len(_IMAGE.findall(sample))
    links = len(_LINK.findall(sample))
    other = sum(len(mark.findall(sample)) for mark in (_STRONG, _ANY_TABLE, _FORMULA))
    if named:
        marked = headings + tables + pictures + links + other > 0 or _ANY_MARK.search(sample) is not None
        return marked or any(_ITEM.match(line) or _CLOSE_HEADING.match(line) for line in lines)
    # One heading alone is one on top of the text, above an empty line.
    top = next((i for i, line in enumerate(lines) if line.strip("\ufeff \t\f\r") and not _is_turn(line)), 0)
    bold = [i for i, line in enumerate(lines) if line.startswith("**") and _BOLD_LINE.match(line.strip())]
    titled = (
        headings > 0
        and _HEADING.match(lines[top].lstrip("\ufeff")) is not None
        and not "".join(lines[top + 1 : top + 2]).strip()
    )
    titled = titled or len(bold) > 1 or bold == [top]
    return headings > 1 or tables > 0 or pictures > 0 or (headings > 0 and other + links > 0) or links > 1 or titled


def _front(text: str) -> re.Match[str] | None:
    """Return what a text says of itself between two rules at its head, which may part paragraphs as well."""
    found = _FRONT.match(text)
    return found if found and (_TOLD.search(found.group(1)) or _holds_settings(found.group(1))) else None


def _holds_settings(text: str) -> bool:
    return ":" in text and all(map(_SETTINGS.fullmatch, text.split("\n")))


def _leaves_tags(text: str) -> bool:
    """Tell whether an empty line parts the tags that a text begins with from one without: Markdown, if it says so."""
    below = text.partition("\n\n")[2].lstrip()
    return below[:1] not in {"", "<"}


def _stands_between_tags(text: str) -> bool:
    """Tell whether most of a text that begins with a tag stands in none, each paragraph or heading between empty lines.

    HTML, of which a line may begin so, has no empty lines around each; and no heading of Markdown.
    """
    lines = [line.strip() for line in f"\n{text}\n".split("\n")]
    bare = [line for above, line, below in zip(lines, lines[1:], lines[2:], strict=False) if not (above or below)]
    told = [line for line in bare if line and not line.startswith("<")]
    filled = sum(map(bool, lines))
    return len(told) > 1 and (2 * len(told) >= filled or any(map(_HEADING.match, told)))


def parse_markdown(text: str) -> Parsed:
    """Return the lines of Markdown: the first heading of the highest level, if it stands on top, is the title."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if _FENCED.match(text):
        text = _FENCE_LINE.sub("", text).lstrip("\n")
    front = _front(text)
    title = ""
    told: dict[str, str] = {}
    if front:
        told = {found[1].lower(): found[2] for found in _TOLD.finditer(front.group(1))}
        title, text = told.get("title", ""), text[front.end() :]
    pictures = len(_IMAGE.findall(text))
    text = _FOUND_AT.sub("", _PAGE.sub("", _across_pages(text)))
    noted = {found[1] for found in map(_RAISED_NOTE.match, text.split("\n")) if found}
    if noted:
        text = _RAISED.sub(lambda found: "" if found[1] in noted else found[0], text)
    lines = [ParsedLine(title, "title")] if title else []
    if front:
        others = (line.strip() for line in front.group(1).split("\n"))
        lines += [ParsedLine(line, "furniture") for line in others if line and not line.lower().startswith("title:")]
    for inner, piece in _tables(_without_tex(_without_comments(text))):
        lines += _html_rows(piece) if inner else _blocks(piece)
    filled = [line for line in lines if line.text.strip()]
    levels = [len(found) for found in re.findall("^(#{1,6})[ \t]", text, re.MULTILINE)]
    if levels and levels.count(min(levels)) == 1 and levels[0] == min(levels):
        _title_below(filled)
    title_on_top(filled)
    for i, line in enumerate(filled[1:]):
        if title and line.text == title and (line.role == "heading" or i < _OVER):
            line.role = "furniture"
    unread = Message("Pictures of the Markdown text that are not read: {pictures:,}.", pictures=pictures)
    notices = [Notice("picture", "", pictures, unread)] if pictures else []
    if not any(line.role not in LEFT_OUT for line in filled):
        filled = []
    about = {name: told[name] for name in ("title", "date", "author") if told.get(name)}
    return Parsed(filled, notices, wrapped=False, format="markdown", metadata=about)


def _is_turn(line: str) -> bool:
    return len(line) <= _LONGEST_MARK and _TURN.fullmatch(line.strip()) is not None


def _across_pages(text: str) -> str:
    """Join a paragraph that goes on behind the mark of a page, which comes behind it then."""
    lines: list[str] = []
    last, turned, joining = -1, False, False  # the number of the last line of text; whether a mark stands behind it
    for line in _PAGE_ANCHOR.sub("\f", text).replace("\f", "\n\f\n").split("\n"):
        bare = line.strip()
        turn = _TURN.fullmatch(bare) if 0 < len(bare) <= _LONGEST_MARK else None
        if turn and turn["rule"] and not turned and lines and lines[-1].strip():
            turn = None  # it makes the line above a heading
        if turn or "\f" in line or not bare:
            turned = turned or turn is not None or "\f" in line
            joining = False
            lines.append(line)
        elif turned and last >= 0 and len(bare) <= _LONGEST_MARK and _names_picture(bare):
            lines.append(line)  # the text goes on behind it
        elif joining:
            lines[last] += "\n" + line
        elif turned and last >= 0 and _goes_on(lines[last], line):
            lines[last] += " " * (lines[last][-1].isascii() and line[0].isascii()) + line
            joining, turned = True, False
        else:
            last, turned = len(lines), False
            lines.append(line)
    return "\n".join(lines)


def _names_picture(line: str) -> bool:
    return NUMBERED_CAPTION.match(_TAG.sub("", line)) is not None


def _goes_on(above: str, below: str) -> bool:
    """Tell whether a line breaks off in mid-sentence, to go on in another of plain text."""
    if (
        len(above) < _BROKEN
        or _NOT_PLAIN.match(above.rpartition("\n")[2])
        or _NOT_PLAIN.match(below)
        or HEADING.match(below)
    ):
        return False
    return bool(_SENTENCE_MARK.search(above)) and not (ITEM.match(below) or STRONG_END.search(plain_text(above)))


def _title_below(lines: Sequence[ParsedLine]) -> None:
    """Make the one heading of the highest level the title, though a line or two of a kicker stand over it."""
    told = [line for line in lines if line.role != "furniture"]
    top = next((i for i, line in enumerate(told[:_OVER]) if line.role), 0)
    over = told[:top]
    short = all(len(line.text) <= _KICKER and not STRONG_END.search(line.text) for line in over)
    if not top or told[top].role != "heading" or not short or any(LETTERHEAD.fullmatch(line.text) for line in over):
        return
    told[top].role = "title"
    for line in over:
        line.role = "" if is_furniture(line.text) or is_folio(line.text) or is_byline(line.text) else "heading"


def title_on_top(lines: Sequence[ParsedLine]) -> None:
    """Make the heading that stands on top the title, unless there is one, and what is set so over and under it not.

    Over it may stand the office whose document it is (…文件) with its number, under it who wrote it.
    """
    told = [line for line in lines if line.role != "furniture"]
    over = next((i for i, line in enumerate(told[:_OVER]) if not LETTERHEAD.fullmatch(line.text)), 0)
    headed = over < len(told) and told[over].role in {"heading", "title"} and not HEADING.match(told[over].text)
    over = over if headed else 0
    if told and told[over].role == "heading" and not any(line.role == "title" for line in lines):
        told[over].role = "title"
        for line in told[:over]:
            line.role = "furniture"
    if len(told) > over + 1 and told[over].role == "title":
        below = told[over + 1]
        if below.role == "heading" and is_byline(below.text):
            below.role = ""


def table_rows(text: str) -> list[str]:
    """Return the rows of a table in HTML, with tabs between their cells."""
    return [line.text for line in _html_rows(text)]


def _without_comments(text: str) -> str:
    pieces, start = [], 0
    while (begin := text.find("<!--", start)) >= 0 and (end := text.find("-->", begin)) >= 0:
        pieces.append(text[start:begin])
        start = end + 3
    return "".join([*pieces, text[start:]])


def _tables(text: str) -> Iterator[tuple[bool, str]]:
    """Cut a text at its tables of HTML, and say of each piece whether it is the inside of one."""
    start = 0
    while (begin := _OPENS_TABLE.search(text, start)) and (end := _CLOSES_TABLE.search(text, begin.end())):
        yield False, text[start : begin.start()]
        yield True, text[begin.end() : end.start()]
        start = end.end()
    yield False, text[start:]


def _without_tex(text: str) -> str:
    """Return a text whose tables of TeX are HTML."""
    return _TABULAR.sub(lambda table: _html_of(table[1]), text) if "\\begin{tabular}" in text else text


def _html_of(tabular: str) -> str:
    """Return the table that rows of TeX make, in HTML."""
    bare = _TEX_RULE.sub("", tabular)
    for _ in range(2):  # over several columns and rows
        bare = _TEX_SPAN.sub(lambda cell: cell[1] or cell[2] or "", bare)
    rows = ""
    for row in _TEX_ROW_END.split(bare):
        cells = [cell.strip().replace(r"\&", "&amp;") for cell in _TEX_CELL_END.split(row)]
        if any(cells):
            rows += "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
    return f"\n\n<table>{rows}</table>\n\n"


def _html_rows(inner: str) -> list[ParsedLine]:
    rows = []
    for row in _ROW.findall(inner):
        cells = [" ".join(plain_text(_TAG.sub("", _BREAK.sub(" ", cell))).split()) for cell in _CELL.findall(row)]
        if any(cells):
            rows.append(ParsedLine("\t".join(cells), "row"))
    return rows


def _blocks(text: str) -> Iterator[ParsedLine]:
    """Yield the lines of Markdown between tables of HTML."""
    waiting: list[str] = []  # the lines of one paragraph
    fence = ""
    lines = text.split("\n")
    for i, raw in enumerate(lines):
        mark = _FENCE.match(raw)
        if fence or mark:
            yield from _paragraph(waiting)
            opens = mark is not None and not fence
            fence = mark.group(1) if mark and opens else "" if _closes(raw, fence) else fence
            if fence and not opens and raw.strip():
                yield ParsedLine(raw.strip())
            continue
        line = _QUOTE.sub("", raw) if _QUOTE.match(raw) else raw
        yield from _paragraph(waiting) if line != raw and _begins_quote(lines, i) else ()
        single, item = _single(line), _ITEM.match(line)
        if single is not None:
            yield from _paragraph(waiting)
            yield single
        elif (rule := _UNDERLINE.match(line)) and len(waiting) == 1 and not _no_heading(waiting[0], rule[1]):
            yield ParsedLine(plain_text(_ATTRIBUTES.sub("", waiting.pop())), "heading")
        elif _parts(line):
            yield from _paragraph(waiting)
        elif _is_row(lines, i):
            yield from _paragraph(waiting)
            if not _TABLE_RULE.match(line):
                yield ParsedLine("\t".join(plain_text(cell).strip() for cell in _split(line)), "row")
        elif item:
            yield from _paragraph(waiting)
            waiting.append((item.group(1) or "") + line[item.end() :])
        else:
            waiting.append(_NAMED_SO.sub("", line) if "^" in line else line)
    yield from _paragraph(waiting)


def _begins_quote(lines: Sequence[str], i: int) -> bool:
    return i > 0 and _QUOTE.match(lines[i - 1]) is None


def _parts(line: str) -> bool:
    """Tell whether a line only parts what stands around it: an empty one, a rule, that of a table drawn with signs."""
    return not line.strip() or _RULE.match(line) is not None or _GRID.match(line) is not None


def _closes(line: str, fence: str) -> bool:
    """Tell whether a line ends a block of code that `fence` opened."""
    return line.strip().startswith(fence) and not line.strip().strip(fence[0])


def _single(line: str) -> ParsedLine | None:
    """Return the heading, footnote, caption of a table, line of keywords or mark of a page that a line is."""
    if len(line) <= _LONGEST_MARK and (PAGE_MARK.fullmatch(line) or _PAGE_BREAK.fullmatch(line)):
        return ParsedLine(line.strip(), "furniture")
    heading = _HEADING.match(line) or _HTML_HEADING.match(line) or _CLOSE_HEADING.match(line)
    note = _NOTE.match(line) or _RAISED_NOTE.match(line)
    bold, called = _BOLD_LINE.match(line.strip()), _CALLOUT.match(line)
    headed = _ATTRIBUTES.sub("", heading[heading.lastindex or 0]) if heading else ""
    headed = headed or (line[called.end() :] if called and not heading else "")
    if heading or headed.strip():
        text = plain_text(headed).strip()
        return ParsedLine(text, _heading_role(text))
    if bold and not _SENTENCE_MARK.search(bold.group(1)):
        text = plain_text(bold.group(1))
        return ParsedLine(text, "" if is_byline(text) else "heading")
    if _TABLE_NAME.match(line):
        return ParsedLine(plain_text(_TABLE_NAME.sub("", line)).strip(), "caption")
    if called or (line.startswith("#") and _KEYWORDS.match(line)):
        return ParsedLine("" if called else line.strip(), "furniture")
    return ParsedLine(f"{note.group(1)} {plain_text(note.group(2)).strip()}", "note") if note else None


def _no_heading(text: str, rule: str) -> bool:
    """Tell whether a line with a rule under it ends as a sentence; with one of = it may ask something."""
    return text.rstrip().endswith("。") if rule[0] == "=" else STRONG_END.search(text) is not None


def _heading_role(text: str) -> str:
    """Return the role of a line that is marked as a heading; a whole sentence, marked by mistake, is a paragraph."""
    return "" if len(text) > 60 or (STRONG_END.search(text) and len(text) > 20) else "heading"  # noqa: PLR2004


def _is_row(lines: Sequence[str], i: int) -> bool:
    line = lines[i]
    if "|" not in line:
        return False
    edges = line.strip().startswith("|") and line.strip().endswith("|") and len(line.strip()) > 1
    top = i
    while top and "|" in lines[top - 1] and i - top < _LONGEST_TABLE:
        top -= 1
    near = [other for other in lines[top : i + 2] if "-" in other and "|" in other]  # quicker than the expression alone
    return bool(edges or _TABLE_RULE.match(line) or any(map(_TABLE_RULE.match, near)))


def _split(row: str) -> list[str]:
    return re.split(r"(?<!\\)\|", row.strip().removeprefix("|").removesuffix("|"))


def _paragraph(waiting: list[str]) -> Iterator[ParsedLine]:
    """Yield the paragraphs that lines without an empty one between make, and empty the list.

    A line goes on in the next where it breaks off in mid-sentence, or where the lines are wrapped at one width.
    """
    parts: list[str] = []
    lines = [*waiting]
    waiting.clear()
    lengths = [len(line) for line in lines[:-1]]
    wrapped = len(lines) > 2 and max(lengths) - min(lengths) <= _WRAP  # noqa: PLR2004 (two lines tell no width)
    for i, line in enumerate(lines):
        text = line.rstrip("\\") if line.endswith("\\") else line
        before = lines[i - 1] if i else ""
        hard = before.endswith(("  ", "\\")) or "<br" in before[-8:].lower()
        hard |= i > 0 and (HEADING.match(text) is not None or ITEM.match(text) is not None)
        hard |= i > 0 and _LABELLED.match(text) is not None and _LABELLED.match(before) is not None
        if parts and not hard and (wrapped or not STRONG_END.search(before.strip())):
            left, right = parts[-1][-1:], text.lstrip()[:1]
            parts[-1] += (" " if left.isascii() and right.isascii() else "") + text.strip()
        else:
            parts.append(text.strip())
    for part in parts:
        for text in plain_text(_BREAK.sub("\n", part)).split("\n"):
            if text.strip():
                yield ParsedLine(" ".join(text.split(" ")).strip())


def plain_text(text: str) -> str:
    """Return a line without the marks of Markdown.

    >>> plain_text("认定**7家**，成交额达到 $1 8$ 亿元，见[公告](http://a.cn/1)。")
    '认定7家，成交额达到18亿元，见公告。'
    """
    text = _ADDRESS.sub(r"\1", _IMAGE.sub("", text))
    text = _TAG.sub("", text)
    if "[[" in text or "%%" in text:
        text = _REMARK.sub("", _PAGE_LINK.sub(lambda link: "" if link[1] else link[2], text))
    text = re.sub(r"[ ]?(?:" + _FORMULA.pattern + r")[ ]?", _formula_in_line, text)
    text = _CODE.sub(r"\2", text)
    text = _NOTE_MARK.sub("", _LINKED_NOTE.sub("", text) if "](#" in text else text)
    for _ in range(2):  # a link in bold type, bold type in a link
        text = _LINK.sub(r"\1", text)
        text = _STRONG.sub(r"\2", text)
        text = _EMPHASIS.sub(lambda found: found.group(1) or found.group(2), text)
    text = _ESCAPE.sub(r"\1", text)
    return html.unescape(text) if "&" in text else text


def _formula_in_line(found: re.Match[str]) -> str:
    """Return a formula as text; the spaces around it go where it stands between Chinese characters."""
    inner = next(group for group in found.groups() if group is not None)
    if _CHINESE.search(_TEXT_IN_TEX.sub("", inner)):  # two prices in dollars, not a formula
        return found.group()
    text, start, end = tex(inner), found.start(), found.end()
    whole = found.string
    left, right = whole[start - 1 : start], whole[end : end + 1]
    before = " " if found.group().startswith(" ") and left.isascii() and left else ""
    after = " " if found.group().endswith(" ") and right.isascii() and right else ""
    return before + text + after


def tex(formula: str) -> str:
    r"""Return a short formula of TeX as plain text, the way OCR writes numbers and units.

    >>> tex(r"1 8 . 5 \%"), tex(r"\mathrm { C O } _ { 2 }"), tex(r"\geqslant 3 0")
    ('18.5%', 'CO2', '≥30')
    """
    text = formula
    for _ in range(4):  # fractions in fractions
        text = _FRACTION.sub(r"\1/\2", text)
    text = re.sub(r"\\([%$#&_{} ])", lambda found: {" ": " "}.get(found.group(1), found.group(1) + "\x00"), text)
    text = _TYPE.sub("", text)
    text = _COMMAND.sub(lambda found: _TEX.get(found.group(1), ""), text)
    text = re.sub(r"[{}^_](?!\x00)", "", text).replace("\x00", "").replace("\\", "")
    return "".join(text.split())
