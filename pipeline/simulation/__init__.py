"""What a grid would change: population, scores, ranks, criteria that do the work, and the note of it."""
