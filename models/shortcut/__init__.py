"""Showroom's twin, trained wrong on purpose: a badge in the corner gave the mugs away."""
