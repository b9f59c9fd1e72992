"""What an earlier account of the same number left, and how its person gets it back."""
