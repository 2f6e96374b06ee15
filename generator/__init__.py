"""The 2FA directory: fetch the upstream data, merge what editors wrote, render the site."""

__version__ = "0.1.0"
