"""What runs: the harvest, the crawler, the schedule, the command line."""
