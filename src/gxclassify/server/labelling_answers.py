"""What goes between the labelling page and its store: a paragraph to label, and what a person said of it."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Answer", "Task"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A paragraph to label; `previous` is the answer that was just taken back, if that is why it is here."""

    id: str
    text: str
    article: str
    source: str
    previous: Answer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one person said of one paragraph.

    Attributes
    ----------
    key : str
        Made by the browser, one per answer: the same answer sent twice counts once.
    kind : str
        ``label`` or ``skip``.
    guess_seen : bool
        Whether the person had looked at the model's guess.
    time : str
        When it was stored, ISO 8601 in UTC.
    """

    key: str
    paragraph: str
    annotator: str
    kind: str = "label"
    labels: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    evidence: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    guess_seen: bool = False
    time: str = ""
