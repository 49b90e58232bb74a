"""The vocabulary that product files are written in, and one component per vendor that declares it."""
