"""Records as programs write them: where JSON holds them, and which of their fields holds the text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gxclassify.messages import Message, named
from gxclassify.reading.records.editors import delta_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# ---- which field holds the text


TEXT_FIELDS = (
    "text", "content", "body", "正文", "内容", "文本", "全文", "文章内容", "新闻内容", "正文内容", "内容正文",
    "文章正文", "段落", "原文", "article", "paragraph", "fulltext", "full_text", "contents", "content_text",
    "article_content", "news_content", "main_text", "sentence", "document", "passage", "html", "content_html",
    "paragraphs", "摘要", "summary", "abstract", "description", "评论内容", "评论", "评价内容", "评价", "留言内容",
    "留言", "句子", "review", "comment",
)  # fmt: skip
"""The names of fields that hold a text, the likeliest first; letter case does not count."""
# 来信内容 | docContent | ticket text, but no alt_text of a picture
_TEXT_NAME = re.compile(
    "[\u4e00-\u9fff]{2,6}(?:内容|正文)|[a-z]+_?(?:content|body)|(?!alt|link|button)[a-z]+[ _-](?:content|body|text)"
)
_BODY_NAME = re.compile("[\u4e00-\u9fff]{2,6}(?:内容|正文)|[a-z]+_?(?:content|body)|[a-z]*_?(?:content|body)_?html")
_SUMMARIES = TEXT_FIELDS.index("摘要")  # what follows may be less than all of a text
_WHOLE = frozenset((*TEXT_FIELDS[:_SUMMARIES], "paragraphs"))
_BRIEF = frozenset(("摘要", "summary", "abstract", "description"))
_MUCH_MORE = 2  # times as much text as a field has that is named as a summary: that is the text
_TITLE_NAME = re.compile("(?:title|headline|subject|题|题名)$", re.IGNORECASE)
_STOPS = "，。；！？"
_LATIN = re.compile(r"(?:[A-Za-z'’-]+[,;:]?\s+){7}[A-Za-z]")  # eight words on end are no name and no address
WORKBOOK_PROPERTY = "gxclassify"
"""The property of a workbook by which what `predict` wrote is known; its value is the level of its first sheet."""
# What a record has, beside its text and tags, that is a paragraph as `predict` writes it; people take columns away.
_RESULT = {
    "document", "article", "title", "paragraph", "model", "start", "end", "page", "subhead", "kind", "box", "review",
    "evidence", "scores", "zones", "zone_names", "article_zone", "article_zone_name", "amounts",
}  # fmt: skip
_ENOUGH = 5
# Of these one at least: a table of one's own may have a document, article, paragraph, title and page.
_BY_US = {"model", "review", "scores", "evidence", "start", "box", "zone_names", "article_zone"}
_MODEL = "gxclassify"
"""How the names of models begin."""
SCORE_FORMAT = "0.00_)"
"""How a workbook of `predict` shows probabilities, by which these are known and read with all their digits."""
GROUP_FIELDS = frozenset({"document", "article", "title", "paragraphs", "tags", "model"})
"""What a record has that is an article or a document as `predict` writes it, whose text is elsewhere."""
TOTAL_FIELDS = frozenset({"articles", "paragraphs", "no_theme", "review"})
"""What a record has that is a total as `predict` writes it."""
LABEL_FIELDS = frozenset({"id", "labels", "maybe"})
"""What a record has, beside its text, that is a label record as ``labels`` and the labelling page write it."""


OF_RECORD = "record."
"""Before the name of each field that a record had, in tables of results."""


class Figure(str):
    """A cell of a workbook that holds a number or a date, as it is shown."""

    __slots__ = ()


SURVEYED_RECORDS = 50
"""How many records are looked at to find the field of their text."""
_PROSE = 15  # characters on average, with a mark of a sentence in every third: a text, not a title


def choose_column() -> Message:
    """Return how to choose the column of the text, for a message's ``{help}``."""
    return Message(" (choose by --text-column or text_column=)")


def is_tagged_record(fields: Iterable[str]) -> bool:
    """Tell whether fields are those of a paragraph that `predict` tagged, though people took some of them away.

    Of a mapping the model's name counts, too: who has a ``model`` that is none of ours has a table of one's own.

    >>> is_tagged_record(["document", "title", "tags", "review", "kind", "model", "policy"])
    True
    >>> is_tagged_record(["title", "tags", "review", "text"])
    False
    >>> is_tagged_record(["document", "article", "paragraph", "title", "page", "tags"])
    False
    """
    given = {*fields}
    if not are_fields_of_results(given) or given.isdisjoint(_BY_US):
        return False
    model = fields.get("model") if isinstance(fields, Mapping) else None
    return not model or (isinstance(model, str) and model.startswith(_MODEL))


def are_fields_of_results(names: Iterable[str]) -> bool:
    """Tell whether enough of the fields are there that `predict` writes of a paragraph."""
    given = {*names}
    return "tags" in given and len(given & _RESULT) >= _ENOUGH


def fields_before(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that a record had before `predict` tagged it, which stand below ``record`` in its results.

    >>> fields_before({"tags": "", "record.id": "7", "record": '{"date": "2024-08-16"}'})
    {'id': '7', 'date': '2024-08-16'}
    """
    below = {name.removeprefix(OF_RECORD): value for name, value in record.items() if name.startswith(OF_RECORD)}
    rest = record.get("record")
    if isinstance(rest, str) and rest:
        try:
            rest = json.loads(rest)
        except (ValueError, RecursionError):
            rest = None
    return below | rest if isinstance(rest, dict) else below


def known_fields(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields of a record; where `predict` tagged it before, those that it had then, too, and its date."""
    if not is_tagged_record(record):
        return record
    date = record.get("date")
    return {**record, **({"date": date.get("date")} if isinstance(date, dict) else {}), **fields_before(record)}


def without_texts(names: Iterable[str]) -> bool:
    """Tell whether records with these fields are what `predict` made of texts, articles or totals, and hold none."""
    given = {*names}
    return TEXT_FIELDS[0] not in given and (given >= GROUP_FIELDS or given >= TOTAL_FIELDS)


def texts_elsewhere(name: str) -> Message:
    """Say that a file of results holds no paragraphs."""
    return Message(
        "{name}: this is what gxclassify said of articles, documents or totals, without their texts; give the tagged "
        "paragraphs (predict without --level and --summary), or the texts.",
        name=name,
    )


def text_field(records: Sequence[dict[str, Any]], wanted: str) -> str | None:
    """Return the field that holds the text of records: `wanted`, or, where that is ``text``, by name or by look.

    >>> text_field([{"标题": "签约", "正文": "高新区签约12个项目。"}], "text")
    '正文'
    """
    sample = records[:SURVEYED_RECORDS]
    if any(wanted in record for record in sample):
        return wanted
    if wanted != TEXT_FIELDS[0] or (sample and without_texts(sample[0])):
        return None
    texts: dict[str, list[str]] = {}
    for record in sample:
        for name, value in record.items():
            if isinstance(value, str):
                texts.setdefault(name, []).append(value)
    named = named_text_field(texts)
    if named and named.strip().lower() not in _BRIEF:
        return named
    told = {name: sum(map(len, values)) for name, values in texts.items() if reads_as_prose(values)}
    most = max(told, key=lambda name: told[name], default=None)
    if named and (most is None or told[most] < _MUCH_MORE * sum(map(len, texts[named])) or _TITLE_NAME.search(most)):
        return named
    return most


def named_text_field(names: Iterable[str]) -> str | None:
    """Return the likeliest field of texts by name alone."""
    by_name = {name.strip().lower(): name for name in names}
    if without_texts(by_name):
        return None
    for known in (TEXT_FIELDS[:_SUMMARIES], _BODY_NAME, TEXT_FIELDS[_SUMMARIES:], _TEXT_NAME):
        if isinstance(known, tuple):
            found = next((by_name[name] for name in known if name in by_name), None)
        else:
            found = next((given for name, given in by_name.items() if known.fullmatch(name)), None)
        if found is not None:
            return found
    return None


def is_null(value: Any) -> bool:
    """Tell whether a value stands for no value: None, NaN, and what pandas and numpy write for them."""
    return (
        value is None
        or (not isinstance(value, str) and type(value).__name__ in {"NAType", "NaTType", "MaskedConstant"})
        or (
            isinstance(value, float) and value != value  # noqa: PLR0124 - NaN alone differs from itself
        )
    )


_NO_NAME = 1000


def no_column(name: str, column: str, names: Sequence[str]) -> str:
    """Say that a table lacks the text column."""
    if column == TEXT_FIELDS[0] and without_texts(names):
        return texts_elsewhere(name)
    if any(len(given) > _NO_NAME for given in names):
        return Message(
            "{name}: the first row names no columns, it has a cell of {n:,} characters: a wrong encoding or separator, "
            "or no header.",
            name=name,
            n=max(map(len, names)),
        )
    if any(given.endswith(("。", "！", "？")) for given in names):
        return Message(
            "{name}: the first row is a text and names no columns; put a row with their names on top, such as 'text'.",
            name=name,
        )
    if not any(names):
        return Message("{name}: there are no columns: the file is empty, or its first row is.", name=name)
    return Message(
        "{name}: there is no column {column!r}; it has {listed}{help}.",
        name=name,
        column=column,
        listed=named(names),
        help=choose_column(),
    )


def reads_as_prose(values: Sequence[str]) -> bool:
    """Tell whether the values of a field are texts, by their length and their marks."""
    filled = [value for value in values if value.strip()]
    stops = sum(any(stop in value for stop in _STOPS) or _LATIN.search(value) is not None for value in filled)
    return bool(filled) and sum(map(len, filled)) >= _PROSE * len(filled) and stops * 3 >= len(filled)


# ---- JSON that is not a line for each record


_HALF_PAIR = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")


def whole_characters(value: Any, text: str) -> Any:
    """Return the value that the JSON `text` gave, with ``?`` for half surrogate pairs, which no other form can hold."""
    if not _HALF_PAIR.search(text):
        return value
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def distinct(columns: Sequence[str]) -> list[str]:
    """Return the names of columns, each once: one that was there before has its number behind.

    >>> distinct(["text", "id", "text"])
    ['text', 'id', 'text 3']
    """
    names: dict[str, None] = {}
    for number, name in enumerate(columns, start=1):
        fresh = name
        while fresh in names:
            fresh = f"{fresh} {number}"
        names[fresh] = None
    return list(names)


def json_records(text: str) -> list[dict[str, Any]]:
    """Return the records that JSON holds, in whatever form programs write a table or a list of articles.

    An array of objects, or of texts; an object with such an array in it, however deep; an object whose members are the
    records; one of columns, as pandas writes them; or one record. Several of these one after the other; or one that a
    script calls a function with, or names.

    Raises
    ------
    ValueError
        It is not JSON.

    >>> json_records('{"code": 0, "data": {"list": [{"content": "签约"}]}}')
    [{'content': '签约'}]
    >>> json_records('{"text": {"0": "签约", "1": "开工"}}')
    [{'text': '签约'}, {'text': '开工'}]
    """
    text = text.lstrip("\ufeff")
    if script := JSON_IN_SCRIPT.match(text):
        text = text[script.start("json") :].rstrip(";) \t\r\n")
    return _records_in(whole_characters(json_value(text), text), 0)


JSON_IN_SCRIPT = re.compile(
    r"\s*(?:(?:var|let|const)\s+)?[A-Za-z_$][\w.$]{0,80}\s{0,9}[=(]\s{0,9}(?P<json>\[\s*[\[{\"]|\{\s*\")", re.ASCII
)
"""How JSON begins that is an argument or a value in a script: callback({"data": … | var list = [{ …"""


_BETWEEN = re.compile(r"[,\s]*")


def json_value(text: str) -> Any:
    """Return the value of JSON, or a list of several that stand one after the other, such as exports put together."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg != "Extra data":
            raise
        values, end, decode = [], 0, json.JSONDecoder().raw_decode
        while end < len(text):
            value, end = decode(text, end)
            if not isinstance(value, dict | list):
                raise
            values.append(value)
            end = _BETWEEN.match(text, end).end()  # type: ignore[union-attr]
        return values


_DEEPEST = 8
_OPENING, _CHANGES = "[{", 200  # characters, in which JSON shows that it is a list of changes
_ARTICLE = 40  # characters


def _records_in(value: Any, depth: int) -> list[dict[str, Any]]:
    if depth > _DEEPEST or not isinstance(value, list | dict):
        return []
    return _records_of_list(value, depth) if isinstance(value, list) else _records_of_object(value, depth)


def _records_of_list(value: list[Any], depth: int) -> list[dict[str, Any]]:
    if value and all(isinstance(item, list) and len(item) == len(value[0]) for item in value):
        header, *rows = value
        if rows and all(isinstance(name, str) for name in header) and named_text_field(header):
            return [dict(zip(header, row, strict=True)) for row in rows]
    found = [{TEXT_FIELDS[0]: item} if isinstance(item, str) else item for item in value]
    if found and isinstance(found[0], dict) and without_texts(found[0]):
        return [item for item in found if isinstance(item, dict)]  # and what they tell of themes is no record
    records = [with_text(item) for item in found if isinstance(item, dict)]
    inner = [
        record for item in found for record in _records_in(item, depth + 1)
    ]  # such as the articles of each section
    return records if any(map(_has_text, records)) else inner or records


def _records_of_object(value: dict[str, Any], depth: int) -> list[dict[str, Any]]:
    if without_texts(value):
        return [value]
    members = list(value.values())
    columns = _as_columns(value)
    told = [with_text(item) for item in members if isinstance(item, dict)]
    alike = all(map(_has_text, members)) if len(told) == len(members) else False
    alike = alike or (len(told) == len(members) and all(item.keys() == told[0].keys() for item in told))
    if columns or (members and alike and all(map(_has_text, told))):
        return columns or told
    # A record with remarks below it, or the head of an answer with its records: whichever holds more text.
    inner = [_records_in(item, depth + 1) for item in members if isinstance(item, list | dict)]
    value = with_text(value)
    if _is_article(value):
        return [value]
    if len(inner) == len(members) > 1 and all(isinstance(item, list) for item in members) and all(map(_weight, inner)):
        return [record for found in inner for record in found]  # the articles of each month
    return max([[value] if _has_text(value) else [], *inner], key=_weight)


def with_text(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record whose text, where it is an object or a list of paragraphs, is one.

    >>> with_text({"title": "开工", "content": {"rendered": "<p>12个项目开工。</p>"}})["content"]
    '<p>12个项目开工。</p>'
    """
    if not any(
        isinstance(value, list | dict)
        or (isinstance(value, str) and value[:1] in _OPENING and '"insert"' in value[:_CHANGES])
        for value in record.values()
    ):
        return record
    named = {name: name.strip().lower() for name in record}
    whole = [name for name, small in named.items() if small in _WHOLE or _BODY_NAME.fullmatch(small)]
    titled = any(_TITLE_NAME.search(name) for name in record)
    for name in (*whole, *(name for name, small in named.items() if small in _DELTAS)):
        if text := delta_text(record[name]):
            return {**record, name if name in whole else TEXT_FIELDS[0]: text}
    if any(isinstance(record[name], str) for name in whole):
        return record
    for name in whole:
        apart = titled or named[name] in _PARAGRAPHS
        if not isinstance(record[name], str) and (text := text_in(record[name], apart=apart)):
            return {**record, name: text}
    return record


_PIECES = frozenset("text txt paragraph p h1 h2 h3 header heading quote image img pic picture photo video".split())  # noqa: SIM905
_DELTAS = frozenset(("delta", "ops"))
_PARAGRAPHS = frozenset(("paragraphs", "段落"))
# The members of a text that is an object, and what else such an object may have where it is one of several pieces.
_SAID = ("rendered", "html", "text", "content", "value", "plain_text", "#text", "p")
_BESIDE = frozenset(("id", "index", "no", "order", "sort", "seq", "type", "style", "page", "tag", "level"))


def text_in(value: Any, *, apart: bool = True) -> str | None:
    """Return the text of a value: of a text, an object that holds one, or a list of paragraphs, a line each.

    Pieces may be blocks with a ``type``, pictures without a text among them; with `apart` also objects of a text alone.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        if any(_TITLE_NAME.search(name) for name in value):
            return None  # an article of its own
        return next((value[name] for name in _SAID if isinstance(value.get(name), str)), None)
    if not isinstance(value, list) or not all(
        isinstance(piece, str) or _is_piece(piece, apart=apart) for piece in value
    ):
        return None
    told = (text_in(piece) for piece in value)
    return "\n".join(piece for piece in told if piece) or None


def _is_piece(value: Any, *, apart: bool) -> bool:
    if not isinstance(value, dict):
        return False
    bare = apart and len(value.keys() - _BESIDE) == 1 and text_in(value) is not None
    return bare or str(value.get("type")) in _PIECES


def _has_text(record: dict[str, Any]) -> bool:
    field = text_field([record], TEXT_FIELDS[0])
    return field is not None and isinstance(record[field], str)


def _is_article(record: dict[str, Any]) -> bool:
    """Tell whether an object is an article itself, whatever lists of others stand in it."""
    field = text_field([record], TEXT_FIELDS[0])
    text = record[field] if field is not None else ""
    whole = field is not None and (field.strip().lower() in _WHOLE or _BODY_NAME.fullmatch(field.strip().lower()))
    titled = any(_TITLE_NAME.search(name) for name in record)
    return bool(whole and titled) and isinstance(text, str) and len(text) >= _ARTICLE and reads_as_prose([text])


def _weight(records: list[dict[str, Any]]) -> int:
    """Return how much text records hold, by which articles are told from lists of anything else."""
    field = text_field(records, TEXT_FIELDS[0])
    return sum(len(record[field]) for record in records if field in record and isinstance(record[field], str))


def _as_columns(value: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the records of a table: columns that are objects of the same keys, or arrays; or names beside rows."""
    names, rows = value.get("columns"), value.get("data")
    if isinstance(names, list) and isinstance(rows, list) and all(isinstance(row, list) for row in rows):
        return [dict(zip(map(str, names), row, strict=False)) for row in rows]
    columns = list(value.values())
    if columns and all(isinstance(column, dict) and column for column in columns):
        keys = list(columns[0])
        one = len(columns) == 1 and _has_text(columns[0])  # {"article": {"content": …}}: no column
        if named_text_field(value) and not one and all(list(column) == keys for column in columns):
            return [{name: column[key] for name, column in value.items()} for key in keys]
    if named_text_field(value) and all(isinstance(column, list) for column in columns):
        rows = [dict(zip(value, row, strict=True)) for row in zip(*columns, strict=False)]
        return rows if any(map(_has_text, rows)) else []
    return []
