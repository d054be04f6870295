"""The broker's core, sans I/O: facts in, rows and intents out."""
