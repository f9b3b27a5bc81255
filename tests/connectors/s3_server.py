"""A stand-in for an S3-compatible service, over HTTP: keeps objects in memory, refuses to overwrite when asked to."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import formatdate

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


class S3Server:
    """`failing` answers every request with this status."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.failing: int | None = None
        self.signed_by: set[str] = set()
        self.app = Starlette(routes=[Route("/{key:path}", self._answer, methods=["GET", "PUT", "POST"])])

    async def _answer(self, request: Request) -> Response:
        if found := re.search(r"Credential=([^/]+)/", request.headers.get("authorization", "")):
            self.signed_by.add(found[1])
        if self.failing is not None:
            return Response("<Error><Code>InternalError</Code></Error>", self.failing)
        key = request.path_params["key"]
        if request.method == "PUT":
            return self._put(key, await request.body(), request.headers.get("if-none-match") == "*")
        if request.method == "POST":
            return self._delete(key, await request.body())
        if key not in self.objects:
            return Response("<Error><Code>NoSuchKey</Code></Error>", 404)
        data = self.objects[key]
        return Response(data, headers={"ETag": _etag(data), "Last-Modified": formatdate(usegmt=True)})

    def _put(self, key: str, data: bytes, must_be_new: bool) -> Response:
        if must_be_new and key in self.objects:
            return Response("<Error><Code>PreconditionFailed</Code></Error>", 412)
        self.objects[key] = data
        return Response(headers={"ETag": _etag(data)})

    def _delete(self, bucket: str, body: bytes) -> Response:
        """S3's way to delete several objects at once, by which one is deleted, too."""
        names = re.findall(r"<Key>(.*?)</Key>", body.decode())
        for name in names:
            self.objects.pop(f"{bucket.rstrip('/')}/{name}", None)
        deleted = "".join(f"<Deleted><Key>{name}</Key></Deleted>" for name in names)
        return Response(f"<DeleteResult>{deleted}</DeleteResult>", media_type="application/xml")


@asynccontextmanager
async def serve_s3() -> AsyncIterator[tuple[S3Server, str]]:
    """The server and its address."""
    service = S3Server()
    server = uvicorn.Server(uvicorn.Config(service.app, port=0, log_config=None, access_log=False, lifespan="off"))
    task = asyncio.create_task(server.serve())
    try:
        while not server.started:
            await asyncio.sleep(0.01)
        yield service, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


def _etag(data: bytes) -> str:
    return f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'
