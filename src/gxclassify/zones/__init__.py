"""Answers over tagged text: which zone, when, how much."""

from gxclassify.zones.gazetteer import Gazetteer, Zone, load_gazetteer
from gxclassify.zones.mentions import ZoneMention, find_zones

__all__ = ["Gazetteer", "Zone", "ZoneMention", "find_zones", "load_gazetteer"]
