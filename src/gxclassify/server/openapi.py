"""Complete the OpenAPI description: the shapes that no route names by itself, the limits, and the token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic.json_schema import models_json_schema

from gxclassify.server import schemas
from gxclassify.server.security import PUBLIC_PATHS

if TYPE_CHECKING:
    from gxclassify.server.state import Limits, ServerSettings

__all__ = ["describe"]

_TEMPLATE = "#/components/schemas/{model}"


def describe(description: dict[str, Any], settings: ServerSettings) -> dict[str, Any]:
    """Return FastAPI's `description` with what only the settings know."""
    components = description.setdefault("components", {}).setdefault("schemas", {})
    _, extra = models_json_schema(
        [(schemas.Problem, "serialization"), *((request, "validation") for request in schemas.REQUESTS)],
        ref_template=_TEMPLATE,
    )
    for name, schema in extra["$defs"].items():
        components.setdefault(name, schema)
    for unused in ("HTTPValidationError", "ValidationError"):  # FastAPI's own error, which echoes; ours is Problem
        components.pop(unused, None)
    _add_limits(components, settings.limits)
    _add_token(description, settings)
    description["info"]["description"] = _introduction(settings.limits)
    return description


def _add_limits(components: dict[str, Any], limits: Limits) -> None:
    predict = components["PredictRequest"]["properties"]
    for name in ("texts", "records"):
        predict[name]["maxItems"] = limits.texts
    predict["texts"]["items"]["maxLength"] = limits.text_characters
    components["Record"]["properties"]["text"]["maxLength"] = limits.text_characters
    components["LabelStudioRequest"]["properties"]["tasks"]["maxItems"] = limits.texts


def _add_token(description: dict[str, Any], settings: ServerSettings) -> None:
    schemes = description["components"].setdefault("securitySchemes", {})
    schemes["token"] = {"type": "http", "scheme": "bearer"}
    if settings.auth_required:
        description["security"] = [{"token": []}]
    for path, operations in description["paths"].items():
        if path in PUBLIC_PATHS:
            for operation in operations.values():
                operation["security"] = []


def _introduction(limits: Limits) -> str:
    return (
        "Tags Chinese text about development zones by theme. Errors are problem documents (RFC 9457) that never repeat "
        "what was sent.\n\n"
        f"Limits of one request: a JSON body of {limits.json_bytes:,} bytes, a file of {limits.document_bytes:,} bytes "
        f"(413); {limits.texts:,} texts of {limits.text_characters:,} characters each (422); "
        f"{limits.body_seconds:g} s to send it (408) and {limits.request_seconds:g} s of work (504). One worker takes "
        f"{limits.in_flight:,} requests, {limits.queued_characters:,} characters and {limits.documents} documents at "
        "once (429)."
    )
