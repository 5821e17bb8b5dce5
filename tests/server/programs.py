"""``gxclassify serve`` in a process of its own."""

import queue
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import httpx

from support import PATIENCE

SERVE = "import sys; from gxclassify.cli.serving import serve; serve(sys.argv[1:])"


class Program:
    """``gxclassify serve`` and what it writes on standard error."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE, "--port", "0", *arguments], stderr=subprocess.PIPE, text=True
        )
        self.lines = []
        self._new = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        url = self.wait_for_line(r"serving url=(\S+)")[1]
        self.client = httpx.Client(base_url=url, timeout=PATIENCE)

    def _read(self):
        for line in self.process.stderr:
            self.lines.append(line)
            self._new.put(line)

    def wait_for_line(self, pattern):
        while True:
            try:
                line = self._new.get(timeout=PATIENCE)
            except queue.Empty:
                raise AssertionError("".join(self.lines)) from None
            if found := re.search(pattern, line):
                return found

    def workers(self):
        """Return the processes of the workers: those that read documents, and then the others."""
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def post(self, **body):
        with httpx.Client(base_url=self.client.base_url, timeout=PATIENCE) as client:  # a new connection, any worker
            return client.post("/v1/predict", json=body)

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        self.process.stderr.close()
        self.client.close()
        return self.process.returncode
