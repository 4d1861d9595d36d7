"""What people type about correspondence, as clean values; saving is the services'."""
