"""Science and education resources, and projects that come of them."""
