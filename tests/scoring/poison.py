"""A model that dies of certain texts, as the system kills a process that takes too much memory."""

import os
import signal


class PoisonedModel:
    """`model`, but for texts with 毒, which kill the process."""

    def __init__(self, model):
        self._model = model
        self.themes, self.name, self.thresholds = model.themes, model.name, model.thresholds

    def tag(self, texts, **options):
        if any("毒" in text for text in texts):
            os.kill(os.getpid(), signal.SIGKILL)
        return self._model.tag(texts, **options)
