"""What this service asks of other members."""
