"""dure: plan, simulate and operate a nation's accelerators as one pool."""

__version__ = "0.1.0"
