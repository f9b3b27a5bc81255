"""From draft to done: which status follows which, who may say so, and what must be there first."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from specloom.core.errors import Conflict, Forbidden, Unprocessable
from specloom.core.uow import UnitOfWork
from specloom.crud.requirements import RequirementCrud, TransitionCrud
from specloom.models.requirements import Requirement
from specloom.services.requirements import fields
from specloom.services.requirements.kinds import KINDS, publish
from specloom.vocabulary.identity import Action
from specloom.vocabulary.requirements import RequirementStatus

_DRAFT, _REVIEW, _APPROVED = RequirementStatus.DRAFT, RequirementStatus.REVIEW, RequirementStatus.APPROVED
_IMPLEMENTED, _ARCHIVED = RequirementStatus.IMPLEMENTED, RequirementStatus.ARCHIVED

TRANSITIONS: Mapping[RequirementStatus, AbstractSet[RequirementStatus]] = {
    _DRAFT: {_REVIEW, _ARCHIVED},
    _REVIEW: {_APPROVED, _DRAFT, _ARCHIVED},
    _APPROVED: {_IMPLEMENTED, _REVIEW, _ARCHIVED},
    _IMPLEMENTED: {_APPROVED, _ARCHIVED},
    _ARCHIVED: {_DRAFT},
}
APPROVALS = "approvals"
_BY_APPROVERS = {(_REVIEW, _APPROVED), (_APPROVED, _REVIEW)}
_WITH_COMMENT = {(_REVIEW, _DRAFT)}


class InvalidTransition(Conflict):
    code = "invalid_transition"


class ApprovalNotPermitted(Forbidden):
    code = "approval_not_permitted"
    default_message = (
        f"Approving, and taking an approval back, needs the permission to update {APPROVALS}. "
        "Ask an admin for a role that has it."
    )


class CommentNeeded(Unprocessable):
    code = "comment_needed"
    default_message = "Say in `comment` what has to become better before it can be approved."


class NotReadyForApproval(Conflict):
    code = "not_ready_for_approval"


async def transition(
    uow: UnitOfWork, requirement: Requirement, to: RequirementStatus, comment: str | None = None
) -> Requirement:
    """Takes a locked requirement to another status.

    Raises `InvalidTransition`, `ApprovalNotPermitted`, `CommentNeeded` and `NotReadyForApproval`.
    """
    await take(uow, requirement, to, comment)
    await RequirementCrud(uow).keep()
    return requirement


async def take(uow: UnitOfWork, requirement: Requirement, to: RequirementStatus, comment: str | None) -> None:
    """The same, written with the next flush."""
    step = (requirement.status, to)
    if to not in TRANSITIONS[requirement.status]:
        allowed = [each for each in RequirementStatus if each in TRANSITIONS[requirement.status]]
        raise InvalidTransition(
            f"What is {requirement.status.value} cannot become {to.value}, but {' or '.join(allowed)}.",
            details={"from": requirement.status, "to": to, "allowed": allowed},
        )
    if step in _BY_APPROVERS and not uow.may(APPROVALS, Action.UPDATE):
        raise ApprovalNotPermitted(details={"resource": APPROVALS, "action": Action.UPDATE})
    if step in _WITH_COMMENT and not comment:
        raise CommentNeeded
    if step == (_REVIEW, _APPROVED):
        await _check_complete(uow, requirement)
        requirement.approved_version = requirement.version
    requirement.status = to
    _note(uow, requirement, step, comment)
    if step == (_REVIEW, _APPROVED):
        publish(uow, "approved", requirement)


def reopen(uow: UnitOfWork, requirement: Requirement) -> None:
    """Sends what was approved back to review, because its text has changed; written with the next flush."""
    if requirement.status in (_APPROVED, _IMPLEMENTED):
        step = (requirement.status, _REVIEW)
        requirement.status = _REVIEW
        _note(uow, requirement, step, f"Its text changed with version {requirement.version}.", automatic=True)


def _note(
    uow: UnitOfWork,
    requirement: Requirement,
    step: tuple[RequirementStatus, RequirementStatus],
    comment: str | None,
    *,
    automatic: bool = False,
) -> None:
    TransitionCrud(uow).note(
        requirement_id=requirement.id,
        from_status=step[0],
        to_status=step[1],
        version=requirement.version,
        comment=comment,
        automatic=automatic,
        user_id=uow.user_id,
    )
    publish(uow, "transitioned", requirement, **{"from": step[0].value, "to": step[1].value})


async def _check_complete(uow: UnitOfWork, requirement: Requirement) -> None:
    groups = [group for group in KINDS[requirement.kind].needed if not any(map(requirement.fields.get, group))]
    missing = [" or ".join(group) for group in groups]
    missing += [f"custom_fields.{name}" for name in await fields.missing(uow, requirement)]
    if missing:
        raise NotReadyForApproval(
            f"It cannot be approved as long as it has no {', no '.join(missing)}.", details={"missing": missing}
        )
