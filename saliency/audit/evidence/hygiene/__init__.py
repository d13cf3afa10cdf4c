"""What is wrong with a set of photos itself: copies, odd photos, doubtful labels, classes of one source."""
