"""What every column of the house inherits: tenants apart in tables and routes, one form of answers."""
