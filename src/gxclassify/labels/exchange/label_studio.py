"""Label Studio's JSON: tasks with annotations, whose results are choices (themes) and labels (marked sentences).

Also its smaller JSON-MIN, whose tasks have their text and a member for each control: ``[{"id", "text", "themes":
{"choices": […]} or "…", "evidence": [{"start", "end", "labels"}], …}]``. Older versions count offsets in UTF-16
units; the marked text that stands beside them tells.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from gxclassify.errors import LabelError
from gxclassify.labels.exchange.base import (
    METADATA,
    NO_THEME,
    Exported,
    Imported,
    Themes,
    json_lines,
    metadata,
    reader_in,
)
from gxclassify.labels.records import tells_none
from gxclassify.messages import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.labels.records import LabelRecord
    from gxclassify.themes import Taxonomy

_TEXT = "text"
_THEMES, _MAYBE, _EVIDENCE = "themes", "maybe", "evidence"


def configuration(taxonomy: Taxonomy) -> str:
    """Return the labelling configuration that the exported tasks fit: themes or none, open themes, marked sentences."""
    choices = "".join(f"<Choice value={quoteattr(t.zh)} alias={quoteattr(t.id)}/>" for t in taxonomy.themes)
    labels = "".join(
        f"<Label value={quoteattr(t.zh)} alias={quoteattr(t.id)} background={quoteattr(t.colour)}/>"
        for t in taxonomy.themes
    )
    none = f'<Choice value="没有主题" alias="{NO_THEME}"/>'
    return (
        f'<View><Labels name="{_EVIDENCE}" toName="{_TEXT}">{labels}</Labels><Text name="{_TEXT}" value="${_TEXT}"/>'
        f'<Choices name="{_THEMES}" toName="{_TEXT}" choice="multiple">{choices}{none}</Choices>'
        f'<Header value="?"/><Choices name="{_MAYBE}" toName="{_TEXT}" choice="multiple">{choices}</Choices></View>'
    )


def decode(text: str, where: str, themes: Themes) -> Imported:
    """Read an export as JSON or JSON-MIN.

    Every annotator's last annotation that is not cancelled is a reading. Themes are chosen in a control called
    ``themes`` or, where there is none, in those that ask for themes; other controls are left alone. Marked sentences
    tell themes where no control of choices does. An annotation that leaves unanswered what tells themes says nothing.
    """
    try:
        tasks = _tasks_by_line(text, where) or json.loads(text)
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits
        raise LabelError("{where}: not JSON; export the project as JSON.", where=where) from error
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise LabelError("{where}: a Label Studio export is a list of tasks; export the project as JSON.", where=where)
    small = [task for task in tasks if "data" not in task]
    whole = [task for task in tasks if "data" in task]
    field = themes.text_field([*small, *map(_data, whole)], where)
    controls = _controls(_asked(whole) | _asked_in_small(small, field), where, themes)
    choosing = _choosing(whole, small) & controls
    spans_tell = not choosing - {_MAYBE}
    telling = controls if spans_tell else choosing
    records, unlabelled, silent = [], 0, 0
    for number, task in enumerate(tasks, 1):
        place = Message("{where}: task {task}", where=where, task=task.get("id", number))
        if "data" not in task:
            if themes.empty_is_none or any(map(_chosen_in_small, map(task.get, telling))):
                records.append(_small(task, controls, field, place, themes, spans_tell=spans_tell))
            else:
                silent += 1
            continue
        readings = _readings(task)
        unlabelled += not readings
        for reader, annotation in readings.items():
            results = annotation.get("result") or []
            answers = [r for r in results if isinstance(r, dict) and r.get("from_name") in controls]
            if not themes.empty_is_none and not any(_chosen(r) for r in answers if r.get("from_name") in telling):
                silent += 1
                continue
            records.append(_record(task, answers, field, place, themes, reader=reader, spans_tell=spans_tell))
    notices = [Message("Tasks without an annotation: {n}, passed over.", n=unlabelled)] if unlabelled else []
    none_told = Message("a choice for that, such as 无, with '--map 无=' of 'labels import'")
    return Imported(records, notices, silent, none_told)


def _tasks_by_line(text: str, where: str) -> list[dict[str, Any]]:
    """Return the tasks of an export that has one on each line, none of another."""
    if not text.lstrip().startswith("{"):
        return []
    try:
        tasks = [task for _, task in json_lines(text, where)]
    except LabelError:
        return []
    return tasks if all("data" in task for task in tasks) else []


def _data(task: dict[str, Any]) -> dict[str, Any]:
    return task["data"] if isinstance(task["data"], dict) else {}


def _done(task: dict[str, Any]) -> list[dict[str, Any]]:
    return [a for a in task.get("annotations") or [] if isinstance(a, dict) and not a.get("was_cancelled")]


def _readings(task: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return every reader's last annotation that is not cancelled.

    Of one that came with its task, on which nobody spent time there, Label Studio tells who imported it; who read it
    stands in the task's data, as `encode` writes it.
    """
    told, done = reader_in(_data(task)), _done(task)
    brought = [annotation for annotation in done if annotation.get("lead_time") is None]
    return {
        told if told and brought == [annotation] else _annotator(annotation) or told: annotation for annotation in done
    }


def _annotator(annotation: dict[str, Any]) -> str:
    by = annotation.get("completed_by")
    return str((by.get("email") or by.get("id")) if isinstance(by, dict) else by or "")


def _chosen(result: dict[str, Any]) -> list[Any]:
    """Return the names that a result of a control of choices, labels or a taxonomy gives; of a path its last level."""
    value = result.get("value")
    if not isinstance(value, dict):
        return []
    paths = [path[-1] if isinstance(path, list) and path else path for path in value.get("taxonomy") or []]
    return [*(value.get("choices") or []), *(value.get("labels") or []), *paths]


def _asked(tasks: list[dict[str, Any]]) -> dict[Any, list[Any]]:
    """Return what the controls of tasks gave."""
    asked: dict[Any, list[Any]] = {}
    for task in tasks:
        for annotation in _done(task):
            for result in annotation.get("result") or []:
                if isinstance(result, dict) and (chosen := _chosen(result)):
                    asked.setdefault(result.get("from_name"), []).extend(chosen)
    return asked


def _is_mark(result: dict[str, Any]) -> bool:
    return result.get("type") == "labels"


def _are_marks(value: Any) -> bool:
    """Whether a member of a JSON-MIN task is a control's marks."""
    return isinstance(value, list) and all(isinstance(mark, dict) and "start" in mark for mark in value)


def _choosing(whole: list[dict[str, Any]], small: list[dict[str, Any]]) -> set[Any]:
    """Return the controls in which something was chosen, not marked."""
    results = (r for task in whole for annotation in _done(task) for r in annotation.get("result") or [])
    chosen = {r.get("from_name") for r in results if isinstance(r, dict) and not _is_mark(r)}
    return chosen | {name for task in small for name, value in task.items() if not _are_marks(value)}


def _controls(asked: dict[Any, list[Any]], where: str, themes: Themes) -> set[Any]:
    """Return the controls that ask for themes, and for sentences that tell them, of all with what they gave."""
    if themes.label_column:
        if asked and themes.label_column not in asked:
            raise LabelError(
                "{where}: no control is called {label_column!r}. There are: {asked}.",
                where=where,
                label_column=themes.label_column,
                asked=[*map(str, asked)],
            )
        return {themes.label_column, _MAYBE, _EVIDENCE}
    if _THEMES in asked:
        return {_THEMES, _MAYBE, _EVIDENCE}
    if len(asked) <= 1:
        return {*asked, _MAYBE, _EVIDENCE}
    telling = {name for name, chosen in asked.items() if any(map(themes.knows, chosen))}
    if not telling:
        known = [*map(str, asked)]
        raise LabelError(
            "{where}: no control gives a theme's name; say which to take with --label-column: {known}.",
            where=where,
            known=known,
        )
    return telling | {_MAYBE, _EVIDENCE}


def _record(
    task: dict[str, Any],
    results: list[dict[str, Any]],
    field: str,
    place: str,
    themes: Themes,
    *,
    reader: str,
    spans_tell: bool,
) -> LabelRecord:
    data = _data(task)
    text = data.get(field)
    names: list[Any] = []
    maybe: list[Any] = []
    spans: list[tuple[Any, Any, Any]] = []
    for result in results:
        chosen = _chosen(result)
        if _is_mark(result):
            start, end = _offsets(text, result.get("value") or {}, place)
            spans += [(start, end, name) for name in chosen]
        else:
            (maybe if result.get("from_name") == _MAYBE else names).extend(n for n in chosen if n != NO_THEME)
    record_id = data.get("record_id") or (f"label-studio-{task['id']}" if "id" in task else None)
    meta = {**data, "annotator": reader}
    return themes.record(
        place, text, names, spans=spans, spans_tell=spans_tell, maybe=maybe, record_id=record_id, meta=meta
    )


_OF_TASKS = {"id", "annotation_id", "created_at", "updated_at", "lead_time", "record_id", *METADATA}
"""Members of a JSON-MIN task that are no controls."""


def _asked_in_small(tasks: list[dict[str, Any]], field: str) -> dict[Any, list[Any]]:
    """Return what the controls of JSON-MIN tasks gave; a member of bare words may also be a field of the data."""
    asked: dict[Any, list[Any]] = {}
    for task in tasks:
        for name, value in task.items():
            if name not in _OF_TASKS and name != field and (chosen := _chosen_in_small(value)):
                asked.setdefault(name, []).extend(chosen)
    return asked


def _chosen_in_small(value: Any) -> list[Any]:
    """Return the names that a member gives: of one choice its name, of several an object, of marks their labels."""
    if isinstance(value, str):
        return [value] if value else []
    if isinstance(value, dict):
        return _chosen({"value": value})
    if isinstance(value, list):
        return [name for mark in value if isinstance(mark, dict) for name in _chosen({"value": mark})]
    return []


def _small(
    task: dict[str, Any], controls: set[Any], field: str, place: str, themes: Themes, *, spans_tell: bool
) -> LabelRecord:
    text = task.get(field)
    names: list[Any] = []
    maybe: list[Any] = []
    spans: list[tuple[Any, Any, Any]] = []
    for control in sorted(controls & set(task)):
        value = task[control]
        if _are_marks(value):
            for mark in value:
                start, end = _offsets(text, mark, place)
                spans += [(start, end, name) for name in mark.get("labels") or []]
        else:
            (maybe if control == _MAYBE else names).extend(n for n in _chosen_in_small(value) if n != NO_THEME)
    record_id = task.get("record_id") or (f"label-studio-{task['id']}" if "id" in task else None)
    return themes.record(
        place, text, names, spans=spans, spans_tell=spans_tell, maybe=maybe, record_id=record_id, meta=task
    )


def _offsets(text: Any, value: dict[str, Any], place: str) -> tuple[Any, Any]:
    """Return a mark's place in characters, be it counted in characters or in UTF-16 units."""
    start, end, marked = value.get("start"), value.get("end"), value.get("text")
    if not (isinstance(text, str) and isinstance(start, int) and isinstance(end, int)):
        return start, end  # the record's own check says what is wrong
    if not isinstance(marked, str) or text[start:end] == marked:
        return start, end
    units = text.encode("utf-16-le", "surrogatepass")
    first, last = (len(units[: 2 * place_].decode("utf-16-le", "replace")) for place_ in (start, end))
    if text[first:last] != marked:
        raise LabelError(
            "{place}: the mark {start} to {end} is not «{marked:.30}» in the text; export the task again.",
            place=place,
            start=start,
            end=end,
            marked=marked,
        )
    return first, last


def encode(records: Sequence[LabelRecord], taxonomy: Taxonomy) -> Exported:
    """Write tasks with annotations."""
    tasks = [
        {"id": n, "data": {_TEXT: record.text, **metadata(record)}, "annotations": [{"result": _results(record)}]}
        for n, record in enumerate(records, 1)
    ]
    notice = Message(
        "Set the Label Studio project up with this labelling configuration: {configuration}",
        configuration=configuration(taxonomy),
    )
    return Exported((json.dumps(tasks, ensure_ascii=False, indent=1) + "\n").encode(), [notice])


def _results(record: LabelRecord) -> list[dict[str, Any]]:
    results = [
        _result(name, "choices", {"choices": list(chosen)})
        for name, chosen in ((_THEMES, [NO_THEME] if tells_none(record) else record.labels), (_MAYBE, record.maybe))
        if chosen
    ]
    for theme, spans in record.evidence.items():
        for start, end in spans:
            value = {"start": start, "end": end, "text": record.text[start:end], "labels": [theme]}
            results.append(_result(_EVIDENCE, "labels", value))
    for number, result in enumerate(results):
        result["id"] = f"r{number}"
    return results


def _result(name: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"from_name": name, "to_name": _TEXT, "type": kind, "value": value}
