"""A simulated RD Session Host, written from the published protocol alone: the judge of the client. See __main__."""
