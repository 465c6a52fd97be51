"""The inventory of any kind, found by its shape: a directory, a file, or the URL of a NetBox."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from switchcorr.errors import InventoryError
from switchcorr.inventory import ansible_variables, netbox, nornir_files
from switchcorr.inventory.ansible import AnsibleTree, add_yaml
from switchcorr.inventory.ansible_ini import add_ini
from switchcorr.inventory.credentials import Ask, Credentials
from switchcorr.inventory.devices import Draft, build_inventory
from switchcorr.inventory.fields import Reader, expand, refuse_unless_reading
from switchcorr.inventory.netbox_api import fetch_devices
from switchcorr.inventory.netmiko_file import read_netmiko
from switchcorr.inventory.places import Problems, Setting, SourceFile, listed
from switchcorr.inventory.shapes import Kind, shape_of
from switchcorr.inventory.sources import beside, inventory_files, is_there, read_source, read_variable_files
from switchcorr.inventory.table import read_csv, read_list
from switchcorr.inventory.yaml_text import parse_yaml
from switchcorr.model.inventory import CredentialReference, Inventory, Scheme

_NORNIR_OPTIONS = {"host_file": "hosts.yaml", "group_file": "groups.yaml", "defaults_file": "defaults.yaml"}
_DEFAULTS = ("defaults.yaml", "defaults.yml")
_KINDS = "hosts.yaml of Nornir, an Ansible inventory, .netmiko.yml, CSV, or a list of addresses"


def read_inventory(
    source: str,
    *,
    environment: Mapping[str, str],
    check_command: Callable[[str], str] = refuse_unless_reading,
    ask: Ask | None = None,
) -> Inventory:
    """The inventory at a path or URL.

    Args:
        source: a directory, a file, or the URL of a NetBox with filters as query parameters.
        environment: for ``~`` and for the token of a NetBox; passwords are not looked for here.
        ask: for the token of a NetBox by ``token=ask``.
        check_command: says why a command that the inventory adds may not be asked, empty if it may: the read-only door's check.

    Raises:
        InventoryError: all problems of all files in one message.
        ConfigurationError: NetBox: its package is missing, or its token's reference leads nowhere.
    """
    home = Path(environment.get("HOME") or "/")
    reader = Reader(Problems(), home, check_command)
    if netbox.is_netbox_url(source):
        return build_inventory(_netbox(source, environment, ask, reader), reader, source)
    path = expand(source, home)
    if not is_there(path):
        raise InventoryError(
            f"Inventory {source!r}: no such file or directory.",
            hint="Give --inventory, or write one: docs/inventory.md begins with a small example.",
            context={"file": source},
        )
    try:
        drafts = _directory(path, reader.problems) if path.is_dir() else _file(path, path.name, reader.problems)
    except OSError as error:  # a directory that may not be looked into
        raise InventoryError(f"Inventory {source!r}: {error.filename}: {error.strerror}.", context={"file": source}) from error
    return build_inventory(drafts, reader, source)


def _netbox(source: str, environment: Mapping[str, str], ask: Ask | None, reader: Reader) -> list[Draft]:
    asked = netbox.parse_netbox_url(source)
    problems = reader.problems
    reference = asked.token
    if reference is None and environment.get(netbox.TOKEN_VARIABLE):
        reference = CredentialReference(Scheme.ENV, netbox.TOKEN_VARIABLE)
    token = Credentials(environment, ask=ask).secret(reference, prompt="Token of NetBox: ") if reference else None
    if token:
        netbox.warn_of_open_token(asked, problems)
    path = expand(asked.defaults, reader.home)
    defaults = _document(path, asked.defaults, problems) if asked.defaults else None
    fields, data = nornir_files.fields_of_defaults(defaults, problems) if defaults else ({}, {})
    problems.raise_all(source)  # before anything goes over the network
    records = fetch_devices(asked.base, token, asked.filters)
    return netbox.drafts_of(records, urlsplit(asked.base).hostname or "", problems, fields=fields, data=data)


def _directory(directory: Path, problems: Problems) -> list[Draft]:
    nornir = beside(directory, "hosts.yaml", "hosts.yml")
    netmiko = beside(directory, ".netmiko.yml", "netmiko.yml")
    is_ansible = (directory / "group_vars").is_dir() or (directory / "host_vars").is_dir()
    if nornir and not is_ansible:
        return _file(nornir, nornir.name, problems)
    if netmiko and not is_ansible:
        return _file(netmiko, netmiko.name, problems)
    config = beside(directory, "config.yaml", "config.yml", "nornir.yaml", "nornir.yml")
    if config and not is_ansible:
        return _file(config, config.name, problems)
    paths = inventory_files(directory)
    files = [file for path in paths if (file := read_source(path, path.name, problems)) is not None]
    shapes = [(file, *shape_of(file, problems)) for file in files if file.text]
    if is_ansible or (shapes and all(kind in (Kind.ANSIBLE_YAML, Kind.ANSIBLE_INI) for _, kind, _ in shapes)):
        return _ansible(directory, shapes, problems)
    lists = [shape for shape in shapes if shape[0].name not in _DEFAULTS]
    if len(lists) == 1:
        return _drafts(*lists[0], problems)
    found = f"; several files are here, give one of them: {listed(file.name for file, *_ in lists)}" if lists else ""
    problems.add(SourceFile("", ""), f"a directory without an inventory: {_KINDS}{found}")
    return []


def _file(path: Path, name: str, problems: Problems) -> list[Draft]:
    file = read_source(path, name, problems)
    return [] if file is None else _drafts(file, *shape_of(file, problems), problems)


def _drafts(file: SourceFile, kind: Kind, document: Setting | None, problems: Problems) -> list[Draft]:
    directory = file.path.parent if file.path else Path()
    if kind in (Kind.ANSIBLE_YAML, Kind.ANSIBLE_INI, Kind.ANSIBLE_PLUGIN):
        return _ansible(directory, [(file, kind, document)], problems)
    if kind is Kind.NETMIKO:
        return read_netmiko(document, problems) if document else []
    if kind is Kind.NORNIR_CONFIG:
        return _nornir_config(directory, document, problems) if document else []
    if kind is Kind.NORNIR_HOSTS:
        groups, defaults = (_beside_document(directory, stem, problems) for stem in ("groups", "defaults"))
        return nornir_files.drafts_of(nornir_files.read_tree(document, groups, defaults, problems), problems)
    defaults = _beside_document(directory, "defaults", problems)
    fields, data = nornir_files.fields_of_defaults(defaults, problems) if defaults else ({}, {})
    read = read_csv if kind is Kind.TABLE else read_list
    return read(file, problems, fields=fields, data=data)


def _beside_document(directory: Path, stem: str, problems: Problems) -> Setting | None:
    path = beside(directory, f"{stem}.yaml", f"{stem}.yml")
    return _document(path, path.name, problems) if path else None


def _document(path: Path, name: str, problems: Problems) -> Setting | None:
    file = read_source(path, name, problems)
    return parse_yaml(file, problems) if file else None


def _nornir_config(directory: Path, config: Setting, problems: Problems) -> list[Draft]:
    inventory = config.children()["inventory"].children()
    plugin = inventory.get("plugin")
    if plugin and plugin.entry.value not in (None, "SimpleInventory"):
        problems.add(plugin, f"{plugin.shown()}: of Nornir's inventories SimpleInventory is read")
        return []
    options = inventory["options"].children() if "options" in inventory else {}
    documents = []
    for option, usual in _NORNIR_OPTIONS.items():
        text = options[option].entry.value if option in options else None
        name = text if isinstance(text, str) else usual
        path = directory / name if is_there(directory / name) else Path(name)
        is_needed = option == "host_file" or isinstance(text, str)
        documents.append(_document(path, name, problems) if is_needed or is_there(path) else None)
    hosts, groups, defaults = documents
    return nornir_files.drafts_of(nornir_files.read_tree(hosts, groups, defaults, problems), problems)


def _ansible(directory: Path, shapes: Sequence[tuple[SourceFile, Kind, Setting | None]], problems: Problems) -> list[Draft]:
    tree = AnsibleTree(problems)
    for file, kind, document in shapes:
        if kind in (Kind.ANSIBLE_INI, Kind.LIST):
            add_ini(tree, file)
        elif kind is Kind.ANSIBLE_PLUGIN:
            problems.add(
                file, "settings of an inventory plugin: write what it finds with `ansible-inventory --list --yaml --output hosts.yml`"
            )
        elif document is not None:
            add_yaml(tree, document)
        elif kind is Kind.TABLE:
            problems.warn(file, "is no inventory of Ansible: it is not used")
    return ansible_variables.drafts_of(tree, read_variable_files(directory, problems))
