"""Web pages, mails and Markdown: texts with marks."""
