"""Bytes in, bytes out: the only folder that opens a mail connection."""
