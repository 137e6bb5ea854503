"""The outside world of boxes: one interface, its back ends, image families, limits watched from outside."""
