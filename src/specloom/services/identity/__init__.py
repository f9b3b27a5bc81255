"""Who people are, where they belong, what they may do, and how they sign in."""

from specloom.services.identity.access import deny, is_denied, load_principal
from specloom.services.identity.accounts import (
    change_password,
    change_user,
    create_user,
    delete_user,
    get_user,
    list_users,
    lock_user,
    register,
)
from specloom.services.identity.keys import SigningKeys, issue_operator_token
from specloom.services.identity.roles import (
    add_user_role,
    change_role,
    create_role,
    delete_role,
    get_role,
    list_roles,
    lock_role,
    remove_user_role,
    role_permissions,
    set_role_permissions,
    set_user_roles,
    user_roles,
)
from specloom.services.identity.sessions import Client, login, logout, refresh
from specloom.services.identity.tenants import change_tenant, create_tenant, get_tenant, lock_tenant

__all__ = [
    "Client",
    "SigningKeys",
    "add_user_role",
    "change_password",
    "change_role",
    "change_tenant",
    "change_user",
    "create_role",
    "create_tenant",
    "create_user",
    "delete_role",
    "delete_user",
    "deny",
    "get_role",
    "get_tenant",
    "get_user",
    "is_denied",
    "issue_operator_token",
    "list_roles",
    "list_users",
    "load_principal",
    "lock_role",
    "lock_tenant",
    "lock_user",
    "login",
    "logout",
    "refresh",
    "register",
    "remove_user_role",
    "role_permissions",
    "set_role_permissions",
    "set_user_roles",
    "user_roles",
]
