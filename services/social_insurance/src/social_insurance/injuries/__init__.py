"""Work-injury determinations 工伤认定: what their clocks need, and no more."""
