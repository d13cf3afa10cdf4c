"""From a file to what the model receives, and where that lies in the photo."""
