"""What may be asked of us: functions `(work, who, what, *, now)`, one a request."""
