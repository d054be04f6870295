"""What runs at a site beside a user's program: standard library only, Python 3.6 or later, nothing of the house imported."""
