"""A question becomes an answer: retrieve, read, rank, decide. Nothing here prints."""
