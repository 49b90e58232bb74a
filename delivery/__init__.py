"""Whether and how an alert reaches somebody: the routes as they are declared, and a drill of the real ones."""
