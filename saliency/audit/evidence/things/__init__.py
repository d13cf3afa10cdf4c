"""Things, wherever they are: what the influence lies on, told by how it looks to the model, not by place."""
