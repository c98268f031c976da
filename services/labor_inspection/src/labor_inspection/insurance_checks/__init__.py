"""Whether workers of a case are insured, asked of social insurance; and hints that come from it."""
