"""Where a model comes from: the package, a folder, or an address in the registry."""

from __future__ import annotations

from pathlib import Path

from gxclassify.files import shipped
from gxclassify.model.model import Model, TaggedParagraph

SHIPPED = "shipped"
"""The name of the model that ships with the package, where a model must be named."""


def load_model(model: str | Path | None = None, *, expected_digest: str | None = None) -> Model:
    """Load a model.

    Parameters
    ----------
    model : str or Path, optional
        A bundle folder, or a registry address such as ``models:/gxclassify@champion``. Default, and by the name
        ``shipped`` where no folder is called so: the model that ships with the package.
    expected_digest : str, optional
        The digest, 64 hexadecimal digits, that the model must have, from a source that you trust. The checksum inside
        a bundle tells damage; who made it, it cannot tell.

    Raises
    ------
    ModelError
        There is no model there, or it is damaged, too new, too large, made for another segmenter, or another one than
        expected.

    Examples
    --------
    >>> load_model().themes
    ('investment_attraction', 'eco_park', 'innovation_platforms', 'policy', 'goals')
    """
    return Model.load(model_folder(model), expected_digest=expected_digest)


def predict_text(text: str, model: Model | str | Path | None = None) -> list[TaggedParagraph]:
    """Read `text`, a newspaper page or ordinary text, and return its tagged paragraphs.

    >>> predict_text("济宁高新区新签约项目12个，总投资38亿元。")[0].tags
    ('investment_attraction',)
    """
    from gxclassify.reading import read_text

    return list(as_model(model).tag(read_text(text)))


def as_model(model: Model | str | Path | None) -> Model:
    """Return `model`, or the one that it names as `load_model` has it."""
    return load_model(model) if model is None or isinstance(model, str | Path) else model


def model_folder(model: str | Path | None) -> Path:
    """Return the folder of the bundle that `load_model` would load; one in the registry is fetched into the cache."""
    if model is None or (str(model) == SHIPPED and not Path(model).exists()):
        return shipped("model")
    if is_registry_address(model):
        from gxclassify.tracking.registry import fetch_bundle

        return fetch_bundle(str(model))
    return Path(model)


def is_registry_address(model: str | Path | None) -> bool:
    """Tell whether a model is named by its address in the registry, ``models:/…``, and not by its folder."""
    return isinstance(model, str) and model.startswith("models:/")
