"""What people look at: the search page and its JSON API; it reads the database and runs nothing."""
