from __future__ import annotations

import numpy as np
import pytest

from support import THEMES


@pytest.fixture(scope="session")
def texts(tiny_labels):
    return tiny_labels.texts


@pytest.fixture(scope="session")
def lists(tiny_labels):
    return [list(record.labels) for record in tiny_labels.records]


@pytest.fixture(scope="session")
def indicator(lists):
    return np.array([[theme in row for theme in THEMES] for row in lists], dtype=int)


@pytest.fixture(scope="session")
def arguments(tiny_labels):
    return tiny_labels.fit_arguments()
