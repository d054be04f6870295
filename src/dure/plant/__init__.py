"""Laws of machines: pure functions of catalogue facts."""
