"""What an audit is given: photos, labels, areas and masks."""
