"""Thousands of parameter values at once."""
