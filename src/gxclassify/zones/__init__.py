"""Answers beside the themes: which zone (`find_zones`), when (`find_date`) and how much (`find_amounts`)."""

from gxclassify.zones.amounts import Amount, find_amounts
from gxclassify.zones.articles import ArticleZones, article_zones
from gxclassify.zones.dates import DATE_COLUMN, DocumentDate, UnreadDates, article_dates, find_date, unread_dates
from gxclassify.zones.gazetteer import Gazetteer, Zone
from gxclassify.zones.mentions import ZoneMention, find_zones
from gxclassify.zones.own import load_gazetteer

__all__ = [
    "DATE_COLUMN",
    "Amount",
    "ArticleZones",
    "DocumentDate",
    "Gazetteer",
    "UnreadDates",
    "Zone",
    "ZoneMention",
    "article_dates",
    "article_zones",
    "find_amounts",
    "find_date",
    "find_zones",
    "load_gazetteer",
    "unread_dates",
]
