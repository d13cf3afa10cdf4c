"""What people take away: files, and slides."""
