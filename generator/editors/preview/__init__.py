"""Live preview: build, serve, watch, build again, and tell the browser; nothing of it gets into ``site/``."""
