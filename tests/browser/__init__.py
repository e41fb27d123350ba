"""What needs a server or a browser: helpers, and the tests of every page."""
