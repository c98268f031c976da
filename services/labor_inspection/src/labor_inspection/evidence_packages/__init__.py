"""What a tribunal is given of a case, and can check by itself."""
