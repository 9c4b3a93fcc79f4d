#!/bin/dash
# slipway-node COMPONENT [FLAGS]: starts one component of the bundle.
#
# Every process but the API server, which has much to do at times, is kept small: little room for young objects, one
# helper thread for the compiler and collector, one heap for C. Together that is a tenth of its memory.
case ${1:-} in
  kube-apiserver) small= ;;
  *)
    small='--max-semi-space-size=1 --v8-pool-size=1'
    export MALLOC_ARENA_MAX=1
    ;;
esac
exec /usr/local/bin/node $small /opt/slipway/slipway-node.mjs "$@"
