"""Every route of the application, how it is called by somebody who may, and who may: a route without a row is an error.

`ids` in a row's body and path are those of one household; the matrix fills in those of another.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from tests.factories.identity import PASSWORD
from tests.factories.requirements import EPIC, FEATURE, PRODUCT, STORY

API = "/api/v1"

Ids = Mapping[str, str]
Body = Callable[[Ids], Any]

ANYBODY, SIGNED_IN, OPERATOR = "anybody", "signed in", "operator"
EVERYBODYS = {"rule_id", "number", "industry_template_id"}
"""Parameters that name what all tenants have."""


@dataclass(frozen=True)
class Route:
    """`access` is ANYBODY, SIGNED_IN, OPERATOR, or what one must be permitted to do: "documents read".

    `hidden` routes answer 404 also to those of the same tenant who may not read the thing. `alone`: the route needs
    things that no other was tried on, or leaves behind what no other could be tried on.
    """

    method: str
    path: str
    access: str
    ok: int = 200
    body: Body | None = None
    query: Callable[[Ids], Mapping[str, str]] | None = None
    form: Mapping[str, str] | None = None
    file: bool = False
    streams: bool = False
    hidden: bool = False
    alone: bool = False
    job: str = "pending"

    @property
    def name(self) -> str:
        return f"{self.method} {self.path.removeprefix(API)}"

    @property
    def parameters(self) -> list[str]:
        """Those of the path that name things of a tenant."""
        named = [part[1:-1] for part in self.path.split("/") if part.startswith("{")]
        return [name for name in named if name not in EVERYBODYS]

    def request(self, ids: Ids, headers: Mapping[str, str], **changes: Any) -> dict[str, Any]:
        """The arguments of a client's `request`. `changes` are fields of the body."""
        call: dict[str, Any] = {"method": self.method, "url": self.path.format(**ids), "headers": dict(headers)}
        if self.query is not None:
            call["params"] = self.query(ids)
        if self.body is not None:
            call["json"] = {**self.body(ids), **changes}
        if self.form is not None:
            call["data"] = {**self.form, **changes}
        if self.file:
            call["files"] = {"file": ("brief.md", f"# Brief {uuid4()}\n\nIt must work.\n".encode(), "text/markdown")}
            call["data"] = {**(self.form or {}), **changes}
        return call


def _unique(prefix: str) -> str:
    return f"{prefix}-{uuid4().hex[:12]}"


def _email() -> str:
    return f"{_unique('somebody')}@example.com"


def _crud(thing: str, path: str, parameter: str, create: Body, change: Body) -> list[Route]:
    one = f"{API}/{path}/{{{parameter}}}"
    return [
        Route("GET", f"{API}/{path}", f"{thing} read"),
        Route("POST", f"{API}/{path}", f"{thing} create", 201, create),
        Route("GET", one, f"{thing} read"),
        Route("PATCH", one, f"{thing} update", 200, change),
        Route("DELETE", one, f"{thing} delete", 204),
    ]


def _requirements(thing: str, path: str, parameter: str, among: str, body: Mapping[str, Any]) -> list[Route]:
    one = f"{API}/{path}/{{{parameter}}}"
    return [
        Route("GET", among, f"{thing} read"),
        Route("POST", among, f"{thing} create", 201, lambda _: dict(body)),
        Route("GET", one, f"{thing} read"),
        Route(
            "PATCH", one, f"{thing} update", 200, lambda _: {next(iter(body)): _unique("Another name"), "comment": "."}
        ),
        Route("DELETE", one.replace("{", "{free_"), f"{thing} delete", 204),
        Route("POST", f"{one}/transitions", f"{thing} update", 200, lambda _: {"to": "review"}),
        Route("GET", f"{one}/history", f"{thing} read"),
        Route("GET", f"{one}/versions/{{number}}", f"{thing} read"),
        Route("GET", f"{one}/diff", f"{thing} read"),
    ]


CONTEXT = {"industry": "banking", "jurisdiction": "eu", "company_size": "sme"}
DOCUMENT, TEMPLATE = f"{API}/documents/{{document_id}}", f"{API}/templates/{{template_id}}"
SESSION = f"{API}/sessions/{{session_id}}"
ANALYSIS, RULE = f"{API}/analyses/{{event_id}}", f"{API}/analysis-rules/{{rule_id}}"
REQUIREMENT = f"{API}/requirements/{{requirement_id}}"
USER, ROLE, JOB = f"{API}/users/{{user_id}}", f"{API}/roles/{{role_id}}", f"{API}/jobs/{{job_id}}"

ROUTES = [
    *(
        Route("GET", path, ANYBODY)
        for path in ("/health", "/health/live", "/health/ready", "/metrics", "/.well-known/jwks.json")
    ),
    *(Route("GET", path, ANYBODY) for path in ("/docs", "/docs/oauth2-redirect", "/redoc", "/openapi.json")),
    Route("GET", "/", ANYBODY, 307),
    # Signing up, in and out
    Route(
        "POST",
        f"{API}/auth/register",
        ANYBODY,
        201,
        lambda _: {
            "tenant": {"name": "Acme", "subdomain": _unique("acme"), "business_context": CONTEXT},
            "name": "Ada",
            "email": _email(),
            "password": PASSWORD,
        },
    ),
    Route("POST", f"{API}/auth/login", ANYBODY, 200, lambda ids: {"email": ids["email"], "password": PASSWORD}),
    Route("POST", f"{API}/auth/token", ANYBODY, 401, form={"username": "nobody@example.com", "password": PASSWORD}),
    Route("POST", f"{API}/auth/refresh", ANYBODY, 200, lambda ids: {"refresh_token": ids["refresh_token"]}),
    Route("GET", f"{API}/auth/me", SIGNED_IN),
    Route("POST", f"{API}/auth/logout", SIGNED_IN, 204),
    Route(
        "POST",
        f"{API}/auth/password/change",
        SIGNED_IN,
        204,
        lambda _: {"current_password": PASSWORD, "new_password": "another battery"},
        alone=True,
    ),
    # Tenants, people, roles
    Route(
        "POST",
        f"{API}/tenants",
        OPERATOR,
        201,
        lambda _: {
            "name": "Acme",
            "subdomain": _unique("acme"),
            "business_context": CONTEXT,
            "settings": {"ai_tone": "casual"},
            "admin": {"name": "Ada", "email": _email(), "password": PASSWORD},
        },
    ),
    Route("GET", f"{API}/tenants/{{tenant_id}}", SIGNED_IN),
    Route(
        "PATCH",
        f"{API}/tenants/{{tenant_id}}",
        "tenants update",
        200,
        lambda _: {"name": "Renamed", "business_context": CONTEXT, "settings": {"auto_research": False}},
    ),
    Route("POST", f"{API}/tenants/{{tenant_id}}/status", OPERATOR, 200, lambda _: {"status": "active"}),
    Route("POST", f"{API}/tenants/{{tenant_id}}/industry-template", "tenants update", 200, lambda _: {"version": 1}),
    Route("GET", f"{API}/industry-templates", "industry_templates read"),
    Route("GET", f"{API}/industry-templates/{{industry_template_id}}", "industry_templates read"),
    Route("GET", f"{API}/industry-templates/{{industry_template_id}}/versions", "industry_templates read"),
    *_crud(
        "users",
        "users",
        "user_id",
        lambda ids: {"email": _email(), "name": "Bob", "password": PASSWORD, "role_ids": [ids["role_id"]]},
        lambda _: {"name": "Renamed"},
    ),
    Route("GET", f"{USER}/roles", "users read"),
    Route("PUT", f"{USER}/roles", "users update", 200, lambda ids: {"role_ids": [ids["role_id"]]}),
    Route("POST", f"{USER}/roles", "users update", 201, lambda ids: {"role_id": ids["role_id"]}),
    Route("DELETE", f"{USER}/roles/{{role_id}}", "users update", 204),
    *_crud(
        "roles",
        "roles",
        "free_role_id",
        lambda _: {"name": _unique("role"), "permissions": [{"resource": "documents", "action": "read"}]},
        lambda _: {"name": _unique("renamed")},
    ),
    Route("GET", f"{ROLE}/permissions", "roles read"),
    Route(
        "PUT",
        f"{ROLE}/permissions",
        "roles update",
        200,
        lambda _: {"permissions": [{"resource": "documents", "action": "read"}]},
    ),
    # Documents, summaries, templates
    *_crud(
        "documents",
        "documents",
        "document_id",
        lambda _: {"title": "Brief", "content": "It must work."},
        lambda _: {"title": "Renamed", "content": "It must work well."},
    ),
    Route("POST", f"{API}/documents/upload", "documents create", 201, file=True),
    Route("GET", f"{DOCUMENT}/versions", "documents read"),
    Route("POST", f"{DOCUMENT}/versions", "documents update", 201, file=True),
    Route("GET", f"{DOCUMENT}/content", "documents read"),
    Route("GET", f"{DOCUMENT}/file", "documents read"),
    Route("GET", f"{DOCUMENT}/summaries", "summaries read"),
    Route(
        "POST",
        f"{DOCUMENT}/summaries",
        "summaries create",
        202,
        lambda ids: {"template_id": ids["template_id"], "format": "bullets"},
    ),
    Route(
        "POST",
        f"{API}/documents/bulk/summaries",
        "summaries create",
        202,
        lambda ids: {"document_ids": [ids["document_id"]], "template_id": ids["template_id"]},
    ),
    Route("GET", f"{API}/summaries", "summaries read"),
    Route("GET", f"{API}/summaries/{{summary_id}}", "summaries read"),
    Route("DELETE", f"{API}/summaries/{{summary_id}}", "summaries delete", 204),
    *_crud(
        "templates",
        "templates",
        "template_id",
        lambda _: {"name": _unique("template"), "prompt_template": "Say what matters."},
        lambda _: {"name": _unique("renamed"), "prompt_template": "Say what matters most."},
    ),
    Route("GET", f"{TEMPLATE}/versions", "templates read"),
    Route("POST", f"{TEMPLATE}/preview", "templates read", 200, lambda ids: {"document_id": ids["document_id"]}),
    # Analyses and rules
    Route(
        "POST",
        f"{API}/tenants/{{tenant_id}}/analyze",
        "analyses create",
        202,
        lambda ids: {"document_id": ids["document_id"], "analysis_type": "quality", "focus_areas": ["security"]},
    ),
    Route("GET", f"{API}/analyses", "analyses read"),
    Route("GET", ANALYSIS, "analyses read"),
    Route("DELETE", ANALYSIS, "analyses delete", 204),
    Route("GET", f"{ANALYSIS}/events", "analyses read", streams=True),
    Route("GET", f"{ANALYSIS}/items", "analyses read"),
    Route("GET", f"{ANALYSIS}/compliance", "analyses read"),
    *(
        Route(
            "POST",
            f"{ANALYSIS}/items/{{item_id}}/{verb}",
            "analyses update",
            200,
            lambda _: {"comment": _unique("why")},
        )
        for verb in ("accept", "dismiss")
    ),
    Route("POST", f"{ANALYSIS}/accept", "analyses update", 200, lambda ids: {"items": [{"item_id": ids["item_id"]}]}),
    Route("POST", f"{ANALYSIS}/dismiss", "analyses update", 200, lambda ids: {"item_ids": [ids["item_id"]]}),
    Route("GET", f"{ANALYSIS}/compare", "analyses read", query=lambda ids: {"with": ids["event_id"]}),
    Route("POST", f"{ANALYSIS}/rerun", "analyses create", 202),
    Route(
        "POST",
        f"{API}/tenants/{{tenant_id}}/analyze/preview",
        "analyses create",
        200,
        lambda ids: {"document_id": ids["document_id"]},
    ),
    Route("POST", f"{API}/rewrites", "analysis_rules read", 200, lambda _: {"text": "It should work."}),
    # Sessions
    Route(
        "POST",
        f"{API}/tenants/{{tenant_id}}/sessions",
        "sessions create",
        201,
        lambda ids: {"session_type": "vision_definition", "title": "Vision", "product_id": ids["product_id"]},
    ),
    Route("GET", f"{API}/sessions", "sessions read"),
    Route("GET", SESSION, "sessions read"),
    Route("PATCH", SESSION, "sessions update", 200, lambda _: {"title": _unique("Renamed")}),
    Route("GET", f"{SESSION}/messages", "sessions read"),
    Route("POST", f"{SESSION}/messages", "sessions update", 202, lambda _: {"content": "What is missing?"}),
    Route("GET", f"{SESSION}/events", "sessions read", streams=True),
    Route("GET", f"{SESSION}/state", "sessions read"),
    Route("POST", f"{SESSION}/typing", "sessions update", 204),
    Route("GET", f"{API}/analysis-rules", "analysis_rules read"),
    Route("GET", RULE, "analysis_rules read"),
    Route("PATCH", RULE, "analysis_rules update", 200, lambda _: {"enabled": False, "severity": "info"}),
    # Requirements
    *_requirements("products", "products", "product_id", f"{API}/products", PRODUCT),
    *_requirements("epics", "epics", "epic_id", f"{API}/products/{{product_id}}/epics", EPIC),
    *_requirements("features", "features", "feature_id", f"{API}/epics/{{epic_id}}/features", FEATURE),
    *_requirements(
        "user_stories", "user-stories", "user_story_id", f"{API}/features/{{feature_id}}/user-stories", STORY
    ),
    *(
        Route("POST", f"{API}/{path}/move", f"{thing} update", 200, body)
        for path, thing, body in (
            ("epics/{epic_id}", "epics", lambda ids: {"parent_id": ids["product_id"]}),
            ("features/{feature_id}", "features", lambda ids: {"parent_id": ids["epic_id"]}),
            ("user-stories/{user_story_id}", "user_stories", lambda ids: {"parent_id": ids["feature_id"]}),
        )
    ),
    Route("GET", f"{API}/products/{{product_id}}/tree", "products read"),
    Route(
        "POST",
        f"{API}/products/{{product_id}}/bulk",
        "epics update",
        200,
        lambda ids: {"operations": [{"id": ids["epic_id"], "priority": "high"}]},
    ),
    Route("GET", f"{API}/products/{{product_id}}/export", "products read"),
    Route("POST", f"{API}/products/{{product_id}}/import", "products update", form={"mode": "dry_run"}, file=True),
    *_crud(
        "custom_fields",
        "custom-fields",
        "field_id",
        lambda _: {"kind": "epic", "name": _unique("field").replace("-", "_"), "type": "text"},
        lambda _: {"label": "Renamed"},
    ),
    # Citations, suspicion, traceability: for a requirement of any kind, what its kind permits
    Route("GET", f"{REQUIREMENT}/citations", SIGNED_IN, hidden=True),
    Route(
        "POST",
        f"{REQUIREMENT}/citations",
        SIGNED_IN,
        201,
        lambda ids: {"document_id": ids["document_id"], "quote": "The service must not store card numbers."},
        hidden=True,
        alone=True,
    ),
    Route("DELETE", f"{REQUIREMENT}/citations/{{citation_id}}", SIGNED_IN, 204, hidden=True),
    Route("GET", f"{REQUIREMENT}/suspect-marks", SIGNED_IN, hidden=True),
    Route(
        "POST",
        f"{REQUIREMENT}/suspect-marks/{{mark_id}}/clear",
        SIGNED_IN,
        200,
        lambda _: {"reason": "Still so."},
        hidden=True,
    ),
    Route("GET", f"{REQUIREMENT}/changes", SIGNED_IN, hidden=True),
    Route("GET", f"{API}/products/{{product_id}}/suspect-marks", "products read"),
    Route("GET", f"{API}/products/{{product_id}}/traceability", "products read"),
    Route("GET", f"{DOCUMENT}/coverage", "products read"),
    # Usage and budgets
    Route("GET", f"{API}/usage", SIGNED_IN),
    Route("GET", f"{API}/usage/budget", "budgets read"),
    Route(
        "PUT", f"{API}/usage/budget", "budgets update", 200, lambda _: {"tokens": 1_000_000, "threshold_percent": 90}
    ),
    Route("PUT", f"{API}/tenants/{{tenant_id}}/budget", OPERATOR, 200, lambda _: {"tokens": 5_000_000, "cost": "20"}),
    Route("POST", f"{API}/search", "search read", 200, lambda _: {"query": "What must be available?"}),
    # Jobs and their streams
    Route("GET", f"{API}/jobs", SIGNED_IN),
    Route("GET", JOB, SIGNED_IN, hidden=True),
    Route("POST", f"{JOB}/cancel", "jobs update", 202),
    Route("POST", f"{JOB}/retry", "jobs create", 202, job="failed"),
    Route("GET", f"{JOB}/events", SIGNED_IN, streams=True, hidden=True, job="failed"),
    Route("GET", f"{API}/events", SIGNED_IN, streams=True),
    Route("POST", f"{API}/stream-tickets", SIGNED_IN, 201),
]

NAMED = {
    ("POST", f"{API}/products", "teams"): "user_id",
    ("PATCH", f"{API}/products/{{product_id}}", "teams"): "user_id",
    ("POST", f"{API}/tenants/{{tenant_id}}/sessions", "participants"): "user_id",
    ("PATCH", SESSION, "participants"): "user_id",
    ("POST", f"{SESSION}/messages", "references_message_id"): "message_id",
    **{
        ("POST", f"{API}/{path}/{{{thing}_id}}/move", field): id_
        for path, thing, parent in (
            ("epics", "epic", "product"),
            ("features", "feature", "epic"),
            ("user-stories", "user_story", "feature"),
        )
        for field, id_ in (
            ("parent_id", f"{parent}_id"),
            ("before", f"free_{thing}_id"),
            ("after", f"free_{thing}_id"),
        )
    },
}
"""Fields of bodies that name other things, and are not called as the path parameter of these is."""
REFERENCES = {
    ("POST", f"{API}/users", "role_ids"),
    ("PUT", f"{USER}/roles", "role_ids"),
    ("POST", f"{USER}/roles", "role_id"),
    ("POST", f"{DOCUMENT}/summaries", "template_id"),
    ("POST", f"{API}/documents/bulk/summaries", "document_ids"),
    ("POST", f"{API}/documents/bulk/summaries", "template_id"),
    ("POST", f"{TEMPLATE}/preview", "document_id"),
    ("POST", f"{API}/tenants/{{tenant_id}}/analyze", "document_id"),
    ("POST", f"{API}/tenants/{{tenant_id}}/analyze/preview", "document_id"),
    ("POST", f"{API}/tenants/{{tenant_id}}/sessions", "product_id"),
    ("POST", f"{ANALYSIS}/dismiss", "item_ids"),
    ("POST", f"{REQUIREMENT}/citations", "document_id"),
    *NAMED,
}
"""Fields of bodies that name other things."""
INSTEAD = {
    ("POST", f"{API}/tenants/{{tenant_id}}/analyze", "session_id"),
    ("POST", f"{API}/tenants/{{tenant_id}}/analyze/preview", "session_id"),
    ("POST", f"{API}/search", "document_id"),
    ("POST", f"{API}/search", "product_id"),
    ("POST", f"{REQUIREMENT}/citations", "version_id"),
    ("POST", f"{REQUIREMENT}/citations", "message_id"),
}
"""Fields of bodies that name other things instead of what the row's body names; `tests/routers` has tests of them."""
FILTERS = {
    ("GET", f"{API}/summaries", "document_id"): "document_id",
    ("GET", f"{API}/analyses", "document_id"): "document_id",
    ("GET", f"{API}/jobs", "related_id"): "summary_id",
    ("GET", f"{API}/sessions", "product_id"): "product_id",
    ("GET", f"{API}/sessions", "participant_id"): "user_id",
}
"""Filters of lists that name other things, with which of a household finds one each."""
LOOKUPS = {
    ("GET", f"{ANALYSIS}/compare", "with"): "event_id",
    ("GET", f"{API}/products/{{product_id}}/traceability", "document_id"): "document_id",
    ("GET", f"{DOCUMENT}/coverage", "product_id"): "product_id",
}
"""Parameters of queries that name a thing which must be there."""

GUARDED = [route for route in ROUTES if route.access != ANYBODY]
OF_TENANTS = [route for route in GUARDED if route.access != OPERATOR]
PERMITTED = [route for route in OF_TENANTS if route.access != SIGNED_IN]


def real_path(path: str) -> str:
    """A row may give a parameter a name of its own, to say which of several things it means."""
    return path.replace("{free_", "{")


def routes_of(app: FastAPI) -> set[tuple[str, str]]:
    """(method, path) of all that the application answers to."""
    return {
        (method, context.path)
        for context in iter_route_contexts(app.router.routes)
        for method in context.methods or ()
        if context.path is not None and method != "HEAD"
    }


def without_request_id(response: httpx2.Response, *ids: str) -> Any:
    """Status and body of an answer, with what may differ for the same question about another thing left out."""
    text = response.text
    for id_ in ids:
        text = text.replace(id_, "<id>")
    body = httpx2.Response(200, text=text).json()
    body["error"].pop("request_id")
    return response.status_code, body, sorted(set(response.headers) - {"x-request-id", "content-length", "date"})
