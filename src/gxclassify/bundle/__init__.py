"""The portable bundle: a model as a folder of two files, written atomically and verified before use.

``model.json`` says everything that a person may want to read; ``weights.npz`` holds the vocabularies and weights.
Opening a bundle runs no code from it: JSON, and numpy arrays read with ``allow_pickle=False``. The same model gives
the same bytes. Most processes only read: what writes a bundle stands in `gxclassify.bundle.writing`.
"""

from __future__ import annotations

from gxclassify.bundle.format import FORMAT, default_bundle
from gxclassify.bundle.reading import load_bundle, read_description

__all__ = ["FORMAT", "default_bundle", "load_bundle", "read_description"]
