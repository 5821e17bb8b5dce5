"""Twelve lines: themes of one's own (complaints about food delivery), learned from a CSV table."""

import csv
from pathlib import Path

import gxclassify as gx

with Path(__file__).with_name("reviews.csv").open(encoding="utf-8") as file:
    rows = list(csv.DictReader(file))
classifier = gx.ThemeClassifier(folds=3)
themes = [[] if row["themes"] == "[]" else row["themes"].split(";") for row in rows]  # []: tells none
classifier.fit([row["text"] for row in rows], themes)
model = classifier.to_model().save("models/reviews")
for paragraph in model.tag(["汤都洒了，而且等了两个小时", "客服态度很好，马上给我退款"]):
    print(paragraph.text, "→", ", ".join(paragraph.tags))
