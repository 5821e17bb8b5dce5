"""One batch: a seed of a kind, in a process of its own. ``python -m torture.batch KIND SEED CASES FOLDER``.

With atheris the inputs are those that reach lines of this package that none reached before (libFuzzer); without, good
inputs are damaged at random. Either way the seed decides all. What came of it lies in FOLDER/result.json, as far as the
process got; an input that was a finding lies beside it.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

GUIDED = {"documents", "toml", "labels"}
"""Kinds for which atheris looks for new lines; for the others a case costs more than the search brings."""


EVERY = 0.2
"""Seconds between two savings of the counts: most inputs take less than to write a file."""


class Batch:
    """The counts and findings of one batch, written down as it goes; `last` is its number of cases, where it is known.

    libFuzzer ends the process with the last case, and without a word.
    """

    def __init__(self, folder: Path, *, guided: bool, last: int = 0) -> None:
        self.folder = folder
        self.last = last
        self.saved = 0.0
        self.cases = 0
        self.outcomes: Counter[str] = Counter()
        self.findings: dict[str, str] = {}
        self.guided = guided

    def count(self, outcome: str) -> None:
        self.cases += 1
        self.outcomes[outcome] += 1
        if self.cases >= self.last or time.monotonic() - self.saved > EVERY:
            self.save()

    def found(self, error: BaseException, data: bytes) -> None:
        """Note a finding, one for each place and type."""
        frames = traceback.extract_tb(error.__traceback__)
        last = next((f for f in reversed(frames) if "gxclassify" in f.filename), frames[-1])
        where = f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno} {str(error)[:200]}"
        said = str(error)[:24] if isinstance(error, AssertionError) else ""
        key = f"{type(error).__name__} {last.filename}:{last.lineno} {said}"
        if key not in self.findings:
            self.findings[key] = where
            stem = self.folder / f"finding-{len(self.findings)}"
            stem.with_suffix(".bin").write_bytes(data)
            stem.with_suffix(".txt").write_text("".join(traceback.format_exception(error)), "utf-8", "replace")
        self.count("finding")

    def save(self) -> None:
        table = {
            "cases": self.cases, "outcomes": dict(self.outcomes), "findings": list(self.findings.values()),
            "guided": self.guided,
        }  # fmt: skip
        fresh = self.folder / "result.tmp"
        fresh.write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8", errors="replace")
        fresh.replace(self.folder / "result.json")
        self.saved = time.monotonic()


def main(kind: str, seed: int, cases: int, folder: Path) -> None:  # noqa: C901 - libFuzzer must be set up around it all
    """Run a batch; `cases` of 0 is as many as the kind has."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    atheris = None
    if kind in GUIDED and os.environ.get("TORTURE_PLAIN") != "1":
        with contextlib.suppress(ImportError):
            import atheris
    with atheris.instrument_imports(include=["gxclassify"]) if atheris else contextlib.nullcontext():
        from torture import targets
    random_ = random.Random(f"{kind} {seed}")
    with tempfile.TemporaryDirectory(prefix="torture.") as scratch:
        target = targets.TARGETS[kind](Path(scratch))
        cases = cases or target.cases
        batch = Batch(folder, guided=atheris is not None, last=cases)
        starts = target.starts()

        def one(data: bytes) -> None:
            (folder / "current.bin").write_bytes(data)
            try:
                batch.count(target.one(data))
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException as error:  # noqa: BLE001 - whatever it is, it is a finding
                batch.found(error, data)

        if atheris is None:
            for _ in range(cases):
                start = random_.choice(starts)
                one(start[:1] + targets.damaged(start[1:], random_, starts))
        else:
            corpus = Path(scratch) / "corpus"
            corpus.mkdir()
            for n, start in enumerate(starts):
                (corpus / f"{n}").write_bytes(start)
            pid = os.fork()
            if pid == 0:  # libFuzzer ends the process that it runs in

                def mutate(data: bytes, most: int, number: int) -> bytes:
                    own = random.Random(f"{seed} {number}")
                    return (data[:1] + targets.damaged(data[1:], own, starts))[:most]

                options = [f"-runs={cases}", f"-seed={seed + 1}", "-max_len=131072", "-rss_limit_mb=0", "-verbosity=0"]
                atheris.Setup([sys.argv[0], *options, str(corpus)], one, custom_mutator=mutate)
                atheris.Fuzz()
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            if code:
                sys.exit(f"libFuzzer ended with {code}")
        try:
            target.close()
        except AssertionError as error:
            batch.found(error, b"")
        (folder / "current.bin").unlink(missing_ok=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
