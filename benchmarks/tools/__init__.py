"""The tools that are compared, each a class of the same shape; a module is imported in its tool's environment only.

A tool has ``fit(job)``, ``save(folder)``, the class method ``load(folder)``, ``scores(texts)`` — a list of one number
per theme for each text, higher is likelier — and ``threshold``, from which a theme counts as told.
"""
