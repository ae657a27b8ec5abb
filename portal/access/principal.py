"""Who asks."""

import uuid
from dataclasses import dataclass

from portal.access import policy


@dataclass(frozen=True)
class Principal:
    """One signed-in person, or the person a job acts for. `role` without the `portal_` of the database."""

    account_id: uuid.UUID
    org_id: uuid.UUID
    org_kind: str
    role: str
    name: str
    org_name: str
    city_name: str
    token: str = ""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return self.token

    def may(self, action: str) -> bool:
        return policy.may(self.role, action)

    @property
    def zone(self) -> str:
        return "city" if self.org_kind == "city" else "partner"
