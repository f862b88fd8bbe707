"""Who acts in the demo's transports: roles, not persons, each with the rights of its role."""

from typing import Final

from consortium.core.work import Actor
from consortium.people.rules import reach

COORDINATOR: Final = Actor("samordnare", reach([("coordinator", None)]))
DRIVER: Final = Actor("forare", reach([("driver", None)]))
ROUTING: Final = Actor("routing", machine=True)
