"""Past deals from a file: mapped, landed under a named policy version, never asked about. docs/import.md."""
