"""Configuration for rsyslog and syslog-ng, to let them receive and write the same segments."""

from __future__ import annotations

from pathlib import Path


def rsyslog_snippet(folder: Path) -> str:
    """For rsyslog 8.2302 or later, as a file of its own in ``/etc/rsyslog.d``."""
    return f"""\
# /etc/rsyslog.d/30-switchcorr.conf: syslog of call servers and switches to segments that `switchcorr ingest` reads.
# The folder must exist and belong to the user rsyslog runs as; the user of switchcorr must be able to read it.
module(load="imudp")
module(load="imtcp" MaxSessions="512")
global(maxMessageSize="8k" parser.escapeControlCharactersOnReceive="on")
template(name="switchcorr" type="list") {{
  property(name="timegenerated" dateFormat="rfc3339" date.inUTC="on")
  constant(value=" ")
  property(name="fromhost-ip")
  constant(value=" ")
  property(name="rawmsg" controlCharacters="escape")
  constant(value="\\n")
}}
template(name="switchcorr-file" type="string" string="{folder}/%$year-utc%%$month-utc%%$day-utc%T%$hour-utc%0000Z-0000.log")
ruleset(name="switchcorr" queue.type="linkedList" queue.filename="switchcorr" queue.maxDiskSpace="1g" queue.saveOnShutdown="on") {{
  action(type="omfile" dynaFile="switchcorr-file" template="switchcorr" fileCreateMode="0640" sync="on" asyncWriting="off")
}}
input(type="imudp" port="514" ruleset="switchcorr" rcvbufSize="8m")
input(type="imtcp" port="514" ruleset="switchcorr")
"""


def syslog_ng_snippet(folder: Path) -> str:
    """For syslog-ng 3.38 or later, as a file of its own in ``/etc/syslog-ng/conf.d``."""
    return f"""\
# /etc/syslog-ng/conf.d/switchcorr.conf: syslog of call servers and switches to segments that `switchcorr ingest` reads.
# The folder must exist and belong to the user syslog-ng runs as; the user of switchcorr must be able to read it.
source s_switchcorr {{
  network(transport("udp") port(514) so-rcvbuf(8388608) flags(no-parse) log-msg-size(8192));
  network(transport("tcp") port(514) max-connections(512) log-iw-size(51200) flags(no-parse) log-msg-size(8192));
}};
destination d_switchcorr {{
  file("{folder}/${{R_YEAR}}${{R_MONTH}}${{R_DAY}}T${{R_HOUR}}0000Z-0000.log"
    template("${{R_ISODATE}} ${{SOURCEIP}} $(sanitize --ctrl-chars --replacement ' ' --invalid-chars '' \\"${{MSG}}\\")\\n")
    template-escape(no) time-zone("UTC") local-time-zone("UTC") frac-digits(3) log-fifo-size(100000) perm(0640) fsync(yes));
}};
log {{ source(s_switchcorr); destination(d_switchcorr); }};
"""
