"""Read the documents of requests: a few at once, in threads; what is not plain text is parsed in child processes."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from gxclassify.errors import InputError
from gxclassify.intake import places
from gxclassify.server.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gxclassify.reading import Document
    from gxclassify.server.state import Limits
    from gxclassify.tagged import TaggedParagraph

__all__ = ["DocumentReader", "document_texts", "in_document"]


class DocumentReader:
    """Read documents, `documents` at once; as many again may wait, the rest is refused with status 429.

    Parameters
    ----------
    limits : Limits
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._threads = ThreadPoolExecutor(limits.documents, thread_name_prefix="reading")
        self._present = 0

    async def read(self, data: bytes, name: str) -> Document:
        """Return the document in `data`, a file of any format that `gxclassify.read` takes.

        Parameters
        ----------
        data : bytes
        name : str
            The file's name; its ending helps to tell the format.

        Raises
        ------
        ProblemError
            Too many documents are being read (429), or this one cannot be (422).
        """
        if self._present >= 2 * self._limits.documents:
            detail = "Too many documents are being read; try again later."
            raise ProblemError(429, "busy", detail, headers={"Retry-After": "2"})
        self._present += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, self._read, data, name)
        finally:
            self._present -= 1

    def close(self) -> None:
        """Let the threads go once they are done."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _read(self, data: bytes, name: str) -> Document:
        from gxclassify.config import ReadingConfig
        from gxclassify.reading import read

        config = ReadingConfig(max_bytes=self._limits.document_bytes, parse_seconds=self._limits.request_seconds / 2)
        try:
            return read(data, name=name, config=config)
        except InputError as error:
            # The name is the client's and goes back to nobody; the sentence behind it is ours.
            detail = str(error).replace(name, "the document")
            raise ProblemError(422, "unreadable", detail) from error


def document_texts(document: Document) -> list[str]:
    """Return the paragraphs of `document` in order."""
    return [paragraph.text for article in document.articles for paragraph in article.paragraphs]


def in_document(document: Document, tagged: Sequence[TaggedParagraph]) -> Iterator[TaggedParagraph]:
    """Yield `tagged`, what the texts of `document` were tagged with, each in its place in the document."""
    for place, plain in zip(places(document), tagged, strict=True):
        yield plain._replace(
            document=place.document,
            article=place.article,
            title=place.title,
            paragraph=place.paragraph,
            span=place.span,
            record=place.record,
            evidence=place.moved(plain.evidence),
        )
