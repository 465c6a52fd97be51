"""The numbers of the model that a site may set, with their origin; those of a single step stand at the head of its module.

"benchmark" means: taken over as a starting point from a simulation with planted faults, to be fitted to a site.
"assumed" means: no public measurement was found. The sections follow the modules that use the numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

from switchcorr.model.campus import RISK_KINDS, risk_kind

_OBSERVATION_ODDS = (
    ("counter_growth", 5.52), ("counter_total", 2.0), ("counter_quiet", -0.69), ("counter_unpolled", 0.0), ("module_status", 4.5), ("diagnostic_failure", 4.0),
    ("reload", 4.5), ("link_flap", 3.0), ("power_fault", 2.5), ("duplex_mismatch", 1.0), ("spanning_tree_change", 2.0), ("environment", 2.0),
)  # fmt: skip
_P_ADMINISTRATIVE = (
    ("vlan", 0.05), ("node", 0.05), ("block", 0.05), ("switch", 0.03), ("cluster", 0.03), ("device_pool", 0.03), ("model", 0.03),
    ("site", 0.01), ("distribution", 0.005),
)  # fmt: skip
_ALERT_ODDS = (("stall", 4.5), ("down", 4.5), ("link", 3.0), ("other", 1.0))


@dataclass(frozen=True, slots=True)
class Constants:
    """The model's constants."""

    # drops
    admin_before_s: float = 300.0
    """Drops this soon after a reset of the same device are administrative. Five minutes, as the alarm texts say of re-registration."""

    moves_at_once: int = 8
    """Phones that people unplug within a window to carry them to other desks; more drop for a common cause and are carried away after it. Assumed."""

    # background
    mean_rate_per_day: float = 0.25
    """Drops of one phone a day before any data; weight ``rate_weight_days``. Benchmark: one in four days."""
    rate_weight_days: float = 1.0
    """Days of log that weigh as much as ``mean_rate_per_day``, at most. Assumed."""
    mean_weight_phone_days: float = 80.0
    """Days of one phone that weigh as much at least; a shorter log of many phones weighs as much as it. Assumed: twenty drops."""
    population_share: float = 0.5
    """Share of the population's mean in each phone's rate: one phone's history alone is overconfident. Benchmark."""
    hour_weight: float = 100.0
    """Events that stand behind a flat day before the day's shape is believed. Assumed."""

    # windows and detection
    window_s: float = 240.0
    """Length of the sliding window: 150 s of keepalive spread (SCCP 3 x 30 s, SIP 115 s + 15 s), plus clock offsets and slack."""
    false_alarms_per_day: float = 0.05
    """How many quiet windows a day may be taken for incidents: what an engineer will look at in vain, once in three weeks. Assumed; a site sets it."""
    false_alarms_per_log: float = 0.05
    """The same in the whole of a log that is shorter than a day: who cuts out an hour asks about it, and has few windows in it. Assumed."""
    looks_per_day: float = 30.0
    """How many quiet windows a day are looked at: the exact score sorts out those that are chance. Benchmark."""
    rare_per_day: float = 0.1
    """How many quiet windows a day reach what is rare: the level of a short log, and by how much of it over ``alarm`` a burst of what recurs counts less. Benchmark."""
    alarm: float = 5.0
    """Log odds of one component against background that one quiet window a day reaches, before any data. Benchmark."""
    caution: float = 1.7
    """By how much the prior of "nothing shared" is raised in a search, at one false alarm a day, before any data. Benchmark."""
    level_weight: float = 200.0
    """Loud windows in the log that weigh as much as ``alarm`` against the levels learned from them. Benchmark."""
    caution_weight: float = 20.0
    """Windows looked at in which something shared leads that weigh as much as ``caution`` against what is learned from them. Benchmark."""
    least_endpoints: int = 3
    """Drops of one component that make a window worth a look: two of one switch drop together by chance every week. Benchmark."""
    kind_share: float = 0.25
    """Largest share of the false alarms that one kind of component may use up. Assumed."""
    least_level: float = 1.0
    """Level below which none is set, however quiet a log is. Assumed."""
    join_s: float = 150.0
    """Windows closer than this are one incident. Keepalive spread."""

    # hypotheses
    p_fault: tuple[tuple[str, float], ...] = tuple((kind.name, kind.prior) for kind in RISK_KINDS)
    """Prior of a fault of each kind of component, before it is spread over the components of the kind. Benchmark; to be fitted to a site."""
    p_nothing: float = 0.25
    """Prior of "nothing shared" for a window that is looked at. Benchmark."""
    p_unnamed: float = 0.0085
    """Prior of a cause that nothing known of the phones names (a DHCP scope, a licence, a core switch without a location). Assumed: six times as rare as a fault of a server."""
    p_administrative: tuple[tuple[str, float], ...] = _P_ADMINISTRATIVE
    """Prior of an administrative action per kind of component; other kinds have none. Benchmark."""
    p_benign: float = 0.12
    """Innocent clusters of two to four phones of one module (a desk move) in a window anywhere on a large site, before any data. Benchmark."""
    benign_phones: float = 20_000.0
    """Phones at known places of such a site; of fewer there are fewer. Benchmark."""
    benign_weight: float = 100.0
    """Windows of log that weigh as much as ``p_benign``. Assumed."""
    benign_ratio: float = 0.35
    """How fast such clusters get rarer with size. Benchmark."""
    least_drops: int = 3
    """Phones from which a fault is an incident; the priors of the kinds are shares of the incidents. Benchmark."""
    p_fewer: float = 0.02
    """Probability that a fault is meant all the same, for each phone that it has fewer. Assumed."""
    further_item: float = 0.5
    """Prior factor of each further cause in one window. Benchmark."""

    # likelihood
    hit_rates: tuple[tuple[float, float, float], ...] = ((0.10, 0.7, 20.0), (0.40, 1.3, 9.0), (0.25, 1.0, 2.0), (0.25, 1.5, 1.0))
    """Mixture of beta distributions (weight, a, b) of the share of its phones that a fault takes. Benchmark: near its 5 to 100 %; a tenth of the faults take a few of a hundred."""
    unnamed_rates: tuple[tuple[float, float, float], ...] = ((1.0, 0.5, 60.0),)
    """The same of the share of a site's phones that such a cause takes: few of them, as what takes many is seldom unknown. Assumed."""
    within_rates: tuple[tuple[float, float, float], ...] = ((1.0, 0.5, 5.0),)
    """The same of the phones of a site, VLAN or device pool, by a part within it that no location names. Assumed: a card or a switch has few of a site's phones, and takes some of those."""
    scatter: float = 0.5
    """Variance, about mean 1, of how often the phones of one bundle are hit where they are not hit alike. Assumed, as for simulated faults."""
    p_scatter: float = 0.25
    """Probability that they are not. Assumed."""
    p_uneven: float = 0.2
    """Probability that the fault of a card takes some of its port groups more than others. Assumed."""
    uneven_scatter: float = 0.5
    """Variance, about mean 1, of how often these are hit then. Assumed, as for simulated faults."""
    stale_share: float = 0.02
    """Share of located phones whose location is wrong. Assumed."""
    node_error: float = 0.02
    """Share of phones whose node is wrong, and of drops that another node logs than the phone's. Benchmark."""
    clock_blur_s: float = 8.0
    """How far the times of one cause's drops are blurred by the clocks of the nodes. Assumed: clocks that are kept, but not to the second."""
    non_phone_odds: float = 1.5
    """Log likelihood ratio of devices without a switch port (CTI ports) dropping too. Small, as such devices may stand behind one router. Assumed."""

    # reasons
    profile_mix: float = 0.15
    """Share of each reason profile that is uniform, so that one reason moves the odds by a bounded amount. Benchmark."""
    reasons_count: float = 20.0
    """Drops of one cause whose reasons tell its kind in full; of more each tells less, as they are one story told many times. Assumed."""
    profile_weight: float = 8.0
    """Drops that the declared profile of a kind of fault weighs against the other drops of the same cause: two faults of a kind log unlike mixes of reasons. Assumed."""
    reasons_weight: float = 40.0
    """Drops that the declared profile of innocent reasons weighs against those of the log, where each phone counts once for each. Benchmark."""
    reasons_moved: float = 1.0
    """By how much the log can move the log probability of one innocent reason at most. Assumed: as much as a declared profile may be wrong."""

    # evidence from switches
    observation_odds: tuple[tuple[str, float], ...] = _OBSERVATION_ODDS
    """Log likelihood ratio of one physical fact about a component, by kind of observation; of error counters the bound. Assumed; the
    bound of 250 to 1 is the benchmark's."""
    p_errors_fault: float = 0.5
    """Probability that a fault makes error counters grow, or leaves its message in a log. Benchmark."""
    fact_before_s: float = 600.0
    """How long before a window a fact with a time counts (a reload, a flap). Assumed: a switch boots within minutes."""
    fact_after_s: float = 600.0
    """And how long after: the uptime counts from the end of a boot. Assumed."""
    link_drop_s: float = 150.0
    """How long after its link went down a phone drops at most. Protocol: keepalives of SCCP 3 x 30 s, SIP 115 s + 15 s, and slack."""
    clock_occasions: int = 4
    """How often links of a switch's phones must go down and the phones drop before its clock is judged by that. Assumed."""
    clock_phones: int = 3
    """How many phones that must be. Assumed."""
    clock_farthest_s: float = 54000.0
    """How far the times of a switch's log may be off to be found by that: any zone, and an hour. Assumed."""
    p_clock_chance: float = 0.001
    """How likely chance may meet as many at any shift. Assumed."""
    growth_near_s: float = 86400.0
    """How far from a window the time between two snapshots may be for what grew in it to count. Assumed: the rate of errors of a bad link
    is stable (CorrOpt, SIGCOMM 2017), so a day does not change it."""

    # evidence from servers
    alert_before_s: float = 600.0
    """How long before a window a server alert counts as evidence. Assumed: a stall shows within minutes."""
    alert_after_s: float = 120.0
    """And how long after. Assumed."""
    p_alert_fault: float = 0.7
    """Probability of an alert if the server is at fault. Assumed."""
    p_alert_chance: float = 0.01
    """Least probability of an alert by chance; its measured base rate counts if that is higher. Assumed."""
    alert_odds: tuple[tuple[str, float], ...] = _ALERT_ODDS
    """Most that one alert says for a fault of the server, by what it is a sign of. Assumed."""
    further_alert_share: float = 0.5
    """Share of the weight of an alert that is a sign of something else than the heaviest one: one server's death has several signs. Assumed."""
    tight_s: float = 2.0
    """A burst over many switches within this time speaks for a server or a firewall: keepalive phases spread a silent loss over minutes."""
    tight_odds: float = 1.5
    """Log likelihood ratio of such a burst. Assumed."""

    # phone side
    phone_side_after_s: float = 1800.0
    """How long after a window a phone that comes back is heard: registrations after a large outage are throttled to minutes. Assumed."""
    phone_side_count: float = 5.0
    """Phones whose own words count in full; of more each counts less, as they are one story told many times. Assumed."""
    phone_side_odds: float = 4.0
    """Most that the phones' own words say for or against a kind of component. Assumed."""

    # failover
    failover_before_s: float = 120.0
    """How long before a drop its phone may have registered at another node: the old one misses it after a keepalive time-out. Keepalive times of SCCP and SIP."""
    failover_after_s: float = 300.0
    """How soon a phone must be back for its node to say anything. The alarm texts call five minutes without a registration abnormal."""
    failover_rates: tuple[tuple[float, float, float], ...] = ((0.65, 4.0, 1.0), (0.35, 0.3, 6.0))
    """Mixture of beta distributions (weight, a, b) of the share of a failed node's phones that come back at another: nearly all, or hardly any where they have no second one. Assumed."""
    failover_rates_known: tuple[tuple[float, float, float], ...] = ((0.95, 4.0, 1.0), (0.05, 0.3, 6.0))
    """The same where phones of the node are known to have a second one. Assumed."""
    failover_rates_path: tuple[tuple[float, float, float], ...] = ((0.8, 0.3, 6.0), (0.2, 1.0, 2.0))
    """The same behind a lost path: few, sometimes many, as their connections break one after the other. Assumed."""
    failover_rates_cluster: tuple[tuple[float, float, float], ...] = ((0.95, 0.3, 6.0), (0.05, 1.0, 2.0))
    """The same of a fault of all nodes. Assumed."""
    failover_rates_edge: tuple[tuple[float, float, float], ...] = ((0.75, 0.3, 6.0), (0.17, 1.0, 2.0), (0.08, 4.0, 1.0))
    """The same behind a WAN, firewall or core, of which the way to one node may be lost and that to the others not. Assumed."""
    failover_odds: float = 6.0
    """Most that this says for or against a component. Assumed."""

    # rhythm
    period_slack: float = 0.05
    """Share of a period by which its turns may be early or late: keepalive intervals and retries blur it. Assumed."""
    timer_odds: float = 1.5
    """What phones that each drop after the same time at their own moments say for a part of the way, and against a server. Assumed."""
    schedule_odds: float = 2.0
    """Most that bursts at the same time of day say for the call server: backups and exports run there. Assumed."""

    # phones that drop by themselves
    flapping_drops: int = 5
    """Drops of one phone below which it is not listed as one that drops again and again. Assumed: fewer are desks that are tidied."""
    flapping_apart_s: float = 60.0
    """Drops of one phone nearer to each other are one, as two nodes tell it. Assumed: a phone takes about that long to start and register."""
    flapping_scatter: float = 0.5
    """Least variance, about mean 1, of how often the phones of a site drop: they are never all alike. Assumed, as ``scatter``."""
    p_flapping: float = 0.01
    """How many phones an answer may list by chance. Assumed: one answer in a hundred."""
    p_flapping_usual: float = 0.001
    """How improbable the drops of a phone must be for it not to count among the usual ones of its site. Assumed."""

    # parts whose phones drop more often than others
    chronic_days: float = 7.0
    """Days before the end of what is asked about whose drops count, where less is asked about. Assumed: a week has all of its days."""
    chronic_drops: int = 8
    """Drops of a part's phones below which it is not told. Assumed."""
    chronic_phones: int = 3
    """Phones of it that must have dropped. Assumed: of two each may be sick itself."""
    chronic_times: float = 1.5
    """Times as often as elsewhere from which a part's phones drop for a fault of it. Assumed: below it nobody would look for one."""
    chronic_scatter: float = 0.2
    """How unlike healthy parts of a kind are thought to be before a site's own tell: scale of a standard deviation of the log. Assumed."""
    p_chronic: float = 0.2
    """Probability that a log holds such a part, before the data. Assumed: who asks has phones that drop."""

    # verdict
    located_share: float = 0.5
    """Least share of located phones among the dropped for a verdict: below it no part of the network could be tested. Assumed."""

    # simulated incidents
    simulated_bunched_share: float = 0.5
    """Share of the simulated faults whose drops are bunched, by neighbouring phones and by phone, which the model thinks seldomer, and of phones not at all. Assumed."""
    simulated_scatter: float = 0.5
    """Variance, about mean 1, of how often bunched neighbours are hit. Assumed."""
    simulated_busy: float = 0.1
    """Variance, about mean 1, of how busy a simulated minute is, beyond chance and the shape of the day. Assumed."""
    simulated_loss_share: float = 0.05
    """Share of the drops of a simulated fault that nobody reports. Benchmark."""
    simulated_reasons: float = 40.0
    """Weight of the declared reason profile that each simulated fault scatters around. Benchmark."""
    simulated_tries: int = 40
    """How often an incident is drawn until it is one that the program would look at; quiet windows are the busiest of as many. Benchmark."""

    def prior_of(self, kind: str) -> float:
        """Prior of a fault of a kind; kinds of unknown meaning have the generic one."""
        return dict(self.p_fault).get(kind, risk_kind(kind).prior)


DEFAULT = Constants()
