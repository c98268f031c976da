"""Awards: who was selected into which category, and whether that still holds."""
