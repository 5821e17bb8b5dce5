"""What the finders take: a text."""

from __future__ import annotations

from gxclassify.errors import InputError


def check_text(text: object) -> None:
    """Refuse what is no text.

    Raises
    ------
    InputError
        `text` is no string, but a Document or a cell without a value.
    """
    if not isinstance(text, str):
        raise InputError(
            "A text is wanted, such as that of a paragraph. Got a {type}; article_zones and article_dates take "
            "documents, and a cell without a text has nothing to find.",
            type=type(text).__name__,
        )
