"""A module as its host sees it: a gRPC server with the services of ocelli.plugin.v1."""
