"""Money that the law computes: when wages are late, what is added, what is fined."""
