"""What the cities' inspectors tell each other: quarterly bulletins 通报 and instant notices."""
