"""What is on the page."""

import pytest


@pytest.mark.hint("Which elem_id and which api_name does the brief ask for?")
def test_has_what_the_brief_names(app):
    """Has the components and the functions that the brief names."""
    assert app.textbox("text").key == "text"
    assert app.number("lix").key == "lix"
    assert len(app.button) >= 1
    assert {"/measure", "/compare", "/remember"} <= {one.key for one in app.endpoint}
