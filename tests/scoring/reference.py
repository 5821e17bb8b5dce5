"""What the model computes, written down once more with scikit-learn and plain loops, for the tests to compare with."""

import itertools

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from gxclassify.features.segmenter import get_segmenter

_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


def normal(character):
    code = ord(character)
    if code > 0xFFFD or 0xD800 <= code < 0xE000:
        return "\ufffd"
    if 0xFF01 <= code <= 0xFF5E:
        code -= 0xFEE0
    return chr(code).lower() if code < 0x80 else chr(code)


def sentences(text):
    """Return the normalised sentences of a text, character by character."""
    kept = []  # (raw, normalised)
    for i, raw in enumerate(text):
        if not (raw.isspace() or raw == "\x00"):
            kept.append((raw, normal(raw)))
            continue
        before = kept[-1][1] if kept else ""
        after = next((normal(c) for c in text[i:] if not c.isspace()), "")
        if before in _LATIN and after in _LATIN and before and after:
            kept.append((" ", " "))
    result, current, closing = [], "", None  # closing: how many closing marks follow the end of the sentence
    for i, (raw, form) in enumerate(kept):
        ends = raw in "。！？；" or bool(raw in "!?;" and i and ord(kept[i - 1][1]) >= 0x2E80)
        if closing is not None and not ends:
            closing = closing + 1 if closing < 4 and raw in "”’」』）》】〉)" else None
            if closing is None:
                result.append(current)
                current = ""
        if ends:
            closing = 0
        current += form
    return [*result, current] if current or not result else result


class Reference:
    """A model's terms, idf and weights in two scikit-learn vectorizers."""

    def __init__(self, model, train_texts):
        self.model = model
        segmenter = get_segmenter(model.taxonomy.segmenter_terms)
        settings = model.parts.features

        def words(sentence):
            tokens = segmenter.cut(sentence)
            pairs = [f"{a}\t{b}" for a, b in itertools.pairwise(tokens) if a != " " != b]
            return [t for t in tokens if t != " "] + pairs * settings.word_pairs

        def characters(sentence):
            marked = f"\n{sentence}\n"
            grams = [
                g for n in range(1, settings.char_max + 1) for g in _grams(marked, n) if len(g) >= settings.char_min
            ]
            return [g for g in grams if g not in {"\n", "\n\n"}]

        self.analyzers = [words] * settings.words + [characters] * bool(settings.char_max)
        self.vectorizers = []
        for analyzer in self.analyzers:
            vectorizer = TfidfVectorizer(
                analyzer=lambda parts, a=analyzer: [term for part in parts for term in a(part)],
                sublinear_tf=settings.sublinear,
                min_df=settings.min_df,
                norm="l2",
            )
            self.vectorizers.append(vectorizer.fit([sentences(text) for text in train_texts]))

    def names(self, block):
        """Return the spelling of each of the model's terms, None for what is no term."""
        vocabulary = block.vocabulary
        n_words = len(getattr(vocabulary, "words", ()))
        for entry, frequency in enumerate(vocabulary.document_frequency.tolist()):
            if not frequency:
                yield None
            elif n_words and entry >= n_words:
                yield "\t".join(vocabulary.words[w] for w in vocabulary.pairs[entry - n_words])
            else:
                yield vocabulary.term(entry).replace("|", "\n") if not n_words else vocabulary.term(entry)

    def weights(self, block, vectorizer):
        """Return the model's coefficients in the order of the vectorizer's terms."""
        names = list(self.names(block))
        assert {name for name in names if name} == set(vectorizer.vocabulary_)
        weights = np.zeros((len(vectorizer.vocabulary_), len(self.model.themes)))
        for entry, name in enumerate(names):
            if name:
                column = vectorizer.vocabulary_[name]
                weights[column] = block.impact[entry].astype(np.float64) / vectorizer.idf_[column]
        return weights

    def scores(self, units):
        total = np.tile(self.model.parts.intercept, (len(units), 1))
        for block, vectorizer in zip(self.model.parts.blocks, self.vectorizers, strict=True):
            total += vectorizer.transform(units) @ self.weights(block, vectorizer)
        return total

    def predict_proba(self, texts):
        parts = [sentences(text) for text in texts]
        paragraph = self.scores(parts)
        strongest = np.array([self.scores([[part] for part in own]).max(axis=0) for own in parts])
        odds = np.stack(
            [
                c.paragraph * paragraph[:, t] + c.sentence * strongest[:, t] + c.intercept
                for t, c in enumerate(self.model.parts.calibration)
            ],
            axis=1,
        )
        probability = 1 / (1 + np.exp(-odds))
        if self.model.taxonomy.exclusive:
            probability /= probability.sum(axis=1, keepdims=True)
        return probability


def _grams(marked, n):
    grams = (marked[i : i + n] for i in range(len(marked) - n + 1))
    return [gram for gram in grams if "\n" not in gram[1:-1]]
