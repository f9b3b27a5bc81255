"""Tenants, people, roles, sign-in sessions and signing keys; and the door through which sign-in finds accounts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, text, true, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from specloom.core.crud import Crud
from specloom.core.errors import NotFound
from specloom.core.event_log import EventCounter
from specloom.core.uow import UnitOfWork
from specloom.models.identity import AuthSession, Permission, Role, SigningKeyRecord, Tenant, User, UserRole
from specloom.vocabulary.identity import Action, TenantStatus

ADMIN = "admin"
"""The system role that no tenant may run out of."""

_KEY_RING_LOCK = 0x5BEC1004


class UserNotFound(NotFound):
    code = "user_not_found"
    default_message = "There is no such person here."


class TenantNotFound(NotFound):
    code = "tenant_not_found"
    default_message = "There is no such tenant."


class RoleNotFound(NotFound):
    code = "role_not_found"
    default_message = "There is no such role here."


class TenantCrud:
    """The one tenant of the unit of work."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._session = uow.session
        self._tenant_id = uow.tenant_id

    async def get(self) -> Tenant:
        return (await self._session.scalars(select(Tenant).where(Tenant.id == self._tenant_id))).one()

    async def exists(self) -> bool:
        """Whether there is a tenant of this id."""
        query = select(Tenant.id).where(Tenant.id == self._tenant_id)
        return (await self._session.scalars(query)).one_or_none() is not None

    async def lock(self) -> Tenant:
        """The tenant as it is now. Whoever changes rights in it does so one after the other, holding this lock.

        It does not stand in the way of rows that refer to the tenant.
        """
        query = select(Tenant).where(Tenant.id == self._tenant_id).with_for_update(key_share=True)
        return (await self._session.scalars(query, execution_options={"populate_existing": True})).one()

    async def add(self, **values: Any) -> Tenant:
        """A new tenant, with the counter of its events."""
        tenant = Tenant(id=self._tenant_id, **values)
        self._session.add(tenant)
        await self._session.flush()
        self._session.add(EventCounter(tenant_id=self._tenant_id))
        await self._session.flush()
        return tenant

    async def change(self, tenant: Tenant, **values: Any) -> Tenant:
        for name, value in values.items():
            setattr(tenant, name, value)
        await self._session.flush()
        return tenant


class UserCrud(Crud[User]):
    model: ClassVar[type[User]] = User
    missing = UserNotFound
    sortable: ClassVar = {"name": User.name, "email": User.email}

    def by(self, *, is_active: bool | None = None, q: str | None = None) -> Select[User]:
        """People by state, and by a part of their name or e-mail address in either case."""
        query = self.scoped()
        if is_active is not None:
            query = query.where(User.is_active == is_active)
        if q:
            query = query.where(or_(User.name.icontains(q, autoescape=True), User.email.icontains(q, autoescape=True)))
        return query

    async def ids_among(self, ids: Iterable[UUID]) -> set[UUID]:
        """Those of the ids that people of this tenant have."""
        return set(await self.session.scalars(self.scoped().with_only_columns(User.id).where(User.id.in_(set(ids)))))

    async def sign_in(self, user_id: UUID, password_hash: str) -> User | None:
        """Notes a sign-in, if the person is still active and the password is still the one that was checked.

        Neither is a change of the person, so revision and time of change stay as they are.
        """
        result = await self.session.scalars(
            update(User)
            .where(
                User.tenant_id == self.tenant_id,
                User.id == user_id,
                User.password_hash == password_hash,
                User.is_active,
                User.deleted_at.is_(None),
            )
            .values(last_login_at=func.now(), updated_at=User.updated_at)
            .returning(User),
            execution_options={"synchronize_session": False, "populate_existing": True},
        )
        return result.one_or_none()

    async def is_last_admin(self, user_id: UUID) -> bool:
        """Whether this person, and nobody else, is an active admin."""
        admins = await self.session.scalars(
            select(UserRole.user_id)
            .join(User, and_(User.tenant_id == UserRole.tenant_id, User.id == UserRole.user_id))
            .join(Role, and_(Role.tenant_id == UserRole.tenant_id, Role.id == UserRole.role_id))
            .where(
                UserRole.tenant_id == self.tenant_id,
                Role.name == ADMIN,
                Role.is_system,
                User.is_active,
                User.deleted_at.is_(None),
            )
            .limit(2)
        )
        return admins.all() == [user_id]


class RoleCrud(Crud[Role]):
    model: ClassVar[type[Role]] = Role
    missing = RoleNotFound
    sortable: ClassVar = {"name": Role.name}
    order = "name"

    async def by_ids(self, ids: Iterable[UUID]) -> Sequence[Role]:
        """All of these roles; raises `RoleNotFound` when one is not there."""
        wanted = set(ids)
        found = (await self.session.scalars(self.scoped().where(Role.id.in_(wanted)))).all()
        if len(found) != len(wanted):
            raise RoleNotFound
        return found

    async def by_name(self, name: str) -> Role:
        role = (await self.session.scalars(self.scoped().where(Role.name == name))).one_or_none()
        if role is None:
            raise RoleNotFound
        return role

    async def by_user(self, user_id: UUID) -> Sequence[Role]:
        query = (
            self.scoped()
            .join(UserRole, and_(UserRole.tenant_id == Role.tenant_id, UserRole.role_id == Role.id))
            .where(UserRole.user_id == user_id)
        )
        return (await self.session.scalars(query.order_by(Role.name))).all()

    async def is_used(self, role_id: UUID) -> bool:
        query = select(UserRole.user_id).where(UserRole.tenant_id == self.tenant_id, UserRole.role_id == role_id)
        return (await self.session.scalars(query.limit(1))).first() is not None

    async def give(self, user_id: UUID, role_ids: Iterable[UUID]) -> None:
        """Gives a person roles that they do not have yet."""
        self.session.add_all(
            UserRole(tenant_id=self.tenant_id, user_id=user_id, role_id=role_id) for role_id in set(role_ids)
        )
        await self.session.flush()

    async def take(self, user_id: UUID, role_ids: Iterable[UUID]) -> None:
        await self.session.execute(
            delete(UserRole).where(
                UserRole.tenant_id == self.tenant_id,
                UserRole.user_id == user_id,
                UserRole.role_id.in_(set(role_ids)),
            )
        )

    async def permissions(self, role_ids: Iterable[UUID]) -> set[tuple[str, Action]]:
        """What these roles allow, taken together."""
        rows = await self.session.execute(
            select(Permission.resource, Permission.action).where(
                Permission.tenant_id == self.tenant_id, Permission.role_id.in_(set(role_ids))
            )
        )
        return {(row.resource, row.action) for row in rows}

    async def allow(self, role_id: UUID, permissions: Iterable[tuple[str, Action]]) -> None:
        self.session.add_all(
            Permission(tenant_id=self.tenant_id, role_id=role_id, resource=resource, action=action)
            for resource, action in permissions
        )
        await self.session.flush()

    async def forbid(self, role_id: UUID, permissions: Iterable[tuple[str, Action]]) -> None:
        await self.session.execute(
            delete(Permission).where(
                Permission.tenant_id == self.tenant_id,
                Permission.role_id == role_id,
                tuple_(Permission.resource, Permission.action).in_(list(permissions)),
            )
        )


@dataclass(frozen=True, slots=True)
class Access:
    """What a sign-in session stands for at one moment. `stands` is false once it ended or its person is barred."""

    user_id: UUID
    email: str
    stands: bool
    tenant_status: TenantStatus
    subscription_expires: datetime | None
    access_stamp: int
    roles: frozenset[str]
    permissions: frozenset[tuple[str, str]]


class SessionCrud(Crud[AuthSession]):
    model: ClassVar[type[AuthSession]] = AuthSession

    async def access(self, session_id: UUID) -> Access | None:
        """Session, person, tenant, rights and the tenant's access stamp, all of one moment: it is one statement."""
        query = (
            select(
                User.id,
                User.email,
                and_(
                    AuthSession.revoked_at.is_(None),
                    AuthSession.expires_at > func.now(),
                    User.is_active,
                    User.deleted_at.is_(None),
                ).label("stands"),
                Tenant.status,
                Tenant.subscription_expires,
                Tenant.access_stamp,
                Role.name.label("role"),
                Permission.resource,
                Permission.action,
            )
            .select_from(AuthSession)
            .join(User, and_(User.tenant_id == AuthSession.tenant_id, User.id == AuthSession.user_id))
            .join(Tenant, Tenant.id == AuthSession.tenant_id)
            .outerjoin(UserRole, and_(UserRole.tenant_id == User.tenant_id, UserRole.user_id == User.id))
            .outerjoin(Role, and_(Role.tenant_id == UserRole.tenant_id, Role.id == UserRole.role_id))
            .outerjoin(Permission, and_(Permission.tenant_id == Role.tenant_id, Permission.role_id == Role.id))
            .where(AuthSession.tenant_id == self.tenant_id, AuthSession.id == session_id)
        )
        rows = (await self.session.execute(query)).all()
        if not rows:
            return None
        return Access(
            user_id=rows[0].id,
            email=rows[0].email,
            stands=rows[0].stands,
            tenant_status=rows[0].status,
            subscription_expires=rows[0].subscription_expires,
            access_stamp=rows[0].access_stamp,
            roles=frozenset(row.role for row in rows if row.role is not None),
            permissions=frozenset((row.resource, str(row.action)) for row in rows if row.resource is not None),
        )

    async def lock_standing(self, session_id: UUID) -> AuthSession | None:
        """The session, kept from others until the transaction ends; None when it ended."""
        query = (
            self.scoped()
            .where(
                AuthSession.id == session_id,
                AuthSession.revoked_at.is_(None),
                AuthSession.expires_at > func.clock_timestamp(),
            )
            .with_for_update()
        )
        return (await self.session.scalars(query)).one_or_none()

    async def stands(self, session_id: UUID) -> bool:
        query = select(true()).where(
            AuthSession.tenant_id == self.tenant_id,
            AuthSession.id == session_id,
            AuthSession.revoked_at.is_(None),
            AuthSession.expires_at > func.now(),
        )
        return (await self.session.scalars(query)).one_or_none() is not None

    async def all_standing(self) -> Sequence[UUID]:
        """The sessions of the tenant that have not ended."""
        query = select(AuthSession.id).where(
            AuthSession.tenant_id == self.tenant_id,
            AuthSession.revoked_at.is_(None),
            AuthSession.expires_at > func.now(),
        )
        return (await self.session.scalars(query)).all()

    async def was_rotated_within(self, session_id: UUID, window: timedelta) -> bool:
        query = select(AuthSession.rotated_at > func.clock_timestamp() - window).where(
            AuthSession.tenant_id == self.tenant_id, AuthSession.id == session_id
        )
        return bool((await self.session.scalars(query)).one_or_none())

    async def revoke(self, session_id: UUID, reason: str) -> Sequence[UUID]:
        """Ends a session; returns its id, or nothing when it had ended before."""
        return await self._revoke(reason, AuthSession.id == session_id)

    async def revoke_all(self, user_id: UUID, reason: str, *, spare: UUID | None = None) -> Sequence[UUID]:
        """Ends the sessions of a person, but for one to spare; returns those that it ended."""
        return await self._revoke(reason, AuthSession.user_id == user_id, AuthSession.id.is_distinct_from(spare))

    async def _revoke(self, reason: str, *which: ColumnElement[bool]) -> Sequence[UUID]:
        ended = await self.session.scalars(
            update(AuthSession)
            .where(AuthSession.tenant_id == self.tenant_id, AuthSession.revoked_at.is_(None), *which)
            .values(revoked_at=func.clock_timestamp(), revoked_reason=reason)
            .returning(AuthSession.id),
            execution_options={"synchronize_session": False},
        )
        return ended.all()


class SigningKeyCrud:
    """The signing keys of this deployment; they belong to no tenant."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def lock_ring(self) -> None:
        """Keeps other processes from changing the keys until the transaction ends."""
        await self._session.execute(select(func.pg_advisory_xact_lock(_KEY_RING_LOCK)))

    async def standing(self, longest_token: timedelta) -> Sequence[SigningKeyRecord]:
        """Keys whose tokens may still be valid."""
        query = select(SigningKeyRecord).where(
            or_(SigningKeyRecord.retired_at.is_(None), SigningKeyRecord.retired_at > func.now() - longest_token)
        )
        return (await self._session.scalars(query.order_by(SigningKeyRecord.active_from))).all()

    async def add(self, *, kid: str, sealed_private_key: bytes, active_from: datetime) -> None:
        self._session.add(SigningKeyRecord(kid=kid, sealed_private_key=sealed_private_key, active_from=active_from))
        await self._session.flush()

    async def retire(self, at: datetime) -> None:
        """All keys there are stop signing at that time, those that have stopped before stay as they are."""
        await self._session.execute(
            update(SigningKeyRecord).where(SigningKeyRecord.retired_at.is_(None)).values(retired_at=at)
        )

    async def drop(self, longest_token: timedelta) -> None:
        """Deletes the keys whose tokens have all expired."""
        await self._session.execute(
            delete(SigningKeyRecord).where(SigningKeyRecord.retired_at <= func.now() - longest_token)
        )


@dataclass(frozen=True, slots=True)
class Account:
    """Where an e-mail address can sign in."""

    tenant_id: UUID
    user_id: UUID
    subdomain: str


async def accounts_by_email(session: AsyncSession, email: str) -> list[Account]:
    """A door: it looks across tenants. Active people with this address, oldest account first."""
    rows = await session.execute(
        text("SELECT tenant_id, user_id, subdomain FROM accounts_by_email(:email) ORDER BY user_id"), {"email": email}
    )
    return [Account(*row) for row in rows]
