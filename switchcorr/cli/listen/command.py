"""``switchcorr listen``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from switchcorr.cli import options as o

Udp = Annotated[list[str] | None, typer.Option("--udp", metavar="[IP:]PORT", help="Receive by UDP there. Repeat for several.")]
Tcp = Annotated[
    list[str] | None, typer.Option("--tcp", metavar="[IP:]PORT", help="Receive by TCP there, framed by newline or octet count.")
]
Tls = Annotated[list[str] | None, typer.Option("--tls", metavar="[IP:]PORT", help="Receive by TLS there; needs --certificate and --key.")]
Allow = Annotated[
    list[str] | None,
    typer.Option("--allow", metavar="NETWORK", help="Who may send: 192.0.2.0/24. Repeat for several. Default: this machine."),
]
Segments = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Folder of the segments; by default events in the state directory.")
]
Certificate = Annotated[Path | None, typer.Option("--certificate", metavar="FILE.pem", help="Certificate for TLS, with its chain.")]
Key = Annotated[Path | None, typer.Option("--key", metavar="FILE.pem", help="Its key, without a password.")]
ClientCa = Annotated[Path | None, typer.Option("--client-ca", metavar="FILE.pem", help="Take only clients with a certificate of this CA.")]
Longest = Annotated[int, typer.Option("--longest-line", metavar="BYTES", min=480, max=65_535, help="Longer messages are cut there.")]
Most = Annotated[int, typer.Option("--connections", metavar="N", min=1, max=10_000, help="Most TCP and TLS connections at the same time.")]
PerSource = Annotated[int, typer.Option("--per-source", metavar="N", min=1, max=10_000, help="Most of them from one address.")]
Idle = Annotated[
    float, typer.Option("--idle", metavar="SECONDS", min=1, max=86_400, help="Connections without a whole message for so long are closed.")
]
RotateMb = Annotated[int, typer.Option("--rotate-mb", metavar="MB", min=1, max=1_000_000, help="A segment is closed at this size.")]
RotateMinutes = Annotated[
    float, typer.Option("--rotate-minutes", metavar="N", min=0.1, max=10_080, help="A segment is closed at this age.")
]
Rsyslog = Annotated[bool, typer.Option("--print-rsyslog", help="Instead: print a configuration with which rsyslog writes the segments.")]
SyslogNg = Annotated[bool, typer.Option("--print-syslog-ng", help="Instead: the same for syslog-ng.")]
Live = Annotated[
    bool,
    typer.Option("--live", help="Recognise incidents while they happen; where phones are is told by --captures, --locations or --store."),
]
Follow = Annotated[bool, typer.Option("--follow", help="As --live, but receive nothing: another program writes the segments.")]


def listen(
    udp: Udp = None,
    tcp: Tcp = None,
    tls: Tls = None,
    allow: Allow = None,
    out: Segments = None,
    certificate: Certificate = None,
    key: Key = None,
    client_ca: ClientCa = None,
    longest_line: Longest = 8192,
    connections: Most = 512,
    per_source: PerSource = 64,
    idle: Idle = 300.0,
    rotate_mb: RotateMb = 64,
    rotate_minutes: RotateMinutes = 60.0,
    live: Live = False,
    follow: Follow = False,
    captures: o.Captures = None,
    locations: o.Locations = None,
    devices: o.Devices = None,
    kinds: o.Kinds = "",
    core: o.Core = None,
    call_server: o.CallServer = None,
    events: o.Events = None,
    store: o.Store = "",
    print_rsyslog: Rsyslog = False,
    print_syslog_ng: SyslogNg = False,
    config: o.Config = None,
    verbose: o.Verbose = 0,
    quiet: o.Quiet = False,
) -> None:
    """Receive syslog into segment files that ``ingest`` reads; by default from this machine only, UDP and TCP, port 5514."""
    from switchcorr.cli.context import campus_request, read_settings
    from switchcorr.cli.listen.run import addresses_of, run_listener, segments_folder, show_snippet, unused_without_live, unused_without_tls
    from switchcorr.jobs.listen import ListenRequest
    from switchcorr.listen.segments import Rotation
    from switchcorr.listen.tcp import Limits

    settings = read_settings(config=config)
    folder = segments_folder(out, settings)
    if print_rsyslog or print_syslog_ng:
        show_snippet(folder, rsyslog=print_rsyslog)
        return
    beside = None
    if live or follow:
        from switchcorr.cli.listen.live import LiveTalk, begin_live  # loads the correlation, which a listener does without

        campus = campus_request(captures, locations, devices, kinds, core, call_server)
        talk = LiveTalk(verbose, quiet)
        beside = begin_live(folder, campus, tuple(events or ()), store, settings, follow=follow, talk=talk)
        if follow:
            return
    else:
        unused_without_live(captures=captures, locations=locations, devices=devices, core=core, events=events, store=store)
    unused_without_tls(tls, certificate=certificate, key=key, client_ca=client_ca)
    limits = Limits(longest=longest_line, connections=connections, per_source=per_source, idle_s=idle)
    rotation = Rotation(rotate_mb << 20, rotate_minutes * 60)
    addresses = addresses_of(udp, tcp, tls)
    request = ListenRequest(folder, addresses, tuple(allow or ()), limits, rotation, certificate, key, client_ca)
    run_listener(request, beside, verbose=verbose, quiet=quiet)
