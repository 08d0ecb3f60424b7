"""isotrack: dated, sourced rules turn the facts of an isotretinoin course into a plan and a calendar."""

__version__ = "0.1.0"
