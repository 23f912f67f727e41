"""Virtual channels through wts-session, against a server that plays xrdp's side of the channel socket."""
