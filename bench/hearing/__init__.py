"""The sounds of the security check, heard by a speech recogniser."""
