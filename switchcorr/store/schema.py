"""The tables of the store: visits, facts that changed, and intervals for what lasts; the same on SQLite and PostgreSQL.

Five rules make the change-only model honest (docs/store.md):

1. There is a ``visit`` for every attempt: no row then means unchanged after a good visit, and unknown after another.
2. A ``counter_change`` carries value and growth, so growth between two times is a sum.
3. A counter that fell was reset or has wrapped, which is flagged; the first sight of one is no growth, and a ``counter_first``.
4. What lasts is an interval ``[since, until)`` with ``OPEN`` as the end of what still holds. Only a visit that shows all there is
   closes one.
5. Visits of a device are applied in order of time; an older one than the last applied is kept, and changes nothing.

Every table has a natural key, so that every write can be repeated. Times are whole milliseconds since 1970, UTC. Numbers that stand
for words (``FactKind``, ``STATUSES``...) are never given a new meaning.
"""

from __future__ import annotations

import enum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    TypeDecorator,
    literal,
    text,
)
from sqlalchemy.event import listens_for

from switchcorr.model.placement import PlacementEvidence, PlacementState
from switchcorr.model.visit import VisitStatus

VERSION = 10
"""Version of the tables below."""
OPEN = 2**47 - 1
"""The end of an interval that has none yet: later than every moment (year 6429), and six bytes in SQLite where 2**62 takes eight."""
APPLICATION_ID = 0x53574343
"""Marks a SQLite file as a store of ours: ``SWCC``."""


class FactKind(enum.IntEnum):
    """What a row of ``fact`` tells; the names are those of ``model.tables.Table``, and ``BOOT`` is since when a device or a member of its stack runs."""

    BOOT = 1
    VERSION = 2
    INVENTORY = 3
    MODULES = 4
    STACK = 5
    INTERFACES = 6
    STATUS = 7
    SWITCHPORTS = 8
    NEIGHBORS = 9
    LAGS = 10
    SPANNING_TREE = 11
    POWER = 12
    DIAGNOSTICS = 13
    ASICS = 14
    FEXES = 15
    REDUNDANCY = 16
    ENVIRONMENT = 17
    VLANS = 18

    @property
    def label(self) -> str:
        """``spanning_tree``."""
        return self.name.lower()


STATUSES: dict[VisitStatus, int] = {
    VisitStatus.ANSWERED: 1, VisitStatus.PARTIAL: 2, VisitStatus.FAILED: 3, VisitStatus.SKIPPED: 4, VisitStatus.CANCELLED: 5,
}  # fmt: skip
EVIDENCES: dict[PlacementEvidence, int] = {
    PlacementEvidence.CDP: 1, PlacementEvidence.LLDP: 2, PlacementEvidence.PHONE_ALARM: 3, PlacementEvidence.MAC_VOICE_VLAN: 4,
    PlacementEvidence.MAC: 5, PlacementEvidence.LOCATIONS: 6,
}  # fmt: skip
STATES: dict[PlacementState, int] = {PlacementState.PLACED: 1, PlacementState.AMBIGUOUS: 2, PlacementState.UNPLACED: 3}


class Use(enum.IntEnum):
    """What became of what a visit brought."""

    APPLIED = 1
    NOTHING = 2
    """It brought nothing: the device did not answer, or nothing of what it said could be used."""
    LATE = 3
    """Older than the last applied visit of its device: kept, and not used."""
    PENDING = 4
    """Its text is being read again (``rewind.py``)."""


class Digest(TypeDecorator[str]):
    """A hash in hexadecimal digits, stored as its bytes: half the size, in the row and in each index."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Digits to bytes."""
        return None if value is None else bytes.fromhex(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Bytes to digits."""
        return None if value is None else bytes(value).hex()


metadata = MetaData()


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


device = Table(
    "device", metadata, _id(),
    Column("name", Text, nullable=False, unique=True),
    _text("platform"), _text("host"), _text("site"),
    Column("applied_at", BigInteger, nullable=False, server_default="0"),
)  # fmt: skip
"""Devices; ``applied_at`` is the last visit whose facts were taken over."""

sweep = Table("sweep", metadata, _id(), Column("name", Text, nullable=False, unique=True), Column("started_at", BigInteger, nullable=False))
"""Sweeps and imported folders."""

word = Table("word", metadata, _id(), Column("text", Text, nullable=False, unique=True))
"""Texts that many rows share, at most ``WORD_LIMIT`` characters."""
WORD_LIMIT = 600
"""Longest word: four bytes a character stay below what PostgreSQL can index (2,704 bytes)."""

visit = Table(
    "visit", metadata,
    Column("device_id", Integer, primary_key=True, autoincrement=False),
    Column("sweep_id", Integer, nullable=False),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("duration_ms", Integer, nullable=False),
    Column("outcome", Integer, nullable=False),
    Column("failure_id", Integer),
    CheckConstraint("at > 0", name="visit_time"),
    sqlite_with_rowid=False,
)  # fmt: skip
"""Every attempt; what came of it is one number (``outcome_of``). A server fills each row up to eight bytes: in this order, and with
one number for three, a row takes 24 of its own where it took 32."""
_WHOLE_MASK, _STATUS_MASK, _STATUS_PLACE, USE_PLACE = 2**20 - 1, 15, 20, 24
visit_whole = visit.c.outcome.bitwise_and(_WHOLE_MASK)
"""Bit ``FactKind`` for each kind of which all was read, bit 0 for the places of phones."""
visit_status = visit.c.outcome.bitwise_rshift(_STATUS_PLACE).bitwise_and(_STATUS_MASK)
"""How the attempt ended: ``STATUSES``."""
visit_use = visit.c.outcome.bitwise_rshift(USE_PLACE)
"""What became of what it brought: ``Use``."""


VISIT_PARTS = (visit_status.label("status"), visit_use.label("use"), visit_whole.label("whole"))


def outcome_of(status: int, use: int, whole: int) -> int:
    """What came of a visit, as one number.

    >>> outcome_of(status=1, use=1, whole=1) == 1 + 2**20 + 2**24
    True
    """
    return whole | status << _STATUS_PLACE | use << USE_PLACE


def outcome_with(use: int | ColumnElement[int], whole: int | ColumnElement[int] | None = None) -> ColumnElement[int]:
    """The outcome of a stored visit with another use, and with another ``whole`` if one is given; its status stays."""
    kept = _STATUS_MASK << _STATUS_PLACE | (_WHOLE_MASK if whole is None else 0)
    changed = literal(int(use)) if isinstance(use, int) else use
    other = visit.c.outcome.bitwise_and(kept).bitwise_or(changed.bitwise_lshift(USE_PLACE))
    return other if whole is None else other.bitwise_or(whole)


Index("visit_by_time", visit.c.at, postgresql_using="brin", postgresql_with={"autosummarize": "on"})

port = Table(
    "port", metadata, _id(),
    Column("device_id", Integer, nullable=False),
    Column("name", Text, nullable=False),
    _text("module"),
)  # fmt: skip
"""Interfaces; the empty name is the device itself, where no interface is told. ``module`` is an id as ``acc-12/3``."""
Index("port_by_name", port.c.device_id, port.c.name, unique=True)
Index("port_by_module", port.c.module)

counter = Table("counter", metadata, _id(), Column("name", Text, nullable=False, unique=True))
"""Names of counters, with the table they stand in: ``interfaces.crc``, ``error_counters.fcs_errors``."""

counter_state = Table(
    "counter_state", metadata,
    Column("device_id", Integer, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
)  # fmt: skip
"""The last value of every counter of a device, as JSON: what the next visit is compared with."""

_SMALL_ON_SERVER = Integer().with_variant(SmallInteger(), "postgresql")
"""A file stores a number in as few bytes as it needs; a server in those of its type."""
counter_change = Table(
    "counter_change", metadata,
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("port_id", Integer, primary_key=True, autoincrement=False),
    Column("counter_id", _SMALL_ON_SERVER, primary_key=True, autoincrement=False),
    Column("flags", SmallInteger, nullable=False),
    Column("value", BigInteger, nullable=False),
    Column("delta", BigInteger, nullable=False),
    Column("packets", BigInteger),
    CheckConstraint("delta >= 0 and value >= 0", name="counter_growth"),
    sqlite_with_rowid=False,
)  # fmt: skip
"""A counter that grew or began anew; ``packets`` is the port's total of that direction, to give a rate. On a server the columns fill 40 bytes
without a gap."""


@listens_for(counter_change, "after_create")
def _packed(_: Table, connection: Connection, **_others: object) -> None:
    """Rows come in order of time, and a server would leave a tenth of each page of the key empty for good."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("alter index counter_change_pkey set (fillfactor = 100)"))


# A server keeps equal keys of an index once, so the port alone costs it 8 bytes a row. With the time behind it pages split in the middle and
# stay half empty, as rows of a port come in order of time: 66 bytes a row were measured. A file has the time in the index anyway.
Index("counter_change_by_port", counter_change.c.port_id, counter_change.c.at).ddl_if(dialect="sqlite")
Index("counter_change_by_port", counter_change.c.port_id).ddl_if(dialect="postgresql")

counter_first = Table(
    "counter_first", metadata,
    Column("port_id", Integer, primary_key=True, autoincrement=False),
    Column("counter_id", _SMALL_ON_SERVER, primary_key=True, autoincrement=False),
    Column("flags", SmallInteger, nullable=False),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("value", BigInteger, nullable=False),
    Column("packets", BigInteger),
    CheckConstraint("value >= 0", name="counter_first_value"),
    sqlite_with_rowid=False,
)  # fmt: skip
"""A counter that was seen for the first time, or the first time on other hardware: no growth. The first sweep of a large site brings
200,000; apart from the changes, no question about growth reads them."""

OFTEN_TIDIED = {"autovacuum_vacuum_scale_factor": "0.02"}
"""A server tidies a table when a fiftieth of it was replaced, not a fifth: each move closes a row, and 200,000 that hold are never touched."""
endpoint = Table("endpoint", metadata, _id(), Column("name", Text, nullable=False, unique=True))
"""Phones, and whatever else events name."""

place = Table(
    "place", metadata,
    Column("endpoint_id", Integer, primary_key=True, autoincrement=False),
    Column("since", BigInteger, primary_key=True, autoincrement=False),
    Column("device_id", Integer, primary_key=True, autoincrement=False),
    Column("port_id", Integer, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("evidence", SmallInteger, nullable=False),
    Column("confidence", SmallInteger, nullable=False),
    Column("vlan", Integer),
    _text("ip"), _text("model"), _text("reason"), _text("firmware"),
    CheckConstraint("until > since", name="place_interval"),
    sqlite_with_rowid=False,
    postgresql_with=OFTEN_TIDIED,
)  # fmt: skip
"""Where phones were attached. ``confidence`` is in ten-thousandths. What is known of the place besides is that of the last visit."""
Index("place_by_device", place.c.device_id, place.c.until)
# A port sees few phones: on a server the time behind it costs three times the size, and saves nothing (as for ``counter_change``).
Index("place_by_port", place.c.port_id, place.c.since).ddl_if(dialect="sqlite")
Index("place_by_port", place.c.port_id).ddl_if(dialect="postgresql")

fact = Table(
    "fact", metadata,
    Column("device_id", Integer, primary_key=True, autoincrement=False),
    Column("kind", SmallInteger, primary_key=True, autoincrement=False),
    Column("item", Text, primary_key=True),
    Column("since", BigInteger, primary_key=True, autoincrement=False),
    Column("until", BigInteger, nullable=False),
    Column("value", Text, nullable=False),
    CheckConstraint("until > since", name="fact_interval"),
    sqlite_with_rowid=False,
)  # fmt: skip
"""What a device said of itself, row by row: ``value`` is the row as JSON, without what changes all the time."""

fact_digest = Table(
    "fact_digest", metadata,
    Column("device_id", Integer, primary_key=True, autoincrement=False),
    Column("kind", SmallInteger, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip
"""A short hash of the open facts of one kind: what is equal to the last time needs no look at the rows."""

raw = Table(
    "raw", metadata,
    Column("device_id", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", Digest, nullable=False),
    Column("size", Integer, nullable=False),
    Column("bundle", Digest),
    Column("start", Integer),
    sqlite_with_rowid=False,
)  # fmt: skip
"""The captured text of a visit: a file named by its SHA-256, or a part of a day's bundle of the device."""
Index("raw_by_digest", raw.c.digest, postgresql_using="hash")

schema_version = Table(
    "schema_version", metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("program", Text, nullable=False),
)  # fmt: skip
"""One row: the version of the tables, and the version of the program that made them so."""

segment = Table(
    "segment", metadata, _id(),
    Column("first_line", Text, nullable=False),
    Column("head_bytes", BigInteger, nullable=False),
    Column("head", Text, nullable=False),
    Column("read_bytes", BigInteger, nullable=False),
    Column("tail", Text, nullable=False),
    Column("read_lines", BigInteger, nullable=False),
    _text("name"),
)  # fmt: skip
"""A file of events, known by what is in it and not by its name: hashes of its first line, of its first ``head_bytes`` bytes, and of the last
ones of its ``read_bytes`` whole lines. Events of lines behind ``read_lines`` may still change: they are read again."""
Index("segment_by_line", segment.c.first_line)

event = Table(
    "event", metadata,
    Column("segment_id", Integer, primary_key=True, autoincrement=False),
    Column("line", BigInteger, primary_key=True, autoincrement=False),
    Column("number", SmallInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger),
    Column("kind", SmallInteger, nullable=False),
    Column("endpoint_id", Integer),
    Column("reason", Integer),
    Column("reason_enum", SmallInteger, nullable=False),
    Column("node_id", Integer),
    Column("cluster_id", Integer),
    Column("ip_id", Integer),
    Column("device_type", Integer),
    Column("severity", SmallInteger),
    Column("description_id", Integer),
    Column("signal_id", Integer),
    Column("assumed", SmallInteger, nullable=False),
    Column("detail", Text),
    Column("extension_id", Integer),
    Column("load_id", Integer),
    sqlite_with_rowid=False,
)  # fmt: skip
"""One event: which line of which file, and which of that line. What is not in the line is null; ``at`` too where no time is told."""
Index("event_by_time", event.c.at)

incident = Table(
    "incident", metadata,
    Column("id", Text, primary_key=True),
    Column("start", BigInteger, nullable=False),
    Column("end", BigInteger, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("stored_at", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
)  # fmt: skip
"""An incident as it was last told, as JSON."""
Index("incident_by_time", incident.c.start)

incident_component = Table(
    "incident_component", metadata,
    Column("incident_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("is_cause", SmallInteger, nullable=False),
    Column("probability", Integer, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip
"""A component an incident names, as a cause or as a suspect; ``probability`` is in millionths. Equal exposure names all components of the set."""
Index("incident_by_component", incident_component.c.kind, incident_component.c.name)

recurring = Table(
    "recurring", metadata,
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("end", BigInteger, primary_key=True, autoincrement=False),
    Column("stored_at", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip
"""A component that explains several bursts of a span together, as JSON."""

ADDED_IN_2 = (segment, event, incident, incident_component, recurring)

message = Table(
    "message", metadata,
    Column("id", Text, primary_key=True),
    Column("target", Text, primary_key=True),
    Column("created_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    Column("attempts", Integer, nullable=False),
    Column("severity", SmallInteger, nullable=False),
    _text("problem"),
    Column("document", Text, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip
"""A message to one target, as JSON; ``sent_at`` is null until it was taken. Its id names the incident or finding and its state."""
Index("message_by_due", message.c.sent_at, message.c.due_at)

finding = Table(
    "finding", metadata,
    Column("id", Text, primary_key=True),
    Column("first_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("gone_at", BigInteger),
    Column("acknowledged_at", BigInteger),
    _text("note"),
    Column("document", Text, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip
"""Something an audit found, as JSON; ``gone_at`` is null while it lasts. ``note`` is that of the acknowledgement."""

mask = Table(
    "mask", metadata,
    Column("name", Text, primary_key=True),
    Column("start", BigInteger, nullable=False),
    Column("end", BigInteger, nullable=False),
    _text("devices"), _text("note"),
    Column("lasts_ms", BigInteger),
    _text("zone"),
    CheckConstraint('"end" > start', name="mask_interval"),
    sqlite_with_rowid=False,
)  # fmt: skip
"""A maintenance window or a planned change: what is found of these devices (patterns) then is told, and alarms nobody.
What comes every week has the ``zone`` by whose clocks it does, and how long the first time lasts; it has no end."""

audit_run = Table(
    "audit_run", metadata,
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
)  # fmt: skip
"""One run of the audit: when it began, and its summary as JSON."""

event_loss = Table(
    "event_loss", metadata,
    Column("since", BigInteger, primary_key=True, autoincrement=False),
    Column("until", BigInteger, nullable=False),
    Column("dropped", BigInteger, nullable=False),
)  # fmt: skip
"""A span in which messages to the listener were lost: how many."""

flapping = Table(
    "flapping", metadata,
    Column("phone", Text, primary_key=True),
    Column("day", BigInteger, primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
    Column("stored_at", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip
"""A phone that drops again and again by itself, as JSON, as it was told last of the day (UTC, its beginning) of its ``last`` drop. Audits tell
it every quarter of an hour, of a day each: by that day it is one row, and the rows of a phone are the days on which it did so."""

chronic = Table(
    "chronic", metadata,
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("day", BigInteger, primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
    Column("stored_at", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip
"""A part whose phones drop one by one, as JSON, likewise: a row for each day. Of parts with the same phones the name is that of the first,
whichever of them leads."""

ADDED_IN_8 = (chronic,)
ADDED_IN_7 = (flapping,)
ADDED_IN_6 = (counter_first,)
ADDED_IN_4 = (event_loss,)
ADDED_IN_3 = (message, finding, mask, audit_run)

AGING: tuple[tuple[Table, str], ...] = (
    (visit, "at"), (counter_change, "at"), (counter_first, "at"), (place, "until"), (fact, "until"), (event, "at"), (event_loss, "until"), (recurring, "end"),
    (flapping, "last"), (chronic, "last"),
    (message, "sent_at"), (finding, "gone_at"), (mask, "end"), (audit_run, "at"),
)  # fmt: skip
"""Tables whose rows grow old, and the column that tells when. Incidents go with their components (``retention.py``)."""
