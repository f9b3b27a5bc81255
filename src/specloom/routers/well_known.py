"""The public keys by which anybody can check this deployment's tokens."""

from fastapi import APIRouter, Response

from specloom.dependencies.state import State
from specloom.schemas.identity import JsonWebKeySet

router = APIRouter(prefix="/.well-known", tags=["operations"])


@router.get("/jwks.json")
async def get_keys(state: State, response: Response) -> JsonWebKeySet:
    """The keys of tokens that are valid now, and the key that signs next (RFC 7517)."""
    # Caches must have forgotten the old set by the time a new key signs.
    response.headers["Cache-Control"] = f"public, max-age={state.settings.tokens.key_activation_seconds}"
    return JsonWebKeySet.model_validate(state.keys.ring.jwks())
