"""What an audit learns: of a photo, of a place, of a class."""
