import numpy as np
import pytest

from gxclassify.server.process import map_model, write_model
from server.loopback import OTHER, TEXT


def test_a_mapped_model_tags_as_the_one_that_was_written(model, tmp_path):
    write_model(model, tmp_path / "model")
    mapped = map_model(tmp_path / "model")
    assert [p.to_json() for p in mapped.tag([TEXT, OTHER])] == [p.to_json() for p in model.tag([TEXT, OTHER])]
    assert (mapped.name, mapped.thresholds) == (model.name, model.thresholds)


def test_the_arrays_are_views_of_the_file_and_not_copies(model, tmp_path):
    write_model(model, tmp_path / "model")
    mapped = map_model(tmp_path / "model")
    for block in mapped.parts.blocks:
        assert not block.impact.flags.owndata
        assert not block.impact.flags.writeable
        with pytest.raises(ValueError, match="read-only"):
            block.impact[0] = 0


def test_the_file_may_go_once_it_is_mapped(model, tmp_path):
    path = tmp_path / "model"
    write_model(model, path)
    mapped = map_model(path)
    path.unlink()
    np.testing.assert_array_equal(mapped.predict_proba([TEXT]), model.predict_proba([TEXT]))


def test_a_file_that_was_cut_off_is_not_taken(model, tmp_path):
    path = tmp_path / "model"
    write_model(model, path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(ValueError, match="wholly"):
        map_model(path)
