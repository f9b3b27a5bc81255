"""What became, or would become, of an imported file."""

from typing import Literal

from pydantic import Field

from specloom.schemas.base import Output
from specloom.vocabulary.requirements import ImportFormat, ImportMode, RequirementKind

ImportAction = Literal["create", "change", "skip", "leave"]


class ImportProblemRead(Output):
    """Something to tell about a row; `row` counts as spreadsheets do (the header is row 1), in ReqIF by the order of
    the tree. Null: about the file."""

    row: int | None
    column: str | None
    message: str


class ImportItemRead(Output):
    """One entry of the file. `skip`: it is there already and the mode is `create`; `leave`: it says nothing new."""

    row: int
    action: ImportAction
    kind: RequirementKind
    key: str | None = Field(description="Null for what is not there yet.")
    external_id: str | None = Field(description="What the file calls it.")
    name: str
    changes: list[str] = Field(description="The fields that differ from what is there; of new ones, all they have.")


class ImportRead(Output):
    """What became of a file, or in a dry run would become. `errors` is never empty when `can_be_imported` is false."""

    mode: ImportMode
    format: ImportFormat
    can_be_imported: bool
    created: int
    changed: int
    skipped: int
    left: int
    columns: dict[str, str | None] = Field(description="What each column was taken for; null: it is left out.")
    items: list[ImportItemRead]
    errors: list[ImportProblemRead]
    notes: list[ImportProblemRead] = Field(description="What was filled in, put elsewhere or left out, and why.")
