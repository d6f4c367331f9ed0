"""How hard a run may lean on a target."""

import math

from msgspec import Struct


class Budget(Struct, frozen=True):
    """Bounds of one run; each can be set."""

    seconds: float = 60.0
    """From the first request to the last."""
    requests: int = 400
    """In the whole run, handshakes and logins included."""
    connections: int = 8
    rate: float = 20.0
    """Requests per second, on average; as many as there are connections may come at once."""
    timeout: float = 10.0
    """Seconds for one answer, from connecting to its last byte."""
    reserve: int = 4
    """Requests kept for the question whether the target still answers as it did."""


class Purse(Struct):
    """What is left of a budget; the time is passed in."""

    budget: Budget
    began: float
    spent: int = 0
    next_slot: float = -math.inf

    @property
    def deadline(self) -> float:
        """When the time is up."""
        return self.began + self.budget.seconds

    def refusal(self, now: float, *, is_reserved: bool, held: int = 0) -> str:
        """Why nothing more may be sent; "" when it may. `held` requests are kept for writing and for putting back."""
        if now >= self.deadline:
            return f"the time budget of {self.budget.seconds:g} s is used up"
        limit = self.budget.requests - held - (0 if is_reserved else self.budget.reserve)
        if self.spent >= limit:
            kept = f", but for {held} that are kept for what is written" if held else ""
            return f"the budget of {self.budget.requests} requests is used up{kept}"
        return ""

    def spend(self, now: float) -> float:
        """Take one request; gives how long it has to wait for its turn."""
        self.spent += 1
        step = 1 / self.budget.rate
        slack = step * self.budget.connections
        self.next_slot = max(self.next_slot, now - slack) + step
        return max(0.0, self.next_slot - now - step)
