"""Background work: the runner that RQ calls, the handlers of each domain, and the sweeper."""
