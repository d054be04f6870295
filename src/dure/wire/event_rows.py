"""Event rows as columns for files, and their hash: the same rows give the same digest on every machine, however they came in chunks."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from dure.model.events import COLUMNS, SCHEMA_VERSION


class EventColumns:
    """Turns chunks of rows into columns of model.events.COLUMNS and keeps their digest."""

    def __init__(self) -> None:
        self._digests = {name: hashlib.sha256() for name, *_ in COLUMNS if name != "seq"}
        self.rows = 0

    def add(self, rows: npt.NDArray[np.void]) -> dict[str, npt.NDArray[np.integer]]:
        """The columns of a chunk, `seq` continued from the last one. `rows` has a field per column except `seq`."""
        columns: dict[str, npt.NDArray[np.integer]] = {}
        for name, dtype, *_ in COLUMNS:
            if name == "seq":
                columns[name] = np.arange(self.rows, self.rows + len(rows), dtype=dtype)
                continue
            columns[name] = np.ascontiguousarray(rows[name], dtype=dtype)
            self._digests[name].update(columns[name].data)
        self.rows += len(rows)
        return columns

    def digest(self) -> str:
        """SHA-256 over schema version, number of rows, and the digest of each little-endian column in its order."""
        whole = hashlib.sha256(f"dure events {SCHEMA_VERSION} {self.rows}".encode())
        for name, dtype, *_ in COLUMNS:
            if name != "seq":
                whole.update(f" {name} {dtype} {self._digests[name].hexdigest()}".encode())
        return whole.hexdigest()
