"""From a raw attribution to what a person sees."""
