"""The two cities' resident pensions side by side: 政策相融, from the gap to parity."""
