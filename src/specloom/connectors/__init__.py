"""Other people's systems: file stores, mail, wikis. No database."""
