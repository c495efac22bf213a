"""The base of the generated classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from dataclasses import Field


class _Fields:
    """`__dataclass_fields__`, made and kept when somebody asks. `@dataclass` itself takes 1.5 ms a class at each import, and
    `dataclasses` 30 ms more: a short program would spend most of its time there."""

    def __get__(self, _: object, owner: type[Record]) -> dict[str, Field[Any]]:
        from dataclasses import make_dataclass

        fields: dict[str, Field[Any]] = make_dataclass(
            owner.__name__, [(name, owner.__annotations__[name]) for name in owner.__slots__]
        ).__dataclass_fields__  # type: ignore[attr-defined]
        owner.__dataclass_fields__ = fields
        return fields


class Record:
    """A row. Its class is a dataclass with slots in all that one sees: `dataclasses.asdict`, `fields` and `replace`
    take it, equal rows are equal, `match` reads it by place."""

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
