"""Where dure touches files, tables and engines."""
