"""The twin: the policy kernel driven by a trace, hazards and money."""
