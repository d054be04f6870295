"""Speed of the kernel and of whole runs: CPU time, never asserted (docs/PERFORMANCE.md)."""
