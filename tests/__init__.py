"""Tests mirror src; helpers that several of them share are imported as `tests.<module>`."""
