import json

import pytest

from gxclassify.reading.records.cutter import Cutter
from gxclassify.scoring import bulk


@pytest.fixture
def small_chunks(monkeypatch):
    """Cut the input into chunks of about 1 kB, and note progress after each."""
    monkeypatch.setattr(Cutter, "chunk_bytes", 1024)
    monkeypatch.setattr(Cutter, "most_rows", 8)
    monkeypatch.setattr(bulk, "_EVERY_SECONDS", 0.0)


@pytest.fixture
def records(tiny_labels):
    """Eighty records with an id, a number and a text."""
    return [{"id": f"r{i}", "n": i, "text": text} for i, text in enumerate(tiny_labels.texts[:80])]


@pytest.fixture
def jsonl(tmp_path, records):
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), "utf-8")
    return path
