"""The bare reference: the same row by the same key through FastAPI and asyncpg, and nothing else.

No token, no permission, no tenant, no row-level security, no metrics, no log line.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import asyncpg
from fastapi import FastAPI, Request
from pydantic import BaseModel


class DocumentRead(BaseModel):
    id: UUID
    user_id: UUID | None
    title: str
    source_type: str
    source_url: str | None
    external_id: str | None
    external_last_updated: datetime | None
    status: str
    current_version: int
    media_type: str
    size: int
    created_at: datetime
    updated_at: datetime
    revision: int


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["BARE_DATABASE_URL"], min_size=10, max_size=20) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan, telemetry={"tracing": False, "metrics": False, "logs": False})
COLUMNS = ", ".join(DocumentRead.model_fields)


@app.get("/documents/{document_id}")
async def get_document(document_id: UUID, request: Request) -> DocumentRead:
    row = await request.app.state.pool.fetchrow(
        f"SELECT {COLUMNS} FROM documents WHERE id = $1 AND tenant_id = $2",
        document_id,
        UUID(os.environ["BARE_TENANT_ID"]),
    )
    return DocumentRead(**row)
