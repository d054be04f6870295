"""The policy kernel: integers in, integers out. One `apply`, one `decide`."""
