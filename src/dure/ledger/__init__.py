"""Measures: every reported number is defined here, once."""
