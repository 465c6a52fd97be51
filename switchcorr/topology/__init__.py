"""Facts to links, placements of phones and risk groups."""

from switchcorr.topology.build import CampusOptions, build_campus
from switchcorr.topology.export import to_networkx
from switchcorr.topology.sightings import Alarm, Known

__all__ = ["Alarm", "CampusOptions", "Known", "build_campus", "to_networkx"]
