"""What changes between runs of the same tables: who gains, who loses, who changes side."""
