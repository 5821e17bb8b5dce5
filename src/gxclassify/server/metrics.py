"""What Prometheus is told: requests, what was tagged, what was refused, which model."""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Where several workers leave their numbers for each other; must be set before this module is first imported."""

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)
_SIZES = (1, 2, 4, 8, 16, 32, 64)
_RESULTS = ("loaded", "refused", "unchanged")


class Metrics:
    """The numbers of one application; those of all workers are summed where there are several."""

    def __init__(self) -> None:
        own = CollectorRegistry()
        folder = os.environ.get(FOLDER_VARIABLE)
        self._shown = own
        if folder:
            self._shown = CollectorRegistry()
            MultiProcessCollector(self._shown, folder)  # type: ignore[no-untyped-call]
        else:
            ProcessCollector(registry=own)
        self.requests = Counter(
            "gxclassify_requests", "Requests answered.", ["route", "method", "status"], registry=own
        )
        self.seconds = Histogram(
            "gxclassify_request_seconds",
            "Time from a request to its answer.",
            ["route"],
            buckets=_SECONDS,
            registry=own,
        )
        self.paragraphs = Counter("gxclassify_paragraphs", "Paragraphs tagged.", registry=own)
        self.characters = Counter("gxclassify_characters", "Characters tagged.", registry=own)
        self.batch = Histogram(
            "gxclassify_batch_paragraphs", "Paragraphs scored together.", buckets=_SIZES, registry=own
        )
        self.documents = Counter("gxclassify_documents", "Documents read.", ["format"], registry=own)
        self.refused = Counter("gxclassify_refused", "Requests refused, by kind of problem.", ["kind"], registry=own)
        self.refused.labels("busy")
        self.in_flight = Gauge(
            "gxclassify_in_flight", "Requests being worked on.", multiprocess_mode="livesum", registry=own
        )
        self.reloads = Counter("gxclassify_model_reloads", "Attempts to load a new model.", ["result"], registry=own)
        for result in _RESULTS:  # from the start at 0: who watches for an increase would miss the first one
            self.reloads.labels(result)
        self.loaded = Gauge(
            "gxclassify_model_loaded_timestamp_seconds",
            "When the model in use was loaded, by model.",
            ["model"],
            multiprocess_mode="livemax",
            registry=own,
        )

    def observe_batch(self, paragraphs: int, characters: int) -> None:
        """Count one batch."""
        self.paragraphs.inc(paragraphs)
        self.characters.inc(characters)
        self.batch.observe(paragraphs)

    def observe_document(self, form: str) -> None:
        """Count a file that was read."""
        self.documents.labels(form).inc()

    def model_loaded(self, name: str, when: float) -> None:
        """Note that the model `name` is in use since `when`, in seconds since 1970."""
        if not os.environ.get(FOLDER_VARIABLE):
            self.loaded.clear()
        self.loaded.labels(name).set(when)

    def text(self) -> bytes:
        """Return all numbers in Prometheus' text format."""
        return generate_latest(self._shown)
