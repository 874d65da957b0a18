"""Built-in engines, one file each. They know their port and nothing of each other."""
