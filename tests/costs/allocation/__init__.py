"""The pure core of cost allocation, held to its specification."""
