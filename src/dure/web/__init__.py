"""The door of the programme over HTTP: it reads rows, writes the inbox, and decides nothing."""
