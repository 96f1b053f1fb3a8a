"""The commands of ``otchet``, a module each; what they need that is heavy they import when they run."""
