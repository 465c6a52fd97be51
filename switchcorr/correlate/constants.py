"""Every number the model holds, with its origin; none is hidden in the code.

"benchmark" means: taken over as a starting point from a published-style simulation with planted faults, to be fitted to a site.
"assumed" means: no public measurement was found.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Constants:
    """The model's constants.

    Attributes:
        window_s: length of the sliding window. 150 s of keepalive spread (SCCP 3 x 30 s, SIP 115 s + 15 s), plus clock offsets and slack.
        step_s: how far the window slides.
        alarm: log odds of one component against background from which a window is looked at. Benchmark.
        join_s: windows closer than this are one incident. Keepalive spread.
        p_nothing: prior of "nothing shared" for a window that is looked at. Benchmark.
        p_administrative: prior of an administrative action per kind of component. Benchmark; other kinds have none.
        p_benign: prior of an innocent cluster of two to six phones of one module (a desk move). Benchmark.
        benign_ratio: how fast such clusters get rarer with size. Benchmark.
        hit_rates: mixture of beta distributions (weight, a, b) of the share of its phones that a fault takes. Benchmark.
        further_item: prior factor of each further cause in one window. Benchmark.
        stale_share: share of located phones whose location is wrong. Assumed.
        node_error: share of phones whose node is wrong. Benchmark.
        profile_mix: share of each reason profile that is uniform, so that one reason moves the odds by a bounded amount.
        reasons_count: drops of one cause whose reasons count in full; of more each counts less, as they are one story told many times and
            the profiles are assumed. Assumed.
        mean_rate_per_day: drops of one phone a day before any data; weight ``rate_weight_days``. Benchmark: one in four days.
        population_share: share of the population's mean in each phone's rate: one phone's history alone is overconfident.
        hour_weight: events that stand behind a flat day before the day's shape is believed. Assumed.
        alert_before_s, alert_after_s: around an incident, where server alerts count as evidence. Assumed: a stall shows within minutes.
        p_alert_fault: probability of an alert if the server is at fault. Assumed.
        p_alert_chance: least probability of an alert by chance; its measured base rate counts if that is higher. Assumed.
        observation_odds: log likelihood ratio of one physical fact about a component, by kind of observation. Bounded on purpose. Assumed.
        tight_s: a burst over many switches within this time speaks for a server or a firewall. Keepalive phases spread a silent loss over minutes.
        tight_odds: log likelihood ratio of such a burst. Assumed.
        non_phone_odds: log likelihood ratio of devices without a switch port (CTI ports) dropping too. Small, because such devices may
            stand behind one router. Assumed.
        located_share: least share of located phones among the dropped for a verdict: below it no part of the network could be tested.
        admin_before_s: drops this soon after a reset of the same device are administrative. Five minutes, as the alarm texts say of re-registration.
    """

    window_s: float = 240.0
    step_s: float = 120.0
    alarm: float = 5.0
    join_s: float = 150.0
    p_nothing: float = 0.35
    p_administrative: tuple[tuple[str, float], ...] = (
        ("vlan", 0.05), ("node", 0.05), ("block", 0.05), ("switch", 0.03), ("cluster", 0.03), ("device_pool", 0.03), ("model", 0.03),
        ("site", 0.01), ("distribution", 0.005),
    )  # fmt: skip
    p_benign: float = 0.12
    benign_ratio: float = 0.35
    hit_rates: tuple[tuple[float, float, float], ...] = ((0.35, 0.7, 7.0), (0.35, 1.0, 2.0), (0.30, 1.5, 1.0))
    further_item: float = 0.5
    stale_share: float = 0.02
    node_error: float = 0.02
    profile_mix: float = 0.15
    reasons_count: float = 20.0
    mean_rate_per_day: float = 0.25
    rate_weight_days: float = 1.0
    population_share: float = 0.5
    hour_weight: float = 100.0
    alert_before_s: float = 600.0
    alert_after_s: float = 120.0
    p_alert_fault: float = 0.7
    p_alert_chance: float = 0.01
    observation_odds: tuple[tuple[str, float], ...] = field(
        default=(
            ("counter_growth", 5.5), ("counter_total", 2.0), ("counter_quiet", -0.69), ("module_status", 4.5), ("diagnostic_failure", 4.0),
            ("reload", 4.5), ("link_flap", 3.0), ("power_fault", 2.5), ("duplex_mismatch", 1.0), ("spanning_tree_change", 2.0), ("environment", 2.0),
        )
    )  # fmt: skip
    tight_s: float = 2.0
    tight_odds: float = 1.5
    non_phone_odds: float = 1.5
    located_share: float = 0.5
    admin_before_s: float = 300.0


DEFAULT = Constants()
