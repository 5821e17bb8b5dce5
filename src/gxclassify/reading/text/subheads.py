"""Which display lines are in type so large that they are no subheads, unless their place says that they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gxclassify.reading.text.paragraphs import TALL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.reading.text.blocks import Block

GREAT = 1.4  # times the size of the text: no subhead is set so
ONE_SIZE = 0.9  # headlines of one rank differ by no more
_LARGEST_PART = 1.5  # times that size: of a subhead where its place alone tells it
_TALL_BESIDE_GREAT = 1.2  # and beside headlines in great type


def tall_among(blocks: Sequence[Block]) -> float:
    """Return from which type size on headlines are no subheads by their looks: more where some are in great type."""
    largest = max((block.size for block in blocks if block.kind == "display"), default=1.0)
    return _TALL_BESIDE_GREAT if largest >= GREAT else TALL


def find_tall(paragraphs: Sequence[Block], runs: Sequence[Sequence[Block]]) -> tuple[set[int], bool]:
    """Return the identities of the display lines that are tall, and whether one shows that others are subheads.

    `runs` are the blocks before, between and after the `paragraphs`. A smaller line than the headline that stands
    between its byline and the text, in a column of it, is the first subhead. Else several that are smaller than all
    headlines over bylines and leads, or than one over columns, are not tall, each in a column: what they say tells what
    they are. A headline that stands beside that of another article is tall.
    """
    heads = [block for run in runs for block in run if block.kind == "display"]
    least = tall_among(heads)
    tall = {id(block) for block in heads if block.size >= least or block.opens}
    first, signed = _sizes(paragraphs, runs)
    shown = 0.0 < first < ONE_SIZE * signed
    largest = first / ONE_SIZE if shown else min(_LARGEST_PART, ONE_SIZE * signed)
    around = zip([None, *paragraphs], runs, [*paragraphs, None], strict=True)
    parts = {
        id(block)
        for above, run, below in around
        for block in run
        if block.size < largest and not block.opens and (_is_in_column(block, above) or _is_in_column(block, below))
    }
    return tall - parts if shown or len(parts) > 1 else tall, shown


def _sizes(paragraphs: Sequence[Block], runs: Sequence[Sequence[Block]]) -> tuple[float, float]:
    """Return the type size of the first subheads below bylines, and the least of signed headlines; 0 for none."""
    first = 0.0
    signed: list[float] = []
    for i, run in enumerate(runs):
        heads = [block for block in run if block.kind == "display"]
        below = paragraphs[i] if i < len(paragraphs) else None
        bylined = any(block.kind == "byline" for block in run)
        around = bylined and run[0].kind == run[-1].kind == "display" and _is_in_column(run[-1], below)
        if around and run[-1].size < ONE_SIZE * run[0].size:
            first = max(first, heads.pop().size)
        if heads and (bylined or (below is not None and below.lead)):
            signed.append(max(block.size for block in heads))
    if not signed and paragraphs:
        over = [block for block in runs[0] if block.kind == "display" and not _is_in_column(block, paragraphs[0])]
        signed = [max((block.size for block in over), default=0.0)]
    return first, min(signed, default=0.0)


def _is_in_column(block: Block, text: Block | None) -> bool:
    """Tell whether the middle of a line stands over or below a paragraph that is no narrower, on its page."""
    if text is None or block.box is None or text.box is None or block.page != text.page:
        return False
    middle = (block.box[0] + block.box[2]) / 2
    wide = block.box[2] - block.box[0] <= text.box[2] - text.box[0] + 1
    return wide and text.box[0] <= middle <= text.box[2]
