"""Reads of networks worth a name, a module for each part."""
