"""The loop: a plan becomes a fleet, the fleet serves the demand in the twin, what users got corrects the plan. No files: cli gives them."""
