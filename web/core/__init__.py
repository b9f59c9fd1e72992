"""Infrastructure shared by the features; it imports none of them."""
