#!/bin/sh
# Finds a Python that is new enough and hands over to tools/bootstrap.py, which does the set-up.
# It does nothing else: it exists because an old Python could not even read bootstrap.py.
#
# Usage: sh tools/setup.sh VENV [PYTHON [EXTRA]]; EXTRA is an optional group of pyproject.toml.
set -u

venv=$1
wanted=${2:-}
extra=${3:-}

version_of() {
    "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

if [ -n "$wanted" ]; then
    set -- "$wanted"
else
    set -- python3 python python3.13 python3.12 python3.11
fi

found=
for candidate in "$@"; do
    # A name on PATH may be a stub that runs nothing: only what answers counts as found.
    version=$(version_of "$candidate") || continue
    if is_new_enough "$candidate"; then
        exec "$candidate" tools/bootstrap.py "$venv" ${extra:+"$extra"}
    fi
    found="${found:+$found, }$candidate is $version"
done

echo "Nablascope needs Python 3.11 or newer, but ${found:-$1 does not run}." \
    "Install one or name one: make run PYTHON=/path/to/python3.12" >&2
exit 1
