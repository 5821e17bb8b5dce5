import copy
import json
import warnings

import jsonschema_rs
import pytest

from server.loopback import OTHER, TEXT

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its dependencies' own
    import schemathesis
    from hypothesis import HealthCheck, given, settings

TOLD_IN_WORDS = [
    schemathesis.checks.positive_data_acceptance,  # what a labelling configuration and a row of MLflow's must have
    schemathesis.checks.negative_data_rejection,  # Label Studio's routes take more than they use
]


@pytest.fixture(scope="session")
def description(client):
    return client.get("/openapi.json").json()


@pytest.fixture(scope="session")
def api_schema(server, description):
    ours = copy.deepcopy(description)
    # Trying to load models again and again is what test_reloading does; pages have their own tests.
    ours["paths"] = {path: item for path, item in ours["paths"].items() if is_api(path) and path != "/v1/model/reload"}
    schema = schemathesis.openapi.from_dict(ours)
    schema.config.update(base_url=f"http://127.0.0.1:{server.port}")
    return schema


def is_api(path):
    return not path.startswith(("/static", "/label", "/v1/label", "/v1/page")) and path not in {"/", "/favicon.ico"}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the tool and what it brings
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_the_server_does_as_it_is_described_whatever_is_sent(api_schema, mode):
    for result in api_schema.get_all_operations():
        operation = result.ok()
        if mode is schemathesis.GenerationMode.NEGATIVE and not takes_anything(operation.definition.raw):
            continue

        @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case):
            case.call_and_validate(excluded_checks=TOLD_IN_WORDS)

        send()


def takes_anything(operation):
    return "requestBody" in operation or "parameters" in operation


def operations(description):
    return [
        (path, method, operation)
        for path, item in description["paths"].items()
        if is_api(path)
        for method, operation in item.items()
    ]


def test_every_operation_is_told_with_its_errors(description):
    for path, method, operation in operations(description):
        assert operation["summary"], path
        assert operation["description"], path
        assert operation["tags"], path
        errors = {status for status in operation["responses"] if status >= "400"}
        assert "400" in errors, path
        if path not in {"/health", "/ready", "/ping", "/metrics"}:  # those answer whatever comes
            assert {"401", "403", "429", "503"} <= errors, path
        if method == "post" and path != "/v1/model/reload":
            assert {"401", "413", "422", "429", "504"} <= errors, path
        for status in errors:
            (kind,) = operation["responses"][status]["content"]
            assert kind == "application/problem+json", (path, status)


def test_every_json_body_has_examples_that_work(client, description):
    tried = 0
    for path, _, operation in operations(description):
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if body is None:
            continue
        shape = description["components"]["schemas"][body["schema"]["$ref"].rpartition("/")[2]]
        examples = shape.get("examples") or [
            {name: field["examples"][0] for name, field in shape["properties"].items() if "examples" in field}
        ]
        for example in examples:
            if path == "/predict":
                example = {**example, "tasks": [{"data": {"text": TEXT}}]}  # noqa: PLW2901
            assert client.post(path, json=example).is_success, (path, example)
            tried += 1
    assert tried >= 8


def test_the_limits_are_those_of_the_settings(description, server):
    limits = server.state.settings.limits
    schemas = description["components"]["schemas"]
    assert schemas["PredictRequest"]["properties"]["texts"]["maxItems"] == limits.texts
    assert schemas["PredictRequest"]["properties"]["texts"]["items"]["maxLength"] == limits.text_characters
    assert f"{limits.json_bytes:,}" in description["info"]["description"]


def test_references_lead_somewhere(description):
    text = json.dumps(description)
    for name in {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in description["components"]["schemas"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/predict", {"records": [{"text": TEXT, "page": 1}, {"text": OTHER}]}),
        ("/v1/documents", None),
        ("/invocations", {"inputs": [TEXT]}),
        ("/predict", {"tasks": [{"data": {"text": TEXT}}]}),
    ],
)
def test_answers_have_the_members_that_are_described_and_no_others(client, description, path, body):
    answer = client.post(path, json=body) if body else client.post(path, content=f"标题\n\n{TEXT}".encode())
    closed = copy.deepcopy(description)
    for shape in closed["components"]["schemas"].values():
        if shape.get("properties"):
            shape.setdefault("additionalProperties", False)
    reference = closed["paths"][path]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    validator = jsonschema_rs.validator_for({**reference, "components": closed["components"]})
    assert list(validator.iter_errors(answer.json())) == []


def test_a_token_is_asked_for_in_the_description_when_it_is_needed(start, description):
    headers = {"Authorization": "Bearer a-token-of-the-clients"}
    guarded = start(token="a-token-of-the-clients").client.get("/openapi.json", headers=headers).json()
    assert "security" not in description
    assert guarded["security"] == [{"token": []}]
    assert guarded["paths"]["/health"]["get"]["security"] == []
