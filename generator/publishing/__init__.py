"""Publishing beyond this machine: what a remote does not hold yet is sent there by rclone."""
