from __future__ import annotations

import dataclasses
import itertools
import json

import numpy as np
import pytest

from gxclassify.config import Config, merge
from gxclassify.errors import ConfigError, ModelError, TrainingError
from gxclassify.features.batch import make_batch
from gxclassify.labels.records import LabelSet, load_labels
from gxclassify.model.model import Model
from gxclassify.training.fitting import fit_themes, learn_vocabularies, tfidf
from gxclassify.training.prior import _material, build_prior, load_prior
from gxclassify.training.tuning import Sample, tune_theme
from support import ROOT, THEMES
from training.quick import quick

QUICK = {"classifier.folds": 2, "features.word_pairs": False}
SETTLED = {
    "features.min_df": 2,
    "classifier.C": 0.1,
    "calibration.method": "sigmoid",
    "calibration.sentence_share": 0.5,
    "thresholds.shrink": 0.0,
}
PLAIN = Config().with_values(SETTLED, "test")
CONFIG = PLAIN.with_values(QUICK, "test")
FEW = {"least": (1, 1), "least_use": 1}


@pytest.fixture(scope="module")
def halves(tiny_labels):
    """Return the labels in two halves with articles whole: those that shall be trained on, and the others."""
    half = len(tiny_labels.records) // 2
    return tiny_labels.records[:half], tiny_labels.records[half:]


@pytest.fixture(scope="module")
def prior(halves, tiny_labels):
    return build_prior(halves[1], halves[0], tiny_labels.taxonomy, CONFIG, weight=2.0, **FEW)[0]


@pytest.fixture(scope="module")
def folder(prior, tmp_path_factory):
    folder = tmp_path_factory.mktemp("priors") / "prior"
    prior.save(folder)
    return folder


def fitted(records, taxonomy, **parameters):
    labels = LabelSet(tuple(records), taxonomy, {})
    classifier = quick(themes=list(taxonomy.ids), segmenter_terms=taxonomy.segmenter_terms, **parameters)
    return classifier.fit(labels.texts, **labels.fit_arguments())


# ---- the model that both together give


@pytest.mark.parametrize(
    "settings", [{}, {"classifier.algorithm": "logistic_regression", "classifier.C": 2.0}], ids=str
)
def test_the_prior_gives_the_model_that_both_sets_together_give(halves, tiny_labels, settings):
    config = CONFIG.with_values(settings, "test")
    taxonomy = tiny_labels.taxonomy
    prior, _ = build_prior(halves[1], halves[0], taxonomy, config, weight=2.0, **FEW)
    vocabularies = learn_vocabularies(
        make_batch([r.text for r in halves[0]]), config.features, taxonomy.segmenter_terms
    )
    own, other = (_material(half, vocabularies, taxonomy.ids, config) for half in halves)
    idfs = own.final_idf()
    rows, more = (m.rows(*tfidf(m.blocks, idfs, sublinear=True), config.classifier) for m in (own, other))
    joint = fit_themes([*rows, *(dataclasses.replace(part, weight=2.0) for part in more)], config.classifier)
    by_prior = fit_themes(rows, config.classifier, centre=prior.centre(vocabularies, taxonomy.ids, config.classifier.C))
    alone = fit_themes(rows, config.classifier)
    scores = joint.scores(more[0].X)
    assert by_prior.scores(more[0].X) == pytest.approx(scores, abs=1e-3)
    assert np.abs(alone.scores(more[0].X) - scores).max() > 0.05


def test_the_estimator_takes_a_folder_and_a_prior_alike(halves, tiny_labels, prior, folder):
    one, other = (fitted(halves[0], tiny_labels.taxonomy, prior=value) for value in (prior, str(folder)))
    assert (one.coef_ == other.coef_).all()
    assert (one.thresholds_ == other.thresholds_).all()


def test_a_theme_that_the_prior_does_not_know_is_trained_as_before(halves, tiny_labels, prior):
    renamed = [
        dataclasses.replace(r, labels=tuple("other" if t == "policy" else t for t in r.labels), maybe=(), evidence={})
        for r in halves[0]
    ]
    labels = [r.labels for r in renamed]
    themes = ["eco_park", "other"]
    y = [[t for t in row if t in themes] for row in labels]
    texts, groups = [r.text for r in renamed], [r.article for r in renamed]
    terms = tiny_labels.taxonomy.segmenter_terms
    plain, drawn = (
        quick(themes=themes, segmenter_terms=terms, prior=p).fit(texts, y, groups=groups) for p in (None, prior)
    )
    assert drawn.coef_[1] == pytest.approx(plain.coef_[1], abs=2e-2)
    assert np.abs(drawn.coef_[0] - plain.coef_[0]).max() > 2e-2


def test_terms_that_the_labels_lack_are_passed_over(halves, tiny_labels, prior):
    some = [r for r in halves[0] if "签约" not in r.text]
    classifier = fitted(some, tiny_labels.taxonomy, prior=prior)
    assert "签约" in prior.parts.blocks[0].vocabulary.words
    assert "签约" not in classifier.vocabularies_[0].words


def test_the_same_input_gives_the_same_bytes(halves, tiny_labels, folder, tmp_path):
    again, _ = build_prior(halves[1], halves[0], tiny_labels.taxonomy, CONFIG, weight=2.0, **FEW)
    again.save(tmp_path / "prior")
    for name in ("prior.json", "weights.npz"):
        assert (tmp_path / "prior" / name).read_bytes() == (folder / name).read_bytes()
    models = [fitted(halves[0], tiny_labels.taxonomy, prior=str(folder)).to_model() for _ in range(2)]
    assert models[0].save(tmp_path / "a").digest == models[1].save(tmp_path / "b").digest


# ---- calibration and thresholds


def test_calibration_and_thresholds_are_those_of_the_prior_s_paragraphs(halves, tiny_labels, prior):
    classifier = fitted(halves[0], tiny_labels.taxonomy, prior=prior)
    assert classifier.calibration_ == list(prior.parts.calibration)
    assert classifier.thresholds_ == pytest.approx(prior.parts.thresholds)
    own = fitted(halves[0], tiny_labels.taxonomy, prior=prior, source="labels")
    assert own.calibration_ != classifier.calibration_


def test_out_of_fold_figures_see_the_prior_as_constant(halves, tiny_labels, prior):
    classifier = fitted(halves[0], tiny_labels.taxonomy, prior=prior)
    for t, calibration in enumerate(classifier.calibration_):
        odds = calibration.log_odds(*classifier.oof_score_[:, t].T)
        assert classifier.oof_probability_[:, t] == pytest.approx(1 / (1 + np.exp(-odds)))


def drawn(n=4000, seed=0):
    rng = np.random.default_rng(seed)
    told = rng.random(n) < 0.1
    score = np.where(told, 1.0, -1.0) + rng.normal(size=n)
    return Sample(score, score, told)


def test_a_base_rate_moves_the_log_odds_by_the_difference_of_the_rates():
    sample = drawn()
    plain, _ = tune_theme(sample, "a", PLAIN)
    moved, _ = tune_theme(sample, "a", merge(PLAIN, ["thresholds.base_rate.a=0.3"]))
    rate = sample.told.mean()
    assert moved.intercept - plain.intercept == pytest.approx(np.log(0.3 / 0.7) - np.log(rate / (1 - rate)))
    assert moved.paragraph == plain.paragraph


def test_a_base_rate_tunes_as_text_of_that_rate_would():
    sample = drawn(20_000)
    rng = np.random.default_rng(1)
    keep = sample.told | (rng.random(len(sample.told)) < sample.told.sum() / (~sample.told).sum())
    thinned = Sample(sample.paragraph[keep], sample.sentence[keep], sample.told[keep])
    calibration, threshold = tune_theme(thinned, "a", PLAIN)
    moved, moved_threshold = tune_theme(sample, "a", merge(PLAIN, ["thresholds.base_rate.a=0.5"]))
    assert moved.intercept == pytest.approx(calibration.intercept, abs=0.15)
    assert moved_threshold == pytest.approx(threshold, abs=0.05)


@pytest.mark.parametrize("rate", [0, 1, -0.1])
def test_a_base_rate_is_a_share(rate):
    with pytest.raises(ConfigError, match=r"thresholds\.base_rate\.goals must be a share above 0 and below 1"):
        merge(PLAIN, [f"thresholds.base_rate.goals={rate}"])


# ---- a model as prior


@pytest.fixture(scope="module")
def model(halves, tiny_labels, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "model"
    fitted(halves[0], tiny_labels.taxonomy).to_model(tiny_labels.taxonomy).save(folder)
    return folder


def test_a_model_adapts_with_a_handful_of_labels(halves, tiny_labels, model):
    few = list(halves[1][:3])
    few += [dataclasses.replace(r, labels=(), maybe=(), evidence={}) for r in halves[1] if "policy" in r.labels][:2]
    adapted = fitted(few, tiny_labels.taxonomy, prior=model)
    start = fitted(halves[0], tiny_labels.taxonomy)
    texts = [r.text for r in few[3:]]
    change = adapted.decision_function(texts) - start.decision_function(texts)
    assert (change[:, 2] < 0).all()
    assert (adapted.thresholds_ == start.thresholds_).all()
    assert [c.paragraph for c in adapted.calibration_] == [c.paragraph for c in start.calibration_]
    other = [r.text for r in halves[1][20:]]
    assert np.corrcoef(adapted.decision_function(other).ravel(), start.decision_function(other).ravel())[0, 1] > 0.9


def test_a_few_labels_do_not_choose_the_settings_of_an_adapted_model(halves, tiny_labels, model):
    few = halves[1][:10]
    free = fitted(few, tiny_labels.taxonomy, prior=model, C="auto", min_df="auto", sentence_share="auto")
    held = fitted(few, tiny_labels.taxonomy, prior=model)
    assert free.chosen_ == {"features.min_df": 2, "classifier.C": 0.1, "calibration.sentence_share": 0.5}
    assert free.trials_ == []
    assert np.array_equal(free.coef_, held.coef_)
    assert free.to_model(tiny_labels.taxonomy).parts.features.min_df == 2


def test_an_adapted_model_survives_saving(halves, tiny_labels, model, tmp_path):
    adapted = fitted(halves[1][:10], tiny_labels.taxonomy, prior=model)
    again = adapted.to_model(tiny_labels.taxonomy).save(tmp_path / "adapted")
    texts = [r.text for r in halves[1]]
    assert again.predict_proba(texts) == pytest.approx(adapted.predict_proba(texts), abs=1e-5)


def test_a_model_brings_no_scores_for_a_base_rate(halves, tiny_labels, model):
    with pytest.raises(ConfigError, match=r"thresholds\.base_rate needs out-of-fold scores"):
        fitted(halves[1], tiny_labels.taxonomy, prior=model, base_rate={"policy": 0.3})


# ---- settings that nobody gives


@pytest.mark.parametrize("kind", ["prior", "model"])
def test_features_and_segmenter_terms_that_nobody_gives_are_those_of_what_is_started_from(
    halves, tiny_labels, tmp_path, kind
):
    odd = {"features.fold_digits": True, "features.least_length": 7.0, "features.marks": False}
    config = CONFIG.with_values(odd, "test")
    taxonomy = dataclasses.replace(tiny_labels.taxonomy, segmenter_terms=("亩均论英雄",))
    if kind == "prior":
        build_prior(halves[1], halves[0], taxonomy, config, **FEW)[0].save(tmp_path / kind)
    else:
        labels = LabelSet(tuple(halves[0]), taxonomy, {})
        labels.fit(config).to_model(taxonomy).save(tmp_path / kind)
    few = halves[1][:20]
    texts, labels = [r.text for r in few], [r.labels for r in few]
    classifier = quick(prior=tmp_path / kind, themes=list(taxonomy.ids)).fit(texts, labels)
    assert odd.items() <= classifier.chosen_.items()
    parts = classifier.to_model().parts
    assert {key: getattr(parts.features, key.partition(".")[2]) for key in odd} == odd
    assert parts.taxonomy.segmenter_terms == classifier.segmenter_terms_ == ("亩均论英雄",)
    assert (classifier.fold_digits, classifier.segmenter_terms) == (False, ())
    numbered = ["实施亩均论英雄改革，签约7个项目", *texts]
    assert classifier.to_model().predict_proba(numbered) == pytest.approx(classifier.predict_proba(numbered), abs=1e-5)


def test_a_few_labels_start_from_what_ships():
    labels = load_labels([ROOT / "labels" / "test"])
    few = LabelSet(labels.records[:40], labels.taxonomy, {})
    adapted = few.fit(Config(), prior=ROOT / "models" / "default", n_jobs=1)
    start = Model.load(ROOT / "models" / "default")
    assert adapted.to_model(few.taxonomy).parts.features == start.parts.features
    assert adapted.thresholds_ == pytest.approx(start.parts.thresholds)


# ---- refusals


def test_too_few_paragraphs_are_refused(halves, tiny_labels):
    with pytest.raises(TrainingError, match="at least 300 paragraphs of 100 articles"):
        build_prior(halves[1], halves[0], tiny_labels.taxonomy, CONFIG)


@pytest.mark.parametrize("parameters", [{"fold_digits": True}, {"marks": False}, {"char_weight": 0.5}], ids=str)
def test_other_features_are_refused(halves, tiny_labels, prior, parameters):
    name = next(iter(parameters))
    with pytest.raises(ConfigError, match=rf"The prior was made with features\.{name}"):
        fitted(halves[0], tiny_labels.taxonomy, prior=prior, **parameters)


def test_balanced_classes_are_refused(halves, tiny_labels, prior):
    with pytest.raises(ConfigError, match="exclude each other"):
        fitted(halves[0], tiny_labels.taxonomy, prior=prior, balanced=True)


def test_a_folder_without_prior_or_model_is_refused(tmp_path):
    with pytest.raises(ModelError, match=r"there is no prior here \(no prior\.json\), and no model"):
        load_prior(tmp_path)


def test_a_damaged_prior_is_refused(folder, tmp_path):
    for name in ("prior.json", "weights.npz"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    description = json.loads((tmp_path / "prior.json").read_text(encoding="utf-8"))
    description["weight"] = 7
    (tmp_path / "prior.json").write_text(json.dumps(description), encoding="utf-8")
    with pytest.raises(ModelError, match="restore the prior or build it again"):
        load_prior(tmp_path)


def test_a_prior_is_no_model(folder):
    with pytest.raises(ModelError, match="there is no model here"):
        Model.load(folder)


# ---- what it holds of the text


def guesses(prior):
    """Yield what somebody could build from a prior: chains of words and of characters, strongest terms first."""
    words, characters = prior.parts.blocks
    strength = np.abs(words.impact.astype(float)).max(axis=1)
    vocabulary = words.vocabulary
    following = {}
    for pair, weight in zip(vocabulary.pairs, strength[len(vocabulary.words) :], strict=True):
        following.setdefault(int(pair[0]), []).append((weight, int(pair[1])))
    trie = characters.vocabulary
    power = np.abs(characters.impact.astype(float)).max(axis=1)
    bigrams = {}
    for entry in np.flatnonzero(trie.parent >= 0):
        first, second = trie.code[trie.parent[entry]], trie.code[entry]
        bigrams.setdefault(int(first), []).append((power[entry], int(second)))
    for start in np.argsort(-strength[: len(vocabulary.words)])[:500]:
        yield chain(int(start), following, lambda i: vocabulary.words[i])
    for start in sorted(bigrams, key=lambda c: -max(bigrams[c])[0])[:500]:
        yield chain(start, bigrams, chr)


def chain(start, following, spelling):
    """Follow the strongest successor that is not yet in the chain."""
    seen, now = [start], start
    while len(seen) < 40 and (onward := [(w, n) for w, n in following.get(now, ()) if n not in seen]):
        now = max(onward)[1]
        seen.append(now)
    return "".join(map(spelling, seen))


def parts(text, n):
    return {text[i : i + n] for i in range(len(text) - n + 1)}


def longest_common(guess, grams):
    """Return the length of the longest part of `guess` that stands in one of the texts of whose n-grams `grams` is."""
    return max((n for n in grams if parts(guess, n) & grams[n]), default=0)


@pytest.mark.slow
@pytest.mark.no_cover  # the fixture `prior` runs the same lines
def test_no_sentence_can_be_rebuilt_from_a_prior():
    """Build one of half of the news, as the one that ships is built, and chain its strongest terms as attackers do.

    The fewer the texts, the more each weighs in a term, so that half of them are no easier to hide than all.
    """
    train = ROOT / "labels" / "train"
    secret = load_labels([train / "news.jsonl"])
    secret = dataclasses.replace(secret, records=secret.records[::2])
    beside = load_labels([train / "starter.jsonl", train / "rules.jsonl"], secret.taxonomy)
    config = PLAIN.with_values({"classifier.folds": 2}, "test")
    prior, _ = build_prior(secret.records, beside.records, secret.taxonomy, config)
    written = learn_vocabularies(
        make_batch([r.text for r in beside.records]), config.features, secret.taxonomy.segmenter_terms
    )
    for block, vocabulary in zip(prior.parts.blocks, written, strict=True):
        assert (block.vocabulary.places_in(vocabulary) >= 0).all()
    known = "\n".join(r.text for r in beside.records)
    grams = {  # but not what stands in the written labels as well
        n: set().union(*(parts(r.text, n) for r in secret.records)) - parts(known, n) for n in range(8, 17)
    }
    assert max(longest_common(guess, grams) for guess in itertools.islice(guesses(prior), 1000)) < 12


def test_the_scores_of_two_themes_cannot_be_put_together(prior):
    for sample in prior.samples.values():
        assert (np.diff(sample.paragraph) >= 0).all()


def test_the_shipped_prior_holds_no_term_from_outside_the_written_labels():
    prior = load_prior(ROOT / "labels" / "prior")
    labels = load_labels([ROOT / "labels" / "train"])
    vocabularies = learn_vocabularies(make_batch(labels.texts), PLAIN.features, labels.taxonomy.segmenter_terms)
    for block, vocabulary in zip(prior.parts.blocks, vocabularies, strict=True):
        assert (block.vocabulary.places_in(vocabulary) >= 0).all()
    assert set(THEMES) < set(prior.themes)
