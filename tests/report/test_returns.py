"""What a page says of phones of which the log does not tell whether they came back."""

from __future__ import annotations

from switchcorr.report.estate import PhoneState
from switchcorr.report.tally import tally_of_incident
from switchcorr.report.to_html import render_html
from tests.report.again import again


def test_where_no_return_is_logged_no_phone_is_said_to_be_down() -> None:
    result, estate = again(returns=False)
    page = render_html(result, estate=estate)
    assert "the log holds no registrations" in page
    assert "not logged" in page
    lost = tally_of_incident(estate, result.incidents[0])
    states = {lost.state(phone) for phone in range(len(estate.phones))}
    assert states == {PhoneState.REGISTERED, PhoneState.NOT_LOGGED}
