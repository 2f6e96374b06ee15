"""What each command does, from its arguments to what it prints; one module a command, loaded only for that."""
