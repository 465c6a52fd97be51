"""What the items of hypotheses are in one sample, whatever else a hypothesis claims: counted when an item is first asked for."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.drops.background import Background
from switchcorr.correlate.exposure.columns import places
from switchcorr.correlate.exposure.table import Bools, Exposure, Floats
from switchcorr.correlate.scoring.bunching import Bunches
from switchcorr.correlate.scoring.cells import Part
from switchcorr.correlate.scoring.covariates import Covariates
from switchcorr.correlate.scoring.gathered import Gathered, phones_of
from switchcorr.correlate.scoring.hypotheses import UNSEEN_COMPONENT, Item, ItemKind, Priors
from switchcorr.correlate.scoring.leaks import Leaks
from switchcorr.correlate.scoring.stories import Stories


class Parts:
    """The items of one sample, and the phones that several have in common.

    Attributes:
        places: kinds that tell where a phone is.
    """

    def __init__(
        self,
        exposure: Exposure,
        background: Background,
        priors: Priors,
        leaks: Leaks,
        constants: Constants,
        covariates: Covariates,
        stories: Stories,
        bunches: Bunches,
    ) -> None:
        self.places = places(exposure.kinds)
        self._exposure, self._background, self._priors, self._leaks, self._constants = exposure, background, priors, leaks, constants
        self._covariates, self._stories, self._bunches = covariates, stories, bunches
        self._shared: dict[Gathered, Bools] = {}
        self._known: dict[Item, Part] = {}
        self._common: dict[tuple[Item | None, tuple[int, ...]], float] = {}

    @cached_property
    def witnesses(self) -> Bools:
        """Phones without a place that would be known if they had not dropped: the locations name them, or they drop at other times too."""
        return ~self._exposure.located & (self._exposure.listed | (self._background.history > 0))

    @cached_property
    def witnessed(self) -> float:
        """Their share of all phones without a place."""
        return float(self.witnesses.sum() / max((~self._exposure.located).sum(), 1))

    def of(self, item: Item) -> Part:
        """What an item is in this sample."""
        if item not in self._known:
            self._known[item] = self._made(item)
        return self._known[item]

    def common(self, items: tuple[Item, ...]) -> float:
        """Phones that all of some items have."""
        named, unseen = tuple(sorted([item.component for item in items if item.component >= 0])), None
        if len(named) < len(items):  # what nothing names has the phones of all
            unseen = next((item for item in items if item.component < 0 and item.kind is ItemKind.UNSEEN), None)
        key = unseen, named
        if key not in self._common:
            self._common[key] = self._counted(unseen, named)
        return self._common[key]

    def _counted(self, unseen: Item | None, named: tuple[int, ...]) -> float:
        """Phones of all of some components, and of what is none of the exposure."""
        if unseen is None:
            return float(self._exposure.size[named[0]] if len(named) == 1 else len(self._exposure.phones_of_both(*named)))
        mine = self._nameless(unseen)
        return float(mine[self._exposure.phones_of_both(*named)].sum() if named else mine.sum())

    def profile(self, item: Item) -> int:
        """Row of the tables of reasons."""
        if item.kind is ItemKind.ADMINISTRATIVE:
            return self._stories.action
        if item.kind is ItemKind.UNNAMED:
            return self._stories.unnamed
        return self._stories.unseen if item.kind is ItemKind.UNSEEN else int(self._exposure.kind_of[item.component])

    def _made(self, item: Item) -> Part:
        component, known = item.component, item.component >= 0
        inside = self._inside(item)
        profile, reason = self.profile(item), self._covariates.sample.reason[inside]
        leaks, share, hidden, nowhere = self._leaks_to(item)
        return Part(
            component=component,
            fault=item.kind is ItemKind.FAULT,
            inside=inside,
            hits=float(inside.sum()),
            moments=self._bunches.counted(inside),
            size=self._size_of(item),
            expected=self._expected(item),
            prior=self._prior(item),
            odds=float(self._priors.odds[component]) if item.kind is ItemKind.FAULT else 0.0,
            profile=profile,
            told=float((self._stories.caused[profile, reason] - self._covariates.chance[inside]).sum()),
            reasons=np.bincount(reason, minlength=self._stories.reasons),
            ways=int(self._exposure.ways[component]) if known else 1,
            unseen=item.kind is ItemKind.UNSEEN,
            unnamed=item.kind is ItemKind.UNNAMED,
            partial=item.kind is ItemKind.UNSEEN and (component >= 0 or (component == UNSEEN_COMPONENT and self._priors.coarse)),
            leaks=leaks,
            share=share,
            hidden=hidden,
            nowhere=nowhere,
            holds=item.gathered.components if item.gathered is not None else (component,),
            by_node=known and self._exposure.kinds[self._exposure.kind_of[component]] == "node",
        )

    def _nameless(self, item: Item) -> Bools:
        """The phones of what is no component: of what no location shows those that it shows not, or of the parts that hang on it; of what nothing names all."""
        if item.gathered is not None:
            return self._above(item.gathered)
        return ~self._exposure.located if item.kind is ItemKind.UNSEEN else np.ones(len(self._exposure.phones), dtype=bool)

    def _above(self, gathered: Gathered) -> Bools:
        """The phones of the parts that may hang on one."""
        if gathered not in self._shared:
            mine = np.zeros(len(self._exposure.phones), dtype=bool)
            mine[phones_of(gathered, self._exposure)] = True
            self._shared[gathered] = mine
        return self._shared[gathered]

    def _inside(self, item: Item) -> Bools:
        if item.component < 0:
            return self._nameless(item)[self._covariates.sample.row]
        return self._exposure.exposed(self._covariates.cells, item.component)

    def _leaks_to(self, item: Item) -> tuple[Bools, Floats, float, float]:
        """Per drop whether its phone may be on an item without being known to be, the item's share of each VLAN, and how many such phones there are,
        those without a VLAN apart.
        """
        holds = item.gathered.components if item.gathered is not None else (item.component,)
        kind = "" if holds[0] < 0 else self._exposure.kinds[self._exposure.kind_of[holds[0]]]
        if kind not in self.places and kind != "vlan":
            return np.full(len(self._covariates.chance), kind == "node"), np.zeros(self._leaks.vlans), 0.0, 0.0
        known, stale = self._leaks.of_all(holds), self._constants.stale_share
        may_be = (known.share[self._covariates.vlan] * self._covariates.astray) > 0
        return may_be, known.share, known.expected + stale * known.elsewhere, known.nowhere

    def _size_of(self, item: Item) -> float:
        return float(self._nameless(item).sum() if item.component < 0 else self._exposure.size[item.component])

    def _expected(self, item: Item) -> float:
        if item.component < 0:
            return float(self._background.per_second[self._nameless(item)].sum()) * self._covariates.seconds
        return float(self._covariates.expected[self._exposure.path[item.component]])

    def _prior(self, item: Item) -> float:
        if item.kind is ItemKind.FAULT:
            return float(self._priors.fault[item.component] + self._priors.noticed[item.component] + self._priors.odds[item.component])
        if item.kind is ItemKind.ADMINISTRATIVE:
            return float(self._priors.administrative[item.component])
        if item.kind is ItemKind.UNSEEN:
            if item.gathered is not None:
                return item.gathered.prior
            return float(self._priors.within[item.component]) if item.component >= 0 else self._priors.unseen
        return self._priors.unnamed
