"""Captured packets to keepalive exchanges: files to frames, frames to connections, connections to what became of each keepalive."""
