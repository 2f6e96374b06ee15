"""What each page shows, as a frozen view, and where it stands; pure, one module a kind of page or file."""
