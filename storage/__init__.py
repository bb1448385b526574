"""Object stores for signed copies: one port, a folder, S3 servers, and encryption around either."""
