"""One scenario: its tables, and its report."""
