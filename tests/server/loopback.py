"""A server on a free port of this machine, in a thread of the test process."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator

import httpx
import uvicorn

from gxclassify.model.model import Model
from gxclassify.server.app import create_app
from gxclassify.server.models import ModelHolder
from gxclassify.server.process import bind, make_server
from gxclassify.server.settings import ServerSettings
from gxclassify.server.state import AppState
from support import PATIENCE

TEXT = "济宁高新区新签约项目12个，总投资38亿元。"
OTHER = "园区新建污水处理厂，单位能耗下降百分之八，获评国家级绿色园区。"


class Running:
    """A running server: its state, its port, and a client for it."""

    def __init__(self, state: AppState, port: int, server: uvicorn.Server) -> None:
        self.state = state
        self.server = server
        self.port = port
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)


@contextlib.contextmanager
def running(settings: ServerSettings, model: Model | None = None) -> Iterator[Running]:
    app = create_app(settings, models=ModelHolder(model) if model is not None else None)
    listener = bind(settings)
    server = make_server(app, settings)
    thread = threading.Thread(target=asyncio.run, args=(server.serve(sockets=[listener]),))
    thread.start()
    served = Running(app.state.gxclassify, listener.getsockname()[1], server)
    try:
        served.client.get("/ready").raise_for_status()
        yield served
    finally:
        served.client.close()
        server.should_exit = True
        thread.join(PATIENCE)
    assert not thread.is_alive()
