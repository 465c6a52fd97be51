"""Ansible's connection variables, and our own ``switchcorr_*`` ones, as the settings of a device."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

from switchcorr.inventory.ansible import AnsibleTree, VariableFiles
from switchcorr.inventory.devices import Draft
from switchcorr.inventory.fields import FIELDS
from switchcorr.inventory.jumps import jumps_of_ssh_options
from switchcorr.inventory.places import Entry, Problems, Setting, listed, nearest

_VARIABLES = {
    "host": ("ansible_ssh_host", "ansible_host"),
    "port": ("ansible_ssh_port", "ansible_port"),
    "username": ("ansible_ssh_user", "ansible_user"),
    "password": ("ansible_ssh_pass", "ansible_ssh_password", "ansible_password"),
    "enable": ("ansible_become_pass", "ansible_become_password"),
    "platform": ("ansible_network_os",),
    "keys": ("ansible_private_key_file", "ansible_ssh_private_key_file"),
}
"""The last one that is set counts."""
_SSH_OPTIONS = ("ansible_ssh_args", "ansible_ssh_common_args", "ansible_ssh_extra_args")
_OURS = "switchcorr_"
_SECRETS = ("password", "enable", "jump_password")
_FROM_ENVIRONMENT = re.compile(
    r"""\{\{\s*(?:lookup|query|q)\(\s*(['"])(?:ansible\.builtin\.)?env\1\s*,\s*(['"])(?P<name>[A-Za-z_]\w*)\2\s*\)\s*\}\}"""
)


def drafts_of(tree: AnsibleTree, files: VariableFiles) -> list[Draft]:
    """What each host is; those that Ansible reaches without a network are left out with a warning."""
    drafts, local = [], []
    for host, variables, groups in tree.merged(files):
        connection = variables.get("ansible_connection")
        if connection and str(connection.entry.value).rpartition(".")[2] == "local":
            local.append(host)
            continue
        fields = _fields(variables, tree.problems)
        fields.setdefault("host", host.place.child("ansible_host", Entry(host.name, host.place.entry.line)))
        place = Setting(host.place.file, host.name, host.place.entry)
        drafts.append(Draft(host.name, place, fields, _data(variables, tree.problems), groups))
    if local:
        where = Setting(local[0].place.file, "", Entry(None, local[0].place.entry.line))
        tree.problems.warn(where, f"left out, because ansible_connection is local: {listed(host.name for host in local)}")
    return drafts


def _fields(variables: Mapping[str, Setting], problems: Problems) -> dict[str, Setting]:
    fields = {}
    for name, synonyms in _VARIABLES.items():
        for synonym in synonyms:
            if synonym in variables and variables[synonym].is_set:
                fields[name] = variables[synonym]
    if f"{_OURS}jump" not in variables and (way := _way(variables, problems)):
        fields["jump"] = way
    fields |= {name: variables[_OURS + name] for name in FIELDS if _OURS + name in variables}
    read = {name: _read(setting, problems, is_secret=name in _SECRETS) for name, setting in fields.items()}
    return {name: setting for name, setting in read.items() if setting is not None}


def _read(setting: Setting, problems: Problems, *, is_secret: bool) -> Setting | None:
    """A variable without templates: Ansible would fill them in, we follow references only."""
    text = setting.entry.value
    if setting.entry.tag == "!unsafe":
        return Setting(setting.file, setting.path, Entry(text, setting.entry.line))
    if not isinstance(text, str) or not ("{{" in text or "{%" in text or text.startswith("$ANSIBLE_VAULT")):
        return setting
    found = _FROM_ENVIRONMENT.fullmatch(text.strip())
    if found and is_secret:
        return Setting(setting.file, setting.path, Entry(f"env:{found['name']}", setting.entry.line))
    what = "an encrypted value" if text.startswith("$") else "a template"
    remedy = "write a reference (env:, keyring:, cmd:), or {{ lookup('env', 'NAME') }}" if is_secret else "write the value itself"
    problems.add(setting, f"{what} is not read: {remedy}")
    return None


def _way(variables: Mapping[str, Setting], problems: Problems) -> Setting | None:
    """The jump hosts of SSH's own options; other options are told, because they do not count here."""
    way = None
    for name in _SSH_OPTIONS:
        setting = variables.get(name)
        text = setting.entry.value if setting else None
        if setting is None or not isinstance(text, str) or not text.strip():
            continue
        found, unused = jumps_of_ssh_options(text)
        if found:
            way = Setting(setting.file, setting.path, Entry(found, setting.entry.line))
        if any(option.lower() == "proxycommand" for option in unused):
            problems.add(setting, "a ProxyCommand that is not plainly `ssh -W %h:%p user@host`: set switchcorr_jump to user@host:port")
        rest = [option for option in unused if option.lower() != "proxycommand"]
        if rest:
            problems.warn(
                setting, f"not used: {listed(rest)}; old algorithms are permitted by switchcorr_algorithms, host keys are always checked"
            )
    return way


def _data(variables: Mapping[str, Setting], problems: Problems) -> dict[str, Setting]:
    """``switchcorr_data``, and each ``switchcorr_*`` variable that is no setting; names near to a setting's are slips of the pen."""
    mapping = variables.get(f"{_OURS}data")
    data = dict(mapping.children()) if mapping else {}
    for name, setting in variables.items():
        own = name.removeprefix(_OURS)
        if not name.startswith(_OURS) or own in FIELDS or own == "data" or not setting.is_set:
            continue
        if near := _slip_of(own):
            problems.add(setting, f"unknown variable{near} Other knowledge stands in {_OURS}data")
        else:
            data[own] = setting
    return data


@functools.lru_cache(maxsize=1024)
def _slip_of(name: str) -> str:
    """Of which setting a name is probably a slip of the pen; asked for each host, and always of the same few names."""
    return nearest(name, (*FIELDS, "data"), cutoff=0.75).replace("'", f"'{_OURS}", 1)
