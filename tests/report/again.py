"""A card that drops three times, with some of the same phones and some others each time, while single phones drop elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from switchcorr.model.campus import Component
from switchcorr.model.incident import NO_RETURNS, Correlation
from switchcorr.report.estate import Estate
from switchcorr.report.estate_build import make_estate
from tests.report.campuses import made_campus, made_result

CARD = Component("module", "s01-acc01/2")


def again(*, returns: bool = True) -> tuple[Correlation, Estate]:
    """Three incidents an hour apart, each a named cause of its own; a few phones of the second have no cause.

    Args:
        returns: whether the log tells when phones came back.
    """
    made = made_campus(sites=1, switches=3, modules=2, phones=20)
    result = made_result(made, CARD, CARD, CARD, share=1.0, apart=timedelta(hours=1))
    incidents = []
    for number, incident in enumerate(result.incidents):
        phones = incident.phones[number * 3 : number * 3 + 12 + number]
        if number == 1:
            phones = (*(replace(phone, cause=None) for phone in phones[:2]), *phones[2:])
        if not returns:
            phones = tuple(replace(phone, back_at=None, back_node="") for phone in phones)
        mine = sum(phone.cause is not None for phone in phones)
        cause = replace(incident.causes[0], affected=mine)
        down = sum(phone.back_at is None for phone in phones)
        made_one = replace(incident, id=f"inc-{number}", phones=phones, endpoints=len(phones), still_down=down, causes=(cause,))
        incidents.append(made_one if returns else replace(made_one, unseen=(NO_RETURNS,)))
    result = replace(result, incidents=tuple(incidents))
    return result, make_estate(result, campus=made.campus, log=made.log, ports=made.ports)
