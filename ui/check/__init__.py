"""The section "Check it": mark an area, and be told what covering it shows."""
