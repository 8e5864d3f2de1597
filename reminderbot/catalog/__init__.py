"""What we say and how we read what is written to us: messages, blanks, topics, dates in words, gates."""
