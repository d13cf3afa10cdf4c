"""What a page about one photo begins with: its link, the photo, the model that fits it, and notices."""
