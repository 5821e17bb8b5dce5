"""What was labelled on the page, as a list: searched, filtered, and where people differ."""

from __future__ import annotations

import dataclasses
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from gxclassify.labels.answers import differing

if TYPE_CHECKING:
    from gxclassify.labels.answers import Answer
    from gxclassify.labels.records import LabelRecord
    from gxclassify.labels.store import LabelStore

Only = Literal["", "differ", "maybe", "decided", "skipped", "foreign"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which paragraphs to list; what is empty asks for nothing.

    Attributes
    ----------
    search : str
        Words parted by white space, each of which stands in the text or the source; upper and lower case, and full and
        half width, count alike.
    theme : str
        Somebody tells it or leaves it open; ``none``: somebody tells no theme, and leaves none open.
    annotator : str
        Answered it, or decided it.
    since, until : datetime or None
        Between these somebody answered or decided.
    only : str
        ``differ``: people differ and nobody has decided; ``maybe``: somebody leaves a theme open; ``decided``;
        ``skipped``: somebody skipped it; ``foreign``: a theme that the model in use lacks, which keeps it from being
        trained on these answers.
    """

    search: str = ""
    theme: str = ""
    annotator: str = ""
    since: datetime | None = None
    until: datetime | None = None
    only: Only = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A paragraph with what people said of it, the themes on which they differ, and whether the model lacks one.

    `asked` is how many people it is asked of.
    """

    paragraph: LabelRecord
    asked: int
    answers: tuple[Answer, ...]
    decision: Answer | None
    differ: tuple[str, ...]
    foreign: bool

    @property
    def said(self) -> tuple[Answer, ...]:
        """The answers and the decision."""
        return self.answers if self.decision is None else (*self.answers, self.decision)

    @property
    def time(self) -> str:
        """When somebody last said something of it, ISO 8601 in UTC."""
        return max(answer.time for answer in self.said)

    def to_json(self) -> dict[str, Any]:
        """Return the paragraph and what was said as a dict."""
        return {
            "id": self.paragraph.id,
            "text": self.paragraph.text,
            "source": self.paragraph.source,
            "asked": self.asked,
            "answers": [dataclasses.asdict(answer) for answer in self.answers],
            "decision": None if self.decision is None else dataclasses.asdict(self.decision),
            "differ": list(self.differ),
        }


def labelled(store: LabelStore, wanted: Wanted | None = None) -> list[Labelled]:
    """Return what was answered in a store, what was touched last first."""
    paragraphs, asked, decisions = store.paragraphs(), store.asked(), store.decisions()
    answers: dict[str, list[Answer]] = {}
    for answer in store.answers():
        answers.setdefault(answer.paragraph, []).append(answer)
    themes = store.themes
    found = []
    for i, own in answers.items():
        decision = decisions.get(i)
        holds = own if decision is None else [decision]
        told = {theme for answer in holds for theme in (*answer.labels, *answer.maybe)}
        found.append(
            Labelled(
                paragraph=paragraphs[i],
                asked=asked[i],
                answers=tuple(own),
                decision=decision,
                differ=differing(own, themes),
                foreign=not told.issubset(themes),  # as `store.foreign` counts them
            )
        )
    keep = [entry for entry in found if wanted is None or _fits(entry, wanted)]
    return sorted(keep, key=lambda entry: entry.time, reverse=True)


def _fits(entry: Labelled, wanted: Wanted) -> bool:
    text = _folded(f"{entry.paragraph.text}\n{entry.paragraph.source}\n{entry.paragraph.id}")
    return (
        all(word in text for word in _folded(wanted.search).split())
        and _only(entry, wanted.only)
        and any(_said_so(answer, wanted) for answer in entry.said)
    )


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _only(entry: Labelled, only: Only) -> bool:
    if only == "differ":
        return bool(entry.differ) and entry.decision is None
    if only == "decided":
        return entry.decision is not None
    return only != "foreign" or entry.foreign


def _said_so(answer: Answer, wanted: Wanted) -> bool:
    """Tell whether one person's answer is by whom, of when and of what is asked for, all at once."""
    when = datetime.fromisoformat(answer.time)
    told = (*answer.labels, *answer.maybe)
    return (
        (not wanted.annotator or answer.annotator == wanted.annotator)
        and (not wanted.theme or wanted.theme in told or (wanted.theme == "none" and answer.tells_none))
        and (wanted.only != "maybe" or bool(answer.maybe))
        and (wanted.only != "skipped" or answer.kind == "skip")
        and (wanted.since is None or when >= _aware(wanted.since))
        and (wanted.until is None or when < _aware(wanted.until))
    )


def _aware(when: datetime) -> datetime:
    return when if when.tzinfo is not None else when.replace(tzinfo=UTC)
