"""The Explain page: choices, pictures, share link."""
