"""A page: what stands on it as values, its drawings, and the one file that it becomes."""
