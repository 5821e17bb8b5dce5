"""What office programs write: Word, workbooks, presentations, OpenDocument, EPUB, Rich Text, and OFD."""
