import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from gxclassify.cli.serving import serve
from gxclassify.errors import ConfigError
from gxclassify.server import process


@pytest.fixture
def settings(monkeypatch):
    """The settings that the command hands to the server, which is not started."""
    given = []
    monkeypatch.setattr(process, "serve", given.append)
    monkeypatch.delenv("GXCLASSIFY_TOKEN", raising=False)
    monkeypatch.delenv("GXCLASSIFY_ADMIN_TOKEN", raising=False)

    def run(*arguments):
        result = CliRunner().invoke(serve, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return given[-1]

    return run


def test_by_default_it_listens_to_this_machine_alone(settings):
    given = settings()
    assert (given.host, given.port, given.workers, given.token) == ("127.0.0.1", 8000, 1, None)


def test_an_address_of_ipv6_may_stand_in_brackets(settings):
    assert (settings("--host", "[::1]").host, settings("--host", "::1").host) == ("::1", "::1")


def test_a_token_is_read_from_its_file(settings, tmp_path):
    (tmp_path / "token").write_text("a-token-of-the-clients\n")
    assert settings("--token-file", str(tmp_path / "token")).token == "a-token-of-the-clients"


def test_a_byte_order_mark_before_a_token_is_none_of_it(settings, tmp_path):
    """Windows PowerShell writes one."""
    (tmp_path / "token").write_text("a-token-of-the-clients\r\n", encoding="utf-8-sig")
    assert settings("--token-file", str(tmp_path / "token")).token == "a-token-of-the-clients"


def test_tokens_come_from_the_environment_as_well(settings, monkeypatch):
    monkeypatch.setenv("GXCLASSIFY_TOKEN", "a-token-of-the-clients")
    monkeypatch.setenv("GXCLASSIFY_ADMIN_TOKEN", "the-administrators-token")
    given = settings()
    assert (given.token, given.admin_token) == ("a-token-of-the-clients", "the-administrators-token")


def test_a_token_file_that_is_no_text_is_told(settings, tmp_path):
    (tmp_path / "token").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="cannot be read"):
        settings("--token-file", str(tmp_path / "token"))


def test_options_become_settings_and_limits(settings):
    given = settings(
        *("--host", "0.0.0.0", "--port", "80", "--workers", "3", "--root-path", "/tagger/", "--watch", "0"),
        *("--trusted-host", "a.example", "--trusted-host", "b.example", "--origin", "https://c.example"),
        *("--max-json", "0.5", "--max-document", "1", "--max-text", "9", "--max-texts", "8", "--max-requests", "7"),
        *("--timeout", "2.5", "--log-text", "--proxy", "10.0.0.1"),
    )
    assert (given.host, given.port, given.workers, given.root_path) == ("0.0.0.0", 80, 3, "/tagger")
    assert given.trusted_hosts == ("a.example", "b.example")
    assert given.origins == ("https://c.example",)
    assert given.proxies == ("10.0.0.1",)
    assert (given.watch_seconds, given.log_text) == (0, True)
    limits = given.limits
    assert (limits.json_bytes, limits.document_bytes, limits.text_characters) == (2**19, 2**20, 9)
    assert (limits.texts, limits.in_flight, limits.request_seconds) == (8, 7, 2.5)


@pytest.mark.parametrize(
    ("given", "taken"), [("tagger", "/tagger"), ("/tagger/", "/tagger"), ("a/b", "/a/b"), ("/", ""), ("", "")]
)
def test_the_path_under_a_proxy_may_be_written_with_or_without_slashes(settings, given, taken):
    assert settings("--root-path", given).root_path == taken


@pytest.mark.parametrize("given", ["https://example.org/tagger", "tagger?x", "a b"])
def test_an_address_is_no_path_under_a_proxy(settings, given):
    with pytest.raises(ConfigError, match=re.escape(f"--root-path {given}: give the path alone")):
        process.check(settings("--root-path", given))


@pytest.mark.parametrize("option", ["--watch", "--timeout", "--max-json", "--max-document"])
@pytest.mark.parametrize("value", ["nan", "inf"])
def test_a_limit_is_a_finite_number(option, value):
    result = CliRunner().invoke(serve, [option, value])
    assert result.exit_code == 2
    assert f"{value} is not in the range" in result.output


@pytest.mark.parametrize("option", ["--label-store", "--results"])
def test_a_store_is_a_file_and_what_an_address_holds_is_not_repeated(option):
    result = CliRunner().invoke(serve, [option, "postgresql://zhang:geheim@db/labels"])
    assert result.exit_code == 2
    assert "the store is a SQLite file" in result.output
    assert "geheim" not in result.output


@pytest.mark.parametrize("option", ["--token-file", "--accounts", "--label-queue"])
def test_a_file_in_a_folder_that_may_not_be_entered_is_not_said_to_be_missing(option, monkeypatch):
    def closed(*_, **__):
        raise PermissionError

    monkeypatch.setattr(Path, "stat", closed)
    result = CliRunner().invoke(serve, [option, "closed/token"])
    assert result.exit_code == 2
    assert "closed/token: permission denied" in result.output


@pytest.mark.parametrize("by", ["file", "variable"])
def test_a_token_that_does_not_do_is_told_with_its_place(settings, tmp_path, monkeypatch, by):
    place = tmp_path / "token" if by == "file" else "GXCLASSIFY_TOKEN"
    if by == "file":
        place.write_text("short")
    else:
        monkeypatch.setenv(place, "short")
    with pytest.raises(ConfigError, match=re.escape(f"The token in {place} must have at least 16")):
        settings(*(("--token-file", str(place)) if by == "file" else ()))


def test_help_explains_every_option():
    help_text = CliRunner().invoke(serve, ["--help"]).output
    for parameter in serve.params:
        assert parameter.help, parameter.name
        assert parameter.opts[0] in help_text
