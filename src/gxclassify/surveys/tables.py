"""The tables of a survey: rows of the long tables, and files of them as Parquet and CSV."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from gxclassify.files import whole_file
from gxclassify.output.forms import BYTE_ORDER_MARK, CsvRows, harmless, json_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from gxclassify.surveys.counting import Survey
    from gxclassify.surveys.passages import Passage

_PLACE = {"document": "string", "article": "int64", "title": "string", "paragraph": "int64", "date": "string"}
_GROUP = {"group": "string", "name": "string"}
_ZONE = {"kind": "string", "province": "string", "listed": "bool"}

PARAGRAPHS = {
    **_PLACE, "date_precision": "string", "zone": "string", "zone_name": "string", "kind": "string",
    "province": "string", "theme": "string", "score": "double", "evidence": "string", "amounts": "string",
    "text": "string",
}  # fmt: skip
"""One row for each zone and theme of a paragraph; without a zone or a theme that column is empty."""
AMOUNTS = {
    **_PLACE, "zones": "string", "themes": "string", "amount": "string", "kind": "string", "value": "double",
    "unit": "string", "lower": "double", "upper": "double", "approximate": "bool", "target_year": "int64",
    "sentence": "string",
}  # fmt: skip
"""One row for each amount in a sentence that is evidence; sentences may tell of the same project, so add none up."""


def share_columns(by: str) -> dict[str, str]:
    """Return the columns of the shares of themes by group."""
    figures = {"paragraphs": "int64", "told": "int64", "share": "double", "low": "double", "high": "double"}
    return {
        **_GROUP, **(_ZONE if by == "zone" else {}), "theme": "string", **figures, "articles": "int64",
        "articles_told": "int64",
    }  # fmt: skip


def timeline_columns(by: str) -> dict[str, str]:
    """Return the columns of the counts of themes by group and month."""
    return {
        **_GROUP, **(_ZONE if by == "zone" else {}), "period": "string", "theme": "string", "paragraphs": "int64",
        "told": "int64", "share": "double",
    }  # fmt: skip


def paragraph_rows(survey: Survey, passage: Passage) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a passage in the table of paragraphs."""
    place = (passage.document, passage.article, passage.title, passage.paragraph, passage.date or None)
    zones: list[tuple[Any, ...]] = []
    for zone, name in passage.zones.items():
        facts = survey.grouping.facts(zone, name)
        zones.append((zone, name, facts.kind, facts.province))
    themes: list[tuple[Any, ...]] = []
    for theme, told in passage.told.items():
        amounts = [one for one in passage.amounts if theme in one["themes"]]
        themes.append((theme, told.score, passage.sentence(theme), json_text(amounts) if amounts else None))
    for zone_cells in zones or [(None,) * 4]:
        for theme_cells in themes or [(None,) * 4]:
            yield (*place, passage.precision or None, *zone_cells, *theme_cells, passage.text)


def amount_rows(passage: Passage) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a passage in the table of amounts."""
    place = (passage.document, passage.article, passage.title, passage.paragraph, passage.date or None)
    zones = ";".join(passage.zones)
    for one in passage.amounts:
        figures = (one[name] for name in ("text", "kind", "value", "unit", "lower", "upper", "approximate"))
        sentence = passage.text[slice(*one["sentence"])]
        yield (*place, zones, ";".join(one["themes"]), *figures, one["target_year"], sentence)


class Table(contextlib.AbstractContextManager["Table"]):
    """A table in the making, as Parquet and as CSV: both appear when it is whole.

    Parameters
    ----------
    folder : Path
    name : str
        Of the files, without ending.
    columns : dict of str to str
        Their names and types.
    """

    _ROWS = 20_000

    def __init__(self, folder: Path, name: str, columns: dict[str, str]) -> None:
        self._paths = folder / f"{name}.parquet", folder / f"{name}.csv"
        self._columns = columns
        self._rows: list[Sequence[Any]] = []

    def __enter__(self) -> Self:
        import pyarrow as pa
        import pyarrow.parquet as pq

        types = {"string": pa.string(), "int64": pa.int64(), "double": pa.float64(), "bool": pa.bool_()}
        self._schema = pa.schema([(name, types[kind]) for name, kind in self._columns.items()])
        with contextlib.ExitStack() as files:
            parquet, self._file = (files.enter_context(whole_file(path)) for path in self._paths)
            self._parquet = files.enter_context(pq.ParquetWriter(parquet, self._schema, compression="zstd"))
            self._file.write(BYTE_ORDER_MARK + CsvRows().text([self._columns]).encode())
            self._files = files.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        if error[0] is not None:
            self._files.__exit__(*error)  # type: ignore[arg-type]
            return
        with self._files:  # which takes the files away where the last rows cannot be written
            self._flush()

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Append rows, the cells in the order of the columns."""
        self._rows.extend(rows)
        if len(self._rows) >= self._ROWS:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa
        from pyarrow import csv

        if not self._rows:
            return
        columns = zip(*self._rows, strict=True)
        arrays = [_array(pa, column, field) for column, field in zip(columns, self._schema, strict=True)]
        self._rows.clear()
        self._parquet.write_batch(pa.record_batch(arrays, schema=self._schema))
        # Arrow quotes every text, at a tenth of the time of the standard library's writer.
        guarded = pa.record_batch([_plain(pa, _harmless(pa, array)) for array in arrays], names=self._schema.names)
        csv.write_csv(guarded, self._file, csv.WriteOptions(include_header=False))


def _array(pa: Any, column: Sequence[Any], field: Any) -> Any:
    try:
        return pa.array(column, field.type)
    except UnicodeEncodeError:  # half a surrogate pair, as JSON can spell it
        return pa.array([v and v.encode("utf-8", "replace").decode("utf-8") for v in column], field.type)


_MOST_PLAIN, _LEAST_PLAIN = 1e10, 1e-5  # beyond these Arrow writes 1.86e+10


def _plain(pa: Any, array: Any) -> Any:
    """Return a column of numbers as texts without powers of ten, where it would be written with some."""
    import pyarrow.compute as pc

    if array.type != pa.float64():
        return array
    size = pc.abs(array)
    beyond = pc.or_(pc.greater_equal(size, _MOST_PLAIN), pc.and_(pc.less(size, _LEAST_PLAIN), pc.greater(size, 0.0)))
    if not pc.any(beyond).as_py():
        return array
    return pa.array([v if v is None else _decimal(v) for v in array.to_pylist()], pa.string())


def _decimal(value: float) -> str:
    """Return a number in digits alone.

    >>> _decimal(1.86e10), _decimal(31.5), _decimal(1e-7)
    ('18600000000', '31.5', '0.0000001')
    """
    text = f"{Decimal(repr(value)):f}"
    return text.removesuffix(".0")


# Every text that `harmless` may change, and some more: it decides.
_SUSPECT = r"^['\pZ\pC]*[\t\r\n=+\-@＝＋－＠]"


def _harmless(pa: Any, array: Any) -> Any:
    """Return a column whose texts no spreadsheet runs as formulas."""
    import pyarrow.compute as pc

    if array.type != pa.string():
        return array
    suspect = pc.fill_null(pc.match_substring_regex(array, _SUSPECT), fill_value=False)
    if not pc.any(suspect).as_py():
        return array
    texts = array.to_pylist()
    for i in pc.indices_nonzero(suspect).to_pylist():
        texts[i] = harmless(texts[i])
    return pa.array(texts, array.type)
