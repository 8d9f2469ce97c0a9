import pytest

from base.errors import Busy, DomainError, Invalid, NotYours, WrongState


@pytest.mark.parametrize(
    ("refused", "status", "code"),
    [
        (DomainError, 400, "invalid"),
        (NotYours, 403, "not_yours"),
        (WrongState, 409, "wrong_state"),
        (Invalid, 422, "invalid_input"),
        (Busy, 503, "busy"),
    ],
)
def test_each_refusal_has_its_status(refused, status, code):
    error = refused("Not now.", deal="D-1284")
    assert (error.status, error.code, error.message, str(error)) == (status, code, "Not now.", "Not now.")
    assert error.context == {"deal": "D-1284"}


def test_invalid_names_its_fields():
    assert Invalid("Too low.", field="target").fields == {"target": "Too low."}
    assert Invalid("Two.", fields={"a": "Low.", "b": "High."}).fields == {"a": "Low.", "b": "High."}
    assert Invalid("Two.").fields == {}
