"""How firm results stand under uncertain scores and costs."""
