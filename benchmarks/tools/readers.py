"""Read files with one library, as its users do: ``python readers.py LIBRARY FILE…``.

Standard output gets the texts as a JSON array, one a file, a paragraph a line.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def _gxclassify(path: Path) -> str:
    from gxclassify.reading import read, render_text

    return render_text(read(path))


def _pdfminer(path: Path) -> str:
    from pdfminer.high_level import extract_text

    return "\n".join(part.replace("\n", "") for part in extract_text(path).split("\n\n"))  # its text boxes


def _pdfplumber(path: Path) -> str:
    import pdfplumber

    with pdfplumber.open(path) as pdf:
        return "\n".join(page.extract_text() for page in pdf.pages)


def _pymupdf(path: Path) -> str:
    import pymupdf

    with pymupdf.open(path) as pdf:
        return "\n".join(block[4].replace("\n", "") for page in pdf for block in page.get_text("blocks"))


def _python_docx(path: Path) -> str:
    import docx

    return "\n".join(paragraph.text for paragraph in docx.Document(path).paragraphs)


def _docx2txt(path: Path) -> str:
    import docx2txt

    return docx2txt.process(path)


def _trafilatura(path: Path) -> str:
    import trafilatura

    return trafilatura.extract(path.read_bytes()) or ""


def _readability(path: Path) -> str:
    from lxml.html import fromstring
    from readability import Document

    tree = fromstring(Document(path.read_text("utf-8")).summary())
    return "\n".join(paragraph.text_content() for paragraph in tree.iter("p"))


def main() -> None:
    """Read the files."""
    read = globals()[f"_{sys.argv[1]}"]
    print(json.dumps([read(Path(name)) for name in sys.argv[2:]]))


if __name__ == "__main__":
    main()
