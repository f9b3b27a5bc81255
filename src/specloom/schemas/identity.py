"""Tenants, people, roles and tokens as they are sent and shown."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, AwareDatetime, Field, StrictBool, StringConstraints

from specloom.schemas.base import Input, Output, ShallowDict
from specloom.vocabulary.identity import (
    Action,
    AiTone,
    AuthProvider,
    CompanySize,
    Industry,
    Jurisdiction,
    NotificationKind,
    PlanType,
    QuestionDepth,
    TenantStatus,
)

RESERVED_SUBDOMAINS = frozenset(
    {
        *("admin", "api", "app", "auth", "cdn", "docs", "help", "localhost", "login", "mail", "mcp", "metrics", "root"),
        *("smtp", "specloom", "static", "status", "support", "system", "www"),
    }
)


def _unreserved(subdomain: str) -> str:
    if subdomain in RESERVED_SUBDOMAINS:
        raise ValueError("is reserved; choose another one")
    return subdomain


def _normal_email(value: str) -> str:
    """An address as it is stored. Those under `.test` are fine: they are made for trying things out."""
    try:
        return validate_email(value, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError as error:
        raise ValueError(f"is not a valid e-mail address: {error}") from error


_IN_TENANT = re.compile(r"([a-z0-9-]{3,50})/(.+)", re.DOTALL)


def _normal_username(value: str) -> str:
    """An address, with the tenant in front if there was one."""
    named = _IN_TENANT.fullmatch(value.lower())
    return f"{named[1]}/{_normal_email(named[2])}" if named else _normal_email(value)


TenantName = Annotated[str, Field(min_length=2, max_length=200)]
Subdomain = Annotated[
    str, Field(pattern=r"^[a-z0-9-]+$", min_length=3, max_length=50, examples=["acme"]), AfterValidator(_unreserved)
]
Email = Annotated[
    str, Field(json_schema_extra={"format": "email"}, examples=["ann@example.com"]), AfterValidator(_normal_email)
]
PersonName = Annotated[str, Field(min_length=1, max_length=200)]
# Passwords are taken as they were typed, white space included. Their fields say `repr=False`: they stay out of logs.
NewPassword = Annotated[
    str,
    StringConstraints(strip_whitespace=False, min_length=8, max_length=128),
    Field(json_schema_extra={"format": "password", "writeOnly": True}),
]
Password = Annotated[
    str,
    StringConstraints(strip_whitespace=False, min_length=1, max_length=128),
    Field(json_schema_extra={"format": "password", "writeOnly": True}),
]
FrameworkName = Annotated[str, Field(min_length=1, max_length=200, examples=["GDPR"])]
RoleName = Annotated[str, Field(min_length=1, max_length=100)]
RoleDescription = Annotated[str, Field(max_length=500)]
# Within reach of PostgreSQL and of every time zone.
Expiry = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(9999, 12, 29, tzinfo=UTC))]
Resource = Annotated[str, Field(pattern=r"^(\*|[a-z][a-z0-9_]*)$", max_length=50, examples=["documents"])]


# Tenants --------------------------------------------------------------------------------------------------------------


class BusinessContext(Input):
    """What a tenant's business is about."""

    industry: Industry
    jurisdiction: Jurisdiction
    company_size: CompanySize
    compliance_requirements: list[FrameworkName] = Field(
        default_factory=list, max_length=50, description="Laws and standards you hold yourselves to."
    )
    regulatory_frameworks: list[FrameworkName] = Field(
        default_factory=list, max_length=50, description="Laws and standards you are under; your template adds its own."
    )
    custom_context: ShallowDict = Field(default_factory=dict, max_length=50)


class TenantSettings(Input):
    """How Specloom behaves for a tenant."""

    ai_tone: AiTone = AiTone.PROFESSIONAL
    question_depth: QuestionDepth = QuestionDepth.DETAILED
    compliance_focus: StrictBool = True
    auto_research: StrictBool = True
    notification_preferences: dict[NotificationKind, StrictBool] = Field(default_factory=dict)


class TenantStanding(Input):
    """What operators decide of a tenant. Only what is sent changes."""

    status: TenantStatus = Field(
        default_factory=lambda: TenantStatus.ACTIVE,
        description="Suspended and cancelled tenants are closed to everybody; their jobs wait.",
    )
    plan_type: PlanType = Field(default_factory=lambda: PlanType.FREE)
    subscription_expires: Expiry | None = Field(
        None, description="From then on no new work of models is begun; null for never."
    )


class BusinessContextRead(Output):
    """As it is kept, whatever limits were in force when it was."""

    industry: Industry
    jurisdiction: Jurisdiction
    company_size: CompanySize
    compliance_requirements: list[str] = Field(default_factory=list)
    regulatory_frameworks: list[str] = Field(default_factory=list)
    custom_context: dict[str, Any] = Field(default_factory=dict)


class TenantSettingsRead(Output):
    """As they are kept, with what was never set at its default."""

    ai_tone: AiTone = AiTone.PROFESSIONAL
    question_depth: QuestionDepth = QuestionDepth.DETAILED
    compliance_focus: bool = True
    auto_research: bool = True
    notification_preferences: dict[str, bool] = Field(default_factory=dict)


class TenantSignUp(Input):
    name: TenantName
    subdomain: Subdomain
    business_context: BusinessContext | None = None


class FirstAdmin(Input):
    name: PersonName
    email: Email
    password: NewPassword | None = Field(
        None, repr=False, description="Without one, the admin cannot sign in with a password yet."
    )


class TenantCreate(Input):
    name: TenantName
    subdomain: Subdomain
    business_context: BusinessContext
    settings: TenantSettings | None = None
    admin: FirstAdmin | None = None


class TenantUpdate(Input):
    """Only what is sent changes; of `business_context` and `settings` as well, only the fields that are sent."""

    name: TenantName = Field(default_factory=str)
    business_context: BusinessContext | None = None
    settings: TenantSettings = Field(default_factory=TenantSettings)


class TenantRead(Output):
    id: UUID
    name: str
    subdomain: str
    plan_type: PlanType
    status: TenantStatus
    subscription_expires: datetime | None
    industry_template_id: UUID | None
    industry_template_version_id: UUID | None = Field(description="The version that new work begins with.")
    business_context: BusinessContextRead | None
    settings: TenantSettingsRead
    created_at: datetime
    updated_at: datetime


# Roles ----------------------------------------------------------------------------------------------------------------


class PermissionSpec(Input):
    """That one may do an action to a resource; `*` stands for every resource."""

    resource: Resource
    action: Action


class PermissionRead(Output):
    resource: str
    action: Action


class PermissionSet(Input):
    permissions: list[PermissionSpec] = Field(max_length=500)


class PermissionSetRead(Output):
    permissions: list[PermissionRead]


class RoleCreate(Input):
    name: RoleName
    description: RoleDescription = ""
    permissions: list[PermissionSpec] = Field(default_factory=list, max_length=500)


class RoleUpdate(Input):
    """Only what is sent changes."""

    name: RoleName = Field(default_factory=str)
    description: RoleDescription = Field(default_factory=str)


class RoleRead(Output):
    id: UUID
    name: str
    description: str
    is_system: bool = Field(description="System roles are the same in every tenant and cannot be changed.")
    created_at: datetime
    updated_at: datetime


# People ---------------------------------------------------------------------------------------------------------------


class UserCreate(Input):
    email: Email
    name: PersonName
    password: NewPassword = Field(repr=False)
    role_ids: list[UUID] | None = Field(None, max_length=50, description="Left out, the system role `member`.")


class UserUpdate(Input):
    """Only what is sent changes."""

    name: PersonName = Field(default_factory=str)
    is_active: StrictBool = Field(default_factory=bool)
    password: NewPassword = Field(default_factory=str, repr=False)


class UserRead(Output):
    id: UUID
    tenant_id: UUID
    email: str
    name: str
    auth_provider: AuthProvider
    is_active: bool
    last_login_at: datetime | None
    created_at: datetime
    updated_at: datetime


class UserRoleAdd(Input):
    role_id: UUID


class UserRoleSet(Input):
    role_ids: list[UUID] = Field(max_length=50)


# Signing in -----------------------------------------------------------------------------------------------------------


class Registration(Input):
    """A new tenant and its first admin."""

    tenant: TenantSignUp
    name: PersonName
    email: Email
    password: NewPassword = Field(repr=False)


class Login(Input):
    email: Email
    password: Password = Field(repr=False)
    tenant: Annotated[str, StringConstraints(to_lower=True)] | None = Field(
        None, max_length=50, description="The tenant's subdomain; needed when the e-mail address lives in several."
    )


class TokenForm(Input):
    """The password grant of OAuth 2, for tooling."""

    grant_type: Literal["password"] = "password"
    username: Annotated[str, AfterValidator(_normal_username)] = Field(
        min_length=1, max_length=400, description="An e-mail address, or `subdomain/address`."
    )
    password: Password = Field(repr=False)
    scope: str = ""
    client_id: str | None = None
    client_secret: str | None = Field(None, repr=False)

    def account(self) -> tuple[str | None, str]:
        """(subdomain, e-mail address)"""
        named = _IN_TENANT.fullmatch(self.username)
        return (named[1], named[2]) if named else (None, self.username)


class Refresh(Input):
    refresh_token: str = Field(max_length=8192, repr=False)


class PasswordChange(Input):
    current_password: Password = Field(repr=False)
    new_password: NewPassword = Field(repr=False)


class TokenRead(Output):
    access_token: str
    refresh_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the name of the scheme
    expires_in: int = Field(description="Seconds until the access token expires.")


class SignedInRead(TokenRead):
    user: UserRead
    tenant: TenantRead


class MeRead(Output):
    """Who is signed in, and what they may do."""

    user: UserRead
    tenant: TenantRead
    roles: list[str]
    permissions: list[PermissionRead]


class JsonWebKey(Output):
    kty: str
    alg: str
    use: str
    kid: str
    n: str
    e: str


class JsonWebKeySet(Output):
    """RFC 7517."""

    keys: list[JsonWebKey]
