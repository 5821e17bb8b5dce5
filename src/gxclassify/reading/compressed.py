"""Compressed files: gzip and zstd are told from the content on the way in, and from the name on the way out."""

from __future__ import annotations

import codecs
import gzip
import io
import sys
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from gxclassify.errors import InputError
from gxclassify.messages import Message, system_text

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Compression = Literal["", "gzip", "zstd"]

DAMAGED = "\udcff"
"""Stands for bytes that are not text in their encoding, and is no text in any: so the record around it is found."""
DAMAGED_HANDLER = "gxclassify-damaged"
"""The error handler of codecs that puts `DAMAGED` there."""

codecs.register_error(DAMAGED_HANDLER, lambda error: (DAMAGED, error.end))  # type: ignore[attr-defined]

_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_ENDINGS: dict[str, Compression] = {".gz": "gzip", ".gzip": "gzip", ".zst": "zstd", ".zstd": "zstd"}
_BUFFER = 1 << 18
_ZSTD_LIMITS = {zstd.DecompressionParameter.window_log_max.value: 27}
"""A frame that asks for more than 128 MiB of memory is refused."""
_LEVEL = {"gzip": 6, "zstd": 3}


class Plain:
    """The decompressed bytes of a file, read one after another, with an eye on how far the file itself has been read.

    Parameters
    ----------
    file : binary file
        At its beginning; need not be seekable.
    name : str
        What errors call it.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.name = name
        self._raw = _Counted(file)
        buffered = io.BufferedReader(self._raw, _BUFFER)
        magic = buffered.peek(4)[:4]
        self.compression: Compression = ""
        self._stream: Any = buffered
        if magic.startswith(_GZIP_MAGIC):
            self.compression, self._stream = "gzip", gzip.GzipFile(fileobj=buffered)
        elif magic == _ZSTD_MAGIC:
            self.compression, self._stream = "zstd", zstd.ZstdFile(buffered, options=_ZSTD_LIMITS)
        self._ahead = b""
        self._damage: InputError | None = None

    @property
    def consumed(self) -> int:
        """Bytes of the file, as it lies on the disk, that have been read."""
        return self._raw.count

    def peek(self, size: int) -> bytes:
        """Return the next `size` bytes, fewer only before the end or damage, and leave them to be read again.

        Raises
        ------
        InputError
            Not one byte can be read, though the file is not at its end.
        """
        while len(self._ahead) < size and (more := self._read(size - len(self._ahead))):
            self._ahead += more
        if not self._ahead and self._damage is not None:
            raise self._damage
        return self._ahead[:size]

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, and none only at the end.

        Raises
        ------
        InputError
            The file is damaged or cannot be read from here on; all before that has been returned.
        """
        if self._ahead:
            data, self._ahead = self._ahead[:size], self._ahead[size:]
            return data
        data = self._read(size)
        if not data and self._damage is not None:
            raise self._damage
        return data

    def read_all(self, most: int) -> bytes:
        """Return all that follows, up to `most` bytes; raises as `read`."""
        parts: list[bytes] = []
        while most > 0 and (part := self.read(most)):
            parts.append(part)
            most -= len(part)
        return b"".join(parts)

    def recode(self, encoding: str) -> None:
        """Turn the text of `encoding` that follows into UTF-8; `DAMAGED` becomes bytes that are not UTF-8."""
        self._stream = _Recoded(self._stream, encoding, self._ahead)
        self._ahead = b""

    def _read(self, size: int) -> bytes:
        parts: list[bytes] = []
        try:
            while size > 0 and self._damage is None and (part := self._stream.read1(min(size, _BUFFER))):
                parts.append(part)
                size -= len(part)
        except Exception as error:
            what = _damage(error, self.compression)
            if what is None:
                raise
            self._damage = InputError(
                "{name}: {what} (at byte {consumed:,} of the file); what lies beyond is lost.",
                name=self.name,
                what=what,
                consumed=self.consumed,
            )
        return b"".join(parts)


class PlainBytes(io.RawIOBase):
    """A `Plain` as a raw stream, for the standard library's readers."""

    def __init__(self, plain: Plain) -> None:
        self._plain = plain

    def readable(self) -> bool:
        """Return true."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read into `buffer`."""
        data = self._plain.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _damage(error: Exception, compression: Compression) -> str | None:
    if isinstance(error, EOFError):
        return Message("the {compression} data is cut short", compression=compression)
    if isinstance(error, (zlib.error, gzip.BadGzipFile, zstd.ZstdError)):
        return Message("the {compression} data is damaged: {error}", compression=compression, error=error)
    if isinstance(error, OSError):
        return Message("the file cannot be read: {reason}", reason=system_text(error))
    return None


class _Counted(io.RawIOBase):
    """A raw stream that counts what is read from `file`."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self.count += len(data)
        return len(data)


class _Recoded:
    """A stream of text in some encoding, read as UTF-8."""

    def __init__(self, stream: Any, encoding: str, ahead: bytes) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)(DAMAGED_HANDLER)
        self._ahead = ahead

    def read1(self, size: int) -> bytes:
        data, self._ahead = self._ahead or self._stream.read1(size), b""
        while data:
            text = self._decoder.decode(data)
            if text:
                return text.encode("utf-8", "surrogatepass")
            data = self._stream.read1(size)
        return self._decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")


def split_name(path: Path) -> tuple[str, Compression]:
    """Return the ending that tells a file's format, in small letters, and the compression that its last one tells.

    >>> from pathlib import Path
    >>> split_name(Path("tags.jsonl.gz"))
    ('.jsonl', 'gzip')
    """
    compression = _ENDINGS.get(path.suffix.lower(), "")
    bare = path.with_suffix("") if compression else path
    return bare.suffix.lower(), compression


def compressor(compression: Compression) -> Callable[[bytes], bytes]:
    """Return a function that compresses a piece; the pieces, one behind another, are a whole file of that kind."""
    if compression == "gzip":
        return lambda data: gzip.compress(data, _LEVEL["gzip"], mtime=0)
    if compression == "zstd":
        return lambda data: zstd.compress(data, _LEVEL["zstd"])
    return bytes
