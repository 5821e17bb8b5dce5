"""HTML in the child process: what surrounds an article, by its words, its links and its containers."""

from __future__ import annotations

import re
from itertools import accumulate, groupby
from typing import TYPE_CHECKING

from gxclassify.reading.text.cues import SERVICE_WORDS, WAY
from gxclassify.reading.text.surroundings import LEGAL, RELATED_WORDS
from gxclassify.reading.web.blocks import SHORT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gxclassify.reading.web.blocks import Block

_IMPRINT = re.compile(
    r"©|\(c\)|ICP备|公网安备|网站标识码|Copyright\W*(?:19|20)\d\d", re.IGNORECASE
)  # no sentence has it
_RELATED_WORDS = rf"(?:{RELATED_WORDS}|^[\s【\[]*目\s*录(?=[\s：:】\]]|$)[\s】\]：:]*)"
_RELATED = re.compile(f"{_RELATED_WORDS}$")
_RELATED_LINK = re.compile(_RELATED_WORDS)
# The particulars of a government document, and the line of date, source and counters under a title.
_PARTICULAR = re.compile(
    r"^[\s\[【]*(?:索\s*引\s*号|发\s*[文布]\s*(?:机\s*关|机\s*构|单\s*位|字\s*号)|文\s*号|(?:成文|生成|发文|公开)日\s*期|主\s*题\s*(?:分类|词)|信息分类"
    r"|公开(?:方式|形式|类型)|有\s*效\s*性|信息名称|体裁分类|组配分类|统一登记号)[\s\]】]*(?:[：:]|$)"
)
_SENTENCE_END = re.compile(r"(?:[。！？!?]|[a-z)]\.)[”’」』）)》]*$")

# Numbers of the pages of an article: 【1】【2】【3】 | 1 2 3 下一页 尾页
_PAGE_NUMBER = re.compile(
    r"[【\[(（<]?\s?(?<![0-9])[0-9]{1,3}(?![0-9])\s?[】\])）>]?|上一?页|下一?页|首页|尾页|末页|…"
    r"|[第共]\s?[0-9]{1,3}\s?页[,，/]?"
)
# Words of buttons: 展开全文 | 剩余60%未读 | 回到顶部 | +关注
_BUTTON = re.compile(
    r"(?:点击)?(?:展开|收起|显示|阅读)(?:全文|全部|更多|剩余.{0,8})|剩余\d{1,3}%(?:未读)?|(?:回到|回|返回)顶部|[+＋]\s*关注"
    r"|(?:立即|点击)?(?:打开|下载)\s*(?:APP|客户端|应用)[^。]{0,20}|立即(?:打开|下载)|欢迎(?:您的?)?(?:访问|光临|浏览)[^，。]{0,30}?(?:[网主]站?页?|门户|平台)[！!。]?|分享(?:让更多人看到)?|收藏|举报|(?:语音)?(?:播报|朗读)[：:]?|收听(?:本文|全文)|[↑↓→▲▼☝👆👇\s]*点击[上下]方[^。]{0,24}|时长[：:][\s\d:：]+|(?:第\s*\d{1,3}\s*页\s*[,，/]?\s*)?共\s*\d{1,3}\s*页",
    re.IGNORECASE,
)
_KEYWORDS = re.compile(r"(?:本文)?(?:标签|关键[词字]|Tags?)\s*[：:]", re.IGNORECASE)  # before links
_FILE = re.compile(r"\.(?:docx?|xlsx?|pptx?|pdf|wps|et|ofd|zip|rar|jpe?g|png)\W*$", re.IGNORECASE)  # 2.清单.xls
_ARROW = re.compile("[>＞»›]")


def mark_furniture(blocks: Sequence[Block], areas: Iterable[tuple[int, int]]) -> None:
    """Leave out, under the role ``furniture``, the blocks that are none of an article by their words, area or links."""
    for i, block in enumerate(blocks):
        if not block.out and _is_furniture(block) and not _goes_on_around(blocks, i):
            _leave_out([block])
    for _, rows in groupby((block for block in blocks if block.role == "row"), key=lambda block: block.node):
        table = list(rows)
        if 2 * sum(block.out == "furniture" for block in table) >= len(table):
            _leave_out(table)  # 标题：… among the particulars of a document
    sums = [0, *accumulate(block.prose for block in blocks)]
    for start, end in areas:
        if 2 * (sums[end] - sums[start]) < sums[-1]:  # else its name misleads
            _leave_out(blocks[start:end])
    _mark_links(blocks)


def _leave_out(blocks: Iterable[Block]) -> None:
    for block in blocks:
        block.out, block.prose = block.out or "furniture", 0


def _is_furniture(block: Block) -> bool:
    """Tell by its own words whether a block is furniture."""
    text = block.text
    short = len(text) <= SHORT
    if LEGAL.search(text) and block.role not in {"heading", "row"}:
        return short or not text.endswith("。")
    if not short or "。" in text:
        return False
    way = WAY.match(text) or (block.linked and len(_ARROW.findall(text)) > 1)
    many = 2 * block.linked > len("".join(text.split())) - 2 * text.count("】")
    if block.linked > 1 and many and not _PAGE_NUMBER.sub("", text).strip(" \u3000|·"):
        return True
    if block.linked and _KEYWORDS.match(text):
        return True
    related = 2 * block.linked > len(text) and _RELATED_LINK.match(text)
    return bool(way or related or _BUTTON.fullmatch(text) or SERVICE_WORDS.search(text) or _PARTICULAR.match(text))


def _goes_on_around(blocks: Sequence[Block], i: int) -> bool:
    """Tell whether a block with legal words is a sentence of the running text, such as one about copyright."""
    if not 0 < i < len(blocks) - 1 or not _SENTENCE_END.search(blocks[i].text) or _IMPRINT.search(blocks[i].text):
        return False
    parent = blocks[i].node.getparent()
    return LEGAL.search(blocks[i].text) is not None and all(
        block.prose and not block.out and block.node.getparent() is parent and not LEGAL.search(block.text)
        for block in (blocks[i - 1], blocks[i + 1])
    )


def _mark_links(blocks: Sequence[Block]) -> None:
    """Leave out lists of links, and the heads of lists of related pages with all that is linked below them."""
    below, above = False, None  # such a head, the last block
    for linked, run in groupby(blocks, key=lambda block: block.role != "row" and block.is_link()):
        found = list(run)
        if linked and not below and sum(not block.linked for block in found) == 1 and not found[0].linked:
            del found[0]  # the day below a signature
        if linked and (below or len(found) > 1):
            told = found if above is None else [above, *found]
            files = next((i for i, block in enumerate(told) if block.text.startswith("附件")), len(told))
            listed = [block for block in told[files:] if _is_attached(block)]
            _leave_out(b for b in found if below or not (b.role == "heading" or b in listed))
        related = [block for block in found if _RELATED.match(block.text)]
        _leave_out(related)
        below, above = bool(found) and found[-1] in related, found[-1] if found else None


def _is_attached(block: Block) -> bool:
    """Tell whether a link leads to a file that is attached."""
    return block.text.startswith("附件") or _FILE.search(block.text) is not None
