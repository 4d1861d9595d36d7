"""Networks as files and from files, a module for each part."""
