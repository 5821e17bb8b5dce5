"""What the parts of the server share: the settings, the model in use, and the services built on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gxclassify.server.metrics import Metrics
    from gxclassify.server.models import ModelHolder, Reloader
    from gxclassify.server.settings import ServerSettings
    from gxclassify.server.work import Batcher, DocumentReader
    from gxclassify.zones import Gazetteer


@dataclass(slots=True, kw_only=True)
class AppState:
    """What every router gets.

    Attributes
    ----------
    settings : ServerSettings
    models : ModelHolder
        ``models.current`` is the model.
    batcher : Batcher
        ``await batcher.tag(texts, evidence=True, thresholds=None)`` gives a list of `TaggedParagraph`; requests that
        come in at the same time are scored together.
    reader : DocumentReader
        ``await reader.read(data, name)`` gives a `Document`.
    metrics : Metrics
    reloader : Reloader
        ``await reloader.reload()`` looks for a new model now, in every worker.
    gazetteer : Gazetteer
        The zones to know.
    checked : bool
        Whether another process has looked at the files and made the stores: what of them is gone by now keeps no
        worker from beginning, and is not made anew.
    ready : bool
        Whether requests are welcome; False while the server starts or stops.
    stopping : bool
        Whether it answers what is under way and refuses what comes.
    in_flight : int
        How many requests are being worked on; those that ask for health, and those refused, do not count.
    connections : callable
        Tells how many connections are open.
    """

    settings: ServerSettings
    models: ModelHolder
    batcher: Batcher
    reader: DocumentReader
    metrics: Metrics
    reloader: Reloader
    gazetteer: Gazetteer
    checked: bool = False
    ready: bool = False
    stopping: bool = False
    in_flight: int = 0
    connections: Callable[[], int] = lambda: 0
