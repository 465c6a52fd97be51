"""The script that most teams have: nornir, nornir-netmiko and ntc-templates. The opponent of ``benchmarks/sweep.py``.

    python benchmarks/usual_script.py INVENTORY OUT --workers 50 [--collect-only] COMMAND...

It visits every host of a SimpleInventory, asks the commands in turn, writes each answer to a file and parses it with
``parse_output``. Written the way the libraries' own introductions do it; no setting is turned
against it.
"""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path

from nornir import InitNornir
from nornir.core.task import Result, Task
from nornir_netmiko.tasks import netmiko_send_command
from ntc_templates.parse import parse_output


def collect(task: Task, out: Path, commands: list[str], *, parse: bool) -> Result:
    """Ask one host everything, keep the text, count the records."""
    folder = out / task.host.name
    folder.mkdir(parents=True, exist_ok=True)
    records = 0
    for command in commands:
        text = task.run(task=netmiko_send_command, command_string=command, severity_level=logging.DEBUG).result
        stem = command.replace(" ", "_")
        (folder / f"{stem}.txt").write_text(text)
        if parse:
            records += len(parse_output(platform="cisco_ios", command=command, data=text))
    task.host.close_connections()
    return Result(host=task.host, result=records)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inventory", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("commands", nargs="+")
    parser.add_argument("--workers", type=int, default=50)
    parser.add_argument("--collect-only", action="store_true")
    options = parser.parse_args()
    nornir = InitNornir(
        runner={"plugin": "threaded", "options": {"num_workers": options.workers}},
        inventory={
            "plugin": "SimpleInventory",
            "options": {
                "host_file": str(options.inventory / "hosts.yaml"),
                "group_file": str(options.inventory / "groups.yaml"),
                "defaults_file": str(options.inventory / "defaults.yaml"),
            },
        },
        logging={"enabled": False},
    )
    results = nornir.run(task=collect, out=options.out, commands=options.commands, parse=not options.collect_only)
    failed = sorted(results.failed_hosts)
    rows = sum(result[0].result or 0 for name, result in results.items() if name not in failed)
    first = str(results[failed[0]].exception) if failed else ""
    print(json.dumps({"hosts": len(results), "failed": len(failed), "first_failure": first, "rows": rows}))


if __name__ == "__main__":
    main()
