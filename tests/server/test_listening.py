import logging
import re
import sys
from pathlib import Path

import pytest

from gxclassify.errors import ConfigError, GxclassifyError
from gxclassify.server.process import bind, check, tell
from gxclassify.server.settings import ServerSettings

TOKEN = "a-token-of-the-clients"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost"])
def test_this_machine_alone_needs_no_token(host):
    check(ServerSettings(host=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", ""])
def test_others_are_let_in_with_a_token_only(host):
    with pytest.raises(ConfigError, match="needs a token"):
        check(ServerSettings(host=host))
    check(ServerSettings(host=host, token=TOKEN))


@pytest.mark.parametrize(
    "token", ["", "short", "with a space in it", "令牌令牌令牌令牌令牌令牌令牌令牌", "line\nbreak-in-the-token"]
)
def test_tokens_that_are_easily_guessed_or_cannot_be_sent_are_refused(token):
    with pytest.raises(ConfigError, match="at least 16"):
        check(ServerSettings(token=token))
    with pytest.raises(ConfigError, match="administrator"):
        check(ServerSettings(token=TOKEN, admin_token=token))


def test_a_port_that_is_taken_is_told_in_one_sentence():
    with bind(ServerSettings(port=0)) as first:
        port = first.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"Port {port} of 127\.0\.0\.1 cannot be listened on"):
            bind(ServerSettings(port=port))


def test_behind_a_proxy_nobody_is_told_to_open_what_does_not_answer(monkeypatch, capsys, caplog):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    for path, told in (("", "Open http://"), ("/tagger", "for the proxy, under whose /tagger/ people")):
        settings = ServerSettings(port=0, root_path=path)
        with bind(settings) as listener, caplog.at_level(logging.INFO):
            port = listener.getsockname()[1]
            tell(settings, listener, "m")
        said = capsys.readouterr().err
        assert told in said
        assert f"http://127.0.0.1:{port}/" in said
        assert f"{port}/tagger" not in said
        assert f"serving url=http://127.0.0.1:{port} " in caplog.records[-1].getMessage()
        assert ("root_path=/tagger" in caplog.records[-1].getMessage()) == bool(path)


def test_a_host_that_is_not_this_machines_is_told_in_one_sentence():
    for host in ("192.0.2.1", "tags.nowhere.invalid"):
        with pytest.raises(ConfigError, match=rf"^{re.escape(host)} is no address of this machine \(.*--host"):
            bind(ServerSettings(host=host, port=0))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"trusted_hosts": ("https://tags.example.org",)}, "--trusted-host https://tags.example.org: give a host name"),
        ({"trusted_hosts": ("tags.example.org:443",)}, "give a host name alone"),
        ({"trusted_hosts": ("标注.example",)}, "in ASCII"),
        ({"origins": ("tags.example.org",)}, "--origin tags.example.org: give scheme and host"),
        ({"origins": ("https://tags.example.org/page",)}, "without a path"),
        ({"proxies": ("nonsense",)}, "--proxy nonsense: give an address"),
        ({"proxies": ("127.0.0.1/33",)}, "or a network"),
        ({"proxies": ("10.0.0.1/8",)}, "or a network"),
        ({"label_queue": Path("queue.txt")}, "--label-store"),
    ],
)
def test_what_could_never_match_is_refused(settings, said):
    with pytest.raises(ConfigError, match=re.escape(said)):
        check(ServerSettings(**settings))


def test_names_and_addresses_that_match_are_taken():
    hosts = ("tags.example.org", "*.example.org", "xn--8yvv09c.example")
    origins = ("https://tags.example.org/", "http://127.0.0.1:8080", "null")
    check(ServerSettings(trusted_hosts=hosts, origins=origins, proxies=("10.0.0.1", "10.0.0.0/8", "::1", "*")))


def test_origins_are_taken_as_browsers_write_them():
    given = ("HTTPS://Tags.example.org:443/", "http://a.example:80", "http://b.example:443")
    assert ServerSettings(origins=given).allowed_origins == (
        *("https://tags.example.org", "http://a.example", "http://b.example:443"),
    )


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"label_store": "none/labels.db"}, "its folder is not there"),
        ({"results": "none/results.db"}, "its folder is not there"),
        ({"label_store": "text.db"}, "file is not a database"),
        ({"results": "text.db"}, "file is not a database"),
        ({"results": "labels.db", "label_store": "labels.db"}, "holds something else"),
    ],
)
def test_a_file_that_does_not_do_is_told_of_before_any_worker_starts(tmp_path, settings, said):
    (tmp_path / "text.db").write_text("no database" * 100, encoding="utf-8")
    with pytest.raises(GxclassifyError, match=said):
        check(ServerSettings(**{name: tmp_path / value for name, value in settings.items()}))


def test_the_other_internet_protocol_is_spoken_as_well():
    with bind(ServerSettings(host="::1", port=0)) as listener:
        assert listener.getsockname()[0] == "::1"
