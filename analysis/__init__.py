"""What the answers say: summaries, comparisons, trends, and every answer as a file."""
