import tomllib

from gxclassify import files
from gxclassify.files import IN_CHECKOUT, shipped
from gxclassify.model.bundle import FORMAT, default_bundle, read_description
from support import ROOT


def test_the_shipped_bundle_is_valid():
    assert read_description(default_bundle())["format"] <= FORMAT


def test_what_ships_is_what_the_wheel_takes_in():
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = table["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included == {path: f"gxclassify/_data/{name}" for name, path in IN_CHECKOUT.items()}
    assert all(shipped(name).exists() for name in IN_CHECKOUT)


def test_the_shipped_bundle_lies_in_the_package_or_in_the_checkout_around_it(tmp_path, monkeypatch):
    package = tmp_path / "src" / "gxclassify"
    monkeypatch.setattr(files, "__file__", str(package / "files.py"))
    assert default_bundle() == tmp_path / "models" / "default"
    installed = package / "_data" / "model"
    installed.mkdir(parents=True)
    assert default_bundle() == installed
