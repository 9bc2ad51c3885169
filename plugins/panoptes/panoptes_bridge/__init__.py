"""Runs Panoptes plugins behind Ocelli's plugin protocol."""
