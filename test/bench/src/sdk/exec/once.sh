#!/bin/sh
# Answers as the other modules of the bench do.
echo '{"name":"bench","dimensions":{"no":"0"},"metrics":{"runs_total":{"type":"counter","value":1},"value":1.5}}'
