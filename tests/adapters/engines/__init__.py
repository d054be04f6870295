"""Rigs: an engine with what a test needs to know of its world, one for each engine."""
