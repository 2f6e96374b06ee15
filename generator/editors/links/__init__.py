"""``twofa links``: which outside links still lead somewhere. Politely, resumably, and to public addresses only."""
