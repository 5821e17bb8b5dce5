"""Prodigy's JSON Lines, as ``db-out`` writes them.

A choice task, which ``textcat.manual`` makes, holds all themes of a text in ``accept``; with ``spans`` (a blocks
interface with ``spans_manual``) the marked sentences too. A binary task, which ``textcat.teach`` makes, asks for one
theme in ``label`` and is answered in ``answer``; the tasks of one text are put together, and the themes that nobody
was asked about stay open.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gxclassify.errors import LabelError
from gxclassify.labels.exchange.base import MAYBE, Exported, Imported, Themes, json_lines, metadata
from gxclassify.messages import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.labels.records import LabelRecord
    from gxclassify.themes import Taxonomy


def decode(text: str, where: str, themes: Themes) -> Imported:
    """Read accepted tasks; ignored ones, and choices that were rejected as a whole, are passed over."""
    records: list[LabelRecord] = []
    binary: dict[tuple[str, str], list[tuple[str, dict[str, Any]]]] = {}
    passed_over = 0
    for place, task in json_lines(text, where):
        answer = task.get("answer", "accept")
        if isinstance(task.get("label"), str) and "accept" not in task and answer in {"accept", "reject"}:
            binary.setdefault((str(task.get("text")), _reader(task)), []).append((place, task))
        elif answer != "accept":
            passed_over += 1
        else:
            records.append(_chosen(task, place, themes))
    records += [_asked(tasks, themes) for tasks in binary.values()]
    said = Message("{n} {n:task was|tasks were} ignored or rejected in Prodigy, and passed over.", n=passed_over)
    notices = [said] if passed_over else []
    return Imported(records, notices)


def _chosen(task: dict[str, Any], place: str, themes: Themes) -> LabelRecord:
    accept = task.get("accept", [])
    if not isinstance(accept, list) or ("accept" not in task and "spans" not in task):
        raise LabelError(
            "{place}: neither 'accept' nor 'label' nor 'spans'; the task comes from no text classification recipe.",
            place=place,
        )
    spans = [(s.get("start"), s.get("end"), s.get("label")) for s in task.get("spans") or [] if isinstance(s, dict)]
    meta = _meta(task)
    accept = [_option(task, chosen, themes) for chosen in accept]
    record_id, spans_tell = meta.get("record_id"), "accept" not in task
    return themes.record(
        place, task.get("text"), accept, spans=spans, spans_tell=spans_tell, record_id=record_id, meta=meta
    )


def _asked(tasks: list[tuple[str, dict[str, Any]]], themes: Themes) -> LabelRecord:
    """Put together the yes and no of one text."""
    place, first = tasks[0]
    answers = {themes.find(task["label"], own): task.get("answer", "accept") for own, task in tasks}
    told = [theme for (theme, open_), answer in answers.items() if theme and answer == "accept" and not open_]
    opened = [theme for (theme, open_), answer in answers.items() if theme and answer == "accept" and open_]
    never = [theme for theme in themes.ids if theme not in {known for known, _ in answers}]
    meta = _meta(first)
    maybe = [*opened, *never]
    return themes.record(place, first.get("text"), told, maybe=maybe, record_id=meta.get("record_id"), meta=meta)


def _option(task: dict[str, Any], chosen: Any, themes: Themes) -> Any:
    """Return the text of a chosen option whose id, often a number, is no theme."""
    if themes.knows(chosen):
        return chosen
    options = task.get("options")
    texts = {o.get("id"): o.get("text") for o in options if isinstance(o, dict)} if isinstance(options, list) else {}
    return chosen if isinstance(chosen, str) and not themes.knows(texts.get(chosen)) else texts.get(chosen, chosen)


def _reader(task: dict[str, Any]) -> str:
    """Return who answered."""
    return str(task.get("_annotator_id") or task.get("_session_id") or "")


def _meta(task: dict[str, Any]) -> dict[str, Any]:
    meta = task["meta"] if isinstance(task.get("meta"), dict) else {}
    # who answered goes before who had read what was given to be answered
    return {**meta, "annotator": _reader(task) or meta.get("annotator")}


def encode(records: Sequence[LabelRecord], taxonomy: Taxonomy) -> Exported:
    """Write accepted choice tasks with spans, for ``db-in`` or as input of a recipe."""
    options = [{"id": theme.id, "text": theme.zh} for theme in taxonomy.themes]
    options += [{"id": theme.id + MAYBE, "text": theme.zh + MAYBE} for theme in taxonomy.themes]
    lines = []
    for record in records:
        spans = [{"start": s, "end": e, "label": theme} for theme, own in record.evidence.items() for s, e in own]
        task = {
            "text": record.text,
            "options": options,
            "accept": [*record.labels, *(theme + MAYBE for theme in record.maybe)],
            "spans": sorted(spans, key=lambda span: (span["start"], span["end"])),
            "meta": metadata(record),
            "answer": "accept",
        }
        lines.append(json.dumps(task, ensure_ascii=False) + "\n")
    return Exported("".join(lines).encode())
