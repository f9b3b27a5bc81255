"""Requirements of all kinds with their versions, transitions and custom fields."""

from specloom.crud.requirements.fields import CustomFieldCrud, CustomFieldNotFound
from specloom.crud.requirements.history import (
    HistoryCrud,
    RequirementVersionCrud,
    RequirementVersionNotFound,
    TransitionCrud,
)
from specloom.crud.requirements.requirements import (
    EpicNotFound,
    FeatureNotFound,
    Outline,
    ProductNotFound,
    RequirementCrud,
    RequirementNotFound,
    UserStoryNotFound,
)

__all__ = [
    "CustomFieldCrud",
    "CustomFieldNotFound",
    "EpicNotFound",
    "FeatureNotFound",
    "HistoryCrud",
    "Outline",
    "ProductNotFound",
    "RequirementCrud",
    "RequirementNotFound",
    "RequirementVersionCrud",
    "RequirementVersionNotFound",
    "TransitionCrud",
    "UserStoryNotFound",
]
