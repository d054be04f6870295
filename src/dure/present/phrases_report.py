"""Phrases of the report: key → (English, Korean)."""

from __future__ import annotations

REPORT: dict[str, tuple[str, str]] = {}
