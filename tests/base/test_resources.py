"""The templates are found in a checkout; the wheel's turn is in test_packaging."""

from switchcorr.resources import templates_directory


def test_the_templates_of_the_checkout_are_found() -> None:
    assert (templates_directory() / "report" / "report.html.j2").is_file()
