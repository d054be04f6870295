"""Supply modes of a node and the causes of the waterfall, in their order of precedence, with who can mend them."""

from __future__ import annotations

from enum import IntEnum


class Mode(IntEnum):
    """Supply mode of a node; the first that holds counts. UP is the absence of all."""

    UP = 0
    NOT_DELIVERED = 1
    UNFUNDED = 2
    UNPOWERED = 3
    UNOBSERVED = 4
    FAILED = 5
    MAINTENANCE = 6


class Mender(IntEnum):
    STATE = 0
    PROGRAMME = 1
    OPERATOR = 2
    USER = 3


#: cause, the level of the waterfall it takes from, who can mend it
CAUSES: tuple[tuple[str, str, Mender], ...] = (
    ("not_delivered", "contracted", Mender.OPERATOR),
    ("unfunded", "installed", Mender.STATE),
    ("unpowered", "installed", Mender.OPERATOR),
    ("unobserved", "powered", Mender.OPERATOR),
    ("failed", "powered", Mender.OPERATOR),
    ("maintenance", "powered", Mender.OPERATOR),
    ("foreign", "available", Mender.OPERATOR),
    ("dispatch", "available", Mender.OPERATOR),
    ("dedicated_idle", "available", Mender.USER),
    ("held", "available", Mender.PROGRAMME),
    ("fragmented", "available", Mender.PROGRAMME),
    ("too_small", "available", Mender.PROGRAMME),
    ("capped", "available", Mender.PROGRAMME),
    ("incompatible", "available", Mender.PROGRAMME),
    ("no_demand", "available", Mender.PROGRAMME),
    ("rework", "busy", Mender.OPERATOR),
    ("overhead", "busy", Mender.USER),
    ("job_error", "busy", Mender.USER),
)

#: the levels, each the one before it less the causes that take from it
LEVELS: tuple[str, ...] = ("contracted", "installed", "powered", "available", "busy", "productive")
