"""HTML in the child process: the article of a saved web page, block by block, from one parse.

A page is flattened to blocks, the stretches of text that stand on lines of their own. What surrounds an article shows
itself by its words, its links and its containers, and stays in the answer under the role ``furniture``, so that nothing
visible is lost without a name. The body is where the sentences are: from the root down as long as one child has
nearly all of them.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, Any

from gxclassify.errors import InputError
from gxclassify.messages import Message
from gxclassify.reading.cues import HEADING
from gxclassify.reading.lines import Lines, split_lines
from gxclassify.reading.paragraphs import FIRST, LATER, find_layout, label_lines
from gxclassify.reading.parsed import Notice, Parsed, ParsedLine, solid

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lxml.html import HtmlElement

_DEEPEST = 2_000  # open elements; a real page has some dozens
# The date that the page states of itself, not one guessed from its text: that is for `find_date`.
_DATES = {"extensive_search": False, "original_date": True}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]{0,4000}?(/?)>")
# Elements that have no end tag, or whose end tag is often left out.
_VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li td tr th dd dt option".split()  # noqa: SIM905
)
_TITLE_LEAST = 8  # characters: a shorter heading among others of its rank parts an article
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BLOCKS = _HEADINGS | frozenset(
    "address article aside blockquote body caption center dd details dir div dl dt fieldset figcaption figure footer "  # noqa: SIM905
    "form header hr html legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul "
    "ucapcontent".split()
)
_NO_TEXT = "head script style noscript template iframe svg object audio video canvas map datalist".split()  # noqa: SIM905
_SERVICE = frozenset(("select", "button", "textarea"))
_READINGS = frozenset(("rt", "rp"))
_NOTES = frozenset(("footnote", "endnote", "rearnote", "doc-footnote", "doc-endnote"))
_REFERENCES = frozenset(("noteref", "doc-noteref"))
_BOLD = frozenset(("b", "strong"))
_ITEMS = frozenset(("li", "dd", "dt"))
_SHOWN = f".//text()[not({' or '.join(f'ancestor::{tag}' for tag in _NO_TEXT)})]"
_SHOWN_AS_BLOCK = re.compile(r"display\s*:\s*(?:block|flex|grid|table|list-item)", re.IGNORECASE)
_NOT_SHOWN = re.compile(r"display\s*:\s*none|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:[;!]|$)", re.IGNORECASE)
_FADED = re.compile(r"visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\s*(?:[;!]|$)", re.IGNORECASE)

# Containers of furniture, by a word of their class or id, and those that editors and content systems put an article in.
_FURNITURE_NAME = re.compile(
    r"(?:^|[\s_-])(?:nav\w*|menu\w*|foot\w*|copyright|(?:bread)?crumbs?|breadcrumb\w*|position|location|weizhi|dqwz|path"
    r"|share\w*|bdshare\w*|relat\w+|recommend\w*|tuijian|hot\w*|rank\w*|side(?:bar)?|aside|comments?|pinglun|login|search\w*"
    r"|toolbar|qr(?:_?code)?\w*|ewm|erweima|ads?|advert\w*|banner|friendlinks?|yqlj|pag(?:er|ination)|prev|next|skip)"
    r"(?:$|[\s_\d-])"
)
_ARTICLE_NAME = re.compile(
    r"(?:^|\s)(?:js_content|rich_media_content|trs_(?:ueditor|editor)|ucap-content|zoom|artibody|endtext|vsb_content\w*"
    r"|article[-_]?(?:content|body|text)|news[-_]?(?:content|text|body)|entry-content|post-content|pages_content"
    r"|content_text|articlebody|bodylabel|mp_content)(?:$|\s)"
)
_CAPTION_NAME = re.compile(r"(?:^|[\s_-])(?:img|image|pic|photo)[\s_-]?(?:caption|descr?|desc|text|info)(?:$|[\s_-])")
_FURNITURE_TAGS = frozenset(("nav", "footer", "aside"))
_TITLE_NAME = re.compile(r"(?:title|headline|biaoti|(?:^|[\s_-])bt(?:$|[\s_-]))")

# Words by which furniture shows itself wherever it stands.
_WAY = re.compile(r"^.{0,6}(?:您?(?:现在|当前|所在)?的?(?:所在)?位置|首页)\s*(?:是|为)?\s*(?:[：:>＞»›/]|$)")
_SERVICE_WORDS = re.compile(
    r"^[\s【\[（(|·]*(?:我要)?(?:打印(?:本[页文稿])?|关闭(?:本页|窗口)?|返回(?:顶部|首页|上页|列表)?|分享(?:到|至)?|收藏(?:本[页站])?|回顶部"
    r"|上一[篇条页]|下一[篇条页]|字[号体大]|微信扫一扫|扫一扫|扫描二维码|长按(?:识别)?二维码|点击(?:下方|上方)?蓝字|点击下方|阅读原文|查看更多|更多|纠错|无障碍|登录|注册"
    r"|已发送|发送中|已留言|写留言|留言|在看|点赞|前往.{0,3}发现|微信号|功能介绍|预览时标签不可点|关注该公众号|关注我们)(?=[\s：:【】\]）)|·>〉,，“\"]|$)"
    r"|^点击[上下]方|^点击蓝字|^微信扫一扫|^扫一扫|^前往“发现”|^关注该公众号|^分享到"
)
_LEGAL = re.compile(
    r"版权所有(?![人者])|Copyright(?!\s*(?!reserved|by\b|all\b)(?-i:[a-z]))|©|ICP备|公网安备|网站标识码|(?:主办|承办|协办|技术支持|运维)(?:单位)?\s*[：:]|建议使用.{0,40}(?:分辨率|浏览器)"
    r"|未经.{0,12}(?:授权|许可).{0,12}(?:转载|镜像)|网站地图|不良信息举报",
    re.IGNORECASE,
)
_IMPRINT = re.compile(
    r"©|\(c\)|ICP备|公网安备|网站标识码|Copyright\W*(?:19|20)\d\d", re.IGNORECASE
)  # no sentence has it
_RELATED_WORDS = (
    r"^[\s【\[]*(?:相关(?:阅读|链接|新闻|文章|报道|信息|稿件|推荐|内容)|推荐(?:阅读|新闻)|延伸阅读|热门(?:新闻|文章|推荐|点击)?|猜你喜欢"
    r"|最新(?:新闻|文章|发布)|点击排行|友情链接|往期(?:推荐|回顾|精选))[\s】\]：:]*"
)
_RELATED = re.compile(f"{_RELATED_WORDS}$")
_RELATED_LINK = re.compile(_RELATED_WORDS)
# The particulars of a government document, and the line of date, source and counters under a title.
_PARTICULAR = re.compile(
    r"^[\s\[【]*(?:索\s*引\s*号|发\s*[文布]\s*(?:机\s*关|机\s*构|单\s*位|字\s*号)|文\s*号|(?:成文|生成|发文|公开)日\s*期|主\s*题\s*(?:分类|词)|信息分类"
    r"|公开(?:方式|形式|类型)|有\s*效\s*性|信息名称|体裁分类|组配分类|统一登记号)[\s\]】]*(?:[：:]|$)"
)
_CREDITS = re.compile(
    r"^[\s【\[（(]*(?:(?:发布|发表|更新|录入|上传)?(?:时间|日期)|(?:信息|文章|稿件|新闻|内容)?来\s*源|稿\s*源|作\s*者|(?:责任)?编\s*辑|责\s*编|审\s*核|校\s*对|监\s*制|撰\s*稿"
    r"|初审|复审|终审|供稿(?:单位)?|浏览(?:次数|量)?|阅读(?:次数|量)?|点击(?:数|量|次数)?|访问(?:次数|量)?|字[号体]|字体大小|原标题|原创|转载)(?:[：:\s于自】\]]|$)"
)
_STAFF_WORDS = re.compile(r"编辑|来源|编排|审核|校对|监制")
_DAY = re.compile(r"(?:19|20)\d\d\s*[-年./]\s*\d{1,2}\s*[-月./]\s*\d{1,2}\s*日?(?:\s*\d{1,2}[:：]\d\d(?:[:：]\d\d)?)?")
_BARE_DAY = re.compile(rf"^[\s（(\[]*{_DAY.pattern}[\s）)\]]*$")
_SOURCE = re.compile(r"来\s*源\s*于?\s*[：:]\s*([^\s|｜【】\[\]<>]{2,40})")
_AUTHOR = re.compile(r"作\s*者\s*[：:]\s*([^\s|｜【】\[\]<>]{2,20})")

_SENTENCE = re.compile(r"[，。；！？]|[a-z)][,.;!?](?:\s|$)")
_SENTENCE_END = re.compile(r"(?:[。！？!?]|[a-z)]\.)[”’」』）)》]*$")
_STOP = re.compile("[。！？；!?][”’」』）)》]*$")
_INDENT = re.compile("[ \t\r\n\f]*(?:\u3000|\xa0 ?\xa0)")
_ORNAMENT = re.compile(r"[0０][1-9１-９]|PART\s*\.?\s*\d{1,2}|[▼▲◆●■☆★↓]+", re.IGNORECASE)  # over a heading
_END = re.compile("[，。；：！？、）”》.,;:!?]$")
_NEW_PARAGRAPH = re.compile("(?<=[。！？”：；])[ \t\r\n\f]*(?:\u3000|\xa0| \xa0){2,}\\s*")
_BLANK = re.compile(r"\s+")
_SPACE = re.compile("[ \t\r\n\f\xa0]+")
# A line break of the HTML itself between Chinese characters, where it parts no words.
_WRAPPED = re.compile("(?<=[\u2e80-\ufe4f\uff00-\uffef])[ \t\r]*\n[ \t\r\n]*(?=[\u2e80-\ufe4f\uff00-\uffef])")
_SEPARATOR = re.compile(r"\s*[_|｜»]\s*|\s+[-–—·]\s+|\s*-{1,3}\s*|——")
_SITE = re.compile(
    r"(?:网|网站|门户|官网|频道|信箱|[日晚早]报|新闻|政府|首页|委员会|管委会|栏目|专题|中心|动态|要闻|公开|在线|平台|版|平台公众号|公众号)$"
    r"|^(?:首页|正文|新闻|无标题文档|untitled)$",
    re.IGNORECASE,
)

_ARROW = re.compile("[>＞»›]")

_LITTLE = 40  # characters: fewer sentences make no article of their own
_SHORT = 120  # characters: furniture is no longer, unless it is of links
_TITLE, _SHORTEST_TITLE = 60, 4  # characters
_LEAST_PROSE = 0.2  # of the text of a page without a title: less may be no article
_NEARLY_ALL = 0.85  # of the sentences: a child that holds so much of its parent's is the body
_MOST_LINKED = 0.8
_MENU = 0.5  # of the visible text: with so much of it linked and no sentence it is a menu
_PRINTED, _BROKEN = (
    4,
    0.3,
)  # lines in one element, and the share that ends in mid-sentence, which show a hard-wrapped text
_EARLY = 3  # characters before a date that a line begins with
# Characters: longer cells lay out a page; in a table with lines, and beside labels, they hold an article.
_CELL, _LONG_CELL, _MOST_CELL, _LABEL = 120, 480, 5_000, 10


@dataclass(slots=True)
class _Block:
    """A stretch of text on a line of its own.

    ``linked`` and ``bold`` count its characters in links and in bold type, ``prose`` those of its sentences that are no
    links; ``out`` is the role under which it is left out, if it is.
    """

    text: str
    node: HtmlElement
    role: str = ""
    linked: int = 0
    bold: int = 0
    prose: int = 0
    out: str = ""
    indented: bool = False

    def is_link(self) -> bool:
        """Tell whether it is nothing but links, or a date."""
        return self.linked >= _MOST_LINKED * solid(_DAY.sub("", self.text))


def parse_html(data: bytes) -> Parsed:
    """Return the lines of a web page; `data` is UTF-8, whatever the page says."""
    return read_page(data.decode())


def parse_fragment(data: bytes) -> Parsed:
    """Return the lines of a piece of HTML in UTF-8."""
    return read_fragment(data.decode())


def read_page(text: str) -> Parsed:
    """Return the lines of a web page: its title, the blocks of its body, and what stands around it as ``furniture``.

    Raises
    ------
    InputError
        It is nested too deep, empty, or nothing but navigation.
    """
    root = _parsed(text)
    walk = _Walk(root)
    blocks = walk.run()
    _mark_furniture(blocks, walk.areas)
    body = _body(root, blocks, walk.ranges)
    _refuse_menu(blocks, body)
    lines, unseen = _settle(root, blocks, body, walk.ranges)
    notices = _doubts(blocks, body, lines)
    return Parsed(lines, notices, held=_held(root) + unseen, wrapped=False, metadata=_metadata(root, blocks, lines))


def read_fragment(text: str) -> Parsed:
    """Return the lines of a piece of HTML, such as a crawler keeps in a field: all of its blocks, without a title.

    >>> [line.text for line in read_fragment("<p>高新区签约12个项目。</p><p>总投资<b>96亿元</b>。</p>").lines]
    ['高新区签约12个项目。', '总投资96亿元。']
    """
    root = _parsed(f"<html><body>{text}</body></html>")
    lines = [ParsedLine(block.text, block.out or _role(block)) for block in _Walk(root).run()]
    return Parsed(lines, held=_held(root), wrapped=False)


_PARAGRAPH_TAG = r"(?:/(?:p|div|section|article|h[1-6]|li|ul)|br\s*/?|(?:p|div|section|article|h[1-6])(?:\s[^<>]*)?)"
_FRAGMENT_TAG = re.compile(f"<{_PARAGRAPH_TAG}>", re.IGNORECASE)
_OPENS = re.compile(rf"\s*<{_PARAGRAPH_TAG}>", re.IGNORECASE)
_CLOSES = re.compile(r"</[a-z0-9]+>\s*$", re.IGNORECASE)
_ENTITY = re.compile("&(?:nbsp|[lr]dquo|emsp|ensp|mdash|middot|hellip|#[0-9]{2,5});")
_NO_TAG = re.compile("<(?!/?[a-zA-Z][^<>]*>)")
_ANY_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_SURVEYED = 20_000  # characters that are looked at


def is_fragment(text: str) -> bool:
    """Tell whether a text is a piece of HTML: it begins and ends with tags of paragraphs, or has them in most lines.

    Where spaces are written ``&nbsp;``, one tag is enough. Markdown with a table or a break here and there is none.

    >>> is_fragment("<p>高新区签约。</p>"), is_fragment("产值<5亿元的企业，利润>1亿元的企业")
    (True, False)
    """
    if "<" not in text:
        return False
    sample = text[:_SURVEYED]
    tags = len(_FRAGMENT_TAG.findall(sample))
    if tags and _ENTITY.search(sample) and not _NO_TAG.search(sample):
        return True
    if tags < 2:  # noqa: PLR2004 (a paragraph has two)
        return False
    if _OPENS.match(sample) and _CLOSES.search(text[-_SHORT:]):
        return True
    return 2 * sum(bool(line.strip()) for line in _ANY_TAG.sub("", sample).split("\n")) <= 3 * tags


def _parsed(text: str) -> HtmlElement:
    from lxml import html  # after the check of the child's limits

    if _depth(text) > _DEEPEST:
        raise InputError("its elements are nested more than {deepest:,} deep.", deepest=_DEEPEST)
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8", huge_tree=True)
    body = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", "", text)
    return html.document_fromstring(body.encode() or b"<html/>", parser=parser, ensure_head_body=True)


def _held(root: HtmlElement) -> int:
    """Return how many characters of text a page holds, counted without the walk."""
    return sum(map(solid, root.xpath(_SHOWN)))


def _depth(text: str) -> int:
    depth = deepest = 0
    for match in _TAG.finditer(text):
        closing, tag, empty = match.groups()
        if tag.lower() in _VOID or empty:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest


# ---- A tree to blocks.


class _Walk:
    """One pass over the tree: `blocks`, the `ranges` of them in each element, and the `areas` that name themselves."""

    def __init__(self, root: HtmlElement) -> None:
        self.root = root
        self.size = len(root.text_content())
        self.blocks: list[_Block] = []
        self.ranges: dict[HtmlElement, tuple[int, int]] = {}
        self.areas: list[tuple[int, int]] = []
        self.pieces: list[str] = []
        self.linked = self.bold = 0  # characters of the pieces in links, in bold type
        self.open: Counter[str] = Counter()  # the elements that are open
        self.pre = root  # the last element whose line breaks count
        self.captions = 0  # those that hold the caption of a picture
        self.notes = 0  # those that hold a note at the foot or end
        self.beside: list[tuple[str, str]] = []  # readings over the pieces, marks of notes

    def run(self) -> list[_Block]:
        """Return the blocks in order."""
        from lxml.etree import iterwalk

        walker = iterwalk(self.root, events=("start", "end"))
        starts: list[int | None] = []  # for each open element the number of its first block; None if it was skipped
        for event, node in walker:
            if event == "start":
                start = len(self.blocks)
                looked = self._enter(node)
                starts.append(start if looked else None)
                if not looked:
                    walker.skip_subtree()
            else:
                self._leave(node, starts.pop())
        return self.blocks

    def _enter(self, node: HtmlElement) -> bool:
        """Begin an element; tell whether its children are still to be seen."""
        tag = node.tag
        if tag in _NO_TEXT:
            return False
        if _is_block(node):
            self._flush(node.getparent())
        if tag in _READINGS or _is_note(node, _REFERENCES):
            self.beside.append(("".join(node.xpath(_SHOWN)), "ruby" if tag in _READINGS else "furniture"))
            return False
        out = "hidden" if self._hidden(node) else "furniture" if tag in _SERVICE else ""
        if out:
            self._flush(node)
            self._say("".join(node.xpath(_SHOWN)))
            self._flush(node, out)
            return False
        if tag == "table" and (rows := _data_rows(node)):
            self.blocks += rows
            return False
        if tag == "br":
            self._break(node)
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
                if node.tag in _FURNITURE_TAGS or _FURNITURE_NAME.search(_name(node)):
                    self.areas.append((start, len(self.blocks)))
        self._say(node.tail)

    def _within(self, tags: frozenset[str]) -> bool:
        return any(self.open[tag] for tag in tags)

    def _hidden(self, node: HtmlElement) -> bool:
        """Tell whether an element is not shown; one that holds most of the page will be, once a script has run."""
        style = node.get("style", "")
        if "hidden" in node.attrib or _NOT_SHOWN.search(style):
            return 2 * len(node.text_content()) < self.size
        return _FADED.search(style) is not None and len(node.text_content()) <= min(_SHORT, self.size // 2)

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
        if self._within(_HEADINGS):
            self.pieces.append("\n")
        else:
            self._flush(node.getparent())

    def _flush(self, node: HtmlElement | None, out: str = "") -> None:
        text = "".join(self.pieces)
        beside, self.beside = self.beside, []
        linked, bold = self.linked, self.bold
        self.pieces, self.linked, self.bold = [], 0, 0
        if not text or text.isspace():
            self.beside = beside
            return
        for piece in _NEW_PARAGRAPH.split(text):
            line = _one_line(_WRAPPED.sub("", piece))
            size = solid(line)
            role = "heading" if self._within(_HEADINGS) else "text" if self._within(_ITEMS) else ""
            role = "note" if self.notes else "caption" if self.captions and not role else role
            rule = not line.strip("-—_=*·|.│┃ ") or _ORNAMENT.fullmatch(line) is not None
            block = _Block(
                line,
                self.root if node is None else node,
                role,
                linked=min(linked, size),
                bold=min(bold, size),
                out=out or ("furniture" if rule else ""),
                indented=_INDENT.match(piece) is not None,
            )
            block.prose = size - block.linked if _SENTENCE.search(line) and not block.out else 0
            self.blocks.append(block)
        for said, why in beside:
            if said.strip():
                self.blocks.append(_Block(_one_line(said), self.blocks[-1].node, out=why))


def _is_block(node: HtmlElement) -> bool:
    if node.tag in _BLOCKS or _is_caption(node):
        return True
    style = node.get("style")
    if style and _SHOWN_AS_BLOCK.search(style):
        return True
    return node.tag in {"span", "font"} and _is_paragraph_span(node)


def _is_paragraph_span(node: HtmlElement) -> bool:
    """Tell whether a <span> stands for a paragraph: in no paragraph, among nothing but spans of whole sentences."""
    parent = node.getparent()
    if parent is None or parent.tag not in {"div", "section", "td", "article", "main"} or len(parent) < 2:  # noqa: PLR2004
        return False
    if (parent.text or "").strip() or any((child.tail or "").strip() for child in parent):
        return False
    texts = [child.text_content().strip() for child in parent if child.tag != "br"]
    return all(child.tag in {"span", "font", "br"} for child in parent) and all(
        len(text) >= _LITTLE and _STOP.search(text) for text in texts
    )


def _is_caption(node: HtmlElement) -> bool:
    return node.tag == "figcaption" or _CAPTION_NAME.search(_name(node)) is not None


def _is_note(node: HtmlElement, kinds: frozenset[str]) -> bool:
    """Tell whether an element is one of these parts of a book, as EPUB and ARIA name them."""
    named = node.get("epub:type") or node.get("role")
    return named is not None and not kinds.isdisjoint(named.lower().split())


def _one_line(text: str) -> str:
    """Return a text as a browser sets it, on one line; an ideographic space is a character like others."""
    return _SPACE.sub(" ", text).strip()


def _name(node: HtmlElement) -> str:
    return f"{node.get('class', '')} {node.get('id', '')}".lower()


def _data_rows(table: HtmlElement) -> list[_Block]:
    """Return the rows of a table of data; nothing for a table that lays out the page.

    A row with a cell of several paragraphs is read cell by cell, as that of a letter with its answer.
    """
    if table.find(".//table") is not None or table.xpath("boolean(.//h1 | .//h2 | .//input[@type!='hidden'])"):
        return []
    cells = [list(row.iterchildren("td", "th")) for row in table.iterdescendants("tr")]
    told = [[_one_line(" ".join(cell.xpath(_SHOWN))) for cell in row] for row in cells]
    cells = [row for row, texts in zip(cells, told, strict=True) if any(texts)]
    rows = [texts for texts in told if any(texts)]
    sizes = sorted(len(cell) for row in rows for cell in row if cell)
    wide = sum(len(row) > 1 for row in rows)
    if wide < 2 or 2 * wide < len(rows):  # noqa: PLR2004 (one row beside another makes a table)
        return []
    links = sum(solid(link.text_content()) for link in table.iterdescendants("a"))
    lined = table.get("border", "0") not in {"", "0"} or table.find(".//th") is not None
    form = all(len(row) == 2 and len(row[0]) <= _LABEL for row in rows)  # noqa: PLR2004 (a label and what belongs there)
    longest = _MOST_CELL if form else _LONG_CELL if lined else _CELL
    if links > _MENU * sum(sizes) or 2 * sizes[len(sizes) // 2] > _CELL or sizes[-1] > longest:
        return []
    found = [_Block(_one_line(caption.text_content()), table, "caption") for caption in table.iterchildren("caption")]
    for row, texts in zip(cells, rows, strict=True):
        parts = [_Walk(cell).run() for cell in row] if any(map(_may_hold_paragraphs, row)) else []
        if any(len(blocks) > 1 and any(block.prose for block in blocks) for blocks in parts):
            found += [block for blocks in parts for block in blocks]
        else:
            found.append(_Block("\t".join(texts).rstrip("\t"), table, "row"))
    whole = sum(solid(block.text) for block in found) == sum(map(solid, table.xpath(_SHOWN)))
    return [block for block in found if block.text] if whole else []


def _may_hold_paragraphs(cell: HtmlElement) -> bool:
    return len(cell) > 1 and any(child.tag in {"p", "div", "br"} for child in cell)


# ---- What is furniture, where the body is.


def _mark_furniture(blocks: Sequence[_Block], areas: Iterable[tuple[int, int]]) -> None:
    for i, block in enumerate(blocks):
        if not block.out and _is_furniture(block) and not _goes_on_around(blocks, i):
            _leave_out([block])
    sums = [0, *accumulate(block.prose for block in blocks)]
    for start, end in areas:
        if 2 * (sums[end] - sums[start]) < sums[-1]:  # else its name misleads
            _leave_out(blocks[start:end])
    _mark_links(blocks)


def _leave_out(blocks: Iterable[_Block]) -> None:
    for block in blocks:
        block.out, block.prose = block.out or "furniture", 0


def _is_furniture(block: _Block) -> bool:
    """Tell by its own words whether a block is furniture."""
    text = block.text
    short = len(text) <= _SHORT
    if _LEGAL.search(text) and block.role not in {"heading", "row"}:
        return short or not text.endswith("。")
    if not short or "。" in text:
        return False
    way = _WAY.match(text) or (block.linked and len(_ARROW.findall(text)) > 1)
    related = 2 * block.linked > len(text) and _RELATED_LINK.match(text)
    return bool(way or related or _SERVICE_WORDS.search(text) or _PARTICULAR.match(text))


def _goes_on_around(blocks: Sequence[_Block], i: int) -> bool:
    """Tell whether a block with legal words is a sentence of the running text, such as one about copyright."""
    if not 0 < i < len(blocks) - 1 or not _SENTENCE_END.search(blocks[i].text) or _IMPRINT.search(blocks[i].text):
        return False
    parent = blocks[i].node.getparent()
    return _LEGAL.search(blocks[i].text) is not None and all(
        block.prose and not block.out and block.node.getparent() is parent and not _LEGAL.search(block.text)
        for block in (blocks[i - 1], blocks[i + 1])
    )


def _mark_links(blocks: Sequence[_Block]) -> None:
    """Leave out lists of links, and the heads of lists of related pages with all that is linked below them."""
    below = False  # such a head
    for linked, run in groupby(blocks, key=lambda block: block.role != "row" and block.is_link()):
        found = list(run)
        if linked and (below or len(found) > 1):
            _leave_out(b for b in found if below or not (b.role == "heading" or b.text.startswith("附件")))
        heads = [block for block in found if _RELATED.match(block.text)]
        _leave_out(heads)
        below = found[-1] in heads


def _body(root: HtmlElement, blocks: Sequence[_Block], ranges: dict[HtmlElement, tuple[int, int]]) -> tuple[int, int]:
    """Return the blocks that are the page's body, from the first to the one after the last."""
    sums = [0, *accumulate(block.prose for block in blocks)]

    def prose(node: HtmlElement) -> int:
        start, end = ranges[node]
        return sums[end] - sums[start]

    if root not in ranges:
        return (0, len(blocks))
    total = prose(root)
    known = [node for node in ranges if _ARTICLE_NAME.search(_name(node)) or node.get("itemprop") == "articleBody"]
    most = max(known, key=prose, default=None)
    if most is not None and prose(most) >= 0.5 * max(total, 1) and prose(most) >= _LITTLE:
        start, end = ranges[most]
        others = [ranges[node] for node in known if prose(node) >= _LITTLE]
        return (min(start, *(a for a, _ in others)), max(end, *(b for _, b in others))) if others else (start, end)
    node = root
    while total:
        children = [child for child in node if child in ranges]
        best = max(children, key=prose, default=None)
        if best is None or prose(best) < _NEARLY_ALL * total or _has_twin(best, children, prose):
            break
        if best.tag in {"p", "li"} | _HEADINGS:
            break
        node, total = best, prose(best)
    return ranges[node]


def _has_twin(best: HtmlElement, children: Sequence[HtmlElement], prose: Any) -> bool:
    """Tell whether another child is of the same make and holds sentences too: another article, another part."""
    return any(
        child is not best and child.tag == best.tag and _name(child) == _name(best) and prose(child)
        for child in children
    )


def _refuse_menu(blocks: Sequence[_Block], body: tuple[int, int]) -> None:
    if not blocks:
        raise InputError(
            "the web page holds no article text; if a script fills it, save it from the browser once it is shown."
        )
    linked = sum(solid(block.text) for block in blocks if block.out or block.is_link())
    menu = linked > _MENU * sum(solid(block.text) for block in blocks)
    if menu and not any(block.prose for block in blocks[slice(*body)]):
        raise InputError(
            "the web page holds no article text, nearly all of it is navigation; open an article and save its page."
        )


def _doubts(blocks: Sequence[_Block], body: tuple[int, int], lines: Sequence[ParsedLine]) -> list[Notice]:
    """Say of a page with few sentences and no title that it may be no article."""
    size = sum(solid(block.text) for block in blocks)
    prose = sum(block.prose for block in blocks[slice(*body)])
    if prose > _LEAST_PROSE * size or any(line.role == "title" for line in lines):
        return []
    text = Message("The web page is nearly all navigation; what is left of it may be no article.")
    return [Notice("not_prose", "", size - prose, text)]


# ---- Title, subheads, paragraphs.


def _settle(
    root: HtmlElement,
    blocks: Sequence[_Block],
    body: tuple[int, int],
    ranges: dict[HtmlElement, tuple[int, int]],
) -> tuple[list[ParsedLine], int]:
    """Return the lines, and how many characters of them the page does not show: those of a title from its head."""
    start, end = body
    first = next((i for i in range(start, end) if blocks[i].prose and blocks[i].role != "heading"), start)
    last = next((i for i in range(end - 1, start, -1) if blocks[i].prose), first)
    titles = _article_titles(blocks, body, ranges)
    lines: list[ParsedLine] = []
    if not titles:
        titles = _title_blocks(root, blocks, start, first)
        titles |= _equals(root, blocks, titles, end)
        own = "" if titles else _page_title(root)
        lines += [ParsedLine(own, "title")] if own else []
    unseen = sum(solid(line.text) for line in lines)
    told: list[_Block | None] = [None] * len(lines)
    begin = min(start, *titles) if titles else start
    for i, block in enumerate(blocks):
        told.append(None)
        around = i >= end or (i < start and not (i > begin and block.prose >= _LITTLE))
        again = i < first and any(_plain(block.text) == _plain(blocks[title].text) for title in titles)
        if i in titles:
            lines.append(ParsedLine(block.text, "title"))
        elif block.out or around or again or _is_credits(block, i, first, last):
            lines.append(ParsedLine(block.text, block.out or "furniture"))
        else:
            lines.append(ParsedLine(block.text, _role(block)))
            told[-1] = block
    return _unwrapped(lines, told), unseen


def _unwrapped(lines: Sequence[ParsedLine], told: Sequence[_Block | None]) -> list[ParsedLine]:
    """Join printed lines, which some pages part by <br>; `told` has the block of each line of the body."""
    done: list[ParsedLine] = []
    for _, numbers in groupby(range(len(lines)), key=lambda i: (b := told[i]) and not b.role and b.node):
        run = list(numbers)
        blocks = [block for i in run if (block := told[i])]
        broken = sum(_END.search(block.text) is None for block in blocks)
        if len(blocks) < _PRINTED or broken < _BROKEN * len(blocks):
            done += [lines[i] for i in run]
            continue
        printed = Lines.of(split_lines("\n".join("　　" * block.indented + block.text for block in blocks)))
        layout = find_layout(printed)
        labels = label_lines(printed, layout) if layout and len(printed) == len(run) else [FIRST] * len(run)
        for i, label in zip(run, labels, strict=True):
            if label == LATER:
                done[-1] = ParsedLine(done[-1].text + lines[i].text)
            else:
                done.append(lines[i])
    return done


def _is_credits(block: _Block, i: int, first: int, last: int) -> bool:
    """Tell whether a block before the first or after the last sentence tells date, source, staff or counters."""
    text = block.text
    if first <= i <= last or len(text) > _SHORT or "。" in text or block.role == "row":
        return False
    if _CREDITS.match(text):
        return True
    if i < first:
        return len(text) <= _TITLE and _DAY.search(text) is not None and block.role != "heading"
    return len(text) <= 20 and _STAFF_WORDS.search(text) is not None  # noqa: PLR2004


def _role(block: _Block) -> str:
    text = block.text
    if block.linked and text.startswith("附件"):
        return "text"
    if block.role == "heading":
        return "" if len(text) > _TITLE or text.endswith(("。", "；")) else "heading"
    if block.role or len(text) > _TITLE or _SENTENCE.search(text) or block.linked:
        return block.role
    bold = block.bold >= len(text.replace(" ", "")) > 3  # noqa: PLR2004
    return "heading" if bold and not _BARE_DAY.match(text) else ""


def _article_titles(
    blocks: Sequence[_Block], body: tuple[int, int], ranges: dict[HtmlElement, tuple[int, int]]
) -> set[int]:
    """Return the blocks that head the articles of a page with several: of <article> elements, or of first rank."""
    start, end = body
    heads: set[int] = set()
    for node, (a, b) in ranges.items():
        if node.tag == "article" and start <= a < b <= end:
            head = next((i for i in range(a, b) if not blocks[i].out), None)
            if head is not None and blocks[head].role == "heading" and any(block.prose for block in blocks[a:b]):
                heads.add(head)
    tops = [i for i in range(start, end) if blocks[i].node.tag == "h1" and not blocks[i].out]
    told = [any(block.prose for block in blocks[i:k]) for i, k in zip(tops, [*tops[1:], end], strict=False)]
    if len(heads) < 2 and all(told):  # noqa: PLR2004 (one is the page's)
        heads = set(tops)
    return heads if len(heads) > 1 else set()


def _title_blocks(root: HtmlElement, blocks: Sequence[_Block], start: int, first: int) -> set[int]:
    """Return the block that is the title, if there is one.

    It is what the page's head repeats, else a heading, else what is named so, else a line on top of the body, where the
    head tells only of the site.
    """
    shown = [
        i
        for i in range(first)
        if not blocks[i].out
        and _SHORTEST_TITLE <= len(blocks[i].text) <= _SHORT
        and not _is_credits(blocks[i], i, first, first)
    ]
    hints = [_plain(hint) for hint in _title_hints(root)]
    heading = [i for i in shown if blocks[i].role == "heading"]
    repeated = [
        i
        for i in shown
        if any(
            own in hint and (not _SITE.search(own) or (i in heading and hint.startswith(own)))
            for own in [_plain(blocks[i].text)]
            for hint in hints
        )
    ]
    tops = [i for i in heading if blocks[i].node.tag == "h1" and (i >= start or not _SITE.search(blocks[i].text))]
    seconds = [i for i in heading if blocks[i].node.tag == "h2" and (i == shown[0] or i < start)]
    seconds = [i for i in seconds if not (_page_title(root) and _SITE.search(blocks[i].text))]
    named = [i for i in shown if blocks[i].role == "" and _TITLE_NAME.search(_name(blocks[i].node))]
    above = [
        i for i in shown if i >= start and blocks[i].role in {"", "heading"} and not _SENTENCE.search(blocks[i].text)
    ]
    if repeated:
        return {max(repeated, key=lambda i: (len(blocks[i].text), i))}
    own = _plain(_page_title(root))
    fuller = [i for i in above if len(own) >= _SHORTEST_TITLE and own in _plain(blocks[i].text)]
    if fuller and not heading:
        return set(fuller[:1])
    found = tops[:1] or seconds[-1:] or named[-1:] or ([] if _page_title(root) else above[:1])
    return set(found)


def _equals(root: HtmlElement, blocks: Sequence[_Block], titles: set[int], end: int) -> set[int]:
    """Return the headings that are titles as much as the first, of a page whose head does not repeat that one.

    They have the same rank, and each looks like a title and has sentences below it.
    """
    title = min(titles, default=end)
    if title >= end or blocks[title].node.tag not in _HEADINGS or _is_repeated(root, blocks[title].text):
        return set()
    heads = [i for i in range(title, end) if blocks[i].node.tag == blocks[title].node.tag and not blocks[i].out]
    told = (
        len(blocks[i].text) >= _TITLE_LEAST
        and not HEADING.match(blocks[i].text)
        and any(block.prose for block in blocks[i:k])
        for i, k in zip(heads, [*heads[1:], end], strict=True)
    )
    return set(heads) if all(told) else set()


def _is_repeated(root: HtmlElement, text: str) -> bool:
    return any(_plain(text) in _plain(hint) for hint in _title_hints(root))


def _title_hints(root: HtmlElement) -> list[str]:
    found = [_meta(root, "articletitle"), _meta(root, "og:title"), root.findtext(".//title")]
    return [" ".join(hint.split()) for hint in found if hint and hint.strip()]


def _page_title(root: HtmlElement) -> str:
    """Return what the page calls itself, without the site's name; nothing where that is all it says."""
    for hint in _title_hints(root):
        parts = [part for part in _SEPARATOR.split(hint) if part]
        while len(parts) > 1 and _SITE.search(parts[-1]):
            parts.pop()
        kept = [part for part in parts if not _SITE.search(part)]
        if kept:
            whole = hint[hint.index(kept[0]) :] if len(parts) == len(_SEPARATOR.split(hint)) else kept[0]
            return whole if "-" in whole and "_" not in whole and "|" not in whole else kept[0]
    return ""


def _plain(text: str) -> str:
    return _BLANK.sub("", text)


# ---- What a page says about its article.

_META = {
    "date": ("pubdate", "publishdate", "publish_date", "article:published_time", "date", "weibo:article:create_at"),
    "source": ("contentsource", "source", "og:site_name", "sitename"),
    "author": ("author", "og:article:author", "article:author"),
}


def _metadata(root: HtmlElement, blocks: Sequence[_Block], lines: Sequence[ParsedLine]) -> dict[str, str]:
    """Return title, date, source and author, as far as they are told: on the page first, then in its head."""
    title = next((line.text for line in lines if line.role == "title"), "")
    found = {"title": title} if title else {}
    told = [block.text for block in blocks if len(block.text) <= _SHORT and "。" not in block.text]
    dated = [text for text in told if (day := _DAY.search(text)) and (day.start() < _EARLY or _CREDITS.match(text))]
    for key, pattern, texts in (("date", _DAY, dated), ("source", _SOURCE, told), ("author", _AUTHOR, told)):
        match = next((match for text in texts if (match := pattern.search(text))), None)
        value = match[match.lastindex or 0] if match else next(filter(None, (_meta(root, n) for n in _META[key])), "")
        if value:
            found[key] = " ".join(value.split())[:_SHORT]
    return found


def _meta(root: HtmlElement, name: str) -> str:
    for node in root.iterdescendants("meta"):
        if (node.get("name") or node.get("property") or "").lower() == name:
            return (node.get("content") or "").strip()
    return ""
