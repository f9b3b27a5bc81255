"""The words of search: what is looked through, how, and by what a result was found."""

from enum import StrEnum


class SearchKind(StrEnum):
    """What people look for."""

    DOCUMENTS = "documents"
    SUMMARIES = "summaries"
    REQUIREMENTS = "requirements"
    MESSAGES = "messages"


class SearchMode(StrEnum):
    """By the words of a query, by what it means, or by both."""

    HYBRID = "hybrid"
    SEMANTIC = "semantic"
    KEYWORD = "keyword"


class FoundBy(StrEnum):
    """What in a passage answered the query."""

    WORDS = "words"
    MEANING = "meaning"


class Searched(StrEnum):
    """What of a tenant is searched, by the resource that one must be allowed to read to find it."""

    DOCUMENTS = "documents"
    SUMMARIES = "summaries"
    PRODUCTS = "products"
    EPICS = "epics"
    FEATURES = "features"
    USER_STORIES = "user_stories"
    SESSIONS = "sessions"


RESOURCES = {
    SearchKind.DOCUMENTS: (Searched.DOCUMENTS,),
    SearchKind.SUMMARIES: (Searched.SUMMARIES,),
    SearchKind.REQUIREMENTS: (Searched.PRODUCTS, Searched.EPICS, Searched.FEATURES, Searched.USER_STORIES),
    SearchKind.MESSAGES: (Searched.SESSIONS,),
}
"""Which resources each kind stands for."""

KIND_OF = {resource: kind for kind, resources in RESOURCES.items() for resource in resources}
