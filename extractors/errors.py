"""What can be wrong with bytes that were to be read: one class a reason, each message one sentence."""


class UnreadableDocument(Exception):  # noqa: N818 -- the design's own name for it
    """The bytes give no document; the message is the one reason, fit to be shown and stored.

    ``code`` names the reason for tables of findings; ``needs_ocr`` is true where a scan's reader could go on.
    """

    code = "unreadable"
    needs_ocr = False

    @property
    def reason(self) -> str:
        """The message: one sentence."""
        return str(self)


class EmptyDocument(UnreadableDocument):
    """There are no bytes, or nothing but white space."""

    code = "empty"


class OversizedDocument(UnreadableDocument):
    """The file is larger than its reader takes in."""

    code = "too_large"


class UnknownFormat(UnreadableDocument):
    """The bytes are of a kind that no reader takes."""

    code = "unknown_format"


class UnknownEncoding(UnreadableDocument):
    """The bytes are text in no encoding that can be told."""

    code = "unknown_encoding"


class EncryptedDocument(UnreadableDocument):
    """The file asks for a password."""

    code = "encrypted"


class DamagedDocument(UnreadableDocument):
    """The file is cut off, or broken so that nothing can be read."""

    code = "damaged"


class UntrustedTextLayer(UnreadableDocument):
    """The pages have no text layer, or one that is no language: they need character recognition."""

    code = "needs_ocr"
    needs_ocr = True


class UnrecognisedScan(UnreadableDocument):
    """The pages are pictures, and character recognition found no words on them."""

    code = "unrecognised"
