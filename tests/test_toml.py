from __future__ import annotations

import pytest

from gxclassify.errors import LabelError
from gxclassify.toml import read_toml


def test_a_file_is_read(tmp_path):
    path = tmp_path / "a.toml"
    path.write_text("[x]\ny = 1", encoding="utf-8")
    assert read_toml(path, "the table", LabelError) == {"x": {"y": 1}}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, r"the table cannot be read \(No such file"), (b"[x", "not valid TOML"), (b"\xff", "not valid TOML")],
)
def test_what_cannot_be_read_is_named(tmp_path, content, sentence):
    path = tmp_path / "a.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LabelError, match=rf"a\.toml: .*{sentence}"):
        read_toml(path, "the table", LabelError)
