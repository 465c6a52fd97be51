"""One file per event format: text of call managers, phones and alerts to events."""

from switchcorr.events.formats import FORMATS
from switchcorr.events.options import ReadOptions
from switchcorr.events.read import EventBatch, ReadBatches, read_event_batches, read_event_files
from switchcorr.events.returns import Return, returns

__all__ = ["FORMATS", "EventBatch", "ReadBatches", "ReadOptions", "Return", "read_event_batches", "read_event_files", "returns"]
