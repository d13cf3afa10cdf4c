"""What the evidence about one area of one photo comes to."""
