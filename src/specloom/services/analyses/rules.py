"""The quality rules as a tenant wants them: on or off, and how severe."""

import asyncio
from typing import Any

from specloom.ai import rewriting
from specloom.ai.analysis import RuleSetting as Wanted
from specloom.ai.rules import RULES, Rule
from specloom.core.errors import NotFound
from specloom.core.events import Event
from specloom.core.uow import UnitOfWork
from specloom.crud.analyses import RuleSettingCrud
from specloom.models.analyses import RuleSetting
from specloom.schemas.analyses import RemainingRead, RewriteCreate, RewriteRead, RuleRead, RuleUpdate
from specloom.services.requirements import differences


class RuleNotFound(NotFound):
    code = "analysis_rule_not_found"
    default_message = "There is no such rule. `GET /analysis-rules` lists them all."


async def all_settings(uow: UnitOfWork) -> list[RuleSetting]:
    """How each rule is set, in the order of the rules."""
    chosen = await RuleSettingCrud(uow).all()
    return [chosen.get(rule.id) or _as_it_comes(rule) for rule in RULES.values()]


async def get(uow: UnitOfWork, rule_id: str) -> RuleSetting:
    rule = _rule(rule_id)
    return (await RuleSettingCrud(uow).all()).get(rule.id) or _as_it_comes(rule)


async def lock(uow: UnitOfWork, rule_id: str) -> RuleSetting:
    """How a rule is set, kept from others until the transaction ends."""
    rule = _rule(rule_id)
    return await RuleSettingCrud(uow).lock(rule.id, enabled=rule.default_enabled)


async def change(uow: UnitOfWork, setting: RuleSetting, data: RuleUpdate) -> RuleSetting:
    """Changes what was sent, on a setting that was locked."""
    sent = {name: getattr(data, name) for name in data.model_fields_set}
    changed: dict[str, Any] = {name: value for name, value in sent.items() if getattr(setting, name) != value}
    if changed:
        await RuleSettingCrud(uow).change(setting, **changed)
        uow.publish(Event("analysis_rule.updated", "analysis_rules", {"rule_id": setting.rule_id}))
    return setting


async def settings(uow: UnitOfWork) -> dict[str, Wanted]:
    """What an analysis has to know of the tenant's wishes."""
    chosen = await RuleSettingCrud(uow).all()
    return {rule_id: Wanted(each.enabled, each.severity) for rule_id, each in chosen.items()}


async def rewrite(uow: UnitOfWork, data: RewriteCreate) -> RewriteRead:
    """A requirement said so that fewer of the tenant's rules speak of it, in its own words."""
    made = await asyncio.to_thread(rewriting.rewrite, data.text, data.form, await settings(uow))
    return RewriteRead(
        text=made.text,
        passes=not made.remaining,
        runs=differences.runs(data.text, made.text),
        resolved=list(made.resolved),
        remaining=[
            RemainingRead(
                rule_id=each.rule_id,
                severity=each.severity,
                start=each.start,
                end=each.end,
                quote=made.text[each.start : each.end],
                message=each.message,
                suggestion=each.suggestion,
            )
            for each in made.remaining
        ],
    )


def read(setting: RuleSetting) -> RuleRead:
    """The rule as people see it."""
    rule = RULES[setting.rule_id]
    return RuleRead(
        rule_id=rule.id,
        title=rule.title,
        characteristic=rule.characteristic,
        explanation=rule.explanation,
        example=rule.example,
        better=rule.better,
        suggestion=rule.suggestion,
        enabled=setting.enabled,
        severity=setting.severity or rule.severity,
        default_enabled=rule.default_enabled,
        default_severity=rule.severity,
        updated_at=setting.updated_at,
    )


def _rule(rule_id: str) -> Rule:
    rule = RULES.get(rule_id)
    if rule is None:
        raise RuleNotFound
    return rule


def _as_it_comes(rule: Rule) -> RuleSetting:
    """What `lock` would write, so that it has the same ETag."""
    return RuleSetting(rule_id=rule.id, enabled=rule.default_enabled, severity=None, revision=1)
