"""Nouns of the programme; standard library only."""
