"""Checks that hold for every Document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gxclassify.features.characters import FOLDED

if TYPE_CHECKING:
    from gxclassify.reading import Document


def assert_nothing_lost(document: Document) -> None:
    """Every character of the source is in the result, or white space, or named in a repair; and the sums agree."""
    characters = dict(document.characters)
    assert "lost" not in characters
    assert characters.pop("held") == sum(characters.values())
    assert not any(notice.kind == "lost" for notice in document.notices)
    source = document.source
    seen = bytearray(len(source))
    spans = [repair.span for repair in document.repairs]
    for article in document.articles:
        for paragraph in article.paragraphs:
            spans += [(start, start + length) for _, start, length in paragraph.segments]
            spans += [repair.span for repair in paragraph.repairs if repair.kind != "joined_lines"]
        for part in article.parts:
            spans += [part.span, *(repair.span for repair in part.repairs)]
    for start, end in spans:
        seen[start:end] = b"\1" * (end - start)
    lost = [(i, source[i]) for i in range(len(source)) if not seen[i] and not source[i].isspace()]
    assert not lost, f"lost: {lost[:20]}"


def assert_spans_hold(document: Document) -> None:
    """Spans point at the characters they claim, and segments cover the text."""
    source = document.source
    for article in document.articles:
        for paragraph in article.paragraphs:
            end = 0
            for at, start, length in paragraph.segments:
                assert at == end
                mine, theirs = paragraph.text[at : at + length], source[start : start + length]
                # Between two Latin words a space stands for the line break, between cells a tab for white space or a
                # bar; look-alikes are made ordinary characters.
                pairs = zip(mine, theirs.translate(FOLDED), strict=True)
                assert all(a == b or (a in " \t" and (b.isspace() or b in "|│║┃")) for a, b in pairs), (mine, theirs)
                end = at + length
            assert end == len(paragraph.text)
            if paragraph.text:
                assert paragraph.span[0] == paragraph.segments[0][1]
                assert source[paragraph.span[1] - 1].translate(FOLDED) == paragraph.text[-1]
        for part in article.parts:
            assert source[part.span[0]].translate(FOLDED) == part.text[0]
