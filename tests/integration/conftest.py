from __future__ import annotations

from pathlib import Path

import pytest

# MLflow's and SQLAlchemy's own business with each other; nothing here can mend it.
_FOREIGN = ("ignore::sqlalchemy.exc.SADeprecationWarning", "ignore::sqlalchemy.exc.SAWarning")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            for warning in _FOREIGN:
                item.add_marker(pytest.mark.filterwarnings(warning))
