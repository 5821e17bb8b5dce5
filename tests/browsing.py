"""Real Chromium for tests: the fixture `browser` (made known by conftest.py), and `visit`, which opens a page.

One browser per module and not per session: while Playwright's synchronous form runs, nothing else in the process can
start an event loop, and other modules do.
"""

import contextlib
import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import require

SWITCHES = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


def _chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def browser():
    require(importlib.util.find_spec("playwright"), "the Python package playwright is not installed")
    require(_chromium(), "Chromium is not installed")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - it may be missing

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_chromium(), args=list(SWITCHES))
        yield chromium
        chromium.close()


@contextlib.contextmanager
def visit(
    browser, address: str, *, size=WIDE, dark=False, touch=False, errors_allowed=False, locale="zh-CN"
) -> Iterator:
    """Open `address` in a fresh profile; an error in the console or in a script fails the test."""
    context = browser.new_context(
        viewport=size,
        color_scheme="dark" if dark else "light",
        has_touch=touch,
        is_mobile=touch,
        locale=locale,
        reduced_motion="reduce",
        accept_downloads=True,
    )
    context.set_default_timeout(120_000)
    page = context.new_page()
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.goto(address)
    try:
        yield page
    finally:
        context.close()
    if not errors_allowed:
        assert trouble == []


def misprints(page) -> list[str]:
    """Return what would be lost or dark on a sheet of A4: what stands beyond its width or is cut, and its ground."""
    page.set_viewport_size({"width": 673, "height": 980})  # between the margins that base.css sets
    page.emulate_media(media="print")
    faults = page.evaluate(
        """() => [...document.querySelectorAll("main *")]
          .filter((node) => node.checkVisibility() && !node.closest(".visually-hidden"))
          .filter((node) => node.getBoundingClientRect().right > innerWidth + 1
            || (node.scrollHeight > node.clientHeight + 1 && getComputedStyle(node).overflowY === "auto"))
          .map((node) => `${node.tagName} ${node.textContent.slice(0, 20)}`)"""
    )
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return [*faults, *([] if ground == "rgb(255, 255, 255)" else [ground])]


def accessibility_faults(page) -> list[str]:
    """Return what axe-core finds wrong on `page`, WCAG 2.2 AA and its best practices."""
    require(
        importlib.util.find_spec("axe_playwright_python"), "the Python package axe-playwright-python is not installed"
    )
    from axe_playwright_python.base import AXE_SCRIPT  # noqa: PLC0415 - it may be missing

    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("async () => (await axe.run()).violations")
    return [
        f"{fault['id']}: {fault['help']}: {node['html'][:160]} {node['failureSummary']}"
        for fault in found
        for node in fault["nodes"]
    ]


def downloaded(page, selector: str) -> str:
    """Click `selector` and return the file that comes."""
    with page.expect_download() as download:
        page.click(selector)
    return Path(download.value.path()).read_bytes().decode()
