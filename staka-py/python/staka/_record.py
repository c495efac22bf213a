"""The base class of the generated row classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from dataclasses import Field


class _Fields:
    """Creates `__dataclass_fields__` at its first use. `@dataclass` takes 1.5 ms for each class at every import, and
    importing `dataclasses` takes 30 ms more, which would be most of the time of a short program."""

    def __get__(self, _: object, owner: type[Record]) -> dict[str, Field[Any]]:
        from dataclasses import make_dataclass

        fields: dict[str, Field[Any]] = make_dataclass(
            owner.__name__, [(name, owner.__annotations__[name]) for name in owner.__slots__]
        ).__dataclass_fields__  # type: ignore[attr-defined]
        owner.__dataclass_fields__ = fields
        return fields


class Record:
    """A row. Its class behaves like a dataclass with slots: `dataclasses.asdict`, `fields` and `replace` accept it,
    rows with the same values are equal, and `match` reads its fields by position."""

    __slots__: tuple[str, ...] = ()
    __match_args__: tuple[str, ...] = ()
    if TYPE_CHECKING:
        __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    else:
        __dataclass_fields__ = _Fields()

    def __init_subclass__(cls) -> None:
        cls.__match_args__ = cls.__slots__  # type: ignore[misc]

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
        return f"{type(self).__qualname__}({fields})"

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), tuple(getattr(self, name) for name in self.__slots__)
