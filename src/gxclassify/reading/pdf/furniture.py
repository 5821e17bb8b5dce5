"""What pages carry beside their text: running heads and feet, page numbers, addresses, menus, watermarks."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from gxclassify.reading.pdf.lines import SENTENCE_END, body_size, find_rows, off_axis, to_line
from gxclassify.reading.text.cues import DATED, ISSUER, POSTED, SERVICE_WORDS, STRONG_END, WAY
from gxclassify.reading.text.folio import MASTHEAD, is_folio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.reading.pdf.lines import PageLine, Run

_ON_TOP = 4  # lines of a page where the way to a web page may stand
_EDGE_ROWS = 3  # rows from the top and the bottom that may be heads and feet
_SAME_PLACE = 6.0  # points
_MARGIN = 0.12  # of the page's height
_FEW_PAGES = 5  # pages: in so few a head that stands twice is one
_SMALL = 0.92  # of the body's size
_SHORTEST_HEAD = 5  # characters
_LONGEST_NUMBER = 4  # digits of a page number
_COUNTED = 3  # pages on which a number counts
_TILES = 4  # so many times one text on a page may be a watermark
_PALE = 150  # of 255
_LARGE = 1.8  # of the body's size
_OUTERMOST = 0.07  # of the page's height
_HEAD = 40  # characters
_APART = 1.25  # of the usual step between lines
_LONGEST = 120  # characters

_NUMBER = r"(?:[0-9０-９]{1,4}|[ivxlcIVXLC]{1,7}|[Ⅰ-Ⅻⅰ-ⅻ]{1,3}|[〇零一二三四五六七八九十百]{1,5})"
_PAGE_NUMBER = re.compile(
    rf"[\s\-—–－─·•.~～|/\[(（【<〈《]*(?:第|共|Page|page|PAGE|P\.?|p\.?)?\s*{_NUMBER}\s*[页頁]?"
    rf"\s*(?:[/／,，|of共第全页總总]\s*)*(?:{_NUMBER}\s*[页頁]?)?[\s\-—–－─·•.~～|/\])）】>〉》]*"
)
_ADDRESS = re.compile(r"(?:https?|file)\s?:\s?//\S|^www\.\S+\.\S+", re.IGNORECASE)
_PRINTED_ON = re.compile(
    r"^(?:20)?[0-9]{2}\s?[/.\-年]\s?[0-9]{1,2}\s?[/.\-月]\s?[0-9]{1,2}\s?日?[,，]?\s*(?:[上下]午|[AaPp][Mm])?\s*[0-9]{1,2}[:：][0-9]{2}"
    r"|^[0-9]{1,2}/[0-9]{1,2}/(?:20)?[0-9]{2},?\s+[0-9]{1,2}:[0-9]{2}"
)
_MENU = re.compile(
    r"^(?:首页|网站首页|当前位置|您的位置|您现在的位置|上一篇|下一篇|上一条|下一条|返回(?:首页|顶部|上页)?|网站地图|联系我们|版权所有"
    r"|隐私声明|法律声明|友情链接|主办单位|相关(?:链接|阅读|新闻)|分享到|扫一扫|发布(?:时间|日期)|浏览次数|字号|字体|责任编辑|.{0,6}ICP备)"
    r"|[【\[(（]\s*(?:打印|关闭|收藏|返回|字体|字号|大\s*中\s*小)|字号\s*[：:]|来源\s*[：:].{0,20}(?:字号|浏览|作者)|ICP备"
)
_SENTENCE_END = re.compile(rf"{SENTENCE_END.pattern}|[a-z\])]\.$")  # of Latin text too
_MARKS = re.compile("[，。；].*[，。；：]")  # two in a line
_WORDS = 10  # spaces in a line of Latin text
_NEXT = 1.8  # times the type size: the step from one line of a paragraph to the next
_DIGITS = re.compile(r"[0-9０-９]+|[〇零一二三四五六七八九十]+(?=[页頁章节])")
_BELOW = re.compile(r"附\s*件\s*[0-9一二三]{0,2}\s*[：:]|[0-9]{1,2}\s*[.．、].*\.(?:docx?|xlsx?|pdf|wps|et|ofd)$")
_ON_WEB = re.compile(r"(?:当前|现在|所在)的?位置\s*[：:].*[>＞»›]|ICP备")  # which no other page has
_KICKER = 1.1  # of the body's size
_MARKS_OF_WAY = re.compile("[>＞»›/|｜·.]")
_NOTE = re.compile("[①-⑳]")
_ROMAN = re.compile("x{0,3}(?:ix|iv|v?i{0,3})|X{0,3}(?:IX|IV|V?I{0,3})")  # up to 39, as before the first chapter
_NOT_WORD = re.compile(r"\W+")


@dataclass(slots=True)
class _Edge:
    """One of the outer rows of a page: at its top or bottom, how deep from there, and whether white sets it apart."""

    line: PageLine
    top: bool
    depth: int
    apart: bool
    distance: float  # from the edge of the page


@dataclass(slots=True)
class Cleared:
    """The runs of a page that are text, its furniture, and whether it was printed from the web."""

    runs: list[Run]
    furniture: list[PageLine]
    web: bool


def take_furniture(pages: Sequence[tuple[list[Run], float]], title: str) -> list[Cleared]:
    """Take running heads and feet, page numbers and addresses out of pages, each given as its runs and its height."""
    rows = [[to_line(row) for row in find_rows(runs)] for runs, _ in pages]
    edges = [_edges(lines, height) for lines, (_, height) in zip(rows, pages, strict=True)]
    again = _repeated(edges)
    heads = [edge for page in edges for edge in page if edge.apart and id(edge) in again]
    common = _Common(_bare(title), again, _counted(edges), heads)
    result = []
    for (runs, height), lines, page in zip(pages, rows, edges, strict=True):
        em = body_size(lines) if lines else 1.0
        furniture: list[PageLine] = []
        web = _shows_way(lines) or any(map(_is_of_web, lines))
        numbered: set[bool] = set()  # whether at the top and at the bottom
        for edge in page:
            outer = edge.distance < _MARGIN * height
            if outer and (_ADDRESS.search(edge.line.text) or (edge.top and _PRINTED_ON.match(edge.line.text))):
                web = True
            elif edge.top not in numbered and (outer or edge.apart) and _is_number(edge.line.text):
                numbered.add(edge.top)
            elif not _is_head_or_foot(edge, height, common, small=edge.line.size < _SMALL * em):
                continue
            furniture.append(edge.line)
        gone = {id(run) for line in furniture for run in line.runs}
        result.append(Cleared([run for run in runs if id(run) not in gone], furniture, web))
    return result


class _Common(NamedTuple):
    """What the pages of a file have in common.

    Its `title` without marks; by `id` the rows at an edge that come `again` at their place, and those whose number
    counts the pages (`counted`); the `heads` among the first.
    """

    title: str
    again: set[int]
    counted: set[int]
    heads: list[_Edge]


def _is_head_or_foot(edge: _Edge, height: float, common: _Common, *, small: bool) -> bool:
    """Tell whether an outer row of a page, in type as the body's or `small`, is a running head or foot."""
    text = edge.line.text
    outer = edge.distance < _MARGIN * height
    if outer and id(edge.line) in common.counted:
        return True
    if edge.top and (MASTHEAD.match(text) or is_folio(text)):
        return True
    if id(edge) in common.again and not _NOTE.match(text) and (edge.apart or small):
        return True
    if not (outer and small and edge.apart):
        return False
    if not edge.depth and (_stands_as(edge, common.heads) or _is_outermost(edge, height)):
        return True  # the first: as the head of the other pages, where left and right ones differ
    return _has_number(edge.line) or _is_of(text, common.title)


def _repeated(pages: Sequence[Sequence[_Edge]]) -> set[int]:
    """Return the rows, by `id`, that stand at one place of several pages, their numbers apart."""
    places: dict[tuple[str, bool], list[_Edge]] = defaultdict(list)
    for edge in (edge for page in pages for edge in page):
        places[_key(edge.line.text), edge.top].append(edge)
    needed = 2 if len(pages) <= _FEW_PAGES else 3
    return {
        id(edge)
        for alike in places.values()
        for edge in alike
        if sum(abs(other.distance - edge.distance) <= _SAME_PLACE for other in alike) >= needed
    }


def _shows_way(lines: Sequence[PageLine]) -> bool:
    """Tell whether the way to a web page stands on top, as one has that was printed without its address.

    So does the line of an account of WeChat, below the title.
    """
    top = [line.text for line in lines[:_ON_TOP]]
    way = any(WAY.match(text) and any(mark in text for mark in ">＞»›/") for text in top)
    return way or any(not text[0].isdigit() and POSTED.fullmatch(text) for text in top)


def _is_of_web(line: PageLine) -> bool:
    """Tell whether a line stands on web pages alone; two quick looks first, as nearly every line is none."""
    return ("位置" in line.text or "ICP" in line.text) and _ON_WEB.search(line.text) is not None


def _edges(lines: Sequence[PageLine], height: float) -> list[_Edge]:
    steps = [b.y - a.y for a, b in pairwise(lines)]
    usual = median([step for step, line in zip(steps, lines, strict=False) if step > 0.5 * line.size] or [0.0])
    edges = []
    for top in (True, False):
        order = range(len(lines)) if top else range(len(lines) - 1, -1, -1)
        outer = list(order[: _EDGE_ROWS + 1])
        for depth, i in enumerate(outer[:_EDGE_ROWS]):
            line = lines[i]
            if (line.y < 0.5 * height) != top or (len(line.text) > _LONGEST and not _ADDRESS.match(line.text)):
                continue
            inward = [steps[min(a, b)] for a, b in pairwise(outer[depth:])]
            apart = i == order[-1] or max(inward, default=0.0) > _APART * usual
            edges.append(_Edge(line, top, depth, apart, line.y if top else height - line.y))
    return edges


def _counted(pages: Sequence[Sequence[_Edge]]) -> set[int]:
    """Return the rows, by `id`, at one place of several pages whose number at one end counts the pages.

    So do the running heads of chapters, whose words change; the rows of a table do not count pages.
    """
    found: dict[tuple[int, bool], list[_Edge]] = defaultdict(list)
    for number, page in enumerate(pages):
        for edge in page:
            runs = edge.line.runs
            for end in {runs[0].text.strip(), runs[-1].text.strip()} if len(runs) > 1 else ():
                value = _value(end)
                if value is not None:
                    found[value - number, edge.top].append(edge)
    same = (
        edge
        for alike in found.values()
        for edge in alike
        if sum(abs(other.distance - edge.distance) <= _SAME_PLACE for other in alike) >= _COUNTED
    )
    return {id(edge.line) for edge in same}


def _value(text: str) -> int | None:
    """Return the page number that a text is, in figures or Roman.

    >>> _value("128"), _value("xxiv"), _value("简介")
    (128, 24, None)
    """
    if text.isdecimal():
        return int(text) if len(text) <= _LONGEST_NUMBER else None
    if not text or not _ROMAN.fullmatch(text):
        return None
    digits = [{"i": 1, "v": 5, "x": 10}[char] for char in text.lower()]
    return sum(-one if one < after else one for one, after in zip(digits, [*digits[1:], 0], strict=True))


def _stands_as(edge: _Edge, heads: Sequence[_Edge]) -> bool:
    """Tell whether a row stands just where running heads of other pages do, in their type."""
    return any(
        head.top == edge.top
        and abs(head.distance - edge.distance) <= 1.0
        and abs(head.line.size - edge.line.size) <= 0.1  # noqa: PLR2004 (points)
        for head in heads
    )


def _is_number(text: str) -> bool:
    """Tell whether a row is a page number; a year is none."""
    if not _PAGE_NUMBER.fullmatch(text):
        return False
    bare = _bare(text)
    return not (len(bare) == len("2026") and bare[:2] in {"19", "20"} and bare.isdigit())


def _has_number(line: PageLine) -> bool:
    """Tell whether a page number stands at one end of a row, apart from its words."""
    ends = {line.runs[0].text, line.runs[-1].text} if len(line.runs) > 1 else set()
    cells = sum(run.text.strip().isdecimal() for run in line.runs) > 1  # the row of a table
    return not cells and any(_is_number(end) for end in ends)


def _is_outermost(edge: _Edge, height: float) -> bool:
    """Tell whether the outermost row of a page, in small type, is a head or foot although it stands there only once."""
    text = edge.line.text
    return edge.distance < _OUTERMOST * height and len(text) <= _HEAD and not STRONG_END.search(text)


def _is_of(text: str, title: str) -> bool:
    return len(text) >= _SHORTEST_HEAD and _bare(text) in title


def _key(text: str) -> str:
    return _DIGITS.sub("#", _bare(text)) or text


def _bare(text: str) -> str:
    return _NOT_WORD.sub("", text)


# ---- Watermarks that stand upright, and the menus of printed web pages.


def take_watermark(runs: list[Run]) -> tuple[list[Run], list[Run]]:
    """Return the runs of a page, and apart from them those of a watermark: pale, and large or said again and again."""
    counts = Counter(run.text for run in runs)
    if not runs or (max(counts.values()) < _TILES and not any(_pale(run) for run in runs)):
        return runs, []
    em = body_size(runs)
    marks = {
        id(run)
        for run in runs
        if (counts[run.text] >= _TILES and len(run.text) > 1 and _tiled([r for r in runs if r.text == run.text], runs))
        or (_pale(run) and run.size > _LARGE * em and _crosses(run, runs))
    }
    return [run for run in runs if id(run) not in marks], [run for run in runs if id(run) in marks]


def take_repeated_marks(pages: Sequence[list[Run]]) -> list[tuple[list[Run], list[Run]]]:
    """Return the runs of each page, and apart from them pale ones in large type that stand so on other pages too.

    Such a watermark may cross no text, where a page has little.
    """
    counts = Counter((run.text, round(run.x0), round(run.y)) for runs in pages for run in runs if _pale(run))
    again = {key for key, count in counts.items() if count > 1}
    if not again:
        return [(runs, []) for runs in pages]
    result = []
    for runs in pages:
        em = body_size(runs) if runs else 1.0
        marks = [run for run in runs if _pale(run) and run.size > _LARGE * em]
        gone = {id(run) for run in marks if (run.text, round(run.x0), round(run.y)) in again}
        result.append(([run for run in runs if id(run) not in gone], [run for run in runs if id(run) in gone]))
    return result


def _pale(run: Run) -> bool:
    return min(run.color[:3]) >= _PALE or run.color[3] < _PALE


def _tiled(tiles: Sequence[Run], runs: Sequence[Run]) -> bool:
    """Tell whether runs of one text stand on a grid that has nothing to do with the text of the page."""
    spread = len({round(run.x0 / 10) for run in tiles}) > 1 and len({round(run.y / 10) for run in tiles}) > 1
    return spread and (all(_pale(run) for run in tiles) or sum(_crosses(run, runs) for run in tiles) > 1)


def _crosses(run: Run, runs: Sequence[Run]) -> bool:
    return any(
        other.text != run.text and other.x0 < run.x1 and other.x1 > run.x0 and other.y0 < run.y1 and other.y1 > run.y0
        for other in runs
    )


def mark_menus(pages: Sequence[Sequence[PageLine]]) -> None:
    """Mark what a printed web page has above its title and below its text, and the line of its date and source."""
    lines = [line for page in pages for line in page]
    if not lines:
        return
    ends = [i for i, line in enumerate(lines) if _is_running(line.text) and not _MENU.search(line.text)]
    title = max(range(min(len(lines), ends[0] + 1 if ends else len(lines))), key=lambda i: lines[i].size)
    first, last = (next((i for i in ends if i > title), title), ends[-1]) if ends else (title, title)
    while ends and last + 1 < len(lines) and _goes_on(lines[last], lines[last + 1]):
        last += 1
    last = _last_of(lines, last)
    body = body_size(lines)
    for i, line in enumerate(lines):
        if line.role:
            continue
        above = i < title < len(pages[0]) and line.size < lines[title].size and not STRONG_END.search(line.text)
        above = above and (i < title - 1 or not _is_kicker(line, lines[title], body))
        below = title < i < first and (POSTED.fullmatch(line.text) or SERVICE_WORDS.search(line.text))
        if above or below or i > last or (len(line.text) < _LONGEST and _MENU.search(line.text)):
            line.role = "furniture"


def _is_kicker(line: PageLine, title: PageLine, body: float) -> bool:
    """Tell whether a line larger than the text stands just over the title, at its edge or in its middle."""
    placed = min(abs(line.x0 - title.x0), off_axis(line, title)) < 0.5 * body
    near = 0 < title.y0 - line.y1 < line.size
    return placed and near and line.size > _KICKER * body and not _MARKS_OF_WAY.search(line.text)


def _last_of(lines: Sequence[PageLine], last: int) -> int:
    """Return the last line of a text that ends with line `last` but for what is attached to it and who signs it."""
    end = last + 1
    while end < len(lines) and _BELOW.match(lines[end].text):
        end += 1
    if end + 1 < len(lines) and ISSUER.fullmatch(lines[end].text) and DATED.fullmatch(lines[end + 1].text):
        end += 2
    return end - 1


def _is_running(text: str) -> bool:
    """Tell whether a line is of sentences, which menus and lists of links have not."""
    return bool(_SENTENCE_END.search(text) or _MARKS.search(text)) or text.count(" ") >= _WORDS


def _goes_on(line: PageLine, after: PageLine) -> bool:
    """Tell whether a line in mid-sentence goes on in the next."""
    near = 0 < after.y - line.y < _NEXT * line.size and abs(after.size - line.size) < 0.1 * line.size
    return near and not _SENTENCE_END.search(line.text) and not _MENU.search(after.text)
