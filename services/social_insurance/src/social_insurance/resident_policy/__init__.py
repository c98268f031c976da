"""Resident pension standards 城乡居民养老保险标准: tiers, subsidies, base pensions by date."""
