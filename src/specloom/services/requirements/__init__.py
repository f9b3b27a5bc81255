"""Requirements: products, epics, features and user stories, from draft to done."""
