"""Who takes part in the demo, and how each signs in: passwords and one-time secrets follow from the login alone.

They are public: a city with these accounts is a demo and nothing else. Nothing is stored in clear.
"""

import base64
import hashlib
from dataclasses import dataclass

from demo.town import CITY

PARTNERS = {
    "north": ("call_centre", "北コールセンター", "北コールセンター株式会社"),
    "south": ("call_centre", "南コールセンター", "株式会社南コールセンター"),
    "law": ("law_team", "中央弁護士チーム", "中央法律事務所"),
}
CONTRACTS = {
    "north": ("令和8年度　債権催告業務委託（北部）", "債管契第12号"),
    "south": ("令和8年度　債権催告業務委託（南部）", "債管契第13号"),
    "law": ("令和8年度　債権回収等業務委任", "債管契第14号"),
}


@dataclass(frozen=True)
class Account:
    """`at`: city or a key of PARTNERS."""

    login: str
    at: str
    role: str
    name: str
    tier: str = "direct"

    @property
    def organisation(self) -> str:
        return PARTNERS[self.at][1] if self.at in PARTNERS else CITY

    @property
    def password(self) -> str:
        return f"demo-{self.login}-{_digest(self.login, 'password').hex()[:6]}"

    @property
    def secret(self) -> str:
        """The base32 secret of the one-time codes."""
        return base64.b32encode(_digest(self.login, "secret")[:20]).decode()


def _digest(login: str, what: str) -> bytes:
    return hashlib.sha256(f"{CITY}のデモ／{what}／{login}".encode()).digest()


# opens the city on its first day, registers the first administrator of flesh and blood, and is ended by that person
FOUNDER = Account("kaisetsu", "city", "admin", "最初の管理者")
ACCOUNTS = (
    Account("kita1", "north", "agent", "藤井　美穂"),
    Account("kita2", "north", "agent", "大西　健一"),
    Account("kita3", "north", "agent", "森下　彩", tier="dispatched"),
    Account("kita-sv", "north", "supervisor", "片山　直子"),
    Account("minami1", "south", "agent", "川島　翔"),
    Account("minami2", "south", "agent", "上原　恵理"),
    Account("minami-sv", "south", "supervisor", "須藤　孝"),
    Account("bengo1", "law", "lawyer", "中条　理沙"),
    Account("bengo2", "law", "lawyer", "榎本　拓也"),
    Account("saiken1", "city", "desk", "倉橋　誠"),
    Account("saiken2", "city", "desk", "望月　千夏"),
    Account("fukushi1", "city", "welfare", "白石　和美"),
    Account("kansa1", "city", "auditor", "梶原　守"),
    Account("kanri1", "city", "admin", "野口　聡"),
)
