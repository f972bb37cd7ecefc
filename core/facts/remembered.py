"""`remembered`: a property that is worked out once, on values that never change.

What `functools.cached_property` does, without its lock: two threads may both work it out, and come to the same. Most
of such properties are asked once or twice, and there the lock is most of what they cost.
"""

from collections.abc import Callable
from typing import Generic, TypeVar, overload

A = TypeVar("A")
T = TypeVar("T")


class remembered(Generic[A, T]):  # noqa: N801 - reads as what it is, a decorator
    """A property of `A` whose first value is kept beside the fields; the class must have no `__slots__`."""

    def __init__(self, ask: Callable[[A], T]) -> None:
        self._ask, self._name, self.__doc__ = ask, ask.__name__, ask.__doc__

    @overload
    def __get__(self, thing: None, owner: type[A]) -> "remembered[A, T]": ...
    @overload
    def __get__(self, thing: A, owner: type[A]) -> T: ...
    def __get__(self, thing: A | None, owner: type[A]) -> "T | remembered[A, T]":
        """The value, or the property itself where the class is asked."""
        if thing is None:
            return self
        value = self._ask(thing)
        object.__setattr__(thing, self._name, value)  # they are frozen; asking for `__dict__` would slow down the rest
        return value
