"""From the plan to the site on disk: render, check, publish; the only room that writes ``site/``."""
