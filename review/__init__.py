"""What a reviewer reads: what is declared, which rows it answers, and what it asks of the application."""
