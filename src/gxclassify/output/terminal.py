"""The report for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from gxclassify.console import Span, Terminal
from gxclassify.messages import Message, spoken
from gxclassify.output.forms import Report
from gxclassify.reading.document import MISSING

if TYPE_CHECKING:
    from gxclassify.model.explanation import EvidenceSentence
    from gxclassify.model.groups import Level, TaggedGroup
    from gxclassify.model.model import Model, TaggedParagraph
    from gxclassify.reading import Document


class TerminalReport(Report):
    """Articles with their headlines; each paragraph with its tags, the sentences that tell them and the words.

    On a terminal the tags are coloured and the sentences underlined in the theme's colour; elsewhere a sentence is
    enclosed in 【】. At the level of articles or documents: how many of their paragraphs tell each theme, and the
    sentence that tells it most.
    """

    def __init__(self, model: Model, stream: TextIO, level: Level = "paragraph") -> None:
        super().__init__(model, stream, level)
        self._terminal = Terminal(stream)
        self._themes = {theme.id: theme for theme in model.taxonomy.themes}
        self._document = ""

    def write(self, document: Document, paragraphs: Iterable[TaggedParagraph]) -> None:
        """Write one document: its name, then article by article, or group by group."""
        from gxclassify.model.groups import groups_in

        if not document.first_article or document.document != self._document:  # not for a further piece of a file
            self._terminal.line(Span(f"── {document.document}", "dim"))
        self._document = document.document
        if self.level != "paragraph":
            for group in groups_in(document, paragraphs, self.level):
                self._group(group)
            paragraphs = ()
        article = None
        for tagged in paragraphs:
            if tagged.kind == MISSING:
                continue  # a notice says how many records have no text
            if tagged.article != article:
                article = tagged.article
                self._headline(tagged, document.articles[article - document.first_article].byline)
            self._paragraph(tagged)
        self._terminal.line()

    def _headline(self, tagged: TaggedParagraph, byline: str | None) -> None:
        self._terminal.line()
        zone, date = (tagged.facts.article_zone, tagged.facts.date) if tagged.facts else (None, None)
        self._head(tagged, byline, zone[1] if zone else None, date.date if date else None)

    def _head(self, one: TaggedParagraph | TaggedGroup, *facts: str | None) -> None:
        # A record that has no title need not say so.
        title = one.title or ("" if one.record else spoken(Message("(no headline)")))
        about = " · ".join(filter(None, facts))
        if title or about:
            self._terminal.line(Span(f"■ {title}", "bold"), Span(f"{'  ' if title and about else ''}{about}", "dim"))

    def _group(self, group: TaggedGroup) -> None:
        self._terminal.line()
        zone, date = group.article_zone, group.date
        self._head(group, zone[1] if zone else None, date.date if date else None)
        for theme_id in group.tags:
            theme, told = self._themes[theme_id], group.themes[theme_id]
            self._terminal.line(
                Span("▸ ", theme.colour),
                Span(f"{theme.name} {told.score:.2f}", f"bold {theme.colour}"),
                Span(f"  {told.paragraphs}/{group.paragraphs}", "dim"),
                Span(f"  {told.sentence}" if told.sentence else ""),
                indent=2,
            )
        if not group.tags:
            self._terminal.line(Span(f"· {spoken(Message('no theme'))}", "dim"), indent=2)

    def _paragraph(self, tagged: TaggedParagraph) -> None:
        self._terminal.line(*self._body(tagged), indent=2)
        for theme_id in tagged.tags:
            theme = self._themes[theme_id]
            self._terminal.line(
                Span("▸ ", theme.colour),
                Span(f"{theme.name} {tagged.scores[theme_id]:.2f}", f"bold {theme.colour}"),
                Span("  " + self._words(tagged.evidence.get(theme_id, ())), "dim"),
                indent=4,
            )
        if not tagged.tags:
            self._terminal.line(Span(f"· {spoken(Message('no theme'))}", "dim"), indent=4)
        if tagged.facts is not None:
            main = tagged.facts.article_zone and tagged.facts.article_zone[0]  # stands with the title
            zones = dict.fromkeys(mention.name for mention in tagged.facts.zones if mention.id != main)
            amounts = dict.fromkeys(stated.amount.text for stated in tagged.facts.amounts)
            if zones or amounts:
                told = " · ".join(filter(None, ("、".join(zones), "、".join(amounts))))
                self._terminal.line(Span(f"◇ {told}", "dim"), indent=4)

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
