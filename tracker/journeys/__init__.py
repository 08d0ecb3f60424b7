"""One function per intention of the user: load, check, record in one transaction, and say what moved."""
