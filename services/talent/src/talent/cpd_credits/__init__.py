"""Hours of continuing education."""
