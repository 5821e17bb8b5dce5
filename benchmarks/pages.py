"""What all measuring programs say alike: the machine in words, and figures put into a page of the documentation."""

from __future__ import annotations

import datetime as dt
import os
import platform
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["circumstances", "put", "table"]


def circumstances(language: str = "en") -> str:
    """Say in words when and on what this ran, in English or in Chinese (``zh``)."""
    kind = {"x86_64": "x86-64", "AMD64": "x86-64"}.get(platform.machine(), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    day = dt.datetime.now(dt.UTC)
    if language == "zh":
        return (
            f"{day.year} 年 {day.month} 月 {day.day} 日，{os.cpu_count()} 个 {kind} 核心、{memory:.0f} GB 内存、"
            f"{platform.system()}、Python {platform.python_version()}"
        )
    return (
        f"{day:%d %B %Y}, a machine with {os.cpu_count()} {kind} cores and {memory:.0f} GB of "
        f"memory, {platform.system()}, Python {platform.python_version()}"
    )


def put(page: Path, name: str, text: str) -> None:
    """Replace what stands in `page` between the marks ``<!-- name: …` -->`` and ``<!-- end of name -->``."""
    content = page.read_text(encoding="utf-8")
    start = content.index("-->", content.index(f"<!-- {name}:")) + len("-->")
    end = content.index(f"<!-- end of {name} -->")
    page.write_text(f"{content[:start]}\n{text}\n{content[end:]}", encoding="utf-8")


def table(rows: list[list[str]]) -> str:
    """Return rows, the first one the head, as a Markdown table with figures to the right."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    rule = "|---" + "|---:" * (len(rows[0]) - 1) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])
