import base64

import pytest

from server.loopback import TEXT

TOKEN = "a-token-of-the-clients"
ADMIN = "the-administrators-token"
BODY = {"texts": [TEXT]}


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def guarded(start):
    return start(token=TOKEN).client


@pytest.mark.parametrize(
    "headers",
    [
        {},
        bearer("wrong"),
        {"Authorization": "Bearer"},
        bearer(TOKEN[:-1]),
        bearer(TOKEN + "x"),
        {"Authorization": TOKEN},
        {"Authorization": "Basic !!"},
        {"Authorization": "Bearer \xff"},
    ],
)
def test_without_a_valid_token_nothing_is_tagged(guarded, headers):
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    answer = guarded.post("/v1/predict", json=BODY, headers=raw)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert TOKEN not in answer.text


@pytest.mark.parametrize(
    "path", ["/v1/predict", "/v1/themes", "/v1/model", "/metrics", "/openapi.json", "/nothing", "/ping/x"]
)
def test_all_but_probes_and_pages_asks_for_a_token(guarded, path):
    assert guarded.get(path).status_code == 401


@pytest.mark.parametrize("path", ["/health", "/ready", "/ping"])
def test_probes_need_no_token(guarded, path):
    assert guarded.get(path).status_code == 200


def test_the_token_admits(guarded):
    assert guarded.post("/v1/predict", json=BODY, headers=bearer(TOKEN)).status_code == 200


def test_label_studio_may_send_the_token_as_a_password(guarded):
    basic = base64.b64encode(f"anyone:{TOKEN}".encode()).decode()
    assert guarded.get("/v1/themes", headers={"Authorization": f"Basic {basic}"}).status_code == 200


def test_reloading_needs_the_administrators_token_when_there_is_one(start):
    client = start(token=TOKEN, admin_token=ADMIN).client
    assert client.post("/v1/model/reload").status_code == 401
    assert client.post("/v1/model/reload", headers=bearer(TOKEN)).status_code == 403
    assert client.post("/v1/model/reload", headers=bearer(ADMIN)).status_code == 200
    assert client.get("/v1/themes", headers=bearer(ADMIN)).status_code == 200


def test_an_administrators_token_alone_leaves_the_rest_open(start):
    client = start(admin_token=ADMIN).client
    assert client.get("/v1/themes").status_code == 200
    assert client.post("/v1/model/reload").status_code == 401


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "evil.example:80"]
)
def test_a_foreign_host_name_is_refused(client, host):
    answer = client.get("/v1/themes", headers={"Host": host})
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:gxclassify:problem:host"
    assert not host or host not in answer.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "[::1]:8000", "192.0.2.7:80"])
def test_own_names_and_addresses_are_answered(client, host):
    assert client.get("/v1/themes", headers={"Host": host}).status_code == 200


def test_more_hosts_can_be_trusted(start):
    client = start(trusted_hosts=("tags.example.org", "*.example.com")).client
    for host, status in {
        "tags.example.org": 200,
        "a.example.com": 200,
        "example.com": 400,
        "tagsxexample.org": 400,
        "a.example.com.evil": 400,
    }.items():
        assert client.get("/health", headers={"Host": host}).status_code == status


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_pages_of_other_origins_may_not_post(client, origin):
    answer = client.post("/v1/predict", json=BODY, headers={"Origin": origin})
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_the_own_page_may_post(server):
    origin = f"http://127.0.0.1:{server.port}"
    assert server.client.post("/v1/predict", json=BODY, headers={"Origin": origin}).status_code == 200


def test_an_origin_that_was_named_may_post_and_read(start):
    client = start(origins=("https://zone.example",)).client
    headers = {"Origin": "https://zone.example"}
    preflight = {**headers, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    assert client.options("/v1/predict", headers=preflight).status_code == 200
    for answer in (client.post("/v1/predict", json=BODY, headers=headers), client.post("/v1/predict", headers=headers)):
        assert answer.headers["access-control-allow-origin"] == "https://zone.example"
    refused = client.options("/v1/predict", headers={**preflight, "Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in refused.headers


def test_without_origins_there_is_no_cors(client):
    preflight = {"Origin": "https://zone.example", "Access-Control-Request-Method": "POST"}
    answer = client.options("/v1/predict", headers=preflight)
    assert answer.status_code == 405
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(("path", "status"), [("/v1/themes", 200), ("/nothing", 404), ("/metrics", 200)])
def test_every_answer_binds_the_browser(client, path, status):
    answer = client.get(path)
    assert answer.status_code == status
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert "server" not in answer.headers


def test_the_token_shows_in_no_printout_of_the_settings(start):
    assert TOKEN not in repr(start(token=TOKEN, admin_token=ADMIN).state.settings)


def test_behind_a_proxy_that_takes_a_path_off_the_same_holds(start):
    client = start(root_path="/tagger", token=TOKEN, proxies=("127.0.0.1",)).client
    assert client.get("/health").status_code == 200
    assert client.get("/v1/themes").status_code == 401
    assert client.get("/v1/themes", headers=bearer(TOKEN)).status_code == 200
    page = {"Host": "tags.example.org", "Origin": "https://tags.example.org", **bearer(TOKEN)}
    assert client.post("/v1/predict", json=BODY, headers=page).status_code == 400  # the host was not named
    trusting = start(root_path="/tagger", token=TOKEN, trusted_hosts=("tags.example.org",)).client
    assert trusting.post("/v1/predict", json=BODY, headers=page).status_code == 200
    elsewhere = {**page, "Origin": "https://other.example.org"}
    assert trusting.post("/v1/predict", json=BODY, headers=elsewhere).status_code == 403
