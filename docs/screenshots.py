"""Photograph the pages for the docs, in Chromium, on a server that people have worked on; takes some minutes.

``python docs/screenshots.py [NAME...]`` draws all pictures, or those named. Look at each before it is committed.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from gxclassify.surveys import survey_files
from gxclassify.zones import load_gazetteer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
PARAGRAPHS, TWICE = 40, 12
EDITOR, SECOND = "林编辑", "苏"
TRAINING = 900  # seconds at the most
PHONE = {"width": 390, "height": 844}


def main(names: list[str]) -> None:
    """Draw the pictures named, or all."""
    wanted = names or list(PICTURES)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=["--no-sandbox"]
        )
        stack.callback(browser.close)
        address = ""
        if any(not name.startswith("survey") for name in wanted):
            address = stack.enter_context(served(folder))
            answer(address, records())
        if "label-dark" in wanted:
            train(address)
        for name in wanted:
            PICTURES[name](browser, address, folder / f"{name}.html")
            print(IMAGES / f"{name}.png")


def records() -> list[dict[str, Any]]:
    """Return paragraphs of the project's own, with what people said of them."""
    lines = (ROOT / "labels" / "test" / "written.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return found[:: len(found) // PARAGRAPHS][:PARAGRAPHS]


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve labelling of `records` from a folder of its own; yield the address."""
    queue = folder / "queue.jsonl"
    rows = [{key: record[key] for key in ("id", "text", "article", "source")} for record in records()]
    queue.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gxclassify", "serve", "--port", str(port)]
    command += ["--label-store", str(folder / "labels.db"), "--label-queue", str(queue)]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL) as server:  # noqa: S603 - ours
        address = f"http://127.0.0.1:{port}"
        try:
            wait(lambda: ask(f"{address}/ready") is not None, 60)
            yield address
        finally:
            server.terminate()


def ask(address: str, body: object = None) -> Any:
    """Return what a route answers; None where nobody answers."""
    try:
        answered = httpx.get(address, timeout=60) if body is None else httpx.post(address, json=body, timeout=60)
    except httpx.ConnectError:
        return None
    return answered.raise_for_status().json()


def wait(done: Callable[[], bool], seconds: float) -> None:
    """Wait until something is done."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(f"not done after {seconds} s")
        time.sleep(1)


def answer(address: str, told: list[dict[str, Any]]) -> None:
    """Answer two thirds of the queue as the editor, the first ones as a second person who sees less in some."""
    for annotator, count in ((EDITOR, 2 * PARAGRAPHS // 3), (SECOND, TWICE)):
        for number, record in enumerate(told[:count]):
            labels = record["labels"] if annotator == EDITOR or number % 3 else record["labels"][1:]
            said = {
                "annotator": annotator, "paragraph": record["id"], "key": str(uuid.uuid4()), "kind": "label",
                "labels": labels, "maybe": record.get("maybe", []),
                "evidence": {theme: spans for theme, spans in record["evidence"].items() if theme in labels},
            }  # fmt: skip
            ask(f"{address}/label/open", {"annotator": annotator, "paragraph": record["id"]})
            ask(f"{address}/label/answer", said)


def train(address: str) -> None:
    """Train a model from the answers, and wait for it."""
    ask(f"{address}/label/training", {})
    wait(lambda: ask(f"{address}/label/training")["last"]["state"] != "running", TRAINING)
    last = ask(f"{address}/label/training")["last"]
    if last["state"] != "done":
        raise RuntimeError(last["message"])


@contextlib.contextmanager
def page_of(
    browser: Browser, address: str, *, dark: bool = False, phone: bool = False, height: int = 900
) -> Iterator[Page]:
    """Open a page as a person with a Chinese browser does."""
    context = browser.new_context(
        viewport=PHONE if phone else {"width": 1280, "height": height}, color_scheme="dark" if dark else "light",
        has_touch=phone, is_mobile=phone, locale="zh-CN", reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


def keep(page: Page, name: str) -> None:
    """Photograph what is in the window, when the sign of a tap has faded."""
    page.wait_for_timeout(800)
    page.screenshot(path=IMAGES / f"{name}.png")


def read(name: str, *, dark: bool, phone: bool, filtered: bool = False) -> Callable[[Browser, str, Path], None]:
    """Return what draws the newspaper page: with the reasons of a sentence, or the paragraphs of one theme."""

    def draw(browser: Browser, address: str, _: Path) -> None:
        with page_of(browser, address, dark=dark, phone=phone, height=860) as page:
            page.click("[data-example=newspaper]")
            page.wait_for_selector(".told")
            if filtered:
                page.click("button[data-theme=eco_park]")
                page.mouse.move(2, 2)
            else:
                sentence = page.locator(".told").nth(1 if phone else 3)
                sentence.scroll_into_view_if_needed()
                (sentence.tap if phone else sentence.click)()
                page.wait_for_selector("#details:visible")
            keep(page, name)

    return draw


def label(
    name: str, work: Callable[[Page], None], *, dark: bool = False, phone: bool = False, part: str = ""
) -> Callable[[Browser, str, Path], None]:
    """Return what draws the labelling page of the second person, after some `work` in it."""

    def draw(browser: Browser, address: str, _: Path) -> None:
        with page_of(browser, f"{address}/label{part}", dark=dark, phone=phone) as page:
            page.fill("#annotator", SECOND)
            page.keyboard.press("Enter")
            page.wait_for_selector("#progress")
            work(page)
            keep(page, name)

    return draw


def choose_two(page: Page) -> None:
    """Answer a paragraph: a theme with its sentence, another with the next one, a third left open."""
    page.wait_for_selector(".task")
    for key in ("1", "a", "2", "b", "5", "m"):
        page.keyboard.press(key)


def choose_one(page: Page) -> None:
    """Tap the first theme."""
    page.wait_for_selector(".task")
    page.locator("[data-theme]").first.tap()


def see_differences(page: Page) -> None:
    """Wait for the list."""
    page.wait_for_selector("button:has-text('裁定')")


def see_comparison(page: Page) -> None:
    """Go to the new model."""
    button = page.wait_for_selector("text=换上新模型")
    if button:
        button.scroll_into_view_if_needed()


def survey(name: str, *, dark: bool, phone: bool) -> Callable[[Browser, str, Path], None]:
    """Return what draws the survey of the example pages."""

    def draw(browser: Browser, _: str, file: Path) -> None:
        survey_files(
            [ROOT / "examples" / "corpus"], file, gazetteer=load_gazetteer([ROOT / "examples" / "corpus-zones.csv"])
        )
        with page_of(browser, file.as_uri(), dark=dark, phone=phone, height=1180) as page:
            page.wait_for_selector(".heat .cell")
            keep(page, name)

    return draw


PICTURES: dict[str, Callable[[Browser, str, Path], None]] = {
    "read-light": read("read-light", dark=False, phone=False),
    "read-filter-dark": read("read-filter-dark", dark=True, phone=False, filtered=True),
    "read-phone-light": read("read-phone-light", dark=False, phone=True),
    "read-phone-dark": read("read-phone-dark", dark=True, phone=True),
    "label-light": label("label-light", choose_two),
    "label-differ": label("label-differ", see_differences, part="#differ"),
    "label-phone": label("label-phone", choose_one, phone=True),
    "label-dark": label("label-dark", see_comparison, dark=True, part="#differ"),
    "survey-light": survey("survey-light", dark=False, phone=False),
    "survey-phone-dark": survey("survey-phone-dark", dark=True, phone=True),
}


if __name__ == "__main__":
    main(sys.argv[1:])
