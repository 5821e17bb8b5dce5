"""A model that dies of certain texts, as the system kills a process that takes too much memory."""

import os
import signal


class PoisonedModel:
    """`model`, but for texts with 毒, which kill the process."""

    def __init__(self, model):
        self._model = model
        self.themes, self.name, self.thresholds = model.themes, model.name, model.thresholds

    def tag(self, documents, **options):
        paragraphs = [p for document in documents for article in document.articles for p in article.paragraphs]
        if any("毒" in paragraph.text for paragraph in paragraphs):
            os.kill(os.getpid(), signal.SIGKILL)
        return self._model.tag(documents, **options)
