"""Tagged paragraphs written for people and machines: terminal, JSON Lines, JSON, CSV."""

from gxclassify.report.base import Report, open_report

__all__ = ["Report", "open_report"]
