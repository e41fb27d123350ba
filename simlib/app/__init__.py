"""The pages: what a visitor may do, and the widgets that show what comes of it."""
