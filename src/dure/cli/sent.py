"""What commands send to a service, checked before it is sent, in the words that files are checked with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from dure.wire.fields import Part
    from dure.wire.tree import Node

Shape = TypeVar("Shape", bound="Part")


def sent(shape: type[Shape], body: Mapping[str, Any]) -> Shape:
    """The request that these values make; what is wrong is named by the key it is about."""
    from pydantic import ValidationError

    from dure.wire.problems import scenario_errors

    try:
        return shape.model_validate(dict(body))
    except ValidationError as error:
        raise scenario_errors(error, _node(body), shape.model_json_schema(by_alias=True)) from None


def _node(value: Any) -> Node:
    """The values as a tree that stands in no file."""
    from dure.wire.tree import Node

    if isinstance(value, Mapping):
        return Node({str(key): _node(part) for key, part in value.items()}, "", 0)
    if isinstance(value, list):
        return Node([_node(part) for part in value], "", 0)
    return Node(value, "", 0)
