"""Recognition certificates: one for every recognition that was granted."""
