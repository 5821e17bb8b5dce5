"""A task for Airflow, Dagster, Prefect or cron: tag what came in on a day. Run twice, it does the same once.

In Airflow it is ``task(tag_day)(inbox="…", outbox="…", day="{{ ds }}")`` with ``from airflow.sdk import task``. All
it needs of a scheduler is a date; what it returns is small enough for an XCom.

    python airflow_task.py INBOX OUTBOX 2026-11-24
"""

import json
import sys
from pathlib import Path

import gxclassify as gx


def tag_day(inbox: str, outbox: str, day: str, model: str | None = None) -> dict[str, object]:
    """Tag every document of INBOX/DAY into one file, OUTBOX/DAY.jsonl, which is there whole or not at all."""
    tagger = gx.load_model(model)
    target = Path(outbox) / f"{day}.jsonl"
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".part")
    documents = paragraphs = 0
    refused = []
    with unfinished.open("w", encoding="utf-8") as out:
        for path in sorted((Path(inbox) / day).iterdir()):
            try:
                document = gx.read(path)
            except gx.InputError as error:  # one bad scan must not stop the day
                refused.append(str(error))
                continue
            documents += 1
            for paragraph in tagger.tag(document):
                out.write(json.dumps(paragraph.to_json(), ensure_ascii=False) + "\n")
                paragraphs += 1
    unfinished.replace(target)
    return {"documents": documents, "paragraphs": paragraphs, "refused": refused, "model": tagger.name}


if __name__ == "__main__":
    print(json.dumps(tag_day(*sys.argv[1:]), ensure_ascii=False))
