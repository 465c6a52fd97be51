"""A fence around the writers that hold a lease: who has lost it writes nothing any more, whatever he still believes.

A worker that was cut off, or stopped and continued, does not know that its work was given to another. So the question is asked where the
answer counts: in the transaction that writes, of the same database, and the row that answers is held until that transaction is over. Then
either the visit is stored and whoever takes over sees it, or the lease was taken first and nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from switchcorr.errors import LeaseLostError


@dataclass(frozen=True, slots=True)
class Fence:
    """What must be so for anything to be written.

    Attributes:
        query: gives a row as long as the lease holds, and locks it; a literal text, its values stand apart.
        values: by the names in the query.
        said: why nothing is written otherwise.
    """

    query: str
    values: Mapping[str, int]
    said: str

    def check(self, connection: Connection) -> None:
        """See that the lease holds, and keep it from being taken until the transaction ends.

        Raises:
            LeaseLostError: it does not.
        """
        if connection.execute(text(self.query), self.values).first() is None:
            raise LeaseLostError(f"Nothing was stored: {self.said}.", hint="Whoever has the work now does it; nothing is to be done.")
