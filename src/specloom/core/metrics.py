"""Prometheus metrics: one registry a process; the processes of one server may share PROMETHEUS_MULTIPROC_DIR."""

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

HTTP_REQUESTS = Counter("specloom_http_requests_total", "Requests by route and status.", ["method", "route", "status"])
HTTP_SECONDS = Histogram(
    "specloom_http_request_duration_seconds",
    "Time to the last byte of the answer, streams left out.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10),
)
POOL_CONNECTIONS = Gauge(
    "specloom_database_pool_connections", "Connections of the pool.", ["state"], multiprocess_mode="livesum"
)
STREAMS = Gauge("specloom_sse_streams", "Open event streams.", multiprocess_mode="livesum")
QUEUE_DEPTH = Gauge("specloom_queue_depth", "Jobs that wait on a queue.", ["queue"], multiprocess_mode="mostrecent")
JOBS = Counter("specloom_jobs_total", "Attempts that ended, by type and outcome.", ["job_type", "outcome"])
JOB_SECONDS = Histogram(
    "specloom_job_duration_seconds",
    "Time an attempt took.",
    ["job_type"],
    buckets=(0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800),
)
LLM_TOKENS = Counter("specloom_llm_tokens_total", "Tokens that models took and gave.", ["model", "kind"])


def render() -> tuple[bytes, str]:
    """The metrics in Prometheus' text format, and their media type."""
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry), CONTENT_TYPE_LATEST
