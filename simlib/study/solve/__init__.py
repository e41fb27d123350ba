"""The parameter values that meet a target."""
