"""Who computes an audit: this process, or a cluster."""
