import contextlib
from collections.abc import Iterator

import httpx
import pytest

from gxclassify.loading import load_model
from gxclassify.model.model import Model
from gxclassify.server.settings import ServerSettings
from server.loopback import Running, running


@pytest.fixture(scope="session")
def model() -> Model:
    return load_model()


@pytest.fixture(scope="session")
def server(model) -> Iterator[Running]:
    """A server with default settings; tests must leave it as it is."""
    with running(ServerSettings(port=0, watch_seconds=0), model) as served:
        yield served


@pytest.fixture(scope="session")
def client(server) -> httpx.Client:
    return server.client


@pytest.fixture
def start(model):
    """Start servers with other settings, which end with the test."""
    with contextlib.ExitStack() as stack:

        def start_one(**settings) -> Running:
            loaded = None if "model" in settings else model
            return stack.enter_context(running(ServerSettings(**{"port": 0, "watch_seconds": 0, **settings}), loaded))

        yield start_one
