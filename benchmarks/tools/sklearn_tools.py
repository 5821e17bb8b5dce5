"""Pipelines of scikit-learn and a segmenter, as one would write them: the same terms as ours, and plain words."""

from __future__ import annotations

import itertools
import re
import unicodedata
from typing import Any

import joblib
import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.svm import LinearSVC

_SENTENCE = re.compile(r"[^。！？；]*[。！？；][”’」』）》】〉)]{0,4}|[^。！？；]+$")


def _jieba(text: str) -> list[str]:
    import jieba  # noqa: PLC0415 - each pipeline loads its own

    return jieba.lcut(text, HMM=False)


def _rjieba(text: str) -> list[str]:
    import rjieba  # noqa: PLC0415

    return rjieba.cut(text, False)  # noqa: FBT003 - its signature


class Words:
    """Words of a sentence and pairs of neighbours."""

    def __init__(self, cut: Any) -> None:
        self.cut = cut

    def __call__(self, sentence: str) -> list[str]:
        """Return both."""
        words = self.cut(sentence)
        return words + [a + "\t" + b for a, b in itertools.pairwise(words)]


def characters(sentence: str) -> list[str]:
    """Return the 1- to 4-grams of a sentence with its edges marked."""
    marked = f"\n{sentence}\n"
    grams = list(sentence)
    for n in (2, 3, 4):
        grams += [marked[i : i + n] for i in range(len(marked) - n + 1)]
    return grams


def sentences(text: str) -> list[str]:
    """Split a normalised text into sentences."""
    return _SENTENCE.findall(text) or [text]


def normal(text: str) -> str:
    """Normalise widths and case, and drop white space."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split()).translate(str.maketrans("!?;", "！？；"))


class _PerTheme:
    """One LinearSVC per theme, over the rows whose label says something of it."""

    threshold = 0.0

    def _fit_linear(self, X: Any, job: dict[str, Any], extra: Any = None) -> None:
        data = job["train"]
        coefficients, self.intercept = [], []
        for theme in job["themes"]:
            told = np.array([theme in row for row in data["told"]])
            known = np.array([theme not in row for row in data["maybe"]])
            rows, target = X[known], told[known]
            if extra is not None:
                S, sentence_told, sentence_known = extra
                t = job["themes"].index(theme)
                keep = sentence_known[:, t]
                rows, target = sp.vstack([rows, S[keep]]), np.concatenate([target, sentence_told[keep, t]])
            model = LinearSVC(C=1.0, random_state=0).fit(rows, target)
            coefficients.append(model.coef_[0])
            self.intercept.append(model.intercept_[0])
        self.coefficient = np.array(coefficients).T

    def save(self, folder: str) -> None:
        """Save with joblib."""
        joblib.dump(self, f"{folder}/pipeline.joblib")

    @classmethod
    def load(cls, folder: str) -> Any:
        """Load with joblib."""
        return joblib.load(f"{folder}/pipeline.joblib")


class SameTerms(_PerTheme):
    """Our terms with scikit-learn: each sentence analysed once, paragraphs as sums, both scored."""

    cut = staticmethod(_jieba)

    def fit(self, job: dict[str, Any]) -> None:
        """Learn terms, idf and weights, from paragraphs and their marked sentences."""
        data = job["train"]
        parts = [sentences(normal(text)) for text in data["texts"]]
        self.blocks = []
        paragraph_rows, sentence_rows = [], []
        for analyzer in (Words(self.cut), characters):
            count = CountVectorizer(analyzer=analyzer)
            S = count.fit_transform([s for own in parts for s in own])
            P = self._sums(S, parts)
            frequent = np.flatnonzero(np.bincount(P.indices, minlength=P.shape[1]) >= 2)
            names = count.get_feature_names_out()[frequent]
            count = CountVectorizer(analyzer=analyzer, vocabulary={name: i for i, name in enumerate(names)})
            tfidf = TfidfTransformer(sublinear_tf=True).fit(P[:, frequent])
            paragraph_rows.append(tfidf.transform(P[:, frequent]))
            sentence_rows.append(tfidf.transform(S[:, frequent]))
            self.blocks.append((count, tfidf))
        extra = (sp.hstack(sentence_rows, "csr"), *self._sentence_targets(job, parts))
        self._fit_linear(sp.hstack(paragraph_rows, "csr"), job, extra)

    @staticmethod
    def _sums(S: Any, parts: list[list[str]]) -> Any:
        bounds = np.concatenate(([0], np.cumsum([len(own) for own in parts])))
        member = sp.csr_matrix((np.ones(bounds[-1]), np.arange(bounds[-1]), bounds))
        return (member @ S).tocsr()

    @staticmethod
    def _sentence_targets(job: dict[str, Any], parts: list[list[str]]) -> tuple[Any, Any]:
        told, known = [], []
        for i, own in enumerate(parts):
            data = {key: job["train"][key][i] for key in ("texts", "told", "maybe", "evidence")}
            marked = {t: [normal(data["texts"][a:b]) for a, b in spans] for t, spans in data["evidence"].items()}
            for sentence in own:
                told.append([any(sentence in m or m in sentence for m in marked.get(t, ())) for t in job["themes"]])
                known.append([t not in data["maybe"] and (t in marked or t not in data["told"]) for t in job["themes"]])
        return np.array(told), np.array(known)

    def scores(self, texts: list[str]) -> Any:
        """Return the mean of the paragraph's and its strongest sentence's score."""
        result = []
        for start in range(0, len(texts), 2000):
            parts = [sentences(normal(text)) for text in texts[start : start + 2000]]
            paragraph_rows, sentence_rows = [], []
            for count, tfidf in self.blocks:
                S = count.transform([s for own in parts for s in own])
                paragraph_rows.append(tfidf.transform(self._sums(S, parts)))
                sentence_rows.append(tfidf.transform(S))
            paragraph = sp.hstack(paragraph_rows, "csr") @ self.coefficient + self.intercept
            sentence = sp.hstack(sentence_rows, "csr") @ self.coefficient + self.intercept
            first = np.concatenate(([0], np.cumsum([len(own) for own in parts])[:-1]))
            result.append((paragraph + np.maximum.reduceat(sentence, first, axis=0)) / 2)
        return np.concatenate(result)


class SameTermsRjieba(SameTerms):
    """The same, cut by rjieba."""

    cut = staticmethod(_rjieba)


class WordsOnly(_PerTheme):
    """`TfidfVectorizer` over jieba's words: the pipeline that most people write."""

    def fit(self, job: dict[str, Any]) -> None:
        """Learn words, idf and weights."""
        self.vectorizer = TfidfVectorizer(
            tokenizer=_jieba, token_pattern=None, lowercase=False, min_df=2, sublinear_tf=True
        )
        self._fit_linear(self.vectorizer.fit_transform(job["train"]["texts"]), job)

    def scores(self, texts: list[str]) -> Any:
        """Return the decision function."""
        return self.vectorizer.transform(texts) @ self.coefficient + self.intercept
