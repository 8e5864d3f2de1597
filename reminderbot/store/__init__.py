"""What we remember: tables and queries, one file a subject, one transaction a visit."""
