"""Paragraphs, and what people say of them, for tests of answers and their store."""

from gxclassify.labels.answers import Answer
from gxclassify.labels.records import LabelRecord

THEMES = ("招商", "生态", "政策")


def paragraphs(count: int) -> list[LabelRecord]:
    return [LabelRecord(id=f"p{i}", text=f"第{i}段。项目签约。", article=f"a{i}", source="测试") for i in range(count)]


def said(paragraph: str, annotator: str = "甲", labels=(), maybe=(), evidence=None, **rest) -> Answer:
    rest.setdefault("key", f"{annotator}-{paragraph}-{labels}-{maybe}")
    return Answer(
        paragraph=paragraph,
        annotator=annotator,
        labels=tuple(labels),
        maybe=tuple(maybe),
        evidence=evidence or {},
        **rest,
    )
