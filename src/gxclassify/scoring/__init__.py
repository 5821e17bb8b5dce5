"""Many documents: streams of them cut into chunks, scored in processes, written in order."""

MOST_JOBS = 64
"""Processes that score at once, each with a model of its own."""
