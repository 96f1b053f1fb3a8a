"""Facts that rules and pages lean on, as tables; README.md says where each column comes from."""
