"""A call as its officers write it: YAML with the keys of `wire.people_requests.CallRequest`, every mistake with its line."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from dure.adapters.files import load_yaml
from dure.model.errors import ScenarioError
from dure.wire.fields import file_schema
from dure.wire.people_requests import CallRequest
from dure.wire.problems import scenario_errors
from dure.wire.tree import plain


def load_call(path: str | Path) -> CallRequest:
    """The call at *path*. What is wrong with it is reported all at once (ScenarioErrors)."""
    root = load_yaml(path)
    if not isinstance(root.value, dict):
        raise ScenarioError("a call is a mapping of keys", where=root.where, remedy="write `name:`, `title:`, `most:` and what it gives")
    try:
        return CallRequest.model_validate(plain(root))
    except ValidationError as error:
        raise scenario_errors(error, root, file_schema(CallRequest)) from None
