"""Certificates: who is given one and what for, issued by approval under a number, verified by anybody."""
