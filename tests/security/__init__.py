"""Onslaughts: what somebody outside tries a hundred thousand times; `make security` does so, the suite does it less."""
