from __future__ import annotations

import pytest

from gxclassify import errors


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("ConfigError", 2),
        ("InputError", 3),
        ("LabelError", 3),
        ("TrainingError", 3),
        ("ModelError", 4),
        ("GateError", 5),
    ],
)
def test_exit_codes(name, code):
    assert getattr(errors, name).exit_code == code


def test_every_error_is_one_of_the_family():
    assert all(issubclass(getattr(errors, name), errors.GxclassifyError) for name in errors.__all__)


def test_a_label_error_is_an_input_error():
    assert issubclass(errors.LabelError, errors.InputError)
