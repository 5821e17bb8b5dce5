"""Tagged paragraphs, articles or documents as a data frame, for notebooks and scripts."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from gxclassify.config import ReadingConfig
from gxclassify.errors import InputError
from gxclassify.extras import need
from gxclassify.loading import as_model
from gxclassify.messages import spoken
from gxclassify.model.groups import check_level, group_of, groups_in
from gxclassify.reading.inputs import Inputs

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from gxclassify.model.groups import Level, TaggedGroup
    from gxclassify.model.model import Model, TaggedParagraph
    from gxclassify.zones import Gazetteer


def tag(
    inputs: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    model: Model | str | Path | None = None,
    level: Level = "paragraph",
    text_column: str = "text",
    zones: bool | Gazetteer = False,
    date_column: str = "date",
    reading: ReadingConfig | None = None,
) -> pd.DataFrame:
    """Tag files and return their paragraphs, articles or documents as a data frame.

    Parameters
    ----------
    inputs : path or iterable of paths
        Whatever ``gxclassify predict`` takes: documents, records, folders of such.
    model : Model, str or Path, optional
        A model, or what `load_model` takes. Default: the shipped one.
    level : {"paragraph", "article", "document"}
        What is a row; see `tag_groups`.
    text_column : str
        The field of records that is scored.
    zones : bool or Gazetteer
        Whether zones, date and amounts are found as well.
    date_column : str
        The field of records that holds their date.
    reading : ReadingConfig, optional
        The limits on what is read.

    Returns
    -------
    DataFrame
        A row for each paragraph in the order of the input: ``document``, ``title``, ``tags`` (a list), ``text``,
        ``review``, a column for each theme's probability, the paragraph's place, the fields of its record as
        ``record.NAME``; with `zones` the ids and names of its zones and of its article's zone, its date and its
        amounts. Or a row for each article or document: how many ``paragraphs`` it has, its ``tags``, for each theme the
        greatest probability of a paragraph, ``THEME.share`` and ``THEME.sentence``; amounts stay with paragraphs. What
        could not be read is warned of, and kept in ``frame.attrs["left_out"]``. Files that are passed over or named
        twice are warned of too, and so are dates that are not understood.

    Raises
    ------
    ConfigError
        There is no such level.
    InputError
        Nothing could be read, or `inputs` is a data frame or a column of one.
    MissingPackageError
        pandas is not installed.

    Examples
    --------
    >>> import gxclassify as gx
    >>> gx.tag("examples/page.txt")[["title", "tags"]].iloc[-1].to_list()
    ['盐湖生态产业园循环经济见实效', ['eco_park', 'goals']]
    >>> articles = gx.tag("examples/page.txt", level="article")
    >>> articles[["paragraphs", "goals.share"]].iloc[-1].round(2).to_dict()
    {'paragraphs': 3.0, 'goals.share': 0.33}
    """
    need("pandas", "Tagging into a data frame")
    import pandas as pd

    check_level(level)
    tagger, config = as_model(model), reading or ReadingConfig()
    source = Inputs(inputs, text_column=text_column, config=config)
    from gxclassify.model.facts import date_notes, finder_for, unread_dates, unread_notes
    from gxclassify.zones import UnreadDates

    for note in [*source.notes, *(date_notes(source, date_column) if zones is not False else ())]:
        warnings.warn(spoken(note), stacklevel=2)
    evidence = level != "paragraph"  # of articles and documents the sentences are told
    rows: list[dict[str, Any]] = []
    left_out: list[InputError] = []
    unread = UnreadDates()
    finder = finder_for(zones, date_column) or False
    for chunk in source.chunks():
        for document in chunk.read(config):
            if isinstance(document, InputError):
                left_out.append(document)
            else:
                if zones is not False:
                    unread = unread.and_of(unread_dates(document, date_column))
                tagged = tagger.tag([document], evidence=evidence, zones=finder)
                if level == "paragraph":
                    rows += map(_row, tagged)
                else:
                    rows += map(_group_row, groups_in(document, tagged, level))
    if left_out and not rows:
        raise left_out[0]  # as it is, so that it can still be said in another language
    for problem in [*(error.message for error in left_out), *unread_notes(unread)]:
        warnings.warn(spoken(problem), stacklevel=2)
    count = len(rows)
    if not rows:  # of a file without records: the columns are those that a null has
        null = [*tagger.tag([None], evidence=evidence, zones=finder)]
        rows = [_row(null[0]) if level == "paragraph" else _group_row(group_of(null, level))]
    frame = pd.DataFrame(rows)[:count]
    frame.attrs["left_out"] = [str(error) for error in left_out]
    return frame


def _row(tagged: TaggedParagraph) -> dict[str, Any]:
    start, end = tagged.span
    row: dict[str, Any] = {
        "document": tagged.document,
        "title": tagged.title,
        "tags": list(tagged.tags),
        "text": tagged.text,
        "review": tagged.review,
        **tagged.scores,
        "article": tagged.article,
        "paragraph": tagged.paragraph,
        "start": start,
        "end": end,
        "kind": tagged.kind,
        "subhead": tagged.subhead,
        "page": tagged.page,
    }
    if tagged.facts is not None:
        facts = tagged.facts
        row["zones"] = list(dict.fromkeys(mention.id for mention in facts.zones))
        row["zone_names"] = list(dict.fromkeys(mention.name for mention in facts.zones))
        row["article_zone"], row["article_zone_name"] = facts.article_zone or (None, None)
        row["date"] = facts.date.date if facts.date else None
        row["amounts"] = [stated.amount.text for stated in facts.amounts]
    return row | {f"record.{name}": value for name, value in tagged.record.items()}


def _group_row(group: TaggedGroup) -> dict[str, Any]:
    row: dict[str, Any] = {
        "document": group.document,
        "article": group.article,
        "title": group.title,
        "paragraphs": group.paragraphs,
        "tags": list(group.tags),
    }
    for theme, told in group.themes.items():
        row |= {theme: told.score, f"{theme}.share": told.share, f"{theme}.sentence": told.sentence}
    if group.zones is not None:
        row["zones"] = [zone.id for zone in group.zones]
        row["zone_names"] = [zone.name for zone in group.zones]
        row["article_zone"], row["article_zone_name"] = group.article_zone or (None, None)
        row["date"] = group.date.date if group.date else None
    return row | {f"record.{name}": value for name, value in group.record.items()}
