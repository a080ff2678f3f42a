#!/bin/sh
# Print the Python with which the book is built: $PYTHON if it is set, else the first that fits.
# A shell script, because it runs where there may be no Python at all; it installs nothing.
fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' >/dev/null 2>&1; }

for candidate in ${PYTHON:-python3.11 python3.12 python3.13 python3 python}; do
    path=$(command -v "$candidate") || continue
    fits "$path" || continue
    if ! "$path" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        without_venv=$path
        continue
    fi
    echo "$path"
    exit 0
done

if [ -n "$without_venv" ]; then
    echo "$without_venv would do, but it cannot make a virtual environment." >&2
    echo "On Debian and Ubuntu: sudo apt install python3-venv" >&2
else
    echo "The book needs Python 3.11, 3.12 or 3.13; ${PYTHON:-every python on the PATH} is another or is not there." >&2
    echo "Install one (https://www.python.org/downloads/, your system's packages, conda, pyenv)" >&2
    echo "or name it: make book PYTHON=/path/to/python3.12" >&2
fi
echo "Nothing was installed." >&2
exit 1
