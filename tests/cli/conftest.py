import pytest

from gxclassify.cli import main


@pytest.fixture
def call(capsys, tmp_path, monkeypatch):
    """Run ``gxclassify`` in this process and an empty folder; returns (exit code, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        with pytest.raises(SystemExit) as exit_:
            main([str(a) for a in arguments])
        out, err = capsys.readouterr()
        return exit_.value.code, out, err

    return run
