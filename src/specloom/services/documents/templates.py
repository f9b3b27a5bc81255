"""Templates: how to summarise, versioned; the tenant's own, and those everyone has and nobody changes."""

import re
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from specloom.ai.protocols import Instruction
from specloom.core.config import LlmSettings
from specloom.core.errors import Conflict, Forbidden, Unprocessable
from specloom.core.events import Event
from specloom.core.pagination import Page, PageRequest
from specloom.core.tenancy import GLOBAL_TENANT_ID
from specloom.core.uow import UnitOfWork
from specloom.crud.documents import TemplateCrud, TemplateVersionCrud
from specloom.models.documents import Template, TemplateVersion
from specloom.schemas.documents import (
    TemplateCreate,
    TemplatePreviewCreate,
    TemplatePreviewRead,
    TemplateRead,
    TemplateUpdate,
)
from specloom.services.documents import documents
from specloom.vocabulary.documents import SummaryFormat
from specloom.vocabulary.identity import AiTone

SUMMARY = "summary"
EMBEDDED = "embedded"

_PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")
# A title comes from whoever wrote the document and must not become part of an instruction: it is only pointed at.
_TITLE = 'the document that is named after "Title:"'
_FORMAT_WORDS = {
    SummaryFormat.PARAGRAPHS: "paragraphs of prose",
    SummaryFormat.BULLETS: "a list of bullet points",
    SummaryFormat.OUTLINE: "an outline with headings and points",
}
PLACEHOLDERS = ("title", "format")

_CHARACTERS_PER_TOKEN = 4
_CHARACTERS_PER_WORD = 6
_FEWEST_WORDS, _MOST_WORDS = 150, 400
_SHARE_OF_TEXT = 20


class TemplateIsGlobal(Forbidden):
    code = "template_is_global"
    default_message = "Everyone has this template, so nobody may change it. Make a template of your own instead."


class TemplateNameTaken(Conflict):
    code = "template_name_taken"
    default_message = "There is a template of this name already. Choose another one."


class UnknownPlaceholder(Unprocessable):
    code = "unknown_placeholder"


@dataclass(frozen=True, slots=True)
class VersionedTemplate:
    """A template with its current wording. `is_default` tells what is used in this tenant where none is named."""

    template: Template
    version: TemplateVersion
    is_default: bool


async def create(uow: UnitOfWork, data: TemplateCreate) -> VersionedTemplate:
    _check_placeholders(data.prompt_template)
    if data.is_default:
        await _make_room_for_default(uow, data.template_type)
    template = await _named(
        TemplateCrud(uow).add(
            created_by=uow.user_id,
            name=data.name,
            description=data.description,
            template_type=data.template_type,
            is_default=data.is_default,
            current_version=1,
        )
    )
    version = await _write(uow, template, data.prompt_template, data.format)
    _publish(uow, "template.created", template)
    return VersionedTemplate(template, version, template.is_default)


async def get(uow: UnitOfWork, template_id: UUID) -> VersionedTemplate:
    return (await _with_versions(uow, [await TemplateCrud(uow).get(template_id)]))[0]


async def choose(uow: UnitOfWork, template_id: UUID | None) -> VersionedTemplate:
    """The template of this id, or the default one."""
    if template_id is not None:
        return await get(uow, template_id)
    return (await _with_versions(uow, [await TemplateCrud(uow).default(SUMMARY)]))[0]


async def page(
    uow: UnitOfWork, request: PageRequest, *, q: str | None = None, is_global: bool | None = None
) -> Page[VersionedTemplate]:
    crud = TemplateCrud(uow)
    found = await crud.page(request, crud.by(q=q, is_global=is_global))
    return Page(await _with_versions(uow, found.items), found.next_cursor)


async def page_versions(uow: UnitOfWork, template_id: UUID, request: PageRequest) -> Page[TemplateVersion]:
    template = await TemplateCrud(uow).get(template_id)
    crud = TemplateVersionCrud(uow)
    return await crud.page(request, crud.of(template))


async def lock(uow: UnitOfWork, template_id: UUID) -> Template:
    """The tenant's own template as it is now, kept from others. Raises `TemplateIsGlobal`."""
    crud = TemplateCrud(uow)
    if (await crud.get(template_id)).tenant_id == GLOBAL_TENANT_ID:
        raise TemplateIsGlobal
    return await crud.lock(template_id)


async def change(uow: UnitOfWork, template: Template, data: TemplateUpdate) -> VersionedTemplate:
    """Changes what was sent. Another wording or format is a new version."""
    current = (await _with_versions(uow, [template]))[0].version
    sent = data.model_fields_set
    prompt = data.prompt_template if "prompt_template" in sent else current.prompt_template
    format_ = data.format if "format" in sent else current.format
    _check_placeholders(prompt)
    values: dict[str, Any] = {
        name: getattr(data, name)
        for name in sent & {"name", "description", "is_default"}
        if getattr(data, name) != getattr(template, name)
    }
    is_new = (prompt, format_) != (current.prompt_template, current.format)
    if values.get("is_default"):
        await _make_room_for_default(uow, template.template_type)
    if is_new:
        values["current_version"] = template.current_version + 1
    if values:
        await _named(TemplateCrud(uow).change(template, **values))
        _publish(uow, "template.updated", template)
    version = await _write(uow, template, prompt, format_) if is_new else current
    return VersionedTemplate(template, version, template.is_default)


async def remove(uow: UnitOfWork, template_id: UUID) -> None:
    """Summaries keep the wording they were written by."""
    template = await lock(uow, template_id)
    await TemplateCrud(uow).remove(template)
    _publish(uow, "template.deleted", template)


def instruct(
    template: Template, version: TemplateVersion, format_: SummaryFormat, tone: AiTone = AiTone.PROFESSIONAL
) -> Instruction:
    """What an engine is asked to do: the wording with its placeholders filled in."""
    fillings = {"title": _TITLE, "format": _FORMAT_WORDS[format_]}
    prompt = _PLACEHOLDER.sub(lambda found: fillings[found[1].strip()], version.prompt_template)
    return Instruction(name=template.name, prompt=prompt, format=format_, tone=tone)


async def preview(
    uow: UnitOfWork, template_id: UUID, data: TemplatePreviewCreate, llm: LlmSettings
) -> TemplatePreviewRead:
    """What a summary by this template would ask for, and of whom; asks nobody."""
    found = await get(uow, template_id)
    title, characters = data.title, len(data.text or "")
    if data.document_id is not None:
        document = await documents.get(uow, data.document_id)
        title = document.title
        characters = (await documents.version(uow, document)).characters
    format_ = data.format or found.version.format
    return TemplatePreviewRead(
        name=found.template.name,
        version=found.version.number,
        format=format_,
        instruction=instruct(found.template, found.version, format_).prompt,
        title=title,
        model=llm.model if llm.uses_llm else EMBEDDED,
        characters=characters,
        estimated_tokens=characters // _CHARACTERS_PER_TOKEN,
        estimated_words=_estimated_words(characters),
    )


def read(found: VersionedTemplate) -> TemplateRead:
    """The template as people see it."""
    template, version = found.template, found.version
    return TemplateRead(
        id=template.id,
        name=template.name,
        description=template.description,
        template_type=template.template_type,
        prompt_template=version.prompt_template,
        format=version.format,
        version=version.number,
        is_default=found.is_default,
        is_global=template.tenant_id == GLOBAL_TENANT_ID,
        created_by=template.created_by,
        created_at=template.created_at,
        updated_at=template.updated_at,
    )


def _estimated_words(characters: int) -> int:
    words = characters // _CHARACTERS_PER_WORD
    return min(words, max(_FEWEST_WORDS, min(words // _SHARE_OF_TEXT, _MOST_WORDS)))


def _check_placeholders(prompt: str) -> None:
    unknown = sorted({name.strip() for name in _PLACEHOLDER.findall(prompt)} - set(PLACEHOLDERS))
    if unknown:
        allowed = " and ".join(f"{{{{{name}}}}}" for name in PLACEHOLDERS)
        raise UnknownPlaceholder(
            f"There is no placeholder {', '.join(f'{{{{{name}}}}}' for name in unknown)}. Use {allowed} only.",
            details={"unknown": unknown, "allowed": list(PLACEHOLDERS)},
        )


async def _with_versions(uow: UnitOfWork, templates: Sequence[Template]) -> list[VersionedTemplate]:
    versions = await TemplateVersionCrud(uow).current(templates)
    shadowed = set[str]()
    for type_ in {each.template_type for each in templates if each.is_default and each.tenant_id == GLOBAL_TENANT_ID}:
        if await TemplateCrud(uow).own_default(type_) is not None:
            shadowed.add(type_)
    return [
        VersionedTemplate(
            each,
            versions[each.id],
            each.is_default and not (each.tenant_id == GLOBAL_TENANT_ID and each.template_type in shadowed),
        )
        for each in templates
    ]


async def _make_room_for_default(uow: UnitOfWork, template_type: str) -> None:
    crud = TemplateCrud(uow)
    before = await crud.lock_default(template_type)
    if before is not None:
        await crud.change(before, is_default=False)


async def _named(write: Awaitable[Template]) -> Template:
    """Does a write that gives a template its name."""
    try:
        return await write
    except IntegrityError as error:
        raise TemplateNameTaken from error


async def _write(uow: UnitOfWork, template: Template, prompt: str, format_: SummaryFormat) -> TemplateVersion:
    return await TemplateVersionCrud(uow).add(
        template_id=template.id,
        number=template.current_version,
        created_by=uow.user_id,
        prompt_template=prompt,
        format=format_,
    )


def _publish(uow: UnitOfWork, event_type: str, template: Template) -> None:
    uow.publish(Event(event_type, "templates", {"template_id": str(template.id), "name": template.name}))
