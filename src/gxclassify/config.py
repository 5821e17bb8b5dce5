"""Settings: one frozen dataclass per stage, merged from defaults, an experiment file and ``--set``.

Every setting has a dotted key, ``stage.name``, which is the same in an experiment's TOML file, in ``--set
stage.name=value``, in the model bundle and in MLflow. A later source wins over an earlier one; an unknown key is an
error that names the nearest known one, and so is a value of the wrong type or out of range. The text under each
setting is its entry in ``docs/settings.md``. What its value may be is told by its annotation: the type and, inside
``Annotated``, the range.

This is also where TOML files are read and written, whatever they hold.
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import math
import numbers
import tomllib
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

import tomli_w

from gxclassify.errors import ConfigError, GxclassifyError, boundary, reason
from gxclassify.files import write_whole
from gxclassify.messages import Message

MOST_TOML_BYTES = 2**22
"""The largest file of settings or themes that is read."""
_DEEPEST = 16  # tables in tables: no file of ours has more than three


def read_toml(path: Path, what: Message, error_type: type[GxclassifyError] = ConfigError) -> dict[str, Any]:
    """Read a TOML file; an error of `error_type` says that `what` it holds cannot be read, or is not valid."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_TOML_BYTES + 1)
    except (OSError, ValueError) as error:  # the latter: a name with a NUL
        raise error_type(
            "{path}: {what} cannot be read ({reason}); check the path.", path=path, what=what, reason=reason(error)
        ) from error
    if len(data) > MOST_TOML_BYTES:
        raise error_type(
            "{path}: {what} has more than {most_toml_bytes:,} bytes; is this the file that was meant?",
            path=path,
            what=what,
            most_toml_bytes=MOST_TOML_BYTES,
        )
    try:
        text = data.decode("utf-8-sig")  # editors of Windows begin with the mark
    except UnicodeDecodeError as error:
        raise error_type("{path}: {what} is not in UTF-8; save it as UTF-8.", path=path, what=what) from error
    with boundary(lambda why: error_type("{path}: {what} is not valid TOML ({why}).", path=path, what=what, why=why)):
        table = tomllib.loads(text)
        _check_depth(table)
        return table


def _check_depth(table: dict[str, Any]) -> None:
    level: list[Any] = [table]
    for _ in range(_DEEPEST):
        level = [inner for value in level if isinstance(value, dict) for inner in value.values()]
    if level:
        raise RecursionError


def write_toml(path: Path, table: Mapping[str, Any], comment: str = "") -> None:
    """Write `table` as a TOML file in one step, below the lines of `comment`."""
    lines = [f"# {line}\n" for line in comment.splitlines()]
    write_whole(path, "".join([*lines, "\n"] if lines else []) + tomli_w.dumps(table))


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the largest value of a setting, both allowed unless `open` says that the least is not."""

    least: float
    most: float = math.inf
    open: bool = False

    def holds(self, value: float) -> bool:
        """Tell whether `value` is a finite number in the range."""
        return _is_finite(value) and self.least <= value <= self.most and not (self.open and value == self.least)

    def __str__(self) -> str:
        return self.message()

    def message(self) -> Message:
        """Return the range in words."""
        if self.most == math.inf and self.open:
            return Message("above {least:g}", least=self.least)
        if self.most == math.inf:
            return Message("from {least:g}", least=self.least)
        return Message("from {least:g} to {most:g}", least=self.least, most=self.most)


def fits(value: Any, expected: Any) -> tuple[bool, Message]:  # noqa: PLR0911 - one for each kind of type
    """Tell whether `value` has the type and range of a setting, and what it should be."""
    origin, inside = typing.get_origin(expected), typing.get_args(expected)
    if origin is types.UnionType or origin is typing.Union:
        parts = [fits(value, part) for part in inside]
        return any(fit for fit, _ in parts), functools.reduce(_either, (text for _, text in parts))
    if origin is Annotated:
        of_type, text = fits(value, inside[0])
        return of_type and inside[1].holds(value), Message("{kind} {range}", kind=text, range=inside[1].message())
    if origin is Literal:
        values = Message("{values}", values=[repr(one) for one in inside])
        return value in inside, Message("one of {values}", values=values) if len(inside) > 1 else values
    if origin is dict:
        return isinstance(value, dict) and all(map(_is_number, value.values())), Message("a table of numbers")
    if expected is float:
        return _is_number(value), Message("a number")
    if expected is int:
        return isinstance(value, numbers.Integral) and not isinstance(value, bool), Message("a whole number")
    return isinstance(value, expected), Message("a text") if expected is str else Message("true or false")


def _either(one: Message, other: Message) -> Message:
    return Message("{one} or {other}", one=one, other=other)


Number = TypeVar("Number", int, float)


def settled(value: Number | Literal["auto"], key: str) -> Number:
    """Return the number of a setting that may say ``auto``, once one has been chosen.

    Raises
    ------
    ConfigError
        None has been chosen: only a training chooses.
    """
    if isinstance(value, str):
        raise ConfigError(
            "{key} is {value!r}; give it a number, or train with folds, which choose one.", key=key, value=value
        )
    return value


def described(expected: Any) -> str:
    """Return what the value of a setting of that type must be, for people."""
    return fits(None, expected)[1]


def _is_number(value: Any) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool) and _is_finite(value)


def _is_finite(value: Any) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer of more than 308 digits
        return False


_Whole = Annotated[int, Range(0)]
_Positive = Annotated[float, Range(0, open=True)]
_Weight = Annotated[float, Range(0, 1e6)]
_Share = Annotated[float, Range(0, 1)]
_Auto = Literal["auto"]
"""Chosen in training by what it does out of fold; see `gxclassify.training.choosing`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingConfig:
    """How files are read, and limits on them; beyond these a document is refused with one sentence."""

    max_bytes: Annotated[int, Range(1)] = 64 * 2**20
    """The largest file that is read, in bytes."""
    max_pages: Annotated[int, Range(1)] = 200
    """The most pages of a PDF or OFD document."""
    max_paragraph_chars: Annotated[int, Range(1)] = 200_000
    """The longest paragraph, in characters."""
    parse_seconds: _Positive = 60.0
    """How many seconds of processor time a PDF, Office, HTML, long text file or piece of Parquet may take to read."""
    parse_memory: Annotated[int, Range(1)] = 1 * 2**30
    """How much memory reading such a file may take, in bytes."""
    encoding: str = ""
    """The encoding of text, of web pages and records too; left empty, it is told from the bytes."""
    simplify: bool = False
    """Whether traditional characters are turned into simplified ones, which the labels are in."""
    libreoffice: bool = True
    """Whether Office files from before 2007 go through LibreOffice, if it is installed; its memory is not limited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureConfig:
    """What is counted in a text and how much it weighs.

    The terms stand in two blocks, words (with pairs of neighbouring words) and character n-grams; each block is
    scaled to length 1, unless it is shorter than ``least_length``, and multiplied by its weight.
    """

    words: bool = True
    """Whether words are terms."""
    word_pairs: bool = True
    """Whether pairs of neighbouring words are terms; needs ``words``."""
    char_min: Annotated[int, Range(1)] = 1
    """The shortest character n-gram."""
    char_max: _Whole = 2
    """The longest character n-gram; 0 leaves the block out."""
    marks: bool = True
    """Whether a sentence's edges count as a character, so that n-grams tell its beginning and end."""
    fold_digits: bool = False
    """Whether every digit counts as 0."""
    sublinear: bool = True
    """Whether a term that stands n times in a text counts 1 + ln n rather than n."""
    min_df: Annotated[int, Range(1)] | _Auto = "auto"
    """In how many training paragraphs a term must stand; ``auto``: 1 or 2, by what does better out of fold."""
    word_weight: _Weight = 1.0
    """The weight of the block of words and pairs."""
    char_weight: _Weight = 1.0
    """The weight of the block of characters."""
    least_length: _Weight = 0.0
    """TF-IDF vectors shorter than this are not scaled up to length 1: headings of a word or two count less."""
    max_features: _Whole = 0
    """How many terms are kept, those of largest weight; 0 keeps all."""

    def __post_init__(self) -> None:
        if not (self.words or self.char_max):
            raise ConfigError("features.words is false and features.char_max is 0, which leaves no terms; turn one on.")
        if self.char_max and self.char_min > self.char_max:
            raise ConfigError(
                "features.char_min must not be above features.char_max. Got {char_min} and {char_max}.",
                char_min=self.char_min,
                char_max=self.char_max,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifierConfig:
    """The linear model of each theme and the folds that judge it.

    ``sentences`` adds the marked sentences to the training rows with weight ``sentence_row_weight``, and those of
    paragraphs that do not tell a theme as further rows without it. ``folds`` are grouped by article and balanced over
    themes.
    """

    algorithm: Literal["linear_svc", "logistic_regression"] = "linear_svc"
    """Which linear model is fitted."""
    C: _Positive | _Auto = "auto"
    """The inverse of the regularisation's strength; ``auto``: the best out of fold on a path from 1."""
    balanced: bool = False
    """Whether the rows that tell a theme weigh as much together as those that do not."""
    sentences: bool = True
    """Whether marked sentences are training rows beside the paragraphs."""
    sentence_row_weight: _Positive = 1.0
    """The weight of a sentence row, where a paragraph has 1."""
    folds: _Whole = 5
    """Number of folds; 0 fits without out-of-fold scores, so without calibration and tuning."""
    seed: _Whole = 0
    """Orders what is alike in folds and in the solver."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationConfig:
    """How paragraph and sentence scores become one probability per theme.

    ``sentence_share`` is the weight of the strongest sentence beside the paragraph (0: paragraph alone, 1: sentence
    alone; ``auto``: the best of 0, 0.25 and 0.5 out of fold) unless ``method`` is ``stacked``, which learns it.
    ``logit_offsets`` shifts a theme's log-odds, for text whose base rates differ from those of the labels.
    """

    method: Literal["shrunk", "sigmoid", "stacked"] = "shrunk"
    """``sigmoid`` calibrates the two scores' weighted mean; ``shrunk`` the same, each theme held near one calibration
    of all, the nearer the fewer its paragraphs; ``stacked`` learns a weight for each of the two scores."""
    sentence_share: _Share | _Auto = "auto"
    """The weight of the strongest sentence in the mean, from 0 to 1, or ``auto``."""
    logit_offsets: dict[str, float] = field(default_factory=dict)
    """What is added to a theme's log-odds, a table of theme ids."""
    source: Literal["prior", "labels"] = "prior"
    """What calibration and thresholds are learnt on: where there is a prior, what it brings for that; or the labels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdConfig:
    """Where a probability becomes a tag.

    ``objective`` is ``f1``, ``precision`` or ``recall`` (the last two need ``target``), ``fixed`` (``value`` for
    every theme). ``shrink`` moves a tuned threshold towards ``value`` or, as ``auto``, towards one threshold tuned for
    all themes, the further the fewer paragraphs tell the theme; ``offsets`` are added per theme afterwards.
    ``base_rate`` weighs the paragraphs that are learnt on as if that share of them told the theme, for calibration and
    threshold alike.
    """

    objective: Literal["f1", "precision", "recall", "fixed"] = "f1"
    """What a threshold is tuned for."""
    target: _Share = 0.8
    """The precision or recall to reach."""
    value: _Share = 0.5
    """The threshold of every theme when ``fixed``, and where ``shrink`` moves the others."""
    tolerance: _Share = 0.01
    """How far below the highest F1 a threshold counts as good; the middle of the good ones is taken."""
    shrink: _Share | _Auto = "auto"
    """How far a tuned threshold moves towards ``value``: 0 not at all, 1 all the way; ``auto``: towards the threshold
    that all themes share, as far as does best in nested folds."""
    offsets: dict[str, float] = field(default_factory=dict)
    """What is added to a theme's threshold, a table of theme ids."""
    base_rate: dict[str, float] = field(default_factory=dict)
    """The share of paragraphs that tell a theme in the text to tag, a table of theme ids; else that of the labels."""

    def __post_init__(self) -> None:
        for theme, rate in self.base_rate.items():
            if not 0 < rate < 1:
                raise ConfigError(
                    "thresholds.base_rate.{theme} must be a share above 0 and below 1. Got {rate!r}.",
                    theme=theme,
                    rate=rate,
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings of a training or prediction."""

    reading: ReadingConfig = field(default_factory=ReadingConfig)
    features: FeatureConfig = field(default_factory=FeatureConfig)
    classifier: ClassifierConfig = field(default_factory=ClassifierConfig)
    calibration: CalibrationConfig = field(default_factory=CalibrationConfig)
    thresholds: ThresholdConfig = field(default_factory=ThresholdConfig)

    def flat(self) -> dict[str, Any]:
        """Return every setting under its dotted key; the entries of a table stay a dict."""
        return {
            f"{stage.name}.{f.name}": getattr(getattr(self, stage.name), f.name)
            for stage in dataclasses.fields(self)
            for f in dataclasses.fields(getattr(self, stage.name))
        }

    def with_values(self, values: dict[str, Any], where: str) -> Self:
        """Return a copy with dotted keys replaced; `where` names their source in errors."""
        known = self.flat()
        tables = [key for key, value in known.items() if isinstance(value, dict)]
        changes: dict[str, dict[str, Any]] = {}
        for key, value in values.items():
            table = next((table for table in tables if key.startswith(f"{table}.")), None)
            if table is None and key not in known:
                near = difflib.get_close_matches(key, sorted(_NOT_SETTINGS), n=1, cutoff=0.7)
                near = near or difflib.get_close_matches(key, known, n=1, cutoff=0.4)
                hint = (
                    Message("Did you mean {near!r}?", near=near[0])
                    if near
                    else Message("Known: {known}.", known=sorted(known))
                )
                raise ConfigError("{where}: there is no setting {key!r}. {hint}", where=where, key=key, hint=hint)
            stage, name = (table or key).split(".")
            new = value
            if table is not None:  # calibration.logit_offsets.goals = -0.3 changes one entry; an id may hold dots
                new = {**changes.get(stage, {}).get(name, known[table]), key[len(table) + 1 :]: value}
            changes.setdefault(stage, {})[name] = _checked(table or key, new, where)
        try:
            stages = {stage: dataclasses.replace(getattr(self, stage), **new) for stage, new in changes.items()}
        except ConfigError as error:
            raise ConfigError("{where}: {error}", where=where, error=error) from error
        return dataclasses.replace(self, **stages)


@functools.cache
def _types(stage: str) -> dict[str, Any]:
    """Return the types of a stage's settings with their ranges; to work them out takes a third of a millisecond."""
    return typing.get_type_hints(typing.get_type_hints(Config)[stage], include_extras=True)


def _checked(key: str, value: Any, where: str) -> Any:
    stage, name = key.split(".")
    expected = _types(stage)[name]
    ok, text = fits(value, expected)
    if not ok:
        raise ConfigError(
            "{where}: the value of {key} must be {text}. Got {value!r}.", where=where, key=key, text=text, value=value
        )
    if typing.get_origin(expected) in {types.UnionType, typing.Union}:
        if isinstance(value, str):
            return value
        expected = typing.get_args(expected)[0]
    bare = typing.get_args(expected)[0] if typing.get_origin(expected) is Annotated else expected
    if bare in {float, int, bool}:
        return bare(value)  # numpy's numbers become Python's
    if typing.get_origin(bare) is dict:
        return {str(k): float(v) for k, v in value.items()}
    return value


# What an experiment file says beside settings.
_NOT_SETTINGS = frozenset({"name", "about", "base", "labels", "prior", "evaluate", "search"})


def _flatten(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat.update(_flatten(value, f"{prefix}{key}."))
        else:
            flat[prefix + key] = value
    return flat


def merge(config: Config, assignments: Sequence[str]) -> Config:
    """Apply ``key=value`` assignments, the values written as in TOML (bare words are texts).

    >>> merge(Config(), ["features.min_df=3"]).features.min_df
    3
    """
    values: dict[str, Any] = {}
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        if not equals:
            raise ConfigError(
                "--set {assignment}: a setting is written key=value, for example features.min_df=2.",
                assignment=assignment,
            )
        try:
            value = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            value = text.strip()
        values[key.strip()] = value
    return config.with_values(_flatten(values), "--set")


def config_of(table: Mapping[str, Any], path: Path, assignments: Sequence[str] = ()) -> Config:
    """Return the settings in the `table` of the experiment file at `path`, over those of its base, then `assignments`.

    ``base`` names another experiment file, beside it, whose settings stand in the place of the defaults. The experiment
    file's other top-level keys (see `gxclassify.experiments.files`) are not settings and are passed over.

    Raises
    ------
    ConfigError
        A key or value does not fit, or the base cannot be read or has a base itself.
    """
    config = Config()
    if base := table.get("base"):
        above = path.with_name(str(base))
        lower = read_toml(above, Message("the base of {name}", name=path.name))
        if "base" in lower:
            raise ConfigError(
                "{above}: is the base of {name} and names a base itself; put its settings into one file.",
                above=above,
                name=path.name,
            )
        config = config_of(lower, above)
    settings = {key: value for key, value in table.items() if key not in _NOT_SETTINGS}
    return merge(config.with_values(_flatten(settings), str(path)), assignments)


def load_config(path: Path | None = None, assignments: Sequence[str] = ()) -> Config:
    """Read settings: defaults, then the experiment file at `path`, then `assignments`.

    Raises
    ------
    ConfigError
        The file is missing or not TOML, or a key or value does not fit.
    """
    if path is None:
        return merge(Config(), assignments)
    return config_of(read_toml(path, Message("the experiment file")), path, assignments)
