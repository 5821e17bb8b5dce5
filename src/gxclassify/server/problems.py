"""Errors as RFC 9457 problem documents, which say what is wrong without repeating what was sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json
from starlette.responses import Response

from gxclassify.messages import LANGUAGES, Message, spoken

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
        One sentence, or a `Message`: what is wrong and what to do; nothing of what the client sent.
    errors : sequence of mapping, optional
        Which members of the body are wrong: ``pointer`` (RFC 6901), ``detail``, and for one of the query ``parameter``.
    headers : mapping, optional
        More headers, such as ``Retry-After``.
    members : mapping, optional
        More members of the document, such as what is stored already.
    help : str, optional
        What stands for the part ``{help}`` of `detail`, which names options that HTTP does not have.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, Any] | None = None,
        help: str = "",  # noqa: A002 - as the part is called
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail.with_help(help) if isinstance(detail, Message) else Message(detail)
        self.errors = errors
        self.headers = dict(headers or {})
        self.members = dict(members or {})


def problem_response(problem: ProblemError, scope: Scope) -> Response:
    """Return `problem` as a response; the routes of MLflow's protocol get the members that its clients read as well."""
    language = asked_language(scope)
    detail = problem.detail.in_language(language)
    content: dict[str, Any] = {
        "type": _KIND + problem.kind,
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": detail,
        "texts": {one: problem.detail.in_language(one) for one in LANGUAGES},
        **problem.members,
    }
    if problem.errors:
        content["errors"] = [{name: spoken(text, language) for name, text in error.items()} for error in problem.errors]
    request_id = scope.get("gxclassify.request_id")
    if request_id:
        content["instance"] = f"urn:gxclassify:request:{request_id}"
    if scope.get("path", "").endswith("/invocations"):
        content |= {"error_code": "BAD_REQUEST" if problem.status < 500 else "INTERNAL_ERROR"}  # noqa: PLR2004
        content["message"] = detail
    headers = {"Content-Language": language, "Vary": "Accept-Language", **problem.headers}
    return Response(to_json(content), problem.status, headers, media_type=PROBLEM_TYPE)


def asked_language(scope: Scope) -> str:
    """Return the language of `LANGUAGES` that a request's ``Accept-Language`` likes best (RFC 9110); else English."""
    accepted = b",".join(value for name, value in scope.get("headers", ()) if name == b"accept-language")
    liked: list[tuple[float, str]] = []
    for choice in accepted.decode("latin-1").split(","):
        name, *parameters = (part.strip().lower() for part in choice.split(";"))
        quality = next((value for part in parameters if (value := part.removeprefix("q=")) != part), "1")
        if _QUALITY.fullmatch(quality) and float(quality):
            liked.append((float(quality), name.partition("-")[0]))
    known = [(quality, name) for quality, name in liked if name in LANGUAGES]
    return max(known, key=lambda one: one[0])[1] if known else LANGUAGES[0]


_QUALITY = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")


def known_names(models: Iterable[type[BaseModel]]) -> frozenset[str]:
    """Return the names of all members of `models`: the only texts of a request that a problem may repeat."""
    return frozenset(name for model in models for name in model.model_fields)


def invalid(found: Sequence[Mapping[str, Any]], known: frozenset[str], detail: Message) -> ProblemError:
    """Return the problem of pydantic's errors in a body: no JSON (400), or not of the form that is asked for (422)."""
    errors = field_problems(found, known)
    if any(one["type"] == "json_invalid" or (one["type"] == "missing" and one["loc"] == ("body",)) for one in found):
        return ProblemError(400, "invalid", NOT_JSON, errors=errors)
    return ProblemError(422, "invalid", detail, errors=errors)


NOT_JSON = Message("The body cannot be read; send valid JSON in UTF-8, nested less than 200 deep.")


def field_problems(errors: Iterable[Mapping[str, Any]], known: frozenset[str]) -> list[dict[str, str]]:
    """Return pydantic's `errors` as pointers and sentences, with every name that is not ours left out."""
    found = []
    for error in islice(errors, _MOST_ERRORS):
        where = [part for part in error["loc"] if part != "body"]
        if error["type"] == "json_invalid":
            found.append({"pointer": "", "detail": Message("The body is not valid JSON.")})
            continue
        match tuple(error["loc"]):
            case "query", name:  # one of ours: others are not looked at
                found.append({"pointer": "", "parameter": str(name), "detail": _sentence(error)})
                continue
        steps = []
        for part in where:
            if not isinstance(part, int) and part not in known:
                break
            steps.append(str(part))
        found.append({"pointer": "".join(f"/{step}" for step in steps), "detail": _sentence(error)})
    return found


_MOST_ERRORS = 10
_EXPECTED = re.compile(r", | or ")  # so pydantic lists the values that a member may have
_SENTENCES = {
    "extra_forbidden": Message("There is a member that is not known here; /openapi.json lists those that there are."),
    "missing": Message("It is missing."),
    "string_unicode": Message("It is not valid Unicode."),
    "model_attributes_type": Message("It must be a JSON object."),
    "model_type": Message("It must be a JSON object."),
    "dict_type": Message("It must be a JSON object."),
    "list_type": Message("It must be a JSON array."),
    "string_type": Message("It must be a string."),
    "bool_type": Message("It must be true or false."),
    "bool_parsing": Message("It must be true or false."),
    "float_type": Message("It must be a number."),
    "float_parsing": Message("It must be a number."),
    "finite_number": Message("It must be a finite number."),
}


def _sentence(error: Mapping[str, Any]) -> Message:  # noqa: PLR0911 - one for each kind of fault
    kind, context = error["type"], error.get("ctx", {})
    if kind in _SENTENCES:
        return _SENTENCES[kind]
    if kind == "value_error":  # one of ours: see schemas.py
        said = context["error"].args[0]
        return said if isinstance(said, Message) else Message(str(said))
    if kind in {"greater_than_equal", "less_than_equal"}:
        if kind.startswith("greater"):
            return Message("It must be at least {least}.", least=context["ge"])
        return Message("It must be at most {most}.", most=context["le"])
    if kind in {"too_long", "string_too_long"}:
        return Message("It must have a length of at most {most}.", most=context["max_length"])
    if kind in {"literal_error", "enum"}:
        return Message("It must be one of {values}.", values=_EXPECTED.split(context["expected"]))
    return Message("It is not of the form that is asked for.")
