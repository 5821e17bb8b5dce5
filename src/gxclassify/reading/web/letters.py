"""HTML in the child process: letters to an office with its answer, which sites show as forms: 来信内容 | 答复内容."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gxclassify.reading.text.labelled import is_letter, letter_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.reading.web.blocks import Block

_SHORT = 30  # characters: what stands behind a label that is not known


def mark_letter(blocks: Sequence[Block]) -> int | None:
    """Take off the labels of a letter, and what else its form holds; return the block with its title, if it has one."""
    if not is_letter(block.text for block in blocks if not block.out):
        return None
    labels = {i: found for i, block in enumerate(blocks) if not block.out and (found := letter_label(block.text))}
    texts = [i for i, (kind, _) in labels.items() if kind == "text"]
    if not any(blocks[k].prose for i in texts for k in (i, i + 1) if k < len(blocks) and (k == i or k not in labels)):
        return None
    title, within = None, ""
    for i in range(min(labels), len(blocks)):
        block = blocks[i]
        if block.out:
            continue
        if i in labels:
            within, block.label = labels[i]
        if block.label >= len(block.text):
            _leave_out(block)
            continue
        if within == "text":
            continue
        if within == "title" and title is None:
            title = i
        elif within or (i < max(texts) and len(block.text) <= _SHORT and not block.prose):
            _leave_out(block)
        within = ""
    return title


def _leave_out(block: Block) -> None:
    block.out, block.prose, block.label = "furniture", 0, 0
