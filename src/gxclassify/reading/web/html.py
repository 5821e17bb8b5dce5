"""HTML in the child process: the article of a saved web page, block by block, from one parse.

A page is flattened to blocks, the stretches of text that stand on lines of their own. What surrounds an article shows
itself by its words, its links and its containers, and stays in the answer under the role ``furniture``, so that nothing
visible is lost without a name. The body is where the sentences are: from the root down as long as one child has
nearly all of them.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, Any

from gxclassify.errors import InputError
from gxclassify.messages import Message
from gxclassify.reading.parsed import Notice, Parsed, ParsedLine, solid
from gxclassify.reading.text.bylines import is_byline
from gxclassify.reading.text.cues import (
    CREDIT_LABEL,
    DOCUMENT_TITLE,
    HEADING,
    LETTERHEAD,
    NUMBER_LINE,
    is_deck,
    is_origin,
    tells_of_office,
)
from gxclassify.reading.text.datelines import is_date_line
from gxclassify.reading.text.hand_wrapped import find_marked_layout
from gxclassify.reading.text.lines import Lines, split_lines
from gxclassify.reading.text.paragraphs import FIRST, LATER, find_layout, label_lines, measure
from gxclassify.reading.text.titles import MOST_LINES, lines_of_title
from gxclassify.reading.web.blocks import DAY, HEADINGS, LITTLE, MENU, SENTENCE, SHORT, SHOWN, Block, Walk, name_of
from gxclassify.reading.web.furniture import mark_furniture
from gxclassify.reading.web.letters import mark_letter

if TYPE_CHECKING:
    from collections.abc import Sequence

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
_ARTICLE_NAME = re.compile(
    r"(?:^|\s)(?:js_content|rich_media_content|trs_(?:ueditor|editor)|ucap-content|zoom|artibody|endtext|vsb_content\w*"
    r"|article[-_]?(?:content|body|text)|news[-_]?(?:content|text|body)|entry-content|post-content|pages_content"
    r"|content_text|articlebody|bodylabel|mp_content)(?:$|\s)"
)
_TITLE_NAME = re.compile(r"(?:title|headline|biaoti|(?:^|[\s_-])bt(?:$|[\s_-]))")
_DECK_NAME = re.compile(
    r"(?:^|[\s_-])(?:(?:yin|jian|fu)(?:biao)?ti|sub-?title|sub-?headline|kicker|deck|dek)(?:$|[\s_\d-])"
)
_CREDITS = re.compile(
    rf"^[\s【\[（(]*(?:{CREDIT_LABEL}|时间|日期|作\s*者|(?:责任)?编\s*辑|责\s*编|审\s*核|校\s*对|监\s*制|撰\s*稿|初审|复审|终审"
    r"|供稿(?:单位)?|原创|转载)(?:[：:\s于自】\]]|$)"
)
# When something was or will be, and not the page or the document that it shows: 成立时间：2006年5月12日
_EVENT = re.compile(
    r"(?!(?:发[文布表稿]|成文|生成|形成|公[开布]|印发|签发|颁布|实施|施行|生效|废止|失效|收录|入库|登记|制作|打印|访问|浏览|创建|编辑|修改|上传"
    r"|采集|抓取|转载|刊[发登]|出版|见报)[时日])[\u3400-\u9fff]{2,6}(?:时间|日期)[：:]|[展会工]期[：:]"
)
_WHEN, _WHERE = re.compile(r"(?:时\s*间|日\s*期)[：:]"), re.compile(r"(?:会议|活动)?地\s*[点址][：:]")
_STAFF_WORDS = re.compile(r"编辑|来源|编排|审核|校对|监制")
_HOSTED = re.compile("[^，。；：]{4,40}(?:主办|承办|制作维护|制作|维护)")
_LARGE = re.compile(
    r"font-size\s*:\s*(?:(?:2[0-9]|3[0-9])(?:\.\d+)?px|(?:1[6-9]|2[0-9])(?:\.\d+)?pt|(?:x-|xx-)large)", re.IGNORECASE
)
_SMALL = re.compile(
    r"font-size\s*:\s*(?:1[0-4](?:\.\d+)?px|(?:[89]|10)(?:\.\d+)?pt)|(?:^|[;\s])color\s*:\s*(?:gr[ae]y|#(?:([789a])\1{2}|([789a].)\2{2})\b)",
    re.IGNORECASE,
)
_LARGE_FONTS = frozenset(("4", "5", "6", "7", "+1", "+2", "+3", "+4"))
_CENTRED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
_BARE_DAY = re.compile(rf"^[\s（(\[]*{DAY.pattern}[\s）)\]]*$")
_SOURCE = re.compile(r"来\s*源\s*于?\s*[：:]\s*([^\s|｜【】\[\]<>]{2,40})")
_AUTHOR = re.compile(r"作\s*者\s*[：:]\s*([^\s|｜【】\[\]<>]{2,20})")
_END = re.compile("[，。；：！？、）”》.,;:!?]$")
_BLANK = re.compile(r"\s+")
_SEPARATOR = re.compile(r"\s*[_|｜丨»]\s*|\s+[-–—·]\s+|\s*-{1,3}\s*|——")
_OWN_NAME = r"(?:网站|门户网|官网|(?<![通简快喜捷公汇战预])报|周刊|杂志|客户端|政府|首页|委员会|管委会|公众号)$"
_PARTING = re.compile(r"[-_|｜丨»–—·]")
_SITE = re.compile(
    rf"{_OWN_NAME}|(?:网|门户|频道|信箱|新闻|栏目|专题|中心|动态|要闻|公开|在线|平台|版)$"
    r"|^(?:首页|正文|新闻|无标题文档|untitled)$",
    re.IGNORECASE,
)
_BY_OWN_NAME = re.compile(_OWN_NAME)  # and by no word that many a headline ends with: 新建三个创新平台
# What no site has in its name: 再添五个平台 | 开往未来的“园区号”，驶入新频道
_COUNT_OR_CLAUSE = re.compile("[，。：；！？“”]|[0-9一二两三四五六七八九十百千万]+[个家条座项大所处年张]")
_TITLE_LABEL = re.compile(r"标\s*题\s*[：:]\s*|")
_TITLE, _SHORTEST_TITLE = 60, 4  # characters
_SITE_NAME = 5  # characters behind a name that make it that of its site: 门户网站
_LEAST_PROSE = 0.2  # of the text of a page without a title: less may be no article
_NEARLY_ALL = 0.85  # of the sentences: a child that holds so much of its parent's is the body
_PRINTED, _BROKEN = (
    4,
    0.3,
)  # lines in one element, and the share that ends in mid-sentence, which show a hard-wrapped text
_EARLY = 3  # characters before a date that a line begins with


# What programs call any page.
_NO_TITLE = re.compile(
    r"(?:打印|打印(?:页面?|预览|本[页文])|无标题(?:文档|页)?|新建网页\s*\d*|正文|详细?页面?|详细(?:内容|信息)|(?:新闻|文章|信息|内容)(?:详情|详细|内容|页|正文)"
    r"|Untitled(?: Document)?|Document|print|index)",
    re.IGNORECASE,
)


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
    walk = Walk(root)
    blocks = walk.run()
    mark_furniture(blocks, walk.areas)
    letter = mark_letter(blocks)
    body = _body(root, blocks, walk.ranges)
    _refuse_menu(root, blocks, body)
    lines, unseen = _settle(root, blocks, body, walk.ranges, letter)
    notices = _doubts(blocks, body, lines)
    return Parsed(lines, notices, held=_held(root) + unseen, wrapped=False, metadata=_metadata(root, blocks, lines))


def read_fragment(text: str) -> Parsed:
    """Return the lines of a piece of HTML, such as a crawler keeps in a field: all of its blocks, without a title.

    >>> [line.text for line in read_fragment("<p>高新区签约12个项目。</p><p>总投资<b>96亿元</b>。</p>").lines]
    ['高新区签约12个项目。', '总投资96亿元。']
    """
    root = _parsed(f"<html><body>{text}</body></html>")
    lines = [ParsedLine(block.text, block.out or _role(block)) for block in Walk(root).run()]
    return Parsed(lines, held=_held(root), wrapped=False)


def _parsed(text: str) -> HtmlElement:
    from lxml import html  # after the check of the child's limits

    if _depth(text) > _DEEPEST:
        raise InputError("its elements are nested more than {deepest:,} deep.", deepest=_DEEPEST)
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8", huge_tree=True)
    body = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", "", text)
    return html.document_fromstring(body.encode() or b"<html/>", parser=parser, ensure_head_body=True)


def _held(root: HtmlElement) -> int:
    """Return how many characters of text a page holds, counted without the walk."""
    return sum(map(solid, root.xpath(SHOWN)))


def _depth(text: str) -> int:
    depth = deepest = 0
    for match in _TAG.finditer(text):
        closing, tag, empty = match.groups()
        if tag.lower() in _VOID or empty:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest


# ---- Where the body is.


def _body(root: HtmlElement, blocks: Sequence[Block], ranges: dict[HtmlElement, tuple[int, int]]) -> tuple[int, int]:
    """Return the blocks that are the page's body, from the first to the one after the last."""
    sums = [0, *accumulate(block.prose for block in blocks)]

    def prose(node: HtmlElement) -> int:
        start, end = ranges[node]
        return sums[end] - sums[start]

    if root not in ranges:
        return (0, len(blocks))
    total = prose(root)
    known = [node for node in ranges if _ARTICLE_NAME.search(name_of(node)) or node.get("itemprop") == "articleBody"]
    most = max(known, key=prose, default=None)
    if most is not None and prose(most) >= 0.5 * max(total, 1) and prose(most) >= LITTLE:
        start, end = ranges[most]
        others = [ranges[node] for node in known if prose(node) >= LITTLE]
        return (min(start, *(a for a, _ in others)), max(end, *(b for _, b in others))) if others else (start, end)
    node = root
    while total:
        children = [child for child in node if child in ranges]
        best = max(children, key=prose, default=None)
        if best is None or prose(best) < _NEARLY_ALL * total or _has_twin(best, children, prose):
            break
        if best.tag in {"p", "li", "dd"} | HEADINGS:
            break
        node, total = best, prose(best)
    return ranges[node]


def _has_twin(best: HtmlElement, children: Sequence[HtmlElement], prose: Any) -> bool:
    """Tell whether another child is of the same make and holds sentences too: another article, another part."""
    return any(
        child is not best and child.tag == best.tag and name_of(child) == name_of(best) and prose(child)
        for child in children
    )


def _is_ours(root: HtmlElement) -> bool:
    """Tell whether gxclassify wrote the page: a report or a survey, whose texts only its script shows."""
    names = (meta.get("content", "") for meta in root.iter("meta") if meta.get("name") == "generator")
    return any(name.startswith("gxclassify") for name in names)


def _refuse_menu(root: HtmlElement, blocks: Sequence[Block], body: tuple[int, int]) -> None:
    if not blocks and _is_ours(root):
        raise InputError(
            "gxclassify wrote this page, for people to look at; give the texts that it was made of, or what predict "
            "writes as CSV, JSON Lines or a workbook."
        )
    if not blocks and root.find(".//frameset") is not None:
        raise InputError("the web page holds only frames; open the one with the article and save that.")
    if not blocks:
        raise InputError(
            "the web page holds no article text; if a script fills it, save it from the browser once it is shown."
        )
    linked = sum(solid(block.text) for block in blocks if block.out or block.is_link())
    menu = linked > MENU * sum(solid(block.text) for block in blocks)
    if menu and not any(block.prose for block in blocks[slice(*body)]):
        raise InputError(
            "the web page holds no article text, nearly all of it is navigation; open an article and save its page."
        )


def _doubts(blocks: Sequence[Block], body: tuple[int, int], lines: Sequence[ParsedLine]) -> list[Notice]:
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
    blocks: Sequence[Block],
    body: tuple[int, int],
    ranges: dict[HtmlElement, tuple[int, int]],
    letter: int | None,
) -> tuple[list[ParsedLine], int]:
    """Return the lines, and how many characters of them the page does not show: those of a title from its head.

    `letter` is the block with the title of a letter to an office, if the page has one.
    """
    start, end = body
    rows = (i for i in range(start, end) if blocks[i].role == "row")
    prose = (i for i in range(start, end) if blocks[i].prose and blocks[i].role != "heading")
    first = next(prose, next(rows, start))
    last = next((i for i in range(end - 1, start, -1) if blocks[i].prose), first)
    titles = _article_titles(root, blocks, body, ranges) if letter is None else {letter}
    lines: list[ParsedLine] = []
    if not titles:
        titles = _title_blocks(root, blocks, start, first)
        titles |= _equals(root, blocks, titles, end) if titles else _linked_heads(blocks, start, end)
        own = "" if titles else _page_title(root)
        lines += [ParsedLine(own, "title")] if own else []
    unseen = sum(solid(line.text) for line in lines)
    told: list[Block | None] = [None] * len(lines)
    begin = min(start, *titles) if titles else start
    begun = min(titles, default=start - 1 if lines else first)
    dates = _dates_of_several(blocks, begin, end)
    for i, block in enumerate(blocks):
        told.append(None)
        deck = (i < start and _is_deck(block)) or _frames_title(blocks, titles, i)
        above = deck or (begin < i < start and (block.prose >= LITTLE or is_byline(block.text)))
        above = above or (i == start - 1 and not titles and is_byline(block.text))
        menu = block.role == "text" and i < min(titles, default=0)  # items of a list above the title
        column = (
            i < min(titles, default=first if lines else 0) and not (block.prose or deck) and _names_site(block.text)
        )
        letterhead = (
            begun < i < first
            and not block.role
            and (LETTERHEAD.fullmatch(block.text) or NUMBER_LINE.fullmatch(block.text))
        )
        around = i >= end or menu or column or letterhead or (i < start and not above)
        again = i < first and any(_plain(block.text) == _plain(blocks[title].text) for title in titles)
        label = block.label or (len(_TITLE_LABEL.match(block.text)[0]) if i in titles else 0)  # type: ignore[index]
        if label:
            lines.append(ParsedLine(block.text[:label].rstrip(), "furniture"))
            told.append(None)
        credited = i not in dates and _is_credits(block, i, first, last) and not _is_when(blocks, i)
        if i in titles:
            lines.append(ParsedLine(block.text[label:], "title"))
        elif block.out or around or again or credited:
            lines.append(ParsedLine(block.text[label:], block.out or "furniture"))
        else:
            role = "heading" if deck else "caption" if i > begun and _is_caption(block) else _role(block)
            lines.append(ParsedLine(block.text[label:], role))
            told[-1] = block
    return _unwrapped(lines, told), unseen


def _unwrapped(lines: Sequence[ParsedLine], told: Sequence[Block | None]) -> list[ParsedLine]:
    """Join printed lines, which some pages part by <br>, or give an element each, as programs do that convert PDF.

    `told` has the block of each line of the body.
    """
    done: list[ParsedLine] = []
    held = Counter(id(block.node) for block in told if block)

    def within(i: int) -> Any:
        block = told[i]
        if block is None or block.role:
            return None
        return block.node if held[id(block.node)] > 1 else (block.node.getparent(), block.node.tag)

    for _, numbers in groupby(range(len(lines)), key=within):
        run = list(numbers)
        blocks = [block for i in run if (block := told[i])]
        broken = sum(_END.search(block.text) is None for block in blocks)
        if len(blocks) < _PRINTED or broken < _BROKEN * len(blocks):
            done += [lines[i] for i in run]
            continue
        printed = measure(Lines.of(split_lines("\n".join("　　" * block.indented + block.text for block in blocks))))
        layout = find_marked_layout(printed) or find_layout(printed)
        labels = label_lines(printed, layout) if layout and len(printed) == len(run) else [FIRST] * len(run)
        for i, label in zip(run, labels, strict=True):
            if label == LATER:
                done[-1] = ParsedLine(done[-1].text + lines[i].text)
            else:
                done.append(lines[i])
    return done


def _is_deck(block: Block) -> bool:
    """Tell whether a block says more to the title above or below it: by its name, as newspapers call it, or by ——."""
    named = _DECK_NAME.search(name_of(block.node)) is not None
    return not block.out and len(block.text) <= _TITLE and (named or is_deck(block.text))


def _frames_title(blocks: Sequence[Block], titles: set[int], i: int) -> bool:
    """Tell whether a line just below a title is named as the one just above it is: kicker and deck of a newspaper."""
    if i - 1 not in titles or blocks[i].out or SENTENCE.search(blocks[i].text) or len(blocks[i].text) > _TITLE:
        return False
    above = next((k for k in range(i - 1, -1, -1) if k not in titles), -1)
    name = name_of(blocks[i].node).strip()
    return above >= 0 and bool(name) and not blocks[above].out and name == name_of(blocks[above].node).strip()


def _is_credits(block: Block, i: int, first: int, last: int) -> bool:
    """Tell whether a block before the first or after the last sentence tells date, source, staff or counters."""
    text = block.text
    if first <= i <= last or len(text) > SHORT or "。" in text or block.role == "row":
        return False
    if is_byline(text):
        return False
    if _CREDITS.match(text):
        return True
    if i < first:
        dated = len(text) <= _TITLE and DAY.search(text) is not None and block.role != "heading"
        return dated and _EVENT.match(text) is None
    return _HOSTED.fullmatch(text) is not None or (len(text) <= 20 and _STAFF_WORDS.search(text) is not None)  # noqa: PLR2004


def _dates_of_several(blocks: Sequence[Block], start: int, end: int) -> set[int]:
    """Return the blocks that say when each of several articles was published, each between a title and its text."""
    short = (i for i in range(start + 1, end - 1) if blocks[i - 1].prose < LITTLE <= blocks[i + 1].prose)
    found = {i for i in short if is_date_line(blocks[i].text) or is_origin(blocks[i].text)}
    return found if len(found) > 1 else set()


def _is_when(blocks: Sequence[Block], i: int) -> bool:
    """Tell whether a block says when something takes place, and one just above or below it where: 时间： 地点：."""
    beside = blocks[max(0, i - 2) : i + 3]
    return _WHEN.match(blocks[i].text) is not None and any(_WHERE.match(block.text) for block in beside)


def _names_site(text: str) -> bool:
    """Tell whether a text is the name of a site or of a part of it, and no headline that ends as one: 走进…管委会."""
    if _SITE.search(text) is None or _COUNT_OR_CLAUSE.search(text):
        return False
    return text.startswith("欢迎") or not tells_of_office(text)


def _role(block: Block) -> str:
    text = block.text
    if block.linked and text.startswith("附件"):
        return "text"
    if block.role == "heading":
        return "" if len(text) > _TITLE or text.endswith(("。", "；")) else "heading"
    asks = block.bold >= len(text.replace(" ", "")) and text.endswith("？")  # 怎样申请补助？
    if block.role or len(text) > _TITLE or SENTENCE.search(text[: len(text) - asks]) or block.linked:
        return block.role
    if _is_centred(block.node) and (HEADING.match(text) or DOCUMENT_TITLE.search(text)):
        return "heading"
    bold = block.bold >= len(text.replace(" ", "")) > 3  # noqa: PLR2004
    return "heading" if bold and not _BARE_DAY.match(text) else ""


def _is_caption(block: Block) -> bool:
    """Tell whether a short centred line stands just below a picture, and is no heading."""
    if not block.pictured or block.role or len(block.text) > _TITLE:
        return False
    bare = not block.text.endswith("。") and (_is_beside_picture(block) or _is_small(block.node))
    if not (_is_centred(block.node) or bare):
        return False
    return 2 * block.bold < len(block.text) and not HEADING.match(block.text)


def _is_beside_picture(block: Block) -> bool:
    """Tell whether a block shares its element with a picture and nothing else."""
    parent = block.node.getparent()
    around = [block.node] if parent is None else [block.node, parent]
    return any(
        node.tag in {"td", "div", "p", "center"}
        and node.find(".//img") is not None
        and _plain(node.text_content()) == _plain(block.text)
        for node in around
    )


def _is_large(block: Block) -> bool:
    """Tell whether a block is wholly in large type, as old pages set their titles."""
    text = _plain(block.text)
    whole = (
        node
        for node in block.node.iter("font", "span", "td", "p", "div", "b", "strong")
        if _plain(node.text_content()) == text
    )
    return any(_LARGE.search(node.get("style", "")) or node.get("size", "") in _LARGE_FONTS for node in whole)


def _is_small(node: HtmlElement) -> bool:
    """Tell whether all of an element is in small or grey type, as WeChat's editors set captions."""
    while True:
        if _SMALL.search(node.get("style", "")):
            return True
        if len(node) != 1 or (node.text or "").strip() or (node[0].tail or "").strip():
            return False
        node = node[0]


def _is_centred(node: HtmlElement) -> bool:
    """Tell whether an element says of itself that its lines stand in the middle."""
    return node.get("align", "").lower() == "center" or _CENTRED.search(node.get("style", "")) is not None


def _article_titles(
    root: HtmlElement,
    blocks: Sequence[Block],
    body: tuple[int, int],
    ranges: dict[HtmlElement, tuple[int, int]],
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
    own = [_is_repeated(root, blocks[i].text) for i in tops]  # of one article, whose parts have headings of its rank
    if len(heads) < 2 and all(told) and own[:1] + own[1:2] != [True, False]:  # noqa: PLR2004 (one is the page's)
        heads = set(tops)
    return heads if len(heads) > 1 else set()


def _title_blocks(root: HtmlElement, blocks: Sequence[Block], start: int, first: int) -> set[int]:
    """Return the block that is the title, if there is one.

    It is what the page's head repeats, else a heading, else what is named so, else a line on top of the body, where the
    head tells only of the site.
    """
    shown = [
        i
        for i in range(first)
        if not blocks[i].out
        and _SHORTEST_TITLE <= len(blocks[i].text) <= SHORT
        and not _is_credits(blocks[i], i, first, first)
        and not LETTERHEAD.fullmatch(blocks[i].text)
    ]
    hints = [_plain(hint) for hint in _title_hints(root)]
    own = _plain(_page_title(root))
    if hints and not own:  # 松溪经开区门户网站 says nothing of an article, nor does 松溪经开区
        cuts = range(len(hints[0]) - _SITE_NAME, len(hints[0]))
        ends = {hints[0][:cut] for cut in cuts if not _PARTING.search(hints[0], cut)}
        shown = [i for i in shown if _plain(blocks[i].text) not in ends]
    heading = [i for i in shown if blocks[i].role == "heading"]
    if len(own) < _TITLE_LEAST and (head := _head_of_text(blocks, heading, first)):
        return set(head)
    repeated = [
        i
        for i in shown
        if any(
            text in hint
            and (not _names_site(text) or (i in heading and len(text) >= _TITLE_LEAST and hint.startswith(text)))
            for text in [_plain(blocks[i].text)]
            for hint in hints
        )
    ]
    tops = [i for i in heading if blocks[i].node.tag == "h1" and (i >= start or not _names_site(blocks[i].text))]
    foremost = next((i for i in shown if not _names_site(blocks[i].text)), -1)
    seconds = [i for i in heading if blocks[i].node.tag == "h2" and (i == foremost or i < start)]
    if own and sum(block.node.tag == "h2" and not block.out for block in blocks[start:]) > 1:
        seconds = [i for i in seconds if i < start]  # else one of several subheads, below the title in the head
    seconds = [i for i in seconds if not (own and _names_site(blocks[i].text))]
    named = [i for i in shown if blocks[i].role == "" and _TITLE_NAME.search(name_of(blocks[i].node))]
    above = [
        i for i in shown if i >= start and blocks[i].role in {"", "heading"} and not SENTENCE.search(blocks[i].text)
    ]
    if repeated:
        return _whole_title(blocks, max(repeated, key=lambda i: (len(blocks[i].text), i)), shown, hints)
    fuller = [i for i in above if len(own) >= _SHORTEST_TITLE and own in _plain(blocks[i].text)]
    if fuller and not heading:
        return set(fuller[:1])
    large = [i for i in shown if blocks[i].role == "" and blocks[i].text != own and _is_large(blocks[i])]
    large = [i for i in large if not (SENTENCE.search(blocks[i].text) or _names_site(blocks[i].text))]
    over = [] if own else _over_body(blocks, start, shown)
    columns = [i for i in seconds if _names_site(blocks[i].text)]  # of the site, such as 园区动态
    seconds = [i for i in seconds if i not in columns]
    found = tops[:1] or over or seconds[-1:] or named[-1:] or large[-1:] or columns[-1:]
    above.sort(key=lambda i: _names_site(blocks[i].text))
    return _official(blocks, start, found or ([] if own else above[:1]))


def _head_of_text(blocks: Sequence[Block], heading: Sequence[int], first: int) -> list[int]:
    """Return the heading that ends as the name of a site does and is a headline: the first sentence is right below it.

    Only date, source, byline and deck may be between. One called by such a name wholly is the site's: …管委会, …网站.
    """
    head = heading[-1] if heading else first
    if head == first or not _names_site(blocks[head].text) or len(blocks[head].text) < _TITLE_LEAST:
        return []
    alone = sum(block.node.tag == blocks[head].node.tag and not block.out for block in blocks) == 1
    between = all(
        block.out or _is_credits(block, i, first, first) or is_byline(block.text) or _is_deck(block)
        for i, block in enumerate(blocks[head + 1 : first], head + 1)
    )
    return [head] if alone and between and not _BY_OWN_NAME.search(blocks[head].text) else []


def _official(blocks: Sequence[Block], start: int, found: Sequence[int]) -> set[int]:
    """Return the blocks of the title of which one is `found`, as that of an official document is set in several."""
    for i in range(min([start, *found]), found[0] + 1) if found else ():
        count = lines_of_title([block.text for block in blocks[i : i + MOST_LINES]])
        levels = {block.node.tag if block.node.tag in HEADINGS else "" for block in blocks[i : i + count]}
        if not blocks[i].out and len(levels) == 1 and found[0] < i + count:  # a subhead is no line of it
            return set(range(i, i + count))
    return set(found)


def _over_body(blocks: Sequence[Block], start: int, shown: Sequence[int]) -> list[int]:
    """Return the line just over the body, if it looks like a title; date, source, byline and deck may be between."""
    around = [i for i in shown if i < start and not (_is_deck(blocks[i]) or is_byline(blocks[i].text))]
    last = around[-1] if around else start
    if last == start:
        return []
    block = blocks[last]
    apart = block.role == "heading" or _is_centred(block.node) or _role(block) == "heading"
    plain = block.role in {"", "heading"} and not block.is_link() and not SENTENCE.search(block.text)
    origins = [_is_credits(blocks[i], i, start, start) for i in range(last + 1, start)]
    if any(
        not (origin or b.out) and b.role == "text" for origin, b in zip(origins, blocks[last + 1 : start], strict=True)
    ):
        return []
    told = any(origins)
    return [last] if plain and (apart or told) and not _names_site(block.text) else []


def _whole_title(blocks: Sequence[Block], i: int, shown: Sequence[int], hints: Sequence[str]) -> set[int]:
    """Return the blocks of a title that begins or ends with block `i`: it may be set in several lines."""
    first = last = i

    def repeated(start: int, end: int) -> bool:
        text = _plain("".join(block.text for block in blocks[start : end + 1]))
        return any(text in hint for hint in hints)

    while last + 1 in shown and repeated(first, last + 1):
        last += 1
    while first - 1 in shown and repeated(first - 1, last):
        first -= 1
    return set(range(first, last + 1))


def _equals(root: HtmlElement, blocks: Sequence[Block], titles: set[int], end: int) -> set[int]:
    """Return the headings that are titles as much as the first, of a page whose head does not repeat that one.

    They have the same rank, and each looks like a title and has sentences below it.
    """
    title = min(titles, default=end)
    if title >= end or blocks[title].node.tag not in HEADINGS or _is_repeated(root, blocks[title].text):
        return set()
    heads = [i for i in range(title, end) if blocks[i].node.tag == blocks[title].node.tag and not blocks[i].out]
    told = (
        len(blocks[i].text) >= _TITLE_LEAST
        and not HEADING.match(blocks[i].text)
        and any(block.prose for block in blocks[i:k])
        for i, k in zip(heads, [*heads[1:], end], strict=True)
    )
    return set(heads) if all(told) else set()


def _linked_heads(blocks: Sequence[Block], start: int, end: int) -> set[int]:
    """Return the headings of a page that lists articles, where it has no title: each leads to one, and tells of it."""
    heads = [i for i in range(start, end) if blocks[i].role == "heading" and not blocks[i].out]
    first = next((i for i in range(start, end) if not blocks[i].out), end)
    told = (
        blocks[i].is_link()
        and blocks[i].node.tag == blocks[first].node.tag
        and any(block.prose for block in blocks[i:k])
        for i, k in zip(heads, [*heads[1:], end], strict=True)
    )
    return set(heads) if len(heads) > 1 and heads[0] == first and all(told) else set()


def _is_repeated(root: HtmlElement, text: str) -> bool:
    return any(_plain(text) in _plain(hint) for hint in _title_hints(root))


def _title_hints(root: HtmlElement) -> list[str]:
    found = [_meta(root, "articletitle"), _meta(root, "og:title"), root.findtext(".//title")]
    told = [" ".join(hint.split()) for hint in found if hint]
    return [hint for hint in told if hint and not _NO_TITLE.fullmatch(hint)]


def _page_title(root: HtmlElement) -> str:
    """Return what the page calls itself, without the site's name; nothing where that is all it says."""
    for hint in _title_hints(root):
        parts = [part for part in _SEPARATOR.split(hint) if part]
        while len(parts) > 1 and _names_site(parts[-1]):
            parts.pop()
        kept = [part for part in parts if not _names_site(part)]
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


def _metadata(root: HtmlElement, blocks: Sequence[Block], lines: Sequence[ParsedLine]) -> dict[str, str]:
    """Return title, date, source and author, as far as they are told: on the page first, then in its head."""
    title = next((line.text for line in lines if line.role == "title"), "")
    found = {"title": title} if title else {}
    told = [block.text for block in blocks if len(block.text) <= SHORT and "。" not in block.text]
    dated = [text for text in told if (day := DAY.search(text)) and (day.start() < _EARLY or _CREDITS.match(text))]
    for key, pattern, texts in (("date", DAY, dated), ("source", _SOURCE, told), ("author", _AUTHOR, told)):
        match = next((match for text in texts if (match := pattern.search(text))), None)
        value = match[match.lastindex or 0] if match else next(filter(None, (_meta(root, n) for n in _META[key])), "")
        if value:
            found[key] = " ".join(value.split())[:SHORT]
    return found


def _meta(root: HtmlElement, name: str) -> str:
    for node in root.iterdescendants("meta"):
        if (node.get("name") or node.get("property") or "").lower() == name:
            return (node.get("content") or "").strip()
    return ""
