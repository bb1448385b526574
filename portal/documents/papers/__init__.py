"""Making papers: what they are filled with, generation, editing in Word, comparison, following the record."""
