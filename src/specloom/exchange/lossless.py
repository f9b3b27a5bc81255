"""A backlog as JSON, with everything that is known of it; the form is described in `docs/api.md`."""

import json
from dataclasses import asdict
from typing import Any

from specloom.exchange.backlog import Backlog, Entry

FORMAT = "specloom.backlog"
FORMAT_VERSION = 1


def write_json(backlog: Backlog) -> bytes:
    document = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "written_at": backlog.written_at.isoformat(),
        "custom_fields": [
            {
                "name": column.name,
                "label": column.label,
                "form": column.form,
                "kinds": sorted(column.kinds),
                "options": list(column.options),
            }
            for column in backlog.custom_columns
        ],
        "requirements": [_requirement(entry) for entry in backlog.entries],
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _requirement(entry: Entry) -> dict[str, Any]:
    return {
        "id": str(entry.id),
        "kind": entry.kind,
        "key": entry.key,
        "parent": entry.parent,
        "foreign_id": entry.foreign_id,
        "name": entry.name,
        "status": entry.status,
        "priority": entry.priority,
        "version": entry.version,
        "changed_at": entry.changed_at.isoformat(),
        "fields": dict(entry.fields),
        "custom_fields": dict(entry.custom),
        "citations": [asdict(cited) for cited in entry.citations],
    }
