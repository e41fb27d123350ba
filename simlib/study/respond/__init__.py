"""How hospitals may answer."""
