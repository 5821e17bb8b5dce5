"""The texts that are measured on, made from ``labels/`` so that anyone can run the benchmarks."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["ROOT", "Labelled", "documents", "generated", "held_out", "labelled", "titles"]

ROOT = Path(__file__).resolve().parents[1]
THEMES = ("investment_attraction", "eco_park", "innovation_platforms", "policy", "goals")
_SENTENCE = re.compile(r"[^。！？；]+[。！？；]?")
_CLAUSE = re.compile(r"[^。！？；，：、“”（）\s]{8,30}")
_DOCUMENT_CHARACTERS = 1500


@dataclass
class Labelled:
    """Labelled paragraphs: what each tells, and where its label leaves a theme open."""

    name: str
    texts: list[str] = field(default_factory=list)
    told: list[list[str]] = field(default_factory=list)
    maybe: list[list[str]] = field(default_factory=list)
    evidence: list[dict[str, list[list[int]]]] = field(default_factory=list)
    articles: list[str] = field(default_factory=list)

    def rows(self, name: str, chosen: list[int]) -> Labelled:
        """Return some rows under another name."""
        columns = (self.texts, self.told, self.maybe, self.evidence, self.articles)
        return Labelled(name, *([column[i] for i in chosen] for column in columns))  # type: ignore[arg-type]


def labelled(name: str, *paths: Path) -> Labelled | None:
    """Read label files and folders of them; None where there is none."""
    files = [file for path in paths for file in ([path] if path.is_file() else sorted(path.glob("*.jsonl")))]
    result = Labelled(name)
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            result.texts.append(record["text"])
            result.told.append(record["labels"])
            result.maybe.append(record.get("maybe", []))
            result.evidence.append(record.get("evidence", {}))
            result.articles.append(record.get("article") or record["id"])
    return result if result.texts else None


def held_out(data: Labelled, share: int = 5, seed: int = 0) -> tuple[Labelled, Labelled]:
    """Split whole articles into training paragraphs and one `share`-th to judge by."""
    names = sorted(set(data.articles))
    random.Random(seed).shuffle(names)  # noqa: S311 - a split, no secret
    out = set(names[::share])
    train = [i for i, article in enumerate(data.articles) if article not in out]
    test = [i for i, article in enumerate(data.articles) if article in out]
    return data.rows(data.name, train), data.rows("a fifth of labels/train, held out", test)


def documents(paragraphs: list[str], size: int, seed: int = 0) -> list[str]:
    """Return news-length documents, about 1,500 characters, of `size` bytes of UTF-8 in all."""
    rng = random.Random(seed)  # noqa: S311 - a sample, no secret
    result: list[str] = []
    while size > 0:
        parts: list[str] = []
        while sum(map(len, parts)) < _DOCUMENT_CHARACTERS:
            parts.append(rng.choice(paragraphs))
        result.append("".join(parts))
        size -= len(result[-1].encode())
    return result


def titles(paragraphs: list[str], size: int, seed: int = 0) -> list[str]:
    """Return short texts, clauses of 8 to 30 characters, of `size` bytes of UTF-8 in all."""
    rng = random.Random(seed)  # noqa: S311 - a sample, no secret
    clauses = [clause for text in paragraphs for clause in _CLAUSE.findall(text)]
    result: list[str] = []
    while size > 0:
        result.append(rng.choice(clauses))
        size -= len(result[-1].encode())
    return result


def generated(paragraphs: list[str], n: int, classes: int, *, exclusive: bool, seed: int = 0) -> Labelled:
    """Return `n` made-up labelled texts: a clause or two, with words that the text's classes like.

    Each class likes two hundred made-up words of two or three characters taken from the texts, so that the number of
    terms grows with the number of texts as it does in real ones.
    """
    rng = random.Random(seed)  # noqa: S311 - a sample, no secret
    clauses = [clause for text in paragraphs for clause in _CLAUSE.findall(text)]
    characters = sorted({c for text in paragraphs for c in text if "\u4e00" <= c <= "\u9fff"})
    liked = [["".join(rng.choices(characters, k=rng.choice((2, 3)))) for _ in range(200)] for _ in range(classes)]
    data = Labelled(f"{n:,} made-up texts in {classes} classes")
    for i in range(n):
        own = [rng.randrange(classes)] if exclusive else rng.sample(range(classes), rng.choice((1, 1, 2, 3)))
        words = [rng.choice(liked[c]) for c in own for _ in range(2)]
        clause = rng.choice(clauses)
        cut = rng.randrange(len(clause))
        data.texts.append(clause[:cut] + "".join(words) + clause[cut:])
        data.told.append([f"c{c:02d}" for c in own])
        data.articles.append(str(i))
    return data
