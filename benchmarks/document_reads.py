"""Requests a second of `GET /api/v1/documents/{id}`, signed in and behind row-level security, against a bare route.

`python -m benchmarks.document_reads [rounds]`: the two are measured in turns; the ratio of the medians is what counts.
"""

import statistics
import sys

from benchmarks.deployment import deployed, free_port, wait_for
from benchmarks.load import Load, generate

CONNECTIONS = 32
SECONDS = 4.0


def main(rounds: int = 5) -> None:
    with deployed(LOG_LEVEL="INFO") as deployment:
        with deployment.client() as client:
            document = client.post("/documents", json={"title": "Measured", "content": "A short text."}).json()
            tenant = client.get("/auth/me").json()["tenant"]["id"]
        bare_port = free_port()
        deployment.start(
            "-m",
            "uvicorn",
            "benchmarks.bare:app",
            "--port",
            str(bare_port),
            "--no-access-log",
            # The owner of the server sees every row: the bare route has no policies to pass.
            BARE_DATABASE_URL=deployment.urls.admin_database_url.replace("+asyncpg", "").replace(
                "/postgres?", "/specloom?"
            ),
            BARE_TENANT_ID=tenant,
        )
        wait_for(f"http://127.0.0.1:{bare_port}/openapi.json")
        ours: list[Load] = []
        bare: list[Load] = []
        for _ in range(rounds):
            bare.append(generate(bare_port, f"/documents/{document['id']}", connections=CONNECTIONS, seconds=SECONDS))
            ours.append(
                generate(
                    deployment.ports[0],
                    f"/api/v1/documents/{document['id']}",
                    deployment.headers,
                    connections=CONNECTIONS,
                    seconds=SECONDS,
                )
            )
    for name, loads in (("bare", bare), ("specloom", ours)):
        rate = statistics.median(load.per_second for load in loads)
        p95 = statistics.median(load.p95 for load in loads)
        p99 = statistics.median(load.p99 for load in loads)
        errors = sum(load.errors for load in loads)
        print(f"{name:9} {rate:8.0f} requests/s   p95 {p95:6.1f} ms   p99 {p99:6.1f} ms   errors {errors}")
    ratios = [mine.per_second / theirs.per_second for mine, theirs in zip(ours, bare, strict=True)]
    print(f"ratio     {statistics.median(ratios):.2f} of the bare route (goal: 0.5; {rounds} rounds in turns)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
