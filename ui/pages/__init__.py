"""The scripts of the pages, as short as can be."""
