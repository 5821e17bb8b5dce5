"""fastText: supervised, one-versus-all, over jieba's words and pairs."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import fasttext
import jieba


class FastText:
    """The settings are those of its documentation for several labels a text."""

    threshold = 0.5

    def __init__(self, model: Any = None, themes: list[str] | None = None) -> None:
        self.model, self.themes = model, themes or []

    def fit(self, job: dict[str, Any]) -> None:
        """Train from a file, as it wants."""
        self.themes = job["themes"]
        data = job["train"]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "train.txt")
            with path.open("w", encoding="utf-8") as file:
                for text, told in zip(data["texts"], data["told"], strict=True):
                    labels = " ".join(f"__label__{theme}" for theme in told or ["none"])
                    file.write(f"{labels} {self._words(text)}\n")
            self.model = fasttext.train_supervised(
                str(path),
                loss="ova",
                wordNgrams=2,
                dim=100,
                lr=0.5,
                epoch=25,
                minCount=2,
                bucket=200_000,
                thread=os.cpu_count(),
                verbose=0,
            )

    @staticmethod
    def _words(text: str) -> str:
        return " ".join(jieba.lcut(text, HMM=False)).replace("\n", " ")

    def save(self, folder: str) -> None:
        """Save as it does."""
        self.model.save_model(f"{folder}/model.bin")
        Path(folder, "themes.txt").write_text("\n".join(self.themes), encoding="utf-8")

    @classmethod
    def load(cls, folder: str) -> Any:
        """Load as it does."""
        themes = Path(folder, "themes.txt").read_text(encoding="utf-8").split("\n")
        return cls(fasttext.load_model(f"{folder}/model.bin"), themes)

    def scores(self, texts: list[str]) -> Any:
        """Return the probability of each label."""
        rows = []
        for text in texts:
            # Its Python wrapper does not work with numpy 2; what it wraps does.
            found = {label[9:]: p for p, label in self.model.f.predict(self._words(text) + "\n", -1, 0.0, "strict")}
            rows.append([found.get(theme, 0.0) for theme in self.themes])
        return rows
