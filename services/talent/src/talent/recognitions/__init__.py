"""Awards of another city, recognised by the mapping of their day."""
