"""NetBox: what its URL asks for, and its records of devices as settings. The network is in ``netbox_api.py``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from switchcorr.errors import InventoryError
from switchcorr.inventory.devices import Draft
from switchcorr.inventory.fields import FIELDS
from switchcorr.inventory.places import Entry, Problems, Setting, SourceFile, listed, nearest
from switchcorr.inventory.references import parse_reference
from switchcorr.model.inventory import CredentialReference, Scheme
from switchcorr.text import clean, counted

TOKEN_VARIABLE = "NETBOX_TOKEN"  # noqa: S105  # the name of a variable
_OURS = "switchcorr_"
_PAGE = re.compile(r"/(?:api/)?(?:dcim/devices/?|api/?)?$")
_NOT_FILTERS = ("limit", "offset", "start", "brief", "fields", "omit", "exclude", "ordering", "format")
_KEY_AND_VALUE = re.compile(r"([A-Za-z][\w .-]{0,63})\s*[:=]\s*(\S.*)")

Record = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class NetboxSource:
    """What the URL of a NetBox asks for.

    Attributes:
        base: its address without ``/api``.
        filters: of its list of devices.
        token: None: the variable NETBOX_TOKEN, or none at all.
        defaults: path of a file like Nornir's ``defaults.yaml``, for what NetBox does not know; may be empty.
    """

    base: str
    filters: Mapping[str, tuple[str, ...]]
    token: CredentialReference | None = None
    defaults: str = ""


def is_netbox_url(source: str) -> bool:
    """Whether an inventory is the URL of a NetBox."""
    return source.lower().startswith(("https://", "http://"))


def parse_netbox_url(source: str) -> NetboxSource:
    """The parts of a URL; a page of NetBox's own list of devices is as good as the address of its API.

    Raises:
        InventoryError: it holds a secret, or is no URL.

    >>> parse_netbox_url("https://netbox.example/dcim/devices/?site=oslo&token=env:NB").filters
    {'site': ('oslo',), 'status': ('active',)}
    """
    try:
        parts = urlsplit(source)
        host, port = parts.hostname, parts.port
        pairs = parse_qsl(parts.query, keep_blank_values=False, max_num_fields=200)
    except ValueError:
        raise InventoryError("Inventory: no URL of a NetBox.", hint="https://netbox.example/?site=oslo&role=access") from None
    if parts.username is not None or parts.password is not None:
        raise InventoryError("Inventory: a URL with a user name or password in it.", hint="NetBox takes a token: token=env:NETBOX_TOKEN")
    if not host or not source.isprintable():
        raise InventoryError("Inventory: a URL without a host.", hint="https://netbox.example/?site=oslo&role=access")
    filters: dict[str, tuple[str, ...]] = {}
    own: dict[str, str] = {}
    for key, value in pairs:
        if key in ("token", "defaults"):
            own[key] = value
        elif key not in _NOT_FILTERS:
            filters[key] = (*filters.get(key, ()), value)
    filters.setdefault("status", ("active",))
    name = f"[{host}]" if ":" in host else host
    base = f"{parts.scheme}://{name}{f':{port}' if port else ''}{_PAGE.sub('', parts.path)}"
    return NetboxSource(base, filters, _token(own.get("token")), own.get("defaults", ""))


def warn_of_open_token(source: NetboxSource, problems: Problems) -> None:
    """A token on its way without TLS can be read by anyone; on this machine nobody is on the way."""
    parts = urlsplit(source.base)
    if parts.scheme == "http" and parts.hostname not in ("localhost", "::1") and not (parts.hostname or "").startswith("127."):
        problems.warn(SourceFile(source.base, ""), "http sends the token for everybody to read: use https")


def drafts_of(
    records: Iterable[Record], host: str, problems: Problems, *, fields: Mapping[str, Setting], data: Mapping[str, Setting]
) -> list[Draft]:
    """What each record is; those without an address are left out with a warning.

    Args:
        host: of the NetBox, for messages.
        fields: what counts where NetBox says nothing.
        data: likewise.
    """
    file = SourceFile(host, "", private=False)
    drafts, without = [], []
    for record in records:
        name = _text(record.get("name")) or _text(record.get("display")) or f"device {_text(record.get('id'))}"
        place = Setting(file, name, Entry(None))
        address = _text(_member(record, "primary_ip", "address")).partition("/")[0]
        if not address:
            without.append(name)
            continue
        own = _fields(record, place, problems)
        own["host"] = place.child("primary_ip", Entry(address))
        other = {key: place.child(key, Entry(text)) for key, text in _data(record).items()}
        drafts.append(Draft(name, place, {**fields, **own}, {**data, **other}, _groups(record)))
    if without:
        problems.warn(file, f"{counted(len(without), 'device')} left out for want of a primary address: {listed(without)}")
    return drafts


def _token(text: str | None) -> CredentialReference | None:
    if text is None:
        return None
    try:
        reference = parse_reference(text, None)
    except InventoryError as error:
        raise InventoryError(f"Inventory: token: {error.message}.") from None
    if reference.scheme is Scheme.LITERAL:
        raise InventoryError(
            "Inventory: the token itself stands in the URL, where others can read it.", hint=f"Write token=env:{TOKEN_VARIABLE}"
        )
    return reference


def _fields(record: Record, place: Setting, problems: Problems) -> dict[str, Setting]:
    found = {"platform": _text(_member(record, "platform", "slug")), "site": _text(_member(record, "site", "slug"))}
    fields = {key: place.child(key, Entry(text)) for key, text in found.items() if text}
    for key, value in _custom(record).items():
        name = key.removeprefix(_OURS)
        if key.startswith(_OURS) and name in FIELDS:
            fields[name] = place.child(key, Entry(value))
        elif key.startswith(_OURS):
            problems.add(place.child(key, Entry(None)), f"unknown custom field{nearest(name, FIELDS) or ': one of ' + ', '.join(FIELDS)}")
    return fields


def _data(record: Record) -> dict[str, str]:
    """What may be a group of phones: role, place, tenant, custom fields, and tags, as ``key:value`` or each a kind of its own."""
    data = {
        "role": _text(_member(record, "role", "slug")) or _text(_member(record, "device_role", "slug")),
        "location": _text(_member(record, "location", "slug")),
        "rack": _text(_member(record, "rack", "name")),
        "tenant": _text(_member(record, "tenant", "slug")),
    }
    data |= {key: value for key, value in _custom(record).items() if not key.startswith(_OURS)}
    for name, slug in _tags(record):
        pair = _KEY_AND_VALUE.fullmatch(name)
        if pair:
            data[pair[1].strip()] = pair[2].strip()
        else:
            data[f"tag_{slug or name}"] = "yes"
    return {key: value for key, value in data.items() if value}


def _groups(record: Record) -> tuple[str, ...]:
    role = _text(_member(record, "role", "slug")) or _text(_member(record, "device_role", "slug"))
    return tuple(dict.fromkeys(group for group in (role, *(slug for _, slug in _tags(record))) if group))


def _custom(record: Record) -> dict[str, str]:
    """Custom fields with a plain value; of a choice its value counts."""
    custom = record.get("custom_fields")
    if not isinstance(custom, Mapping):
        return {}
    plain = {str(key): _text(value.get("value") if isinstance(value, Mapping) else value) for key, value in custom.items()}
    return {key: text for key, text in plain.items() if text}


def _tags(record: Record) -> list[tuple[str, str]]:
    tags = record.get("tags")
    pairs = (
        [(_text(_member({"tag": tag}, "tag", "name")), _text(_member({"tag": tag}, "tag", "slug"))) for tag in tags]
        if isinstance(tags, list)
        else []
    )
    return [(name or slug, slug) for name, slug in pairs if name or slug]


def _member(record: Record, key: str, part: str) -> object:
    member = record.get(key)
    return member.get(part) if isinstance(member, Mapping) else None


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return clean(str(value)) if isinstance(value, str | int | float) else ""
