"""A task for Airflow, Dagster, Prefect or cron: tag what came in on a day. Run twice, it does the same once.

In Airflow it is ``task(tag_day)(inbox="…", outbox="…", day="{{ ds }}")`` with ``from airflow.sdk import task``. All
it needs of a scheduler is a date; what it returns is small enough for an XCom. ``refused`` are the files that could not
be read, ``left_out`` counts the records of others that could not, and ``notes`` says which, and what else was odd. All
is in English, as logs are (``error.message``), whatever the locale: ``str(error)`` is in the language in force.

    python airflow_task.py INBOX OUTBOX 2026-11-24
"""

import argparse
import json
import sys
from pathlib import Path

import gxclassify as gx

MOST = 50
"""How many notes, and refusals, the answer holds."""


def tag_day(inbox: str, outbox: str, day: str, model: str | None = None) -> dict[str, object]:
    """Tag every document of INBOX/DAY into one file, OUTBOX/DAY.jsonl, which is there whole or not at all."""
    folder = Path(inbox) / day
    if not folder.is_dir():  # nothing came in, or the date is wrong: a scheduler should know
        raise gx.InputError("{folder}: there is no such folder; nothing came in on that day.", folder=folder)
    tagger = gx.load_model(model)
    target = Path(outbox) / f"{day}.jsonl"
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".part")
    documents = paragraphs = left_out = 0
    refused, notes = [], []
    try:
        with unfinished.open("w", encoding="utf-8") as out:
            for path in sorted(folder.iterdir()):
                try:
                    document = gx.read(path)
                except gx.InputError as error:  # one bad scan must not stop the day
                    refused.append(error.message)
                    continue
                documents += 1
                left_out += sum(notice.count for notice in document.notices if notice.kind == "records")
                notes += [note if note.startswith(str(path)) else f"{path}: {note}" for note in document.notes]
                for paragraph in tagger.tag(document):
                    row = paragraph.to_json()
                    out.write(
                        json.dumps(row, ensure_ascii=False, default=str) + "\n"
                    )  # a table's dates are none of JSON
                    paragraphs += 1
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    counts = {"documents": documents, "paragraphs": paragraphs, "left_out": left_out}
    return {**counts, "refused": refused[:MOST], "notes": notes[:MOST], "model": tagger.name}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inbox", help="a folder that has one for each day")
    parser.add_argument("outbox", help="where the results go")
    parser.add_argument("day", help="such as 2026-11-24")
    parser.add_argument("--model", help="a model folder or a registry address; default: the shipped model")
    try:
        print(json.dumps(tag_day(**vars(parser.parse_args())), ensure_ascii=False))
    except (gx.GxclassifyError, OSError) as error:
        sys.exit(f"Error: {getattr(error, 'message', error)}")
