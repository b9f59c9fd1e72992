"""Whether the sound of the security check is understood, by a recogniser of speech."""
