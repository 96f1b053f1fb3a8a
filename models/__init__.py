"""What a record is, and where it is kept."""
