"""งานสารบรรณ: the registers with their numbers, and official papers from draft to signature."""
