"""The package itself."""

from __future__ import annotations

from typing import Any, ClassVar


class Ours:
    """`ThemeClassifier`, saved as a bundle, loaded as `Model`."""

    options: ClassVar[dict[str, Any]] = {}

    def __init__(self, model: Any = None) -> None:
        self.model = model

    def fit(self, job: dict[str, Any]) -> None:
        """Train, with folds, calibration and thresholds, as ``gxclassify train`` does."""
        from gxclassify.training import ThemeClassifier  # noqa: PLC0415 - not where it only scores

        data = job["train"]
        classifier = ThemeClassifier(themes=job["themes"], **self.options)
        classifier.fit(
            data["texts"], data["told"], maybe=data["maybe"], evidence=data["evidence"], groups=data["articles"]
        )
        self.model = classifier.to_model()

    def save(self, folder: str) -> None:
        """Save the bundle."""
        self.model.save(f"{folder}/bundle")

    @classmethod
    def load(cls, folder: str) -> Any:
        """Load the bundle."""
        from gxclassify.loading import load_model  # noqa: PLC0415

        return cls(load_model(f"{folder}/bundle"))

    def scores(self, texts: list[str]) -> Any:
        """Return probabilities."""
        return self.model.predict_proba(texts)

    @property
    def threshold(self) -> list[float]:
        """The tuned thresholds."""
        return list(self.model.thresholds.values())


class OursCharacters(Ours):
    """The same with character 1- to 3-grams only."""

    options: ClassVar[dict[str, Any]] = {"words": False, "char_max": 3}
