"""Words, charts and reports."""
