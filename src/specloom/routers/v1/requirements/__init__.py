"""Products, epics, features and user stories, and the custom fields they have in a tenant."""

from specloom.routers.v1.requirements import custom_fields, epics, exchange, features, products, user_stories

routers = (products.router, epics.router, features.router, user_stories.router, custom_fields.router)

__all__ = ["exchange", "routers"]
