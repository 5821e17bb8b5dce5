"""What a model is made of: training makes it, a bundle holds it, `Model` scores with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from gxclassify.calibration import Calibration
    from gxclassify.config import FeatureConfig
    from gxclassify.linear import Block
    from gxclassify.themes import Taxonomy

__all__ = ["ModelParts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelParts:
    """All that a model has learnt, and where it comes from.

    Attributes
    ----------
    taxonomy : Taxonomy
    features : FeatureConfig
        What the vocabularies count.
    blocks : tuple of Block
        The vocabularies with their weights.
    intercept : float array (n_themes,)
    calibration : tuple of Calibration
        One per theme.
    thresholds : float array (n_themes,)
        The probability from which each theme is tagged.
    provenance : mapping
        What the bundle records of its making; JSON.
    digest : str
        SHA-256 of the bundle; empty for a model that was never saved.
    """

    taxonomy: Taxonomy
    features: FeatureConfig
    blocks: tuple[Block, ...]
    intercept: NDArray[np.float64]
    calibration: tuple[Calibration, ...]
    thresholds: NDArray[np.float64]
    provenance: Mapping[str, Any] = field(default_factory=dict)
    digest: str = ""
