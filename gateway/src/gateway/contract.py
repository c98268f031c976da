"""The contract that the gateway shows: its own resources, and the OAuth endpoints beside them.

The committed contract holds the resources only; which OAuth endpoints there are is configuration.
"""

import json
from typing import Any

from fastapi import FastAPI

from gateway.oauth.issuer import ECARD_TOKEN, TOKEN_EXCHANGE
from gateway.oauth.tokens import ACCESS_TOKEN

DEMO_PATH = "/gateway/v1/demo-token"


def _schema(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _answer(text: str, schema: dict[str, Any] | None = None, kind: str = "application/json") -> Any:
    return {"description": text, "content": {kind: {"schema": schema or {"type": "object"}}}}


def _problem(text: str) -> Any:
    return _answer(text, _schema("ProblemDocument"), "application/problem+json")


SCHEMAS: dict[str, Any] = {
    "TokenReply": {
        "type": "object",
        "description": "RFC 6749 §5.1",
        "required": ["access_token", "token_type", "expires_in", "scope"],
        "properties": {
            "access_token": {"type": "string"},
            "token_type": {"const": "Bearer"},
            "expires_in": {"type": "integer"},
            "scope": {"type": "string"},
            "id_token": {"type": "string"},
            "issued_token_type": {"const": ACCESS_TOKEN},
        },
    },
    "OAuthRefusal": {
        "type": "object",
        "description": "RFC 6749 §5.2",
        "required": ["error"],
        "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
    },
    "TokenRequest": {
        "type": "object",
        "description": "client_credentials; authorization_code with a PKCE verifier; or, for a "
        "citizen, a one-time code of an e-card in exchange (RFC 8693)",
        "required": ["grant_type"],
        "properties": {
            "grant_type": {
                "enum": ["client_credentials", "authorization_code", TOKEN_EXCHANGE],
            },
            "subject_token": {"type": "string", "description": "The code, once"},
            "subject_token_type": {"enum": [ECARD_TOKEN]},
            "requested_token_type": {"enum": [ACCESS_TOKEN]},
            "scope": {"type": "string"},
            "client_id": {"type": "string"},
            "client_secret": {"type": "string"},
            "client_assertion_type": {"type": "string"},
            "client_assertion": {"type": "string"},
            "code": {"type": "string"},
            "code_verifier": {"type": "string"},
            "redirect_uri": {"type": "string"},
        },
    },
    "DemoSignIn": {
        "type": "object",
        "required": ["username", "password"],
        "additionalProperties": False,
        "properties": {"username": {"type": "string"}, "password": {"type": "string"}},
    },
}

PATHS: dict[str, Any] = {
    "/oauth/token": {
        "post": {
            "operationId": "issue_token",
            "summary": "Issues an access token",
            "tags": ["access"],
            "security": [],
            "requestBody": {
                "required": True,
                "content": {
                    "application/x-www-form-urlencoded": {"schema": _schema("TokenRequest")}
                },
            },
            "responses": {
                "200": _answer("The token", _schema("TokenReply")),
                "400": _answer("Refused", _schema("OAuthRefusal")),
                "401": _answer("The client is not who it says", _schema("OAuthRefusal")),
            },
        }
    },
    "/.well-known/openid-configuration": {
        "get": {
            "operationId": "read_discovery",
            "summary": "OpenID Connect Discovery",
            "tags": ["access"],
            "security": [],
            "responses": {"200": _answer("The issuer's metadata")},
        }
    },
    "/.well-known/jwks.json": {
        "get": {
            "operationId": "read_key_set",
            "summary": "The public signing keys",
            "tags": ["access"],
            "security": [],
            "responses": {"200": _answer("A JWK set")},
        }
    },
}
DEMO: dict[str, Any] = {
    "post": {
        "operationId": "issue_demo_token",
        "summary": "A user's token for name and password; in the demonstration only",
        "tags": ["access"],
        "security": [],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _schema("DemoSignIn")}},
        },
        "responses": {
            "200": _answer("The token", _schema("TokenReply")),
            "401": _problem("Wrong name or password, or the account is locked"),
            "422": _problem("Both are required"),
        },
    }
}


def document(app: FastAPI, *, has_issuer: bool, is_demo: bool) -> dict[str, Any]:
    """The contract of a gateway that runs in this way."""
    made: dict[str, Any] = json.loads(json.dumps(app.openapi()))
    if has_issuer:
        made["paths"].update(PATHS)
        schemas = dict(SCHEMAS)
        if is_demo:
            made["paths"][DEMO_PATH] = DEMO
        else:
            del schemas["DemoSignIn"]
        made["components"]["schemas"].update(schemas)
    return made
