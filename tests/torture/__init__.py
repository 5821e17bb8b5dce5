"""Hostile inputs and kills without end: ``make torture HOURS=2``; a short form is in the suite.

``targets`` has the kinds of input, ``kills`` the commands that are killed, ``batch`` runs one seed of one kind in a
process of its own, and ``__main__`` goes on with seeds until the time is over.
"""
