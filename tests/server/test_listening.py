import pytest

from gxclassify.errors import ConfigError, GxclassifyError
from gxclassify.server.process import bind, check
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


def test_a_host_that_is_not_this_machines_is_told_in_one_sentence():
    with pytest.raises(ConfigError, match=r"192\.0\.2\.1"):
        bind(ServerSettings(host="192.0.2.1", port=0))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"label_store": "none/labels.db"}, "its folder is not there"),
        ({"results": "none/results.db"}, "its folder is not there"),
        ({"label_store": "text.db"}, "file is not a database"),
        ({"label_store": "labels.db", "label_queue": "queue.jsonl"}, r"queue\.jsonl:1: this line is not JSON"),
        ({"gazetteers": ("none.csv",)}, r"none\.csv"),
    ],
)
def test_a_file_that_does_not_do_is_told_of_before_any_worker_starts(tmp_path, settings, said):
    (tmp_path / "text.db").write_text("no database" * 100, encoding="utf-8")
    (tmp_path / "queue.jsonl").write_text("{\n", encoding="utf-8")
    own = {
        name: tuple(tmp_path / one for one in value) if isinstance(value, tuple) else tmp_path / value
        for name, value in settings.items()
    }
    with pytest.raises(GxclassifyError, match=said):
        check(ServerSettings(**own))


def test_the_other_internet_protocol_is_spoken_as_well():
    with bind(ServerSettings(host="::1", port=0)) as listener:
        assert listener.getsockname()[0] == "::1"
