"""What to buy and from whom: programs over named rows, their answers checked by code that shares nothing with the builder."""
