"""The gold standard: documents with reviewed figures, and how an extraction is scored against them."""
