"""Label Studio's JSON: tasks with annotations, whose results are choices (themes) and labels (marked sentences).

Also its smaller JSON-MIN: ``[{"id", "text", "themes": {"choices": […]} or "…", "evidence": [{"start", "end",
"labels"}], …}]``. Older versions count offsets in UTF-16 units; the marked text that stands beside them tells.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from gxclassify.errors import LabelError
from gxclassify.labels.exchange.base import Exported, Imported, Themes, metadata

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.labels.records import LabelRecord
    from gxclassify.themes import Taxonomy

_TEXT = "text"
_THEMES, _MAYBE, _EVIDENCE = "themes", "maybe", "evidence"


def configuration(taxonomy: Taxonomy) -> str:
    """Return the labelling configuration that the exported tasks fit: themes, open themes, marked sentences."""
    choices = "".join(f"<Choice value={quoteattr(t.zh)} alias={quoteattr(t.id)}/>" for t in taxonomy.themes)
    labels = "".join(
        f"<Label value={quoteattr(t.zh)} alias={quoteattr(t.id)} background={quoteattr(t.colour)}/>"
        for t in taxonomy.themes
    )
    return (
        f'<View><Labels name="{_EVIDENCE}" toName="{_TEXT}">{labels}</Labels><Text name="{_TEXT}" value="${_TEXT}"/>'
        f'<Choices name="{_THEMES}" toName="{_TEXT}" choice="multiple">{choices}</Choices>'
        f'<Header value="?"/><Choices name="{_MAYBE}" toName="{_TEXT}" choice="multiple">{choices}</Choices></View>'
    )


def decode(text: str, where: str, themes: Themes) -> Imported:
    """Read an export as JSON or JSON-MIN; of several annotations of a task the last one not cancelled counts."""
    try:
        tasks = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        msg = f"{where}: not JSON; export the project as JSON."
        raise LabelError(msg) from error
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        msg = f"{where}: a Label Studio export is a list of tasks; export the project as JSON."
        raise LabelError(msg)
    records, unlabelled, several = [], 0, 0
    for number, task in enumerate(tasks, 1):
        place = f"{where}: task {task.get('id', number)}"
        if "data" not in task:
            records.append(_small(task, place, themes))
            continue
        done = [a for a in task.get("annotations") or [] if isinstance(a, dict) and not a.get("was_cancelled")]
        if not done:
            unlabelled += 1
            continue
        several += len(done) > 1
        records.append(_record(task, done[-1], place, themes))
    notices = [f"{unlabelled} tasks have no annotation and were passed over."] if unlabelled else []
    if several:
        notices.append(f"{several} tasks have several annotations; the last of each was taken.")
    return Imported(records, notices)


def _record(task: dict[str, Any], annotation: dict[str, Any], place: str, themes: Themes) -> LabelRecord:
    data = task["data"] if isinstance(task["data"], dict) else {}
    names: list[Any] = []
    maybe: list[Any] = []
    spans: list[tuple[Any, Any, Any]] = []
    for result in annotation.get("result") or []:
        value = result.get("value") or {}
        if result.get("type") == "choices":
            (maybe if result.get("from_name") == _MAYBE else names).extend(value.get("choices") or [])
        elif result.get("type") == "labels":
            start, end = _offsets(data.get(_TEXT), value, place)
            spans += [(start, end, name) for name in value.get("labels") or []]
    record_id = data.get("record_id") or (f"label-studio-{task['id']}" if "id" in task else None)
    return themes.record(place, data.get(_TEXT), names, spans=spans, maybe=maybe, record_id=record_id, meta=data)


def _small(task: dict[str, Any], place: str, themes: Themes) -> LabelRecord:
    lists: dict[str, list[Any]] = {}
    for key in (_THEMES, _MAYBE):
        value = task.get(key)
        lists[key] = value.get("choices") or [] if isinstance(value, dict) else [value] if value else []
    spans = []
    for mark in task.get(_EVIDENCE) or []:
        start, end = _offsets(task.get(_TEXT), mark, place)
        spans += [(start, end, name) for name in mark.get("labels") or []]
    record_id = task.get("record_id") or (f"label-studio-{task['id']}" if "id" in task else None)
    return themes.record(
        place, task.get(_TEXT), lists[_THEMES], spans=spans, maybe=lists[_MAYBE], record_id=record_id, meta=task
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
        msg = f"{place}: the mark {start} to {end} is not «{marked:.30}» in the text; export the task again."
        raise LabelError(msg)
    return first, last


def encode(records: Sequence[LabelRecord], taxonomy: Taxonomy) -> Exported:
    """Write tasks with annotations."""
    tasks = [
        {"id": n, "data": {_TEXT: record.text, **metadata(record)}, "annotations": [{"result": _results(record)}]}
        for n, record in enumerate(records, 1)
    ]
    notice = f"Set the Label Studio project up with this labelling configuration: {configuration(taxonomy)}"
    return Exported((json.dumps(tasks, ensure_ascii=False, indent=1) + "\n").encode(), [notice])


def _results(record: LabelRecord) -> list[dict[str, Any]]:
    results = [
        _result(name, "choices", {"choices": list(chosen)})
        for name, chosen in ((_THEMES, record.labels), (_MAYBE, record.maybe))
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
