"""One module a revision, never changed after its release."""
