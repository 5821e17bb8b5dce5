"""The report for a person at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from gxclassify.report.ansi import Span, Terminal
from gxclassify.report.base import Report

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gxclassify.explanation import EvidenceSentence
    from gxclassify.model import Model
    from gxclassify.reading import Document
    from gxclassify.tagged import TaggedParagraph

__all__ = ["TerminalReport"]


class TerminalReport(Report):
    """Articles with their headlines; each paragraph with its tags, the sentences that tell them and the words.

    On a terminal the tags are coloured and the sentences underlined in the theme's colour; elsewhere a sentence is
    enclosed in 【】.
    """

    def __init__(self, model: Model, stream: TextIO) -> None:
        super().__init__(model, stream)
        self._terminal = Terminal(stream)
        self._themes = {theme.id: theme for theme in model.taxonomy.themes}
        self._document = ""

    def write(self, document: Document, paragraphs: Iterable[TaggedParagraph]) -> None:
        """Write one document: its name, then article by article."""
        if not document.first_article or document.document != self._document:  # not for a further piece of a file
            self._terminal.line(Span(f"── {document.document}", "dim"))
        self._document = document.document
        article = None
        for tagged in paragraphs:
            if tagged.article != article:
                article = tagged.article
                self._headline(tagged, document.articles[article - document.first_article].byline)
            self._paragraph(tagged)
        self._terminal.line()

    def _headline(self, tagged: TaggedParagraph, byline: str | None) -> None:
        self._terminal.line()
        if tagged.record and not tagged.title:
            return  # a record that has no title need not say so
        by = [Span(f"  {byline}", "dim")] if byline else []
        self._terminal.line(Span(f"■ {tagged.title or '(no headline)'}", "bold"), *by)

    def _paragraph(self, tagged: TaggedParagraph) -> None:
        self._terminal.line(*self._body(tagged), indent=2)
        for theme_id in tagged.tags:
            theme = self._themes[theme_id]
            self._terminal.line(
                Span("▸ ", theme.colour),
                Span(f"{theme.zh} {tagged.scores[theme_id]:.2f}", f"bold {theme.colour}"),
                Span("  " + self._words(tagged.evidence.get(theme_id, ())), "dim"),
                indent=4,
            )
        if not tagged.tags:
            self._terminal.line(Span("· no theme", "dim"), indent=4)

    def _body(self, tagged: TaggedParagraph) -> list[Span]:
        """The paragraph's text, as read, with the strongest sentence of each tag marked."""
        marks: dict[tuple[int, int], str] = {}
        for theme_id, sentences in tagged.evidence.items():
            if sentences:
                marks.setdefault(sentences[0].within, self._themes[theme_id].colour)
        spans: list[Span] = []
        last = 0
        for (start, end), colour in sorted(marks.items()):
            sentence = tagged.text[start:end]
            spans.append(Span(tagged.text[last:start]))
            spans.append(Span(sentence, f"underline {colour}") if self._terminal.styled else Span(f"【{sentence}】"))
            last = end
        return [*spans, Span(tagged.text[last:])]

    @staticmethod
    def _words(sentences: Iterable[EvidenceSentence]) -> str:
        strongest = next(iter(sentences), None)
        return "、".join(term.term for term in strongest.terms) if strongest else ""
