"""The server of the pages: Voilà, its requests, its kernels."""
