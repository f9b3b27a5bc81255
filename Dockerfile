# syntax=docker/dockerfile:1

# One image for every process of Specloom: API, workers and migrations differ in their command only.

FROM python:3.11-slim-trixie AS base
ENV PYTHONUNBUFFERED=1 \
    PYTHONFAULTHANDLER=1


FROM base AS build
# pycld2 comes as a wheel for x86-64 only; on ARM it is compiled. The compiler stays in this stage.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends g++ \
    && rm -rf /var/lib/apt/lists/*
COPY --from=ghcr.io/astral-sh/uv:0.13.8 /uv /usr/local/bin/uv
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PYTHON_DOWNLOADS=never \
    UV_PROJECT_ENVIRONMENT=/opt/specloom
WORKDIR /source
# The dependencies first and alone: this layer is built again only when the lock file changes.
RUN --mount=type=cache,target=/root/.cache/uv \
    --mount=type=bind,source=pyproject.toml,target=pyproject.toml \
    --mount=type=bind,source=uv.lock,target=uv.lock \
    uv sync --frozen --no-dev --no-install-project
COPY pyproject.toml uv.lock README.md ./
COPY src ./src
RUN --mount=type=cache,target=/root/.cache/uv \
    uv sync --frozen --no-dev --no-editable


FROM base AS runtime
# The id is fixed, so that volumes keep their owner from one image to the next.
RUN groupadd --system --gid 10001 specloom \
    && useradd --system --uid 10001 --gid specloom --home-dir /app --no-create-home --shell /usr/sbin/nologin specloom \
    && install --directory --owner=specloom --group=specloom --mode=0750 /var/lib/specloom/files
WORKDIR /app
COPY --from=build /opt/specloom /opt/specloom
# `specloom migrate` looks for the migrations in the working directory.
COPY alembic.ini ./
COPY alembic ./alembic
COPY deploy/worker_health.py ./deploy/
ENV PATH=/opt/specloom/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    API_HOST=0.0.0.0 \
    API_PORT=8000 \
    STORAGE_URL=file:///var/lib/specloom/files
USER 10001:10001
EXPOSE 8000
# http.client, unlike urllib, does not ask a proxy for the way to this very container.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import http.client, os, sys; api = http.client.HTTPConnection('127.0.0.1', int(os.environ['API_PORT']), timeout=2); api.request('GET', '/health/live'); sys.exit(api.getresponse().status != 200)"]
CMD ["specloom", "api"]
# Last, since the revision is another one in every build.
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Specloom" \
      org.opencontainers.image.description="Documents and conversations in; live summaries and reviewed, traceable requirements out." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
