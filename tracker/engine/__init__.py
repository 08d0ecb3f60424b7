"""From facts and rules to a plan: the days, what a thing done counts for, the items."""
