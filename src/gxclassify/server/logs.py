"""How the server's log looks: one line an event on standard error, with its time."""

from __future__ import annotations

import logging
import logging.config

__all__ = ["configure"]


def configure() -> None:
    """Send the server's log to standard error; uvicorn's own access log, which shows paths and queries, stays off."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(message)s"}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "loggers": {
                "gxclassify": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
                "uvicorn": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            },
        }
    )
    logging.getLogger("uvicorn.access").disabled = True
