import shutil

import pytest


@pytest.fixture
def folder(tmp_path, tiny_bundle):
    """The tiny model in a folder to change."""
    return shutil.copytree(tiny_bundle, tmp_path / "model")
