"""Engines: one small file each, behind one contract."""
