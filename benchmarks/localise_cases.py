"""Simulated campuses with planted faults as plain inputs of the correlation; nothing is written to the disk.

The generator, the opponents and the rules of scoring are no part of this project: they are imported by path where they are (see ``load``).
"""

from __future__ import annotations

import csv
import importlib
import sys
import tempfile
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from switchcorr.model.campus import RISK_KINDS, Campus, Component, Observation, ObservationKind, RiskTable, risk_kind
from switchcorr.model.event import INTEGER_COLUMNS, EventKind, EventLog
from switchcorr.model.reason import ReasonEnum

HERE = Path(__file__).resolve().parent
PLACES = (HERE.parents[1] / "shared" / "bench" / "localise", HERE.parent / "shared" / "bench" / "localise")
REPEATED = ("module", "member", "asic", "uplink")
"""What fails again and again in the experiment on repeats: parts that take few phones at a time."""


@dataclass(frozen=True, slots=True)
class Bench:
    """The modules of the benchmark that is imported."""

    generator: ModuleType
    export: ModuleType
    baselines: ModuleType
    casefiles: ModuleType
    score: ModuleType
    score_cases: ModuleType


def load(place: Path | None) -> Bench | None:
    """The benchmark's modules; None where its folder is absent."""
    folder = next((path for path in ([place] if place else PLACES) if (path / "generator.py").is_file()), None)
    if folder is None:
        return None
    sys.path.insert(0, str(folder))
    sys.dont_write_bytecode = True
    return Bench(*(importlib.import_module(name) for name in Bench.__slots__))


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One incident with its truth.

    Attributes:
        truth: as the benchmark writes it beside exported cases.
        table: the locations as observed, for scoring.
        log, campus, windows, observations: what the correlation is given.
        observed, planted: the same as the benchmark's methods take it, and what only its oracle may see.
        site: the campus it is on.
    """

    truth: dict[str, Any]
    table: Any
    log: EventLog
    campus: Campus
    windows: tuple[tuple[datetime, datetime], ...]
    observations: tuple[Observation, ...]
    observed: Any
    planted: Any
    site: Site


class Site:
    """One campus of the generator and what all its cases share."""

    def __init__(self, bench: Bench, tier: str, seed: int) -> None:
        self.bench, self.tier, self.seed = bench, tier, seed
        self.site = bench.export.Site(tier, seed)
        self.world = self.site.world
        order = np.argsort(self.site.phones)
        self.names: list[str] = self.site.phones.tolist()
        self.campus = Campus((), (), (), self._risk(order))
        self.table = bench.casefiles.Table(self.names, self.world.Mo, self.site.kind_id)
        self.clean = self.table.cleaned()

    def _risk(self, order: Any) -> RiskTable:
        kinds, count = self.bench.export.KINDS, len(self.world.cam.cls)
        components, columns = {}, {}
        declared = [kind.name for kind in RISK_KINDS]
        for class_, kind in sorted(kinds.items(), key=lambda item: declared.index(item[1])):
            column = self.world.Mo[order, self.bench.generator.CI[class_]]
            known = sorted((self.site.kind_id[i][1], int(i)) for i in np.unique(column[column >= 0]))
            place = np.full(count + 1, -1, dtype=np.int32)  # the last entry is for "not known", -1
            place[[i for _, i in known]] = np.arange(len(known))
            components[kind] = tuple(Component(kind, name) for name, _ in known)
            columns[kind] = array("i", place[column].tobytes())
        return RiskTable(tuple(self.site.phones[order].tolist()), components, columns)

    def cases(self, kinds: Sequence[str], *, evidence: bool) -> Iterator[Case]:
        """One case of each class; classes of which the campus has no component are left out."""
        for kind in kinds:
            made = self.site.case(kind)
            if made is not None:
                observed, planted, starts = made
                yield self._case(kind, observed, planted, starts, evidence=evidence)

    def repeats(self, rate: float, bursts: int) -> Iterator[Case]:
        """A small part that fails again and again, each time with few phones."""
        for base in REPEATED:
            starts = self.site._burst_times("repeat", bursts)
            made = self.world.incident("repeat", theta=rate, n_bursts=bursts, base=base, min_events=1)
            if made is not None:
                observed, planted = made
                yield self._case("repeat", observed, planted, starts, evidence=False)

    def _case(self, name: str, observed: Any, planted: Any, starts: Any, *, evidence: bool) -> Case:
        phone, time, reason = self.site.events(observed, starts)
        alerts, observations = self._evidence(observed, planted, starts) if evidence else ((), ())
        return Case(
            truth=self.site.truth(f"{self.tier}-{self.seed}-{name}", planted, starts),
            table=self.table,
            log=self._log(phone, time, reason, alerts),
            campus=self.campus,
            windows=tuple((_moment(start), _moment(start + self.bench.generator.WINDOW)) for start in starts),
            observations=observations,
            observed=self._for_methods(observed, phone, time, reason, starts),
            planted=self._for_oracle(planted),
            site=self,
        )

    def _log(self, phone: Any, time: Any, reason: Any, alerts: Sequence[tuple[float, str]]) -> EventLog:
        log, count = EventLog(), len(phone) + len(alerts)
        pools = log.pools
        for name in self.names:
            pools.names.put(name)
        nodes = np.array([pools.nodes.put(id_) if kind == "node" else -1 for kind, id_ in self.site.kind_id])
        heartbeat = pools.descriptions.put("LowCallManagerHeartbeatRate")
        values = {name: np.full(count, -1) for name, _ in INTEGER_COLUMNS}
        drops = slice(0, len(phone))
        values["kind"][:], values["kind"][drops] = EventKind.SERVER_ALERT, EventKind.UNREGISTERED
        values["name"][drops] = phone
        values["reason"][drops] = np.array(self.bench.generator.REASONS)[reason]
        values["reason_enum"][:] = ReasonEnum.NONE
        values["reason_enum"][drops] = ReasonEnum.END_POINT_UNREGISTERED
        values["node"][drops] = nodes[self.world.cam.M[phone, self.bench.generator.CI["node"]]]
        values["node"][len(phone) :] = [pools.nodes.find(node) for _, node in alerts]
        values["description"][len(phone) :] = heartbeat
        values["assumed"][:], values["line"] = 0, np.arange(count)
        moments = np.concatenate([time, [moment for moment, _ in alerts]])
        order = np.argsort(moments, kind="stable")
        log.time = array("d", moments[order].tobytes())
        for name, code in INTEGER_COLUMNS:
            setattr(log, name, array(code, values[name][order].astype(array(code).typecode).tobytes()))
        return log

    def _evidence(self, observed: Any, planted: Any, starts: Any) -> tuple[tuple[tuple[float, str], ...], tuple[Observation, ...]]:
        """Server alerts (time, node), and the error counters of all parts that were polled: those not listed had not grown."""
        with tempfile.TemporaryDirectory() as folder:
            self.site.write_evidence(Path(folder), observed, planted, starts)
            rows = [list(csv.DictReader((Path(folder) / f"{name}.csv").read_text().splitlines())) for name in ("servers", "counters")]
        alerts = tuple((float(self.bench.casefiles.epoch([row["time"]])[0]), row["node"]) for row in rows[0])
        grown = {(row["kind"], row["id"]): int(row["delta"]) for row in rows[1]}
        counted = {self.bench.export.KINDS[class_] for class_ in self.bench.export.COUNTED}
        return alerts, tuple(
            _observation(component, grown.get((kind, component.id), 0))
            for kind, components in self.campus.risk.components.items()
            if kind in counted
            for component in components
        )

    def _for_methods(self, observed: Any, phone: Any, time: Any, reason: Any, starts: Any) -> Any:
        """As the benchmark gives exported cases to its own methods: cleaned locations, history from the rest of the log."""
        windows = [(start, start + self.bench.generator.WINDOW) for start in starts]
        history = self.bench.casefiles.history(self.clean, (phone, time, reason), windows)
        made = self.bench.casefiles.observation(self.clean, history, observed.bursts)
        made.hb_alert, made.counters = observed.hb_alert, observed.counters
        return made

    def _for_oracle(self, planted: Any) -> Any:
        true, seen = self.world.cam.M[:, 1], self.clean.M[:, 1]
        located = true >= 0
        wrong = located & (seen >= 0) & (seen != true)
        planted.unloc, planted.stale = float((seen[located] < 0).mean()), float(wrong.sum() / max(1, located.sum()))
        return planted

    def context(self, observed: Any) -> Mapping[str, Any]:
        """What the benchmark's methods learn once from a campus and its history."""
        population = SimpleNamespace(hist=observed.hist, Mo=self.clean.M, cam=SimpleNamespace(cls=self.clean.cls))
        learned: Mapping[str, Any] = self.bench.baselines.make_ctx(population)
        return learned


def _observation(component: Component, delta: int) -> Observation:
    kind = ObservationKind.COUNTER_GROWTH if delta else ObservationKind.COUNTER_QUIET
    return Observation(component, kind, float(delta), f"error counters of {risk_kind(component.kind).noun} {component.id}: {delta:,}")


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)
