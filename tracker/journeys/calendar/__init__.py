"""The calendar: what it would show, and its ways to files and servers."""
