"""NetBox over the network, by its own client; the only module that knows ``pynetbox``, which is an optional part."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

from switchcorr.errors import ConfigurationError, InventoryError
from switchcorr.secret import Secret
from switchcorr.text import clean

try:
    import pynetbox  # type: ignore[import-untyped]  # it has no type hints
    import requests
except ModuleNotFoundError:
    _IS_INSTALLED = False
else:
    _IS_INSTALLED = True

_PAGE_SIZE = 200
_MOST_DEVICES = 100_000
_CONNECT_S, _READ_S = 10, 60


def fetch_devices(base: str, token: Secret | None, filters: Mapping[str, Sequence[str]]) -> list[dict[str, object]]:
    """All records of devices that the filters let pass.

    Raises:
        ConfigurationError: the optional part is not installed.
        InventoryError: NetBox cannot be reached, refuses, or answers with something else.
    """
    if not _IS_INSTALLED:
        raise ConfigurationError("NetBox needs a part that is not installed.", hint="pip install 'switchcorr[netbox]'")
    api = pynetbox.api(base, token=token.reveal() if token else None)
    with api.http_session as session:
        session.get = functools.partial(session.get, timeout=(_CONNECT_S, _READ_S))
        session.auth = _as_it_is  # else ~/.netrc would take the token's place
        asked = {key: list(values) for key, values in filters.items()}
        try:
            found = api.dcim.devices.filter(**asked, limit=_PAGE_SIZE, exclude="config_context")
            records = []
            for record in found:
                records.append(dict(record))
                if len(records) > _MOST_DEVICES:
                    raise _error(base, f"more than {_MOST_DEVICES} devices", "Add filters: ?site=oslo&role=access")
        except pynetbox.RequestError as error:
            raise _refused(base, error.req.status_code, error.req.text) from None
        except pynetbox.ContentError:
            raise _error(
                base, "the answer is not NetBox's", "Is the path right? https://host/netbox/ if NetBox is not at the root."
            ) from None
        except requests.exceptions.SSLError:
            raise _error(base, "its certificate cannot be verified", "Name your CA's file in REQUESTS_CA_BUNDLE.") from None
        except requests.exceptions.RequestException as error:
            raise _error(base, f"cannot be reached ({type(error).__name__})", "Is the address right?") from None
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise _error(base, f"the answer is not NetBox's ({type(error).__name__})", "Is the path right?") from None
    return records


def _as_it_is(request: object) -> object:
    return request


def _refused(base: str, status: int, text: str) -> InventoryError:
    if status in (401, 403):
        return _error(
            base, f"refused the token ({status})", "Set NETBOX_TOKEN, or token=env:NAME in the URL; the token needs to view devices."
        )
    if status == 400:
        return _error(base, f"refused the filters ({status}): {clean(text, limit=300)}", "Take filters of NetBox's list of devices.")
    return _error(base, f"answered with status {status}", "Is the path right? https://host/netbox/ if NetBox is not at the root.")


def _error(base: str, what: str, hint: str) -> InventoryError:
    return InventoryError(f"NetBox {clean(base)}: {what}.", hint=hint, context={"file": base})
