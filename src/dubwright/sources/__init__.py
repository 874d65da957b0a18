"""Where videos come from, and how strangers' addresses are called."""
