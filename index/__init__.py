"""A document becomes something searchable. This package knows none of the others."""
