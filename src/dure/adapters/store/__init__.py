"""The SQL store: inbox, log, jobs and marks of one programme, in SQLite or PostgreSQL."""
