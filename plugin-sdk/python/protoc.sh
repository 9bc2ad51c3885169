#!/bin/sh
# The protoc of grpcio-tools, as buf calls it.
exec "${PROTOC_PYTHON:-python3}" -m grpc_tools.protoc "$@"
