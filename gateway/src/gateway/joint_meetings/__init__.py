"""Joint meetings 联席会议 and what each city has undertaken there."""
