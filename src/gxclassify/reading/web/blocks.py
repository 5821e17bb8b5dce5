"""HTML in the child process: the tree of a page flattened to blocks, stretches of text on lines of their own."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from gxclassify.reading.parsed import solid
from gxclassify.reading.text.labelled import is_letter
from gxclassify.reading.text.surroundings import RELATED_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BLOCKS = HEADINGS | frozenset(
    "address article aside blockquote body caption center dd details dir div dl dt fieldset figcaption figure footer "  # noqa: SIM905
    "form header hr html legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul "
    "ucapcontent marquee amp-ad amp-consent amp-embed amp-sidebar amp-user-notification".split()
)
_NO_TEXT = "head script style noscript noframes template iframe svg object audio video canvas map datalist".split()  # noqa: SIM905
_SERVICE = frozenset(("select", "button", "textarea"))
_FIELDS = _SERVICE | {"input"}
_BACK = "backsohucom"  # the link that Sohu puts behind the last sentence
_BESIDE = {"rt": "ruby", "rp": "ruby", "del": "deleted", "s": "deleted", "strike": "deleted"}  # struck through
_NOTES = frozenset(
    "footnote footnotes endnote endnotes rearnote rearnotes doc-footnote doc-endnote doc-endnotes".split()  # noqa: SIM905
)
_REFERENCES = frozenset(("noteref", "doc-noteref", "doc-backlink"))
# Links that are no words of a sentence: to a note of the page, back from one, and to the whole of what was begun.
_NOTE_MARK = re.compile(r"\s*[\[〔（(]?\s*(?:[0-9]{1,3}|[①-⑳*†])\s*[\]〕）)]?\s*|\s*[↩↑⏎^]\ufe0e?\s*")
_NOTE_LINK = re.compile(r"#_(?:ftn|edn)\d")
_MORE = re.compile(
    r"\s*(?:[\[【（(]\s*(?:查看|阅读|点击查看)?(?:详细|详情|全文|更多|原文)(?:内容)?\s*[>＞»]*\s*[\]】）)]|(?:查看|阅读|点击查看)?(?:详细|详情|全文|更多)\s*[>＞»]+)\s*"
)
_BOLD = frozenset(("b", "strong"))
_ARTICLES = frozenset(("article", "main"))
_ITEMS = frozenset(("li", "dd", "dt"))
SHOWN = f".//text()[not({' or '.join(f'ancestor::{tag}' for tag in _NO_TEXT)})]"
_SHOWN_AS_BLOCK = re.compile(r"display\s*:\s*(?:block|flex|grid|table|list-item)", re.IGNORECASE)
_NOT_SHOWN = re.compile(r"display\s*:\s*none|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:[;!]|$)", re.IGNORECASE)
_FADED = re.compile(r"visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\s*(?:[;!]|$)", re.IGNORECASE)

# Containers of furniture, by a word of their class or id, and those that editors and content systems put an article in.
_FURNITURE_NAME = re.compile(
    r"(?:^|[\s_-])(?:nav\w*|menu\w*|foot(?!notes?)\w*|copyright|(?:bread)?crumbs?|breadcrumb\w*|position|location|weizhi|dqwz|path"
    r"|share\w*|bdshare\w*|relat\w+|recommend\w*|tuijian|hot\w*|rank\w*|side(?:bar)?|aside|comments?|pinglun|login|search\w*"
    r"|toolbar|qr(?:_?code)?\w*|ewm|erweima|ads?|advert\w*|banner|friendlinks?|yqlj|logo\w*|pag(?:er|ination)|prev|next|skip)"
    r"(?:$|[\s_\d-])"
)
_RELATED = re.compile(f"{RELATED_WORDS}$")
# What heads the remarks of visitors: all of its container is theirs.
_COMMENTS = re.compile(
    r"(?:(?:网友|热门|最新|全部|精彩|用户|读者)(?:评论|留言)|评论区?|发表评论|我要评论)\s*(?:[（(]?\s*\d{1,5}\s*条?[）)]?)?|\d{1,5}\s*条评论"
)
_CAPTION_NAME = re.compile(r"(?:^|[\s_-])(?:img|image|pic|photo)[\s_-]?(?:caption|descr?|desc|text|info)(?:$|[\s_-])")
_PICTURE_NAME = re.compile(r"(?:^|[\s_-])(?:img|image|pic|picture|photo|tupian)(?:box|wrap|con|area)?s?(?:$|[\s_\d-])")
_FURNITURE_TAGS = frozenset(tag for tag in _BLOCKS if tag.startswith("amp-")) | {"nav", "footer", "aside", "marquee"}
DAY = re.compile(r"(?:19|20)\d\d\s*[-年./]\s*\d{1,2}\s*[-月./]\s*\d{1,2}\s*日?(?:\s*\d{1,2}[:：]\d\d(?:[:：]\d\d)?)?")

SENTENCE = re.compile(r"[，。；！？]|[a-z)][,.;!?](?:\s|$)")
_STOP = re.compile("[。！？；!?][”’」』）)》]*$")
_INDENT = re.compile("[ \t\r\n\f]*(?:\u3000|\xa0 ?\xa0)")
_ORNAMENT = re.compile(r"[0０][1-9１-９]|PART\s*\.?\s*\d{1,2}|[▼▲◆●■☆★↓]+", re.IGNORECASE)  # over a heading
_NEW_PARAGRAPH = re.compile("(?<=[。！？”：；])[ \t\r\n\f]*(?:\u3000|\xa0| \xa0){2,}\\s*")
_SPACE = re.compile("[ \t\r\n\f\xa0]+")
# A line break of the HTML itself between Chinese characters, where it parts no words.
_WRAPPED = re.compile("(?<=[\u2e80-\ufe4f\uff00-\uffef])[ \t\r]*\n[ \t\r\n]*(?=[\u2e80-\ufe4f\uff00-\uffef])")

_LONGEST_POINTER = 12  # characters
_NAME = 8  # characters: shorter is the name of a column of the site
LITTLE = 40  # characters: fewer sentences make no article of their own
SHORT = 120  # characters: furniture is no longer, unless it is of links
_MOST_LINKED = 0.8
MENU = 0.5  # of the visible text: with so much of it linked and no sentence it is a menu
# Characters: longer cells lay out a page; in a table with lines, and beside labels, they hold an article.
_CELL, _LONG_CELL, _MOST_CELL, _LABEL = 120, 480, 5_000, 10


@dataclass(slots=True)
class Block:
    """A stretch of text on a line of its own.

    ``linked`` and ``bold`` count its characters in links and in bold type, ``prose`` those of its sentences that are no
    links; ``out`` is the role under which it is left out, if it is; ``pictured`` tells that a picture is just above;
    ``label`` counts the characters at its beginning that are a label (来信内容：).
    """

    text: str
    node: HtmlElement
    role: str = ""
    linked: int = 0
    bold: int = 0
    prose: int = 0
    out: str = ""
    indented: bool = False
    pictured: bool = False
    label: int = 0

    def is_link(self) -> bool:
        """Tell whether it is nothing but links, or a date."""
        return self.linked >= _MOST_LINKED * solid(DAY.sub("", self.text))


class Walk:
    """One pass over the tree: `blocks`, the `ranges` of them in each element, and the `areas` that name themselves."""

    def __init__(self, root: HtmlElement) -> None:
        self.root = root
        self.size = len(root.text_content())
        self.blocks: list[Block] = []
        self.ranges: dict[HtmlElement, tuple[int, int]] = {}
        self.areas: list[tuple[int, int]] = []
        self.pieces: list[str] = []
        self.linked = self.bold = 0  # characters of the pieces in links, in bold type
        self.open: Counter[str] = Counter()  # the elements that are open
        self.pre = root  # the last element whose line breaks count
        self.captions = 0  # those that hold the caption of a picture
        self.notes = 0  # those that hold a note at the foot or end
        self.beside: list[tuple[str, str]] = []  # readings over the pieces, marks of notes
        self.noted = frozenset(_note_ids(root))  # the names of what marks in the text lead to
        self.foot = False  # whether the block that is open is such a note
        self.picture = -1  # the number of the block below the last picture
        self.on_line = False  # whether there is a picture on the line that is open

    def run(self) -> list[Block]:
        """Return the blocks in order."""
        from lxml.etree import iterwalk

        walker = iterwalk(self.root, events=("start", "end"))
        starts: list[int | None] = []  # for each open element the number of its first block; None if it was skipped
        for event, node in walker:
            if event == "start":
                if node.tag not in _NO_TEXT and _is_block(node):
                    self._flush(node.getparent())
                start = len(self.blocks)  # behind the text before it
                looked = self._enter(node)
                starts.append(start if looked else None)
                if not looked:
                    walker.skip_subtree()
            else:
                self._leave(node, starts.pop())
        for block, below in pairwise(self.blocks):
            if block.node.tag == "dt" and _defines(block, below):
                block.role = "heading"
        return self.blocks

    def _enter(self, node: HtmlElement) -> bool:
        """Begin an element; tell whether its children are still to be seen."""
        tag = node.tag
        if tag in _NO_TEXT:
            return False
        why = _BESIDE.get(tag, "")
        why = why if why and 2 * len(node.text_content()) < self.size else ""
        edits = tag == "span" and "mw-editsection" in node.get("class", "")
        if why or edits or _is_note(node, _REFERENCES) or (tag == "a" and self._is_pointer(node)):
            self.beside.append(("".join(node.xpath(SHOWN)), why or "furniture"))
            return False
        out = "hidden" if self._hidden(node) else "furniture" if _is_service(node) else ""
        if out:
            self._flush(node)
            self._say("".join(node.xpath(SHOWN)))
            self._flush(node, out)
            return False
        if tag == "table" and (rows := _data_rows(node)):
            self.blocks += rows
            return False
        if tag == "br":
            self._break(node)
        if tag == "img":
            self.picture, self.on_line = (-1 if any(map(str.strip, self.pieces)) else len(self.blocks)), True
        if self.noted and not any(map(str.strip, self.pieces)):
            self.foot = self.foot or not self.noted.isdisjoint((node.get("id"), node.get("name")))
        self.open[tag] += 1
        self.pre = node if tag == "pre" else self.pre
        self.captions += _is_caption(node)
        self.notes += _is_note(node, _NOTES)
        self._say(node.text)
        return True

    def _leave(self, node: HtmlElement, start: int | None) -> None:
        if start is not None:
            if _is_block(node):
                self._flush(node)
            self.open[node.tag] -= 1
            self.captions -= _is_caption(node)
            self.notes -= _is_note(node, _NOTES)
            if len(self.blocks) > start:
                self.ranges[node] = (start, len(self.blocks))
                head = self.blocks[start].text
                comments = len(head) <= _LONGEST_POINTER and (_COMMENTS.fullmatch(head) or _RELATED.match(head))
                named = node.tag in _FURNITURE_TAGS or _FURNITURE_NAME.search(name_of(node))
                if comments or named or self._is_banner(node, start):
                    self.areas.append((start, len(self.blocks)))
        self._say(node.tail)

    def _is_banner(self, node: HtmlElement, start: int) -> bool:
        """Tell whether an element is the head of a site's page: a way back, the name of the column, a menu."""
        if node.tag != "header" or self._within(_ARTICLES):
            return False
        own = [block for block in self.blocks[start:] if not (block.out or block.is_link())]
        return len(own) < len(self.blocks) - start and all(len(block.text) < _NAME for block in own)

    def _is_pointer(self, link: HtmlElement) -> bool:
        """Tell whether a link behind a sentence only leads on: to a note of this page, back from one, to the rest."""
        text = link.text_content()
        if len(text) > _LONGEST_POINTER:
            return False
        raised = (
            self.open["sup"] or link.find("sup") is not None or self.notes or _NOTE_LINK.match(link.get("href", ""))
        )
        noted = raised and link.get("href", "").startswith("#") and _NOTE_MARK.fullmatch(text)
        return bool(noted) or (any(map(str.strip, self.pieces)) and _MORE.fullmatch(text) is not None)

    def _within(self, tags: frozenset[str]) -> bool:
        return any(self.open[tag] for tag in tags)

    def _hidden(self, node: HtmlElement) -> bool:
        """Tell whether an element is not shown; one that holds most of the page will be, once a script has run."""
        style = node.get("style", "")
        if "hidden" in node.attrib or _NOT_SHOWN.search(style):
            return 2 * len(node.text_content()) < self.size
        return _FADED.search(style) is not None and len(node.text_content()) <= min(SHORT, self.size // 2)

    def _say(self, text: str | None) -> None:
        if not text:
            return
        if self.open["pre"] and "\n" in text:
            first, *rest = text.split("\n")
            self._say(first)
            for line in rest:
                self._flush(self.pre)
                self._say(line)
            return
        self.pieces.append(text)
        size = solid(text)
        self.linked += size if self.open["a"] else 0
        self.bold += size if self._within(_BOLD) else 0

    def _break(self, node: HtmlElement) -> None:
        """End a line at a <br>; within a heading it parts no paragraphs."""
        if self._within(HEADINGS):
            self.pieces.append("\n")
        else:
            self._flush(node.getparent())

    def _flush(self, node: HtmlElement | None, out: str = "") -> None:
        text = "".join(self.pieces)
        on_line, self.on_line = self.on_line, False
        beside, self.beside = self.beside, []
        linked, bold = self.linked, self.bold
        self.pieces, self.linked, self.bold = [], 0, 0
        if not text or text.isspace():
            self.beside = beside
            return
        foot, self.foot = self.foot, False
        for piece in _NEW_PARAGRAPH.split(text):
            line = _one_line(_WRAPPED.sub("", piece))
            size = solid(line)
            role = "heading" if self._within(HEADINGS) else "text" if self._within(_ITEMS) else ""
            role = "note" if self.notes or foot else "caption" if self.captions and not role else role
            rule = not line.strip("-—_=*·|.│┃ ") or _ORNAMENT.fullmatch(line) is not None
            holder = self.root if node is None else node
            block = Block(
                line,
                holder,
                role,
                linked=min(linked, size),
                bold=min(bold, size),
                out=out or ("furniture" if rule else ""),
                indented=_INDENT.match(piece) is not None,
                pictured=len(self.blocks) == self.picture
                and not (on_line and not _PICTURE_NAME.search(name_of(holder))),
            )
            block.prose = size - block.linked if SENTENCE.search(line) and not block.out else 0
            self.blocks.append(block)
        for said, why in beside:
            if said.strip():
                self.blocks.append(Block(_one_line(said), self.blocks[-1].node, out=why))


def _defines(term: Block, below: Block) -> bool:
    """Tell whether a term of a list heads running text, as a subhead does."""
    text = below.role == "text" and below.node.tag != "dt" and below.prose > 0
    return text and len(term.text) <= LITTLE and not SENTENCE.search(term.text.rstrip("？?")) and not term.is_link()


def _is_block(node: HtmlElement) -> bool:
    if node.tag in _BLOCKS or _is_caption(node):
        return True
    style = node.get("style")
    if style and _SHOWN_AS_BLOCK.search(style):
        return True
    return node.tag in {"span", "font"} and _is_paragraph_span(node)


def _is_service(node: HtmlElement) -> bool:
    """Tell whether an element is a control, names one, or leads back to where a site begins."""
    if node.tag == "label":
        after = node.getnext()
        return node.find(".//input") is not None or (after is not None and after.tag in _FIELDS)
    return node.tag in _SERVICE or node.get("id") == _BACK


def _is_paragraph_span(node: HtmlElement) -> bool:
    """Tell whether a <span> stands for a paragraph: in no paragraph, among nothing but spans of whole sentences."""
    parent = node.getparent()
    if parent is None or parent.tag not in {"div", "section", "td", "article", "main"} or len(parent) < 2:  # noqa: PLR2004
        return False
    if (parent.text or "").strip() or any((child.tail or "").strip() for child in parent):
        return False
    among = [child for child in parent if child.tag != "br" and child.tag not in _BLOCKS]
    texts = [child.text_content().strip() for child in among]
    return all(child.tag in {"span", "font"} for child in among) and all(
        len(text) >= LITTLE and _STOP.search(text) for text in texts
    )


def _is_caption(node: HtmlElement) -> bool:
    return node.tag == "figcaption" or _CAPTION_NAME.search(name_of(node)) is not None


def _note_ids(root: HtmlElement) -> Iterator[str]:
    """Yield the names of the notes to which raised marks lead, or links as Word writes them."""
    for link in root.iterdescendants("a"):
        href = link.get("href", "")
        if not href.startswith("#") or not (text := link.text_content()) or not _NOTE_MARK.fullmatch(text):
            continue
        raised = link.find("sup") is not None or next(link.iterancestors("sup"), None) is not None
        if raised or _NOTE_LINK.match(href):
            yield href[1:]


def _is_note(node: HtmlElement, kinds: frozenset[str]) -> bool:
    """Tell whether an element is one of these parts of a book, as EPUB and ARIA name them."""
    named = node.get("epub:type") or node.get("role")
    return named is not None and not kinds.isdisjoint(named.lower().split())


def _one_line(text: str) -> str:
    """Return a text as a browser sets it, on one line; an ideographic space is a character like others."""
    return _SPACE.sub(" ", text).strip()


def name_of(node: HtmlElement) -> str:
    """Return the classes and the id of an element, in small letters."""
    return f"{node.get('class', '')} {node.get('id', '')}".lower()


def _data_rows(table: HtmlElement) -> list[Block]:
    """Return the rows of a table of data; nothing for a table that lays out the page.

    A row with a cell of several paragraphs is read cell by cell, as that of a letter with its answer.
    """
    if table.find(".//table") is not None or table.xpath("boolean(.//h1 | .//h2 | .//input[@type!='hidden'])"):
        return []
    cells = [list(row.iterchildren("td", "th")) for row in table.iterdescendants("tr")]
    told = [[_cell_text(cell) for cell in row] for row in cells]
    cells = [row for row, texts in zip(cells, told, strict=True) if any(texts)]
    rows = [texts for texts in told if any(texts)]
    sizes = sorted(len(cell) for row in rows for cell in row if cell)
    wide = sum(len(row) > 1 for row in rows)
    if wide < 2 or 2 * wide < len(rows) or is_letter(row[0] for row in rows):  # noqa: PLR2004 (one row beside another makes a table)
        return []
    links = sum(solid(link.text_content()) for link in table.iterdescendants("a"))
    lined = table.get("border", "0") not in {"", "0"} or table.find(".//th") is not None
    form = all(len(row) == 2 and len(row[0]) <= _LABEL for row in rows)  # noqa: PLR2004 (a label and what belongs there)
    longest = _MOST_CELL if form else _LONG_CELL if lined else _CELL
    if links > MENU * sum(sizes) or 2 * sizes[len(sizes) // 2] > _CELL or sizes[-1] > longest:
        return []
    found = [Block(_one_line(caption.text_content()), table, "caption") for caption in table.iterchildren("caption")]
    for row, texts in zip(cells, rows, strict=True):
        parts = [Walk(cell).run() for cell in row] if any(map(_may_hold_paragraphs, row)) else []
        if any(len(blocks) > 1 and any(block.prose for block in blocks) for blocks in parts):
            found += [block for blocks in parts for block in blocks]
        else:
            found.append(Block("\t".join(texts).rstrip("\t"), table, "row"))
    whole = sum(solid(block.text) for block in found) == sum(map(solid, table.xpath(SHOWN)))
    return [block for block in found if block.text] if whole else []


def _cell_text(cell: HtmlElement) -> str:
    """Return the text of a cell on one line, with a space where blocks or line breaks part it."""
    if not len(cell):
        return _one_line(cell.text or "")
    pieces = [cell.text or ""]
    for event, node in _within(cell):
        pieces.append(" " if node.tag in _BLOCKS or node.tag == "br" else "")
        pieces.append((node.text if event == "start" else node.tail) or "")
    return _one_line(_WRAPPED.sub("", "".join(pieces)))


def _within(cell: HtmlElement) -> Iterator[tuple[str, HtmlElement]]:
    """Yield the elements in a cell, each where it starts and where it ends, without the insides of those not shown."""
    from lxml.etree import iterwalk

    walker = iterwalk(cell, events=("start", "end"))
    for event, node in walker:
        if node is cell:
            continue
        if event == "start" and node.tag in _NO_TEXT:
            walker.skip_subtree()
        else:
            yield event, node


def _may_hold_paragraphs(cell: HtmlElement) -> bool:
    return len(cell) > 1 and any(child.tag in {"p", "div", "br"} for child in cell)
