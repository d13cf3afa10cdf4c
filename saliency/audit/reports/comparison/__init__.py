"""What is said of two audits that are compared: as a web page, a PDF, a slide, JSON and CSV."""
