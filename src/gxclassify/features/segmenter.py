"""The only door to jieba and rjieba: cut text into words by jieba's dictionary, without its HMM.

With the HMM off both engines cut identically (a test compares them), so rjieba, ten times faster, does the work and
jieba is the reference and the fallback.
"""

from __future__ import annotations

import functools
import importlib.machinery
import importlib.util
import logging
import sys
import tempfile
import warnings
from typing import Any, Literal, Protocol

from gxclassify.errors import ModelError
from gxclassify.features.batch import normal_form
from gxclassify.room import need

# An added term must win over the path through its parts. Both engines compare sums of log(frequency / total); the
# total of jieba's dictionary is 6e7, so that any split into two ordinary words loses against this frequency.
_TERM_FREQUENCY = 100_000


class _Engine(Protocol):
    def cut(self, text: str, hmm: bool, /) -> list[str]: ...  # noqa: FBT001 - rjieba's signature


class Segmenter:
    r"""Cut text into words.

    Parameters
    ----------
    terms : tuple of str
        Words added to jieba's dictionary, such as 亩均论英雄; in the form that a batch gives a text (5G产业 as 5g产业).
    engine : {"auto", "rjieba", "jieba"}
        ``auto`` takes rjieba where it is installed.

    Examples
    --------
    >>> Segmenter(("亩均论英雄",)).cut("实施亩均论英雄改革")
    ['实施', '亩均论英雄', '改革']
    """

    def __init__(self, terms: tuple[str, ...] = (), *, engine: Literal["auto", "rjieba", "jieba"] = "auto") -> None:
        self.terms = tuple(terms)
        self.engine = _available_engine() if engine == "auto" else engine
        added = tuple(filter(None, map(normal_form, self.terms)))
        self._engine: _Engine = _load_rjieba(added) if self.engine == "rjieba" else _Jieba(added)

    def cut(self, text: str) -> list[str]:
        """Return the words of `text`, in order; joined, they are `text` again."""
        return self._engine.cut(text, False)  # noqa: FBT003 - rjieba takes it by place

    def __reduce__(self) -> tuple[Any, ...]:
        return get_segmenter, (self.terms,)  # the dictionary is loaded anew where a copy wakes up

    @property
    def version(self) -> str:
        """The dictionary's identity, which a model records: jieba's cut with the HMM off."""
        return "jieba-dictionary/0.42"


@functools.lru_cache(maxsize=8)
def get_segmenter(terms: tuple[str, ...] = ()) -> Segmenter:
    """Return the shared segmenter for `terms`; building one loads a dictionary of 350,000 words."""
    return Segmenter(terms)


def _available_engine() -> Literal["rjieba", "jieba"]:
    return "rjieba" if importlib.util.find_spec("rjieba") is not None else "jieba"


def _load_rjieba(terms: tuple[str, ...]) -> _Engine:
    # ``import rjieba`` also builds a default instance, 0.1 s that nobody uses; load the extension module alone and
    # leave it where a later ``import rjieba`` finds it.
    name = "rjieba.rjieba"
    module: Any = sys.modules.get(name)
    if module is None:
        package = importlib.util.find_spec("rjieba")
        if package is None:
            raise ModelError("The segmenter rjieba is not installed; install it or use engine='jieba'.")
        spec = importlib.machinery.PathFinder.find_spec(name, package.submodule_search_locations)
        if spec is None or spec.loader is None:
            raise ModelError("The installed rjieba lacks its extension module; reinstall it or use engine='jieba'.")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        sys.modules[name] = module
    need(_RJIEBA)
    engine = module.Jieba()
    for term in terms:
        engine.add_word(term, _TERM_FREQUENCY, None)
    cut: _Engine = engine
    return cut


_RJIEBA = 64
"""Megabytes; its dictionary takes 40."""


class _Jieba:
    def __init__(self, terms: tuple[str, ...]) -> None:
        with warnings.catch_warnings():
            # jieba 0.42.1 has invalid escapes and imports pkg_resources where that still exists.
            warnings.simplefilter("ignore")
            import jieba
        jieba.setLogLevel(logging.WARNING)
        # jieba unmarshals a cache file that by default lies in /tmp, where anyone can plant one: give it a private
        # folder that goes away with the dictionary loaded.
        self._tokenizer = jieba.Tokenizer()
        with tempfile.TemporaryDirectory(prefix="gxclassify-jieba-") as folder:
            self._tokenizer.tmp_dir = folder
            self._tokenizer.initialize()
        for term in terms:
            self._tokenizer.add_word(term, _TERM_FREQUENCY)

    def cut(self, text: str, hmm: bool, /) -> list[str]:  # noqa: FBT001 - rjieba's signature
        words: list[str] = self._tokenizer.lcut(text, HMM=hmm)
        return words
