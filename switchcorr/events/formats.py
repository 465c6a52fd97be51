"""Every event format, in the order in which they are asked for a line."""

from __future__ import annotations

from switchcorr.events.ccm_syslog import FORMAT as CCM_SYSLOG
from switchcorr.events.declaration import EventFormat
from switchcorr.events.eventviewer_export import FORMAT as EVENTVIEWER_EXPORT
from switchcorr.events.eventviewer_text import FORMAT as EVENTVIEWER_TEXT
from switchcorr.events.generic_csv import FORMAT as GENERIC_CSV
from switchcorr.events.generic_jsonl import FORMAT as GENERIC_JSONL
from switchcorr.events.phone_alarm_text import FORMAT as PHONE_ALARM_TEXT
from switchcorr.events.phone_alarm_xml import FORMAT as PHONE_ALARM_XML
from switchcorr.events.phone_list import FORMAT as PHONE_LIST
from switchcorr.events.rtmt_alert_log import FORMAT as RTMT_ALERT_LOG
from switchcorr.events.rtmt_mail import FORMAT as RTMT_MAIL
from switchcorr.events.rtmt_syslog import FORMAT as RTMT_SYSLOG
from switchcorr.events.sip_alarm import FORMAT as SIP_ALARM
from switchcorr.events.switch_syslog import FORMAT as SWITCH_SYSLOG
from switchcorr.events.uc_syslog import FORMAT as UC_SYSLOG

FORMATS: tuple[EventFormat, ...] = (
    UC_SYSLOG,
    CCM_SYSLOG,
    RTMT_SYSLOG,
    GENERIC_CSV,
    RTMT_ALERT_LOG,
    EVENTVIEWER_EXPORT,
    EVENTVIEWER_TEXT,
    RTMT_MAIL,
    PHONE_ALARM_XML,
    PHONE_ALARM_TEXT,
    SIP_ALARM,
    GENERIC_JSONL,
    SWITCH_SYSLOG,
    PHONE_LIST,
)
"""The registry; adding a format is one module, one line here, and its cases."""
