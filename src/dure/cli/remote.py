"""What every command that talks to a service shares: whom to ask, as whom, in which language."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dure.cli.context import note_simulated, words

if TYPE_CHECKING:
    from dure.client import Client


def client() -> Client:
    """The service of DURE_URL or of the last `dure login`; to be used in a `with`."""
    from dure.client import Client, load_credentials

    return Client(load_credentials(os.environ), lang=str(words().lang), simulated=note_simulated)
