"""Who reported: sealed, and opened by two people together."""
