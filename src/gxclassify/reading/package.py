"""Files that are ZIP archives of XML: opened within limits, their parts found by name and by relationship."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from functools import cache
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote

from gxclassify.errors import InputError
from gxclassify.messages import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_UNPACKED = 256 * 2**20
_MOST_PARTS = 20_000
_LONGEST_REASON = 200  # characters
_AT_TOP = ("[content_types].xml", "meta-inf/container.xml", "mimetype", "ofd.xml")  # of which each kind has one
_PKG = "{http://schemas.microsoft.com/office/2006/xmlPackage}"


class Package:
    """The parts of an archive.

    Parameters
    ----------
    parts : dict of str to bytes or element
        What the archive holds, by name: bytes, or XML that is parsed already (of a flat package).
    archive : zipfile.ZipFile, optional
        Where parts are read from that are not in `parts`.
    """

    def __init__(self, parts: dict[str, Any], archive: zipfile.ZipFile | None = None) -> None:
        self._parts = parts
        self._archive = archive
        self._relations: dict[str, Any] = {}  # of each part: they are asked for again and again
        self.names = [*parts, *(archive.namelist() if archive else [])]
        found = {name.replace("\\", "/").lstrip("/").lower(): name for name in self.names}
        folder = next((name.removesuffix(top) for name in found for top in _AT_TOP if name.endswith(f"/{top}")), "")
        if folder and not any(top in found for top in _AT_TOP):  # packed again with the folder that it was unpacked to
            found = {name.removeprefix(folder): stored for name, stored in found.items()}
        self._found = found

    @classmethod
    def unzip(cls, data: bytes) -> Self:
        """Open an archive; nothing is unpacked yet.

        Raises
        ------
        InputError
            It is damaged, or would be too large.
        """
        try:
            archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise InputError(
                "it is a damaged document or workbook (a ZIP archive, as .docx, .xlsx, .ods are); save it again."
            ) from error
        parts = archive.infolist()
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
            raise InputError(
                "unpacked it would be larger than {most_unpacked} MiB; save it without images.",
                most_unpacked=_MOST_UNPACKED // 2**20,
            )
        return cls({}, archive)

    @classmethod
    def flat(cls, root: Any) -> Self:
        """Return the parts of a package that is one XML file (Flat OPC)."""
        parts = {}
        for part in root.iter(f"{_PKG}part"):
            for xml in part.iter(f"{_PKG}xmlData"):
                parts.update({part.get(f"{_PKG}name", "").lstrip("/"): child for child in elements(xml)})
        return cls(parts)

    def __contains__(self, name: str) -> bool:
        """Tell whether there is such a part; letter case is not looked at."""
        return name.lower() in self._found

    def read(self, name: str) -> bytes:
        """Return the bytes of a part, nothing where it is missing.

        Raises
        ------
        InputError
            It is damaged or locked.
        """
        stored = self._found.get(name.lower())
        if stored is None or self._archive is None:
            return b""
        try:
            return self._archive.read(stored)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
            raise InputError("its part {stored} is damaged; save it again where it opens.", stored=stored) from error
        except RuntimeError as error:  # of zipfile: the archive has a password
            raise InputError("the archive is encrypted with a password; save it without.") from error

    def xml(self, name: str) -> Any:
        """Return the root element of a part, None where it is missing or empty."""
        stored = self._found.get(name.lower(), "")
        if stored in self._parts:
            return self._parts[stored]
        data = self.read(name)
        return parse_xml(data, stored) if data.strip() else None

    def related(self, name: str, kind: str = "") -> dict[str, str]:
        """Return the parts that part `name` (the package itself: ``""``) has a relationship with, by relationship id.

        Only those whose type ends with `kind` count, and none that leads outside or to a part that is missing.
        """
        folder, base = posixpath.split(name)
        if name not in self._relations:
            self._relations[name] = self.xml(posixpath.join(folder, "_rels", f"{base}.rels"))
        root = self._relations[name]
        found = {}
        for relation in elements(root) if root is not None else ():
            target = unquote(relation.get("Target", "")).replace("\\", "/")
            path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            wanted = relation.get("Type", "").lower().endswith(kind.lower())
            if wanted and relation.get("TargetMode") != "External" and path in self:
                found[relation.get("Id", "")] = path
        return found

    def typed(self, *endings: str) -> Iterator[str]:
        """Yield the parts whose declared content type ends in one of `endings`."""
        root = self.xml("[Content_Types].xml")
        for entry in elements(root) if root is not None else ():
            path = entry.get("PartName", "").lstrip("/")
            if entry.get("ContentType", "").lower().endswith(endings) and path in self:
                yield path


@cache
def _parser() -> Any:
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, huge_tree=False
    )


def parse_xml(data: bytes, name: str = "") -> Any:
    """Return the root element of XML; entities are not expanded, and nothing is fetched.

    Raises
    ------
    InputError
        It is not well-formed.
    """
    from lxml import etree

    try:
        return etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        where = Message("its part {name}", name=name) if name else Message("it")
        why = " ".join(error.msg.split())[:_LONGEST_REASON]
        raise InputError(
            "{where} is no well-formed XML ({msg}); save it again where it opens.", where=where, msg=why
        ) from error


def elements(parent: Any) -> Iterator[Any]:
    """Yield the child elements, without entity references."""
    return parent.iterchildren("*")  # type: ignore[no-any-return]


@cache
def _bare(tag: str) -> str:
    return tag.rpartition("}")[2]


def local(element: Any) -> str:
    """Return the name of an element without its namespace.

    >>> from lxml import etree
    >>> local(etree.fromstring('<w:p xmlns:w="urn:w"/>'))
    'p'
    """
    return _bare(element.tag)


def attribute(element: Any, name: str, default: str = "") -> str:
    """Return an attribute by its name without namespace, as writers of XML do not agree where it has one."""
    value = element.get(name)
    if value is None:
        value = next((value for key, value in element.items() if key.endswith("}" + name)), default)
    return str(value)


def whole(value: str, default: int) -> int:
    """Return the whole number that an attribute holds, or `default`."""
    value = value.strip()
    return int(value) if value.removeprefix("-").isascii() and value.removeprefix("-").isdigit() else default


def child(element: Any, name: str) -> Any:
    """Return the first child element of that local name, or None."""
    return next(element.iterchildren("{*}" + name), None) if element is not None else None


def descendants(element: Any, *names: str) -> Iterator[Any]:
    """Yield the elements below with one of these local names, in order."""
    return element.iter(*["{*}" + name for name in names])  # type: ignore[no-any-return]


def flat_text(text: str | None) -> str:
    r"""Return a text on one line, its line breaks as spaces.

    >>> flat_text("签约\n项目")
    '签约 项目'
    """
    return " ".join(text.splitlines()) if text else ""
