"""YAML text to a tree that knows its lines, by the strict half of YAML 1.2.

Only `true` and `false` are booleans and only plain decimal digits are integers: `no` stays a country, `12:30` a text
and `010` is never eight. Every other number stays text for the field that knows its unit. Refused with their line:
a key written twice, merge keys, tags other than `!replace`, a second document, and aliases that unfold without end.
The events of libyaml are folded on a list, so no nesting can exhaust the machine's own stack.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import yaml
from yaml import events as ye

from dure.model.errors import ScenarioError, Where
from dure.wire.problems import ScenarioErrors
from dure.wire.tree import Node, Scalar

DEPTH_MAX = 64
VALUES_MAX = 1_000_000

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,18})")
_WORDS: dict[str, Scalar] = {"": None, "~": None, "null": None, "true": True, "false": False}
_REPLACE = "!replace"


def parse_yaml(text: str, file: str) -> Node:
    """The one document in *text*, nothing where there is none; raises ScenarioErrors with all that is wrong with its form."""
    fold = _Fold(file)
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            fold.take(event)
    except ScenarioError as error:
        fold.errors.append(error)
    except yaml.MarkedYAMLError as error:
        fold.errors.append(_form_error(error, text, file))
    except yaml.YAMLError as error:
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        fold.errors.append(ScenarioError("a character that no text holds", where=Where(file, line), remedy="is this a YAML file?"))
    if fold.errors:
        raise ScenarioErrors(tuple(fold.errors))
    return fold.root or Node(None, file, 0)


@dataclass(slots=True)
class _Open:
    """A list or mapping that has not ended, with the key whose value comes next."""

    node: Node
    anchor: str | None
    size_before: int
    key: str | None = None
    key_line: int = 0


@dataclass(slots=True)
class _Fold:
    """Events to one tree; *errors* gathers what does not stop the reading."""

    file: str
    root: Node | None = None
    errors: list[ScenarioError] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, tuple[Node, int]] = field(default_factory=dict)
    documents: int = 0
    size: int = 0

    def take(self, event: ye.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, ye.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, ye.CollectionStartEvent):
            self._open(event, line)
        elif isinstance(event, ye.CollectionEndEvent):
            done = self.stack.pop()
            self._keep(done.anchor, done.node, self.size - done.size_before)
            self._place(done.node)
        elif isinstance(event, ye.AliasEvent):
            self._alias(event, line)
        elif isinstance(event, ye.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise self._error(line, "a second document begins", "put it into a file of its own")

    def _scalar(self, event: ye.ScalarEvent, line: int) -> None:
        self._refuse_tag(event.tag, line)
        self._grow(1, line)
        plain = event.implicit[0]
        node = Node(_resolved(event.value) if plain else event.value, self.file, line)
        if self._wants_key():
            self._key(event.value, plain, line)
        else:
            self._keep(event.anchor, node, 1)
            self._place(node)

    def _open(self, event: ye.CollectionStartEvent, line: int) -> None:
        if event.tag != _REPLACE:
            self._refuse_tag(event.tag, line)
        if self._wants_key():
            raise self._error(line, "a key is itself a mapping or a list", "write `key: value`, and quote a key that holds { or [")
        if len(self.stack) == DEPTH_MAX:
            raise self._error(line, f"values are nested more than {DEPTH_MAX} deep", "no section of a scenario is that deep")
        self._grow(1, line)
        value: list[Node] | dict[str, Node] = {} if isinstance(event, ye.MappingStartEvent) else []
        self.stack.append(_Open(Node(value, self.file, line, event.tag == _REPLACE), event.anchor, self.size - 1))

    def _alias(self, event: ye.AliasEvent, line: int) -> None:
        if event.anchor not in self.anchors:
            raise self._error(line, f"`*{event.anchor}` stands for nothing yet", f"put `&{event.anchor}` before a finished value above it")
        if self._wants_key():
            raise self._error(line, f"`*{event.anchor}` stands where a key belongs", "write the key out")
        node, size = self.anchors[event.anchor]
        self._grow(size, line)
        self._place(replace(node, line=line))

    def _key(self, key: str, plain: bool, line: int) -> None:
        entries = self.stack[-1].node.value
        assert isinstance(entries, dict)
        if plain and key in ("", "<<"):
            what = "a merge key is not part of YAML 1.2" if key else "a value without a key"
            raise self._error(line, what, "use `extends:`, or write the keys out" if key else "write `key: value`")
        if key in entries:
            first = entries[key].line
            remedy = f"it stands on line {first} already: keep one"
            if key.isdecimal() and len(key) == 3:
                remedy = "a comma ends a value inside { }: write the number without commas, or quote it"
            self.errors.append(self._error(line, f"`{key}` is written twice", remedy, key))
        self.stack[-1].key, self.stack[-1].key_line = key, line

    def _place(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        if isinstance(top.node.value, list):
            top.node.value.append(node)
            return
        assert isinstance(top.node.value, dict)
        assert top.key is not None
        top.node.value.setdefault(top.key, replace(node, line=top.key_line))
        top.key = None

    def _wants_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].node.value, dict) and self.stack[-1].key is None

    def _keep(self, anchor: str | None, node: Node, size: int) -> None:
        if anchor:
            self.anchors[anchor] = (node, size)

    def _grow(self, values: int, line: int) -> None:
        self.size += values
        if self.size > VALUES_MAX:
            raise self._error(line, f"the file unfolds to more than {VALUES_MAX:,} values", "write fewer aliases")

    def _refuse_tag(self, tag: str | None, line: int) -> None:
        if tag is not None and tag != "!":
            remedy = "write the value without it; `!replace` stands before lists and mappings only"
            raise self._error(line, f"the tag {tag} is not read", remedy)

    def _error(self, line: int, what: str, remedy: str, key: str = "") -> ScenarioError:
        return ScenarioError(what, where=Where(self.file, line, key), remedy=remedy)


def _resolved(text: str) -> Scalar:
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _INTEGER.fullmatch(text) else text


def _form_error(error: yaml.MarkedYAMLError, text: str, file: str) -> ScenarioError:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 0
    problem = error.problem or "not YAML"
    lines = text.splitlines()
    begun = f" (begun on line {error.context_mark.line + 1})" if error.context_mark else ""
    if line > len(lines) or "end of stream" in problem or "<stream end>" in problem:
        remedy = "was it cut off? Close what is open" + begun
        return ScenarioError("the file ends in the middle of something", where=Where(file, len(lines)), remedy=remedy)
    if "\t" in lines[line - 1][: len(lines[line - 1]) - len(lines[line - 1].lstrip())]:
        return ScenarioError("a tab stands where YAML wants spaces", where=Where(file, line), remedy="indent with spaces")
    return ScenarioError(f"not YAML: {problem}", where=Where(file, line), remedy=f"correct the line{begun}, or quote the text")
