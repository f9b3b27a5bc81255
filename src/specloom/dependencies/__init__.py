"""What routes ask for: who is asking, in which tenant, may they, a unit of work, a page, a precondition."""
