"""Views"""
