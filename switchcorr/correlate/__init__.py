"""Events and exposures to incidents with probabilities; plain data in, plain data out."""

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.engine import CorrelateOptions, correlate, ground_of

__all__ = ["Constants", "CorrelateOptions", "correlate", "ground_of"]
