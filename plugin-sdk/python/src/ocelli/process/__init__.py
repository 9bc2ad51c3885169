"""The process around a module: how it was started, what ends it, what it prints."""
