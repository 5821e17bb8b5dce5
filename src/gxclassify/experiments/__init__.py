"""Trainings written down as small files: one run, a search, the table of what was tried."""
