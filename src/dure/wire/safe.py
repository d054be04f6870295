"""Texts of a job spec that reach a shell, a path, a header or another machine's command line: what each may hold, said once.

Nothing here is escaped: what could be taken for something else is refused at the edge, and whoever builds a command line quotes all the
same (`wire.wrapper`). Sizes are bounded, so that a spec fits a row, an argument list and an environment.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from dure.wire.quantity import QuantityError

RUN_BYTES_MAX = 65_536
VALUE_BYTES_MAX = 32_768
PATH_BYTES_MAX = 1_024
STEP_BYTES_MAX = 255
LINE_MAX = 400

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What moves a cursor, ends a line, or turns the direction in which the rest is shown."""
_DRIVE = re.compile(r"[A-Za-z]:")
_IMAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:@+-]*")
_WEB = re.compile(r"https://(?P<host>[A-Za-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?(?:/[A-Za-z0-9._~%!$&'()*+,;=:@/?-]*)?")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
HOST_MAX, PORT_MAX = 253, 65_535
_URL_PATH = re.compile(r"/[A-Za-z0-9._~%+=&?/-]*")
_SITE_VALUE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.,:=@%+/*&|\[\]()-]*")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
RESERVED = ("DURE_", "SLURM_", "PET_")
"""Beginnings of variables that the broker sets; a job may not."""
SIMULATED_WORK = "DURE_SIMULATED_S"
"""The one that a job may set itself: how many seconds it works at a simulated site, where no program runs."""


def relative_path(path: str) -> str:
    """A path below the folder of the job: no way out, nothing that a shell or a program could take for an option."""
    _encoded(path, PATH_BYTES_MAX)
    if _CONTROL.search(path):
        raise QuantityError(f"{path!r} holds a control character", "rename the file")
    if path.startswith(("/", "~", "\\")) or _DRIVE.match(path):
        raise QuantityError(f"`{path}` is an absolute path", "write it relative to the folder of the job spec")
    if "\\" in path:
        raise QuantityError(f"`{path}` holds a backslash", "separate folders by /")
    steps = path.removesuffix("/").split("/")
    if ".." in steps:
        raise QuantityError(f"`{path}` leaves the folder of the job", "leave out `..`")
    if any(not step or step == "." for step in steps[1:]) or steps[0] == "":
        raise QuantityError(f"`{path}` has a step without a name", "write each folder once, such as configs/base.yaml")
    if any(step.startswith("-") for step in steps):
        raise QuantityError(f"`{path}` has a name that begins with -", "programs take that for an option: rename it")
    if any(len(step.encode()) > STEP_BYTES_MAX for step in steps):
        raise QuantityError(f"`{path[:40]}…` has a name of more than {STEP_BYTES_MAX} bytes", "shorten it")
    return path


def one_line(text: str) -> str:
    """Text without control characters, line ends among them."""
    _encoded(text, 4 * LINE_MAX)
    if _CONTROL.search(text):
        raise QuantityError(f"{text[:40]!r} holds a control character", "write one line of plain text")
    return text


def variable_name(name: str) -> str:
    """A name that a shell can export and that the broker does not set itself."""
    if not VARIABLE.fullmatch(name) or len(name) > 128:
        raise QuantityError(f"`{name[:60]}` is not the name of a variable", "use letters, digits and _ only, and no digit first")
    if (name.startswith(RESERVED) and name != SIMULATED_WORK) or name in VISIBLE_NAMES:
        raise QuantityError(f"`{name}` is set by dure", "choose another name")
    return name


def variable_value(value: str) -> str:
    """What an environment can hold: any text without NUL."""
    _encoded(value, VALUE_BYTES_MAX)
    if "\0" in value:
        raise QuantityError("a value holds a NUL character", "no environment can carry it: leave it out")
    return value


def run_text(value: Any) -> Any:
    """Commands as one text; a list is one command a line."""
    if isinstance(value, list | tuple) and value and all(isinstance(line, str) for line in value):
        value = "\n".join(value)
    if not isinstance(value, str):
        return value
    _encoded(value, RUN_BYTES_MAX)
    if "\0" in value:
        raise QuantityError("the command holds a NUL character", "is this a program? Name it in `files` and call it here")
    if not value.strip():
        raise QuantityError("the command is empty", "write what is to run, such as `python train.py`")
    return value


def image_ref(text: str) -> str:
    """The name of a container image with its registry, tag or digest."""
    if not _IMAGE.fullmatch(text) or len(text) > LINE_MAX:
        raise QuantityError(f"`{text[:60]}` is not the name of an image", "write registry/name:tag, such as docker.io/library/python:3.12")
    return text


def machine_path(text: str) -> str:
    """A folder of a machine, from its root."""
    one_line(text)
    if not text.startswith("/") or ".." in text.split("/") or ":" in text:
        raise QuantityError(
            f"`{text[:60]}` is not an absolute path", "write it from the root, without `..` and colons, such as /opt/envs/torch"
        )
    return text


def web_address(text: str) -> str:
    """An address that a notice may be sent to: https, no name or password in it."""
    found = _WEB.fullmatch(text)
    if not found or len(text) > LINE_MAX:
        raise QuantityError(f"`{text[:60]}` is not an address for notices", "write https://host/path, without a name or password")
    host, port = found["host"], found["port"]
    if len(host) > HOST_MAX or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        raise QuantityError(f"`{host[:60]}` is no name of a host", "join labels of at most 63 letters, digits and hyphens by single dots")
    if port is not None and not 0 < int(port) <= PORT_MAX:
        raise QuantityError(f"`{port}` is no port", f"write 1 to {PORT_MAX}")
    return text


def url_path(text: str) -> str:
    """The path that a service answers on."""
    if not _URL_PATH.fullmatch(text) or len(text) > LINE_MAX:
        raise QuantityError(f"`{text[:60]}` is not the path of an address", "write it from the root, such as /health")
    return text


def site_value(text: str) -> str:
    """The value of an option handed to a site's own scheduler: no blank, no quote, no dollar, nothing that begins with a hyphen."""
    if (text and not _SITE_VALUE.fullmatch(text)) or len(text) > LINE_MAX:
        raise QuantityError(f"`{text[:60]}` cannot be handed to a site", "use letters, digits and _ . , : = @ % + / * & | [ ] ( ) - only")
    return text


def _encoded(text: str, most: int) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise QuantityError("a text is not Unicode", "write it in UTF-8") from None
    if size > most:
        raise QuantityError(f"a text of {size:,} bytes", f"at most {most:,} are carried: put it into a file")


def _of_text(value: Any) -> Any:
    """`DEBUG: 1` is a text in an environment; true and false are not, because programs spell them differently."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


VISIBLE_NAMES = frozenset(
    {
        *("CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL"),
        *("ZE_AFFINITY_MASK", "HABANA_VISIBLE_DEVICES", "HABANA_VISIBLE_MODULES", "FURIOSA_DEVICES", "RBLN_DEVICES"),
        *("TPU_VISIBLE_CHIPS", "NEURON_RT_VISIBLE_CORES", "ASCEND_RT_VISIBLE_DEVICES"),
    }
)
"""Variables that choose devices: set from the placement, so that a job sees what it was given and nothing else."""

RelativePath = Annotated[str, StringConstraints(min_length=1), AfterValidator(relative_path)]
Line = Annotated[str, BeforeValidator(_of_text), StringConstraints(min_length=1, max_length=LINE_MAX), AfterValidator(one_line)]
VariableName = Annotated[str, AfterValidator(variable_name)]
VariableValue = Annotated[str, BeforeValidator(_of_text), AfterValidator(variable_value)]
RunText = Annotated[str, BeforeValidator(run_text), Field(json_schema_extra={"type": ["string", "array"], "items": {"type": "string"}})]
MachinePath = Annotated[str, AfterValidator(machine_path)]
ImageRef = Annotated[str, AfterValidator(image_ref)]
WebAddress = Annotated[str, AfterValidator(web_address)]
UrlPath = Annotated[str, AfterValidator(url_path)]
SiteValue = Annotated[str, BeforeValidator(_of_text), AfterValidator(site_value)]
