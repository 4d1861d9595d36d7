"""Forms of networks, a module for each part."""
