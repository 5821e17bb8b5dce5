"""Files are whole or not there, and nothing writes one in another way."""

import ast
import errno
import os
import tomllib

import pytest

from gxclassify import files
from gxclassify.errors import ConfigError, GxclassifyError, ModelError
from gxclassify.files import IN_CHECKOUT, check_target, copy_folder, shipped, whole_file, whole_text, write_whole
from support import ROOT, names

SOURCE = ROOT / "src" / "gxclassify"

# What opens a file for writing by itself, with the reason.
WRITERS = {
    "files.py": "the one writer",
    "reading/office/legacy.py": "a scratch folder for LibreOffice",
    "surveys/pages.py": "thousands of pages behind cells, each written at once; syncing every one would take minutes",
    "reading/parsers.py": "writes to a pipe",
    "scoring/bulk.py": "a part file and a journal that grow, and are cut off when a run goes on",
    "scoring/spark.py": "a worker's own scratch folder",
    "server/process.py": "the supervisor's own scratch folder, which workers map; 20 MB that no disk need see",
}
WRITING = {"write_text", "write_bytes", "mkstemp", "NamedTemporaryFile", "fdopen"}


def test_a_file_appears_when_it_is_whole(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text("old", "utf-8")
    for writer in (whole_text, whole_file):
        with pytest.raises(ZeroDivisionError), writer(path) as file:
            file.write(f"half {1 / 0}")
    assert path.read_text("utf-8") == "old"
    with whole_text(path) as file:
        file.write("新\n")
    assert path.read_bytes() == "新\n".encode()
    assert names(tmp_path) == ["out.txt"]


@pytest.mark.parametrize("content", ["新\r\n", b"\xff\r\n"])
def test_content_is_written_as_it_is(tmp_path, content):
    write_whole(tmp_path / "a", content)
    assert (tmp_path / "a").read_bytes() == (content.encode() if isinstance(content, str) else content)


def test_half_a_surrogate_pair_is_replaced(tmp_path):
    write_whole(tmp_path / "a", "a\ud800b")
    with whole_text(tmp_path / "b") as file:
        file.write("a\ud800b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == b"a?b"


def test_a_new_file_has_the_rights_of_any_other(tmp_path):
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "a", "")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


def test_a_private_file_stays_private(tmp_path):
    path = tmp_path / "a"
    path.write_text("old", "utf-8")
    path.chmod(0o600)
    write_whole(path, "new")
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_a_link_points_to_is_replaced(tmp_path):
    (tmp_path / "real").write_text("old", "utf-8")
    (tmp_path / "link").symlink_to("real")
    write_whole(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text("utf-8") == "new"


def test_a_name_as_long_as_names_may_be(tmp_path):
    path = tmp_path / ("区" * 85)
    write_whole(path, "x")
    assert names(tmp_path) == [path.name]


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    path = tmp_path / "none" / "x"
    with pytest.raises(GxclassifyError, match=r"none/x: the folder \S+/none is not there; make it"):
        write_whole(path, "")
    (tmp_path / "none").write_bytes(b"")
    with pytest.raises(GxclassifyError, match=r"none/x: the output cannot be written \("):
        write_whole(path, "")
    with pytest.raises(ModelError, match="mine"):
        write_whole(path, "", lambda error: ModelError(f"mine: {error.strerror}"))


def test_a_folder_or_device_is_never_replaced(tmp_path):
    for path in (tmp_path, os.devnull):
        with pytest.raises(ConfigError, match="must be a file"):
            write_whole(type(tmp_path)(path), "")


def test_an_input_is_never_replaced(tmp_path):
    path = tmp_path / "a"
    path.write_text("old", "utf-8")
    with pytest.raises(ConfigError, match="this is an input"):
        check_target(path, [path])


def opens_for_writing(tree):
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        modes = [a.value for a in [*node.args, *(k.value for k in node.keywords if k.arg == "mode")]
                 if isinstance(a, ast.Constant) and isinstance(a.value, str)]  # fmt: skip
        if name in WRITING or (
            name == "open" and any(set(m) <= set("rwxabt+") and set(m) & set("wxa+") for m in modes)
        ):
            yield node.lineno


def test_nothing_else_opens_a_file_for_writing():
    found = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if any(opens_for_writing(ast.parse(path.read_text("utf-8"))))
    }
    assert found == set(WRITERS)


def test_what_ships_is_what_the_wheel_takes_in():
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = table["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included == {path: f"gxclassify/_data/{name}" for name, path in IN_CHECKOUT.items()}
    assert all(shipped(name).exists() for name in IN_CHECKOUT)


def test_what_ships_lies_in_the_package_or_in_the_checkout_around_it(tmp_path, monkeypatch):
    package = tmp_path / "src" / "gxclassify"
    monkeypatch.setattr(files, "PACKAGE", package)
    assert shipped("model") == tmp_path / "models" / "default"
    installed = package / "_data" / "model"
    installed.mkdir(parents=True)
    assert shipped("model") == installed


@pytest.mark.skipif(os.name != "posix", reason="locks of another kind")
def test_what_killed_writers_left_is_swept_and_nothing_else(tmp_path):
    left, fresh, other = (tmp_path / name for name in (".out.0a1b2c3d", ".out.11111111", ".out.original"))
    folder = tmp_path / ".out.22222222"
    folder.mkdir()
    (folder / "weights.npz").write_bytes(b"x")
    for path in (left, fresh, other):
        path.write_bytes(b"x")
    for path in (left, other, folder):
        os.utime(path, (1, 1))
    with whole_file(tmp_path / "out") as file:
        beside = next(path for path in tmp_path.glob(".out.*") if path not in {left, fresh, other, folder})
        os.utime(beside, (1, 1))
        write_whole(tmp_path / "out", "another writer")  # leaves what is being written
        file.write(b"whole")
    assert names(tmp_path) == [".out.11111111", ".out.original", "out"]
    assert (tmp_path / "out").read_bytes() == b"whole"


@pytest.mark.skipif(os.name != "posix", reason="rights of another kind")
def test_what_root_writes_anew_keeps_its_owner(tmp_path, monkeypatch):
    path = tmp_path / "people.toml"
    path.write_bytes(b"old")
    owner = path.stat().st_uid, path.stat().st_gid
    given = []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "chown", lambda _, user, group, **_named: given.append((user, group)))
    for _ in range(2):
        with whole_file(path) as file:
            file.write(b"new")
    with whole_file(tmp_path / "new.toml") as file:
        file.write(b"new")
    assert given == [owner, owner]


@pytest.mark.parametrize(
    ("mode", "secret", "said"),
    [(0o600, True, ""), (0o644, True, "read it"), (0o644, False, ""), (0o666, False, "change it")],
)
def test_rights_that_others_should_not_have_are_said(tmp_path, mode, secret, said):
    path = tmp_path / "token"
    path.write_text("x", encoding="utf-8")
    path.chmod(mode)
    assert said in files.rights(path, secret=secret)
    assert bool(files.rights(path, secret=secret)) is bool(said)


def test_a_folder_that_cannot_be_claimed_is_not_left(tmp_path, monkeypatch):
    def refused(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(files, "Claim", refused)
    with pytest.raises(OSError, match="Input/output"):
        files.new_folder(tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_copied_is_told_by_the_system_s_reason(tmp_path, monkeypatch):
    (tmp_path / "from" / "in").mkdir(parents=True)
    (tmp_path / "from" / "in" / "a").write_text("a", "utf-8")
    copied = copy_folder(tmp_path / "from", tmp_path / "to")
    assert (copied / "in" / "a").read_text("utf-8") == "a"

    def full(_, to):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), to)

    monkeypatch.setattr("shutil.copy2", full)
    with pytest.raises(OSError, match="No space left") as refused:
        copy_folder(tmp_path / "from", tmp_path / "again")
    assert refused.value.errno == errno.ENOSPC
