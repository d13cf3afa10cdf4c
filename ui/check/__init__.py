"""The section "Test an area": mark an area, and be told what covering it shows."""
