from gxclassify.files import shipped
from gxclassify.model.bundle import FORMAT, read_description


def test_the_shipped_bundle_is_valid():
    assert read_description(shipped("model"))["format"] <= FORMAT
