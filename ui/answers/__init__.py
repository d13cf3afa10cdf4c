"""What a model answers, said rightly for each kind of output, and where a number lies on its scale."""
