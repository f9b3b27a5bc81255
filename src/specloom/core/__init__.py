"""The ground floor: settings, database, tenancy, unit of work, events, queue, security. It knows no domain."""
