"""What happens because something else did: events of one domain that become jobs of another, in one transaction."""

from collections.abc import Mapping, Sequence

from specloom.core.uow import Reaction

REACTIONS: Mapping[str, Sequence[Reaction]] = {}
"""By event type. A reaction opens a job; it does no work of its own, for it runs in the transaction of the event."""
