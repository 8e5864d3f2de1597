"""How fast this is beside what one would otherwise take, measured on one machine and one database."""
