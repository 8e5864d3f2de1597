"""Sets of questions as patients write them, and how well the matcher does on them."""
