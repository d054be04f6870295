"""What people and programs write and read: scenario files, tables, requests."""
