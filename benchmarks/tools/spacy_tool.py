"""spaCy: a bag of words (with pairs) over jieba's words."""

from __future__ import annotations

import random
from typing import Any

import spacy
from spacy.training import Example


class SpacyBow:
    """`TextCatBOW`, several labels a text, twenty epochs."""

    threshold = 0.5

    def __init__(self, nlp: Any = None) -> None:
        self.nlp = nlp

    def fit(self, job: dict[str, Any]) -> None:
        """Train with its own loop."""
        data = job["train"]
        self.nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "jieba"}}})
        bow = {
            "@architectures": "spacy.TextCatBOW.v3",
            "exclusive_classes": False,
            "ngram_size": 2,
            "no_output_layer": False,
            "length": 262144,
        }
        textcat = self.nlp.add_pipe("textcat_multilabel", config={"model": bow})
        for theme in job["themes"]:
            textcat.add_label(theme)
        examples = [
            Example.from_dict(self.nlp.make_doc(text), {"cats": {t: float(t in told) for t in job["themes"]}})
            for text, told in zip(data["texts"], data["told"], strict=True)
        ]
        optimizer = self.nlp.initialize(lambda: examples)
        rng = random.Random(0)  # noqa: S311 - an order, no secret
        for _ in range(20):
            rng.shuffle(examples)
            for batch in spacy.util.minibatch(examples, 32):
                self.nlp.update(batch, sgd=optimizer)

    def save(self, folder: str) -> None:
        """Save as it does."""
        self.nlp.to_disk(f"{folder}/nlp")

    @classmethod
    def load(cls, folder: str) -> Any:
        """Load as it does."""
        return cls(spacy.load(f"{folder}/nlp"))

    def scores(self, texts: list[str]) -> Any:
        """Return the categories' scores."""
        return [list(doc.cats.values()) for doc in self.nlp.pipe(texts, batch_size=256)]
