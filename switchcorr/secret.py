"""A secret that cannot be shown, pickled or compared by accident."""

from __future__ import annotations

from typing import NoReturn, final

MASK = "***"


@final
class Secret:
    """A password or token; ``reveal`` is called only where it is used.

    >>> print(Secret("hunter2"), repr(Secret("hunter2")), f"{Secret('hunter2'):>5}")
    *** Secret(***) ***
    """

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """The secret itself."""
        return self.__value

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, specification: str) -> str:
        return MASK

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Secret:
        return self
