"""Documents with their versions and passages, templates, and summaries."""

from specloom.crud.documents.documents import DocumentCrud, DocumentNotFound, VersionCrud, VersionNotFound
from specloom.crud.documents.passages import FoundPassage, NewPassage, PassageCrud
from specloom.crud.documents.summaries import SummaryCrud, SummaryNotFound
from specloom.crud.documents.templates import TemplateCrud, TemplateNotFound, TemplateVersionCrud

__all__ = [
    "DocumentCrud",
    "DocumentNotFound",
    "FoundPassage",
    "NewPassage",
    "PassageCrud",
    "SummaryCrud",
    "SummaryNotFound",
    "TemplateCrud",
    "TemplateNotFound",
    "TemplateVersionCrud",
    "VersionCrud",
    "VersionNotFound",
]
