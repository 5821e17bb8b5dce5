"""PDF: what its pages show and where, and the lines and paragraphs that this makes."""
