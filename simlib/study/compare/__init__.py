"""Several scenarios side by side."""
