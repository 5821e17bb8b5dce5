"""Text: its lines, what each shows, and the paragraphs and articles that they make, wherever the lines came from."""
