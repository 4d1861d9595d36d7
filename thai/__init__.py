"""Thai at the edge of the product: Buddhist dates, numerals, typed text, names, order. No models."""
