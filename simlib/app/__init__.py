"""The dashboard: its server, kernels, page template and widgets."""
