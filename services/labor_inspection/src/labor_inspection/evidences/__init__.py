"""Evidence of cases and of answers to letters, and the way it has taken."""
