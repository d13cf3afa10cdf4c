"""What to add to the training data, to the next audit and to the set itself, each with its number."""
