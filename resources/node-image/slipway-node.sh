#!/bin/sh
# slipway-node COMPONENT [FLAGS]: starts one component of the bundle.
exec /usr/local/bin/node /opt/slipway/slipway-node.mjs "$@"
