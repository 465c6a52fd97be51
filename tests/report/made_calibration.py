"""A calibration with every field filled, for tests of its document and its file."""

from __future__ import annotations

from datetime import UTC, datetime

from switchcorr.model.calibration import Alike, Calibration, OddsMap, Reliability, ReliabilityBin, Shape

SHAPE = Shape(480, 440, (("module", 24, 440), ("node", 2, 480)))
BEFORE = Reliability(3, 0.125, 0.0625, (ReliabilityBin(0.5, 0.6, 1, 0.55, 1.0), ReliabilityBin(0.9, 1.0, 2, 0.97, 0.5)))
MADE = Calibration(
    made_at=datetime(2026, 11, 28, 9, tzinfo=UTC), program="0.1.0", constants="00ff00ff00ff00ff", shape=SHAPE, method="isotonic",
    fitted=600, tested=300, seeds=(1, 2), answer=OddsMap(((-1.25, 0.1), (3.0, 2.5)), 7.1), before=BEFORE, after=Reliability(0, 0.0, 0.0, ()),
    alike=(Alike("module", 24, 3, (("switch", 3), ("uplink_bundle", 2))), Alike("node", 2, 0, ())),
)  # fmt: skip
