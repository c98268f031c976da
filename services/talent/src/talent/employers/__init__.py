"""What talent knows of employers: who may not recruit."""
