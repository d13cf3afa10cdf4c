"""The renderer: products, props, rooms and light, and the pictures taken of them."""
