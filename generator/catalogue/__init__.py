"""From files to one merged whole, and from that to decisions; only ``load`` touches the disk."""
