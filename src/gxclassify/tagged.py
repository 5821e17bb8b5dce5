"""`TaggedParagraph`: what a model says of one paragraph, in the one schema that files, HTTP and Python share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from gxclassify.explanation import Evidence

__all__ = ["TaggedParagraph"]


class TaggedParagraph(NamedTuple):
    """One paragraph with its tags.

    Attributes
    ----------
    document : str
        The name of the document.
    article, paragraph : int
        The place of the article in the document and of the paragraph in the article, from 0.
    title : str or None
        The article's headline.
    span : (start, end)
        Where the paragraph stands in the document's decoded source, in characters.
    tags : tuple of str
        The themes whose probability reaches their threshold.
    scores : dict of str to float
        Every theme's probability.
    review : bool
        Whether a probability lies within 0.1 of its threshold.
    evidence : dict of str to tuple of EvidenceSentence
        For each tag the sentences that tell it, strongest first, with the words that weighed most.
    model : str
        The id of the model.
    record : dict
        The other fields of the record that the paragraph came from, such as a line of JSON Lines; empty without one.
    """

    document: str
    article: int
    title: str | None
    paragraph: int
    text: str
    span: tuple[int, int]
    tags: tuple[str, ...]
    scores: dict[str, float]
    review: bool
    evidence: Evidence
    model: str
    record: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Return the one schema that files, HTTP and Python share."""
        table: dict[str, Any] = {
            "document": self.document,
            "article": self.article,
            "title": self.title,
            "paragraph": self.paragraph,
            "text": self.text,
            "span": [*self.span],
            "tags": [*self.tags],
            "scores": {theme: round(score, 6) for theme, score in self.scores.items()},
            "review": self.review,
            "evidence": {theme: [s.to_json() for s in marks] for theme, marks in self.evidence.items()},
            "model": self.model,
        }
        if self.record:
            table["record"] = self.record
        return table
