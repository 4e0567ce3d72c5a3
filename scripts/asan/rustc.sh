#!/bin/sh
# rustc "$@", without AddressSanitizer for mbrotli: it takes many minutes to compile with it, and forbids unsafe code.
case " $* " in *" --crate-name mbrotli "*) ;; *) exec "$@" ;; esac
for argument; do
  shift
  case "$argument" in -Zsanitizer=*) ;; *) set -- "$@" "$argument" ;; esac
done
exec "$@"
