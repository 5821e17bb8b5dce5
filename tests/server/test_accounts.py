"""Accounts: a file of names and hashed tokens, who may do what with them, and the commands that write it."""

import multiprocessing

import httpx
import pytest

from gxclassify.errors import ConfigError
from gxclassify.labels.store import LabelStore
from gxclassify.server.accounts import Accounts, add_account, read_accounts, remove_account
from gxclassify.server.process import check
from gxclassify.server.settings import ServerSettings
from support import run, write_jsonl

KEY = "0123456789abcdef"


@pytest.fixture
def people(tmp_path):
    return tmp_path / "people.toml"


def ask(client: httpx.Client, path: str, token: str, **body) -> httpx.Response:
    return client.post(f"/label/{path}", json=body, headers={"Authorization": f"Bearer {token}"})


def test_only_hashes_stand_in_the_file(people):
    token = add_account(people, "林编辑", admin=True)
    assert len(token) >= 32
    assert token not in people.read_text("utf-8")
    [account] = read_accounts(people)
    assert (account.name, account.admin) == ("林编辑", True)
    found = Accounts(people).find(token.encode())
    assert found == account
    assert Accounts(people).find(account.sha256.encode()) is None  # the hash opens nothing


def test_a_new_token_takes_the_place_of_the_old_one_and_a_removed_person_has_none(people):
    add_account(people, "苏")
    old = add_account(people, "林")
    new = add_account(people, "林")
    accounts = Accounts(people)
    assert accounts.find(old.encode()) is None
    assert accounts.find(new.encode()).name == "林"
    remove_account(people, "林")
    assert accounts.find(new.encode()) is None  # without a restart
    with pytest.raises(ConfigError, match="there is no account '林'; there are: 苏"):
        remove_account(people, "林")
    with pytest.raises(ConfigError, match="there is no such file of accounts"):
        remove_account(people.with_name("nowhere.toml"), "林")


def test_a_file_that_breaks_or_goes_away_leaves_those_before(people):
    token = add_account(people, "林")
    accounts = Accounts(people)
    people.write_text("[account", "utf-8")
    assert accounts.find(token.encode()).name == "林"
    people.unlink()
    assert accounts.find(token.encode()).name == "林"


@pytest.mark.parametrize("text", [None, "[account", ""])
def test_a_worker_that_begins_with_a_file_that_no_longer_does_lets_nobody_in_until_it_is_mended(people, text, caplog):
    if text is not None:
        people.write_text(text, "utf-8")
    accounts = Accounts(people, checked=True)
    assert accounts.find(b"x" * 32) is None
    assert "nobody has access by" in caplog.text
    people.unlink(missing_ok=True)
    token = add_account(people, "林")
    assert accounts.find(token.encode()).name == "林"


def test_the_last_person_who_is_removed_has_no_access_either(people):
    token = add_account(people, "林")
    accounts = Accounts(people)
    remove_account(people, "林")
    assert accounts.find(token.encode()) is None
    again = add_account(people, "苏")
    assert accounts.find(again.encode()).name == "苏"


def test_a_new_token_leaves_an_administrator_one(people):
    add_account(people, "林", admin=True)
    add_account(people, "林")
    assert [account.admin for account in read_accounts(people)] == [True]
    again = run("accounts", "add", people, "林")
    assert "林 stays an administrator" in again.stderr
    run("accounts", "remove", people, "林")
    assert "administrator" not in run("accounts", "add", people, "林").stderr
    assert [account.admin for account in read_accounts(people)] == [False]


def _add_some(path, who, begin):
    begin.wait(60)
    for n in range(5):
        add_account(path, f"{who}-{n}")
    remove_account(path, f"{who}-0")


def test_of_accounts_that_are_added_at_the_same_time_none_is_lost(people):
    apart = multiprocessing.get_context("spawn")
    begin = apart.Barrier(6)
    adding = [apart.Process(target=_add_some, args=(people, who, begin)) for who in range(6)]
    for one in adding:
        one.start()
    for one in adding:
        one.join(120)
    assert [one.exitcode for one in adding] == [0] * 6
    assert {one.name for one in read_accounts(people)} == {f"{who}-{n}" for who in range(6) for n in range(1, 5)}


def test_what_is_wrong_with_the_file_is_said_wholly_in_chinese(people):
    people.write_text("x = [", "utf-8")
    assert "账号文件不是有效的 TOML" in run("--lang", "zh", "accounts", "list", people).stderr


@pytest.mark.parametrize(
    "text", ["", "[account.林]\n", '[account.林]\nsha256 = "short"\n', '[account."a+b"]\nsha256 = "' + "0" * 64 + '"\n']
)
def test_a_file_without_an_account_is_refused(people, text):
    people.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=r"people\.toml|is no name"):
        Accounts(people)


@pytest.mark.parametrize("name", ["", " 林", "甲+乙", "很" * 65, "a\nb"])
def test_a_name_that_a_label_cannot_carry_is_refused(people, name):
    with pytest.raises(ConfigError, match="is no name: one has 1 to 64 characters, no blank at its ends"):
        add_account(people, name)
    assert not people.exists()


def test_everybody_labels_under_their_own_name(start, tmp_path, people):
    lin, su = add_account(people, "林"), add_account(people, "苏")
    queue = write_jsonl(tmp_path / "q.jsonl", [{"id": "q0", "text": "园区新签约项目12个。"}])
    client = start(label_store=tmp_path / "labels.db", label_queue=queue, accounts=people).client
    assert client.get("/label/state").status_code == 401
    state = client.get("/label/state", headers={"Authorization": f"Bearer {lin}"}).json()
    assert state["account"] == "林"
    said = {"key": KEY, "paragraph": "q0", "kind": "label", "labels": ["goals"]}
    refused = ask(client, "answer", lin, annotator="苏", **said)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:gxclassify:problem:account")
    assert ask(client, "answer", su, annotator="苏", **said).status_code == 200
    assert [answer.annotator for answer in LabelStore(tmp_path / "labels.db", ()).answers()] == ["苏"]
    tagged = client.post("/v1/predict", json={"texts": ["签约。"]}, headers={"Authorization": f"Bearer {lin}"})
    assert tagged.status_code == 200


def test_a_token_without_a_name_may_tag_but_not_label(start, tmp_path, people):
    add_account(people, "林")
    client = start(label_store=tmp_path / "labels.db", accounts=people, token="t" * 20).client
    client.headers["Authorization"] = f"Bearer {'t' * 20}"
    assert client.post("/v1/predict", json={"texts": ["签约。"]}).status_code == 200
    assert client.post("/label/next", json={"annotator": "林"}).status_code == 403


def test_only_an_admin_reloads_and_takes_models(start, tmp_path, people):
    lin, su = add_account(people, "林"), add_account(people, "苏", admin=True)
    client = start(label_store=tmp_path / "labels.db", accounts=people).client
    for path, body in (("/v1/model/reload", {}), ("/label/models/back", {"annotator": "苏"})):
        refused = client.post(path, json=body, headers={"Authorization": f"Bearer {lin}"})
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:gxclassify:problem:not-administrator")
        assert client.post(path, json=body).status_code == 401
        assert client.post(path, json=body, headers={"Authorization": f"Bearer {su}"}).status_code in {200, 409}


def test_a_server_that_others_reach_starts_with_accounts_in_the_place_of_a_token(people):
    add_account(people, "林")
    check(ServerSettings(host="0.0.0.0", accounts=people))
    with pytest.raises(ConfigError, match="--accounts"):
        check(ServerSettings(host="0.0.0.0"))


def test_the_commands_add_list_and_remove(people):
    added = run("accounts", "add", people, "林编辑", "--admin")
    assert added.returncode == 0, added.stderr
    assert Accounts(people).find(added.stdout.strip().encode()).admin
    assert "no longer works" not in added.stderr
    assert run("accounts", "list", people).stdout == "林编辑  admin\n"
    again = run("accounts", "add", people, "林编辑", "--admin")
    assert "林编辑 was there already: the token before this one no longer works." in again.stderr
    assert Accounts(people).find(added.stdout.strip().encode()) is None
    assert run("accounts", "remove", people, "林编辑").returncode == 0
    assert run("accounts", "list", people).stdout == ""
    assert "does not exist" in run("accounts", "list", people.with_name("peple.toml")).stderr
