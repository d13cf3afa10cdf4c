"""Whether the model goes by what a product stands in: the product with other surroundings, and they alone."""
