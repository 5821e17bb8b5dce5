"""Office files from before 2007 (OLE containers): converted by LibreOffice where it is installed, else named.

LibreOffice runs as a process of its own in a private folder, with its macros off (its default for files given on the
command line), within the time that parsing may take.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from gxclassify.errors import InputError
from gxclassify.messages import Message

if TYPE_CHECKING:
    from gxclassify.config import ReadingConfig

# The name of a stream in the container -> what it is, its ending, and that of what LibreOffice makes of it.
_STREAMS = (
    ("WordDocument", Message("a Word 97-2003 or WPS document"), "doc", "docx"),
    ("Workbook", Message("an Excel 97-2003 or WPS workbook"), "xls", "xlsx"),
    ("Book", Message("an Excel 95 workbook"), "xls", "xlsx"),
    ("PowerPoint Document", Message("a PowerPoint 97-2003 or WPS presentation"), "ppt", "pptx"),
    ("MatOST", Message("a Microsoft Works document"), "wps", "docx"),
)
_FOREIGN = (
    ("EncryptedPackage", Message("an Office document that is encrypted with a password; save it without")),
    ("HwpSummaryInformation", Message("a Hangul document; save it as .docx")),
    ("__properties_version1.0", Message("an Outlook message; save it as .txt or .html")),
    ("VisioDocument", Message("a Visio drawing; save it as PDF")),
)
_USUAL_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
)


def convert(data: bytes, name: str, config: ReadingConfig) -> bytes:
    """Return an old Office file in the form that is read here.

    Raises
    ------
    InputError
        LibreOffice is not installed or cannot convert it; or it is encrypted, or no document.
    """
    for stream, what in _FOREIGN:
        if _holds(data, stream):
            raise InputError("{name}: this is {what}.", name=name, what=what)
    known = next((entry for entry in _STREAMS if _holds(data, entry[0])), None)
    if known is None:
        raise InputError(
            "{name}: this is an Office file from before 2007 (.doc, .xls, .ppt, .wps) without its "
            "content; save it as .docx or PDF.",
            name=name,
        )
    _, what, ending, better = known
    program = soffice() if config.libreoffice else None
    if program is None:
        raise InputError(
            "{name}: this is {what}; save it as .{better} in Word, WPS or LibreOffice, or let "
            "LibreOffice do it here (install it, with reading.libreoffice on).",
            name=name,
            what=what,
            better=better,
        )
    made = _run(program, data, ending, better, config.parse_seconds)
    if made is None:
        raise InputError(
            "{name}: this is {what} that LibreOffice cannot convert: it is damaged, locked or slow "
            "to open; save it as .{better} where it opens.",
            name=name,
            what=what,
            better=better,
        )
    return made


def soffice() -> str | None:
    """Return the path of LibreOffice, None where it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _USUAL_PLACES if Path(place).is_file()), None)


def _holds(data: bytes, stream: str) -> bool:
    """Tell whether the container's directory names a stream: its name in UTF-16, ended by a zero."""
    return stream.encode("utf-16-le") + b"\x00\x00" in data


def _run(program: str, data: bytes, ending: str, better: str, seconds: float) -> bytes | None:
    with tempfile.TemporaryDirectory(prefix="gxclassify-") as folder:
        source = Path(folder, f"document.{ending}")
        source.write_bytes(data)
        command = [program, "--headless", "--norestore", "--nolockcheck", "--nodefault"]
        command += [f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"]
        command += ["--convert-to", better, "--outdir", folder, str(source)]
        try:
            subprocess.run(  # noqa: S603 (a program of the system's, and our own names)
                command, capture_output=True, stdin=subprocess.DEVNULL, timeout=seconds, check=False
            )
            return Path(folder, f"document.{better}").read_bytes()
        except (subprocess.TimeoutExpired, OSError):
            return None
