"""A generator of newspaper pages: articles typeset into narrow columns, with the debris of real pages.

Its settings go beyond those of any single newspaper on purpose: the reader's rules must be general.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

NO_START = "，。、；：！？”’）》」』】％%…—"
HANGS = "，。、；：！？"
NO_END = "“‘（《「『【"
UNIT = re.compile(r"[A-Za-z0-9.+%/-]+|\s+|.")


@dataclass(frozen=True)
class Settings:
    width: int = 16
    blank: str = "every"  # every, paragraph, none
    indent: str = "lost"  # kept, lost, half (some lost), narrow (one em kept), flush (never had one)
    title: str = "before"  # before, after
    title_lines: int = 1
    doubled: str = "no"  # no, whole, runs, lines
    letterspace: float = 0.0  # share of lines with a letter-spaced stretch
    subheads: int = 0
    subhead_lines: int = 2
    byline: str = "line"  # none, line, inline, brackets, lead, top
    caption: str = "none"  # none, credit, text, story
    furniture: str = "none"  # none, head, foot, middle
    lead: str = "none"  # none, plain, agency
    hang: bool = True
    spaced_digits: bool = False
    continued: bool = False


@dataclass
class Story:
    title: str
    paragraphs: list[str]
    subheads: list[str] = field(default_factory=list)
    byline: str | None = None
    captions: list[str] = field(default_factory=list)


SUBHEADS = [
    ("筑巢引凤", "项目接连落户"),
    ("精耕细作", "服务直达车间"),
    ("以链聚群", "配套日益完善"),
    ("久久为功", "绿水映照厂房"),
    ("搭台唱戏", "人才纷至沓来"),
    ("向新而行", "成果加快转化"),
]
NAMES = ["周宁", "林小川", "何一帆", "欧阳静", "孙梅", "马志远", "吴桐", "高远", "郑可"]
CREDITS = ["图片来源：高新区融媒体中心", "图片由园区管委会提供", "资料图片", "林小川 摄"]


def width(text: str) -> float:
    return sum(0.5 if ord(char) < 0x2000 and char != "·" else 1.0 for char in text)


def wrap(text: str, columns: int, first: int, *, hang: bool) -> list[str]:
    """Fill lines greedily: no closing mark starts a line, no opening one ends it, numbers and words stay whole."""
    units = UNIT.findall(text)
    lines, line, room = [], "", float(columns - first)
    for i, unit in enumerate(units):
        if unit.isspace() and not line:
            continue
        needed = width(unit)
        after = units[i + 1] if i + 1 < len(units) else ""
        if unit in NO_END and after:
            needed += width(after)
        if not hang and after and after in NO_START:
            needed += width(after)
        fits = width(line) + needed <= room
        hangs = hang and unit in HANGS and width(line) + needed <= room + 1 and after not in NO_START
        if line and not fits and not (hangs or (not hang and unit in NO_START)):
            lines.append(line.rstrip(" "))
            line, room = "", float(columns)
            if unit.isspace():
                continue
        line += unit
    if line.strip():
        lines.append(line.rstrip(" "))
    return lines


def typeset(stories: list[Story], settings: Settings, seed: int = 0) -> tuple[str, list[Story]]:
    """Return a page and what should be read from it."""
    page = _Page(settings, random.Random(seed))
    gold = [page.story(story) for story in stories]
    return page.text(), gold


class _Page:
    def __init__(self, settings: Settings, rng: random.Random) -> None:
        self.s, self.rng = settings, rng
        self.lines: list[tuple[str, bool]] = []  # the line, and whether a paragraph or headline ends with it
        if settings.furniture in {"head", "middle"}:
            self._put("2026年3月5日 星期四 责任编辑：周宁 林小川")

    def _put(self, *lines: str) -> None:
        self.lines += [(line, False) for line in lines[:-1]]
        self.lines.append((lines[-1], True))

    def story(self, story: Story) -> Story:
        s, rng = self.s, self.rng
        names = rng.sample(NAMES, rng.randint(1, 3))
        gold = Story(story.title, [self._spaced(p) for p in story.paragraphs])
        if s.title == "before":
            self._title(story.title)
        if s.byline == "top":
            self._put("本报记者 " + " ".join(names))
        self._body(gold, names)
        if s.byline in {"line", "brackets"}:
            self._put(" ".join(names) if s.byline == "line" else "（" + " ".join(names) + "）")
        gold.byline = None if s.byline == "none" else " ".join(names)
        if s.title == "before":
            self._caption(gold)
        else:
            self._title(story.title)
            self._caption(gold)
        if s.furniture == "middle":
            self._put(rng.choice(["下转第三版", "（上接第一版）", "第2版 综合新闻", "责任编辑：孙梅 版式：高远"]))
        return gold

    def _body(self, gold: Story, names: list[str]) -> None:
        s, rng = self.s, self.rng
        count = len(gold.paragraphs)
        places = sorted(rng.sample(range(1, count), min(s.subheads, count - 1))) if count > 1 else []
        heads = rng.sample(SUBHEADS, len(places))
        for i, paragraph in enumerate(gold.paragraphs):
            if i in places:
                head = heads[places.index(i)]
                gold.subheads.append("".join(head))
                self._put(*(head if s.subhead_lines == 2 else [" ".join(head)]))
            text = paragraph
            if i == 0:
                lead = {"plain": "本报讯 ", "agency": "新华社北京3月5日电 "}.get(s.lead, "")
                text = (f"本报讯（记者 {' '.join(names)}）" if s.byline == "lead" else lead) + text
            if i == count - 1 and s.byline == "inline":
                text += " " + " ".join(names)
            if i == count - 1 and s.continued:
                text += "（下转第二版）"
            self._paragraph(text)

    def _paragraph(self, text: str) -> None:
        s, rng = self.s, self.rng
        lines = wrap(text, s.width, 0 if s.indent == "flush" else 1 if s.indent == "narrow" else 2, hang=s.hang)
        spaced = [self._letterspaced(line) if rng.random() < s.letterspace else line for line in lines]
        kept = s.indent in {"kept", "narrow"} or (s.indent == "half" and rng.random() < 0.5)
        spaced[0] = ("\u3000" if s.indent == "narrow" else "\u3000\u3000") * kept + spaced[0]
        self._put(*spaced)

    def _letterspaced(self, line: str) -> str:
        if len(line) < 6:
            return line
        start = self.rng.randrange(0, len(line) - 4)
        end = self.rng.choice([len(line), self.rng.randint(start + 4, len(line))])
        part = re.sub(r"(?<=[^\x00-\x7f])(?=\S)", " ", line[start:end])
        return line[:start] + part + line[end:]

    def _spaced(self, text: str) -> str:
        if not self.s.spaced_digits:
            return text
        return re.sub(r"(?<=[\u4e00-\u9fff])(?=[0-9A-Za-z])|(?<=[0-9A-Za-z%])(?=[\u4e00-\u9fff])", " ", text)

    def _title(self, title: str) -> None:
        s = self.s
        half = len(title) // 2
        lines = [title] if s.title_lines == 1 or len(title) < 12 else [title[:half], title[half:]]
        if s.doubled == "whole":
            lines = [line * 2 for line in lines]
        elif s.doubled == "runs":
            lines = ["".join(run * 2 for run in re.findall(r"[\w]{1,5}|\W", line)) for line in lines]
        elif s.doubled == "lines":
            lines = lines * 2
        self._put(*lines)

    def _caption(self, gold: Story) -> None:
        s, rng = self.s, self.rng
        if s.caption == "none":
            return
        credit = rng.choice(CREDITS)
        lines = [credit]
        if s.caption == "text":
            lines = ["新落成的企业服务中心 " + credit]
        elif s.caption == "story":
            lines = wrap("图为园区工人在新投产的车间里调试设备，首批产品即将下线。 马志远 摄", s.width, 0, hang=s.hang)
        gold.captions.append("".join(lines))
        self._put(*lines)

    def text(self) -> str:
        s = self.s
        if s.furniture == "foot":
            self._put("第4版 园区视窗 2026年3月5日 星期四")
        parts = []
        for line, last in self.lines:
            parts.append(line + ("\n\n" if s.blank == "every" or (s.blank == "paragraph" and last) else "\n"))
        return "".join(parts)
