"""Errors as RFC 9457 problem documents, which say what is wrong without repeating what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json
from starlette.responses import Response

if TYPE_CHECKING:
    from pydantic import BaseModel
    from starlette.types import Scope

PROBLEM_TYPE = "application/problem+json"
_KIND = "urn:gxclassify:problem:"


class ProblemError(Exception):
    """A request that is answered with a problem document.

    Parameters
    ----------
    status : int
    kind : str
        What sort of problem, the last part of its ``type``, for example ``too-many-texts``.
    detail : str
        One sentence: what is wrong and what to do; nothing of what the client sent.
    errors : sequence of mapping, optional
        Which members of the body are wrong: ``pointer`` (RFC 6901) and ``detail``.
    headers : mapping, optional
        More headers, such as ``Retry-After``.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})


def problem_response(problem: ProblemError, scope: Scope) -> Response:
    """Return `problem` as a response; the routes of MLflow's protocol get the members that its clients read as well."""
    content: dict[str, Any] = {
        "type": _KIND + problem.kind,
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.errors:
        content["errors"] = list(problem.errors)
    request_id = scope.get("gxclassify.request_id")
    if request_id:
        content["instance"] = f"urn:gxclassify:request:{request_id}"
    if scope.get("path", "").endswith("/invocations"):
        content |= {"error_code": "BAD_REQUEST" if problem.status < 500 else "INTERNAL_ERROR"}  # noqa: PLR2004
        content["message"] = problem.detail
    return Response(to_json(content), problem.status, problem.headers, media_type=PROBLEM_TYPE)


def known_names(models: Iterable[type[BaseModel]]) -> frozenset[str]:
    """Return the names of all members of `models`: the only texts of a request that a problem may repeat."""
    return frozenset(name for model in models for name in model.model_fields)


def field_problems(errors: Iterable[Mapping[str, Any]], known: frozenset[str]) -> list[dict[str, str]]:
    """Return pydantic's `errors` as pointers and sentences, with every name that is not ours left out."""
    found = []
    for error in errors:
        where = [part for part in error["loc"] if part != "body"]
        if error["type"] == "json_invalid":
            found.append({"pointer": "", "detail": "The body is not valid JSON."})
            continue
        steps = []
        for part in where:
            if not isinstance(part, int) and part not in known:
                break
            steps.append(str(part))
        found.append({"pointer": "".join(f"/{step}" for step in steps), "detail": _sentence(error)})
        if len(found) == _MOST_ERRORS:
            break
    return found


_MOST_ERRORS = 10
_SENTENCES = {
    "extra_forbidden": "There is a member that is not known here.",
    "missing": "It is missing.",
    "string_unicode": "It is not valid Unicode.",
    "model_attributes_type": "It must be a JSON object.",
    "dict_type": "It must be a JSON object.",
    "list_type": "It must be a JSON array.",
    "string_type": "It must be a string.",
    "bool_type": "It must be true or false.",
    "bool_parsing": "It must be true or false.",
    "float_type": "It must be a number.",
    "float_parsing": "It must be a number.",
    "finite_number": "It must be a finite number.",
}


def _sentence(error: Mapping[str, Any]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind in _SENTENCES:
        return _SENTENCES[kind]
    if kind == "value_error":  # one of ours: see schemas.py
        return str(context["error"])
    limits = {"greater_than_equal": "ge", "less_than_equal": "le"}
    if kind in limits:
        word = "least" if kind.startswith("greater") else "most"
        return f"It must be at {word} {context[limits[kind]]}."
    if kind in {"too_long", "string_too_long"}:
        return f"It must have a length of at most {context['max_length']}."
    if kind in {"literal_error", "enum"}:
        return f"It must be one of {context['expected']}."
    return "It is not of the form that is asked for."
