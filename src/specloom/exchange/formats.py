"""The formats a backlog is written in: for each its writer, media type and file name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from specloom.exchange.backlog import Backlog
from specloom.exchange.gherkin import write_gherkin
from specloom.exchange.jira import write_jira
from specloom.exchange.lossless import write_json
from specloom.exchange.markdown import write_markdown
from specloom.exchange.reqif_writer import write_reqif
from specloom.exchange.spreadsheet import write_csv, write_xlsx


class ExportFormat(StrEnum):
    MARKDOWN = "markdown"
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    REQIF = "reqif"
    GHERKIN = "gherkin"
    JIRA = "jira"


@dataclass(frozen=True, slots=True)
class FileFormat:
    """`suffix` is what follows the name of the product in the name of the file."""

    write: Callable[[Backlog], bytes]
    media_type: str
    suffix: str


FORMATS: Mapping[ExportFormat, FileFormat] = {
    ExportFormat.MARKDOWN: FileFormat(write_markdown, "text/markdown; charset=utf-8", ".md"),
    ExportFormat.CSV: FileFormat(write_csv, "text/csv; charset=utf-8", ".csv"),
    ExportFormat.XLSX: FileFormat(
        write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"
    ),
    ExportFormat.JSON: FileFormat(write_json, "application/json", ".json"),
    ExportFormat.REQIF: FileFormat(write_reqif, "application/xml", ".reqif"),
    ExportFormat.GHERKIN: FileFormat(write_gherkin, "application/zip", ".features.zip"),
    ExportFormat.JIRA: FileFormat(write_jira, "text/csv; charset=utf-8", ".jira.csv"),
}
