"""Facts to links, placements of phones and risk groups."""

from switchcorr.topology.build import CampusOptions, build_campus
from switchcorr.topology.export import to_networkx
from switchcorr.topology.messages.logs import observe_messages
from switchcorr.topology.messages.meaning import SwitchMessage
from switchcorr.topology.placement.sightings import Alarm, Known

__all__ = ["Alarm", "CampusOptions", "Known", "SwitchMessage", "build_campus", "observe_messages", "to_networkx"]
